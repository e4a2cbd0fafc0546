/**
 * The model bank's rules for set-up and operation (docs/ARCHITECTURE.md "Postings"): customers, terminals, cash, and
 * what an operator finds out about money in suspense.
 *
 * @module
 */
import type { AdminCommand, Command } from '../../../bank/commands.ts';
import { unreachable } from '../../../protocol/invariant.ts';
import { type Answer, answer } from './model-answer.ts';
import { BALANCE_MAX, type ModelState } from './model-state.ts';

type Admin<T extends AdminCommand['type']> = Extract<AdminCommand, { readonly type: T }>;

const APPROVED = answer('APPROVED');
const INVALID = answer('INVALID_TXN');
const TOO_MUCH = answer('INVALID_AMOUNT');

export function administer(bank: ModelState, command: AdminCommand): Answer {
  switch (command.type) {
    case 'addCustomer':
      return addCustomer(bank, command);
    case 'lockCustomer':
    case 'unlockCustomer': {
      const customer = bank.customers.get(command.customer);
      if (!customer) return INVALID;
      customer.locked = command.type === 'lockCustomer';
      return APPROVED;
    }
    case 'enrolTerminal':
      return enrol(bank, command);
    case 'revokeTerminal': {
      const known = bank.terminals.get(command.terminal);
      if (!known) return INVALID;
      known.revoked = true;
      return APPROVED;
    }
    case 'retireKey':
      for (const known of bank.terminals.values())
        known.keyIds = known.keyIds.filter((id) => id !== command.keyId);
      return APPROVED;
    case 'fundVault': {
      const amount = Number(command.amount);
      const fits = amount > 0 && bank.hasRoom('vault', amount) && bank.hasRoom('opening', amount);
      if (!fits) return TOO_MUCH;
      bank.post('vault', 'opening', amount);
      return APPROVED;
    }
    case 'loadCash':
      return loadCash(bank, command);
    case 'resolveSuspense':
      return resolve(bank, command);
    default:
      return unreachable(command);
  }
}

/** A hold of a terminal that is silent or revoked: charged, and kept in suspense. */
export function abandon(
  bank: ModelState,
  { terminal, txnId }: Extract<Command, { readonly type: 'abandonHold' }>,
): Answer {
  const held = bank.transactions.get(`${terminal}/${txnId}`);
  if (held?.state !== 'held' || held.account === null) return INVALID;
  held.state = 'suspense';
  held.settled = held.amount;
  bank.settle(`customer:${held.account}`, `suspense:${terminal}`, held.amount);
  return answer('APPROVED', { changed: [bank.view(held.account)] });
}

function addCustomer(bank: ModelState, { customer, accounts }: Admin<'addCustomer'>): Answer {
  if (bank.customers.has(customer)) return INVALID;
  const fresh = accounts.filter(({ id }) => !bank.balances.has(`customer:${id}`));
  const total = fresh.reduce((sum, { opening }) => sum + Number(opening), 0);
  const odd = fresh.some(({ opening }) => opening < 0n || Number(opening) > BALANCE_MAX);
  const twice = new Set(accounts.map(({ id }) => id)).size < accounts.length;
  if (odd || twice || bank.balance('opening') - total < -BALANCE_MAX) return TOO_MUCH;
  bank.open('opening');
  for (const { id, opening } of fresh) {
    bank.open(`customer:${id}`);
    if (opening > 0n) bank.post('opening', `customer:${id}`, Number(opening));
  }
  bank.customers.set(customer, { accounts: accounts.map(({ id }) => id), locked: false });
  return APPROVED;
}

/** Two keys while they are rotated; a key that was burnt with its terminal is never taken again. */
function enrol(bank: ModelState, { terminal, keyId }: Admin<'enrolTerminal'>): Answer {
  const known = bank.terminals.get(terminal);
  if (known?.revoked && known.keyIds.includes(keyId)) return answer('SECURITY_VIOLATION');
  const others = known && !known.revoked ? known.keyIds.filter((id) => id !== keyId) : [];
  bank.terminals.set(terminal, { keyIds: [...others.slice(-1), keyId], revoked: false });
  bank.open(`cash:${terminal}`);
  bank.open(`suspense:${terminal}`);
  return APPROVED;
}

function loadCash(bank: ModelState, command: Admin<'loadCash'>): Answer {
  const cash = `cash:${command.terminal}`;
  const amount = Number(command.amount);
  if (!bank.balances.has(cash)) return answer('TERMINAL_NOT_PERMITTED');
  if (amount <= 0 || !bank.hasRoom(cash, amount)) return TOO_MUCH;
  if (amount > bank.balance('vault')) return answer('INSUFFICIENT_FUNDS');
  bank.post(cash, 'vault', amount);
  return APPROVED;
}

/**
 * A hold that ended in suspense charged the customer and left the cash on the terminal's books; cash that no hold
 * covered is off the books, and nobody is charged.
 */
function resolve(bank: ModelState, { terminal, txnId, paid }: Admin<'resolveSuspense'>): Answer {
  const row = bank.transactions.get(`${terminal}/${txnId}`);
  if (row?.state !== 'suspense') return INVALID;
  const { account, settled: amount } = row;
  const charged = row.code === 'APPROVED';
  const [suspense, cash, owner] = [`suspense:${terminal}`, `cash:${terminal}`, `customer:${account}`];
  const touchesOwner = amount > 0 && charged !== paid;
  if (touchesOwner && account === null) return answer('UNKNOWN_ACCOUNT');
  if (amount > 0) {
    const [debit, credit] = paid
      ? charged
        ? [suspense, cash]
        : [owner, suspense]
      : charged
        ? [suspense, owner]
        : [cash, suspense];
    const lacks =
      (paid && charged && amount > bank.freeCash(terminal)) ||
      (paid && !charged && amount > bank.available(account ?? ''));
    if (lacks) return answer('INSUFFICIENT_FUNDS');
    if (!paid && !bank.hasRoom(charged ? owner : cash, amount)) return TOO_MUCH;
    bank.post(debit, credit, amount);
    if (!paid) row.settled = 0;
  }
  row.state = paid ? 'completed' : 'voided';
  return answer('APPROVED', { changed: touchesOwner ? [bank.view(account ?? '')] : [] });
}
