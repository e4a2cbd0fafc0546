/**
 * Set-up and operation: customers, terminals, cash, holds nobody settles. These come from the operator, not from a
 * peer; each is audited.
 *
 * @module
 */

import type { Code } from '../../protocol/errors.ts';
import type { CustomerId } from '../../protocol/ids.ts';
import { unreachable } from '../../protocol/invariant.ts';
import { CENTS_MAX, type Cents, ZERO } from '../../protocol/money.ts';
import * as say from '../audit/actions.ts';
import type { AdminCommand, Command, Decision, Write } from '../commands.ts';
import { emptyAccount, hasRoom, postDebit, viewOf } from '../ledger.ts';
import {
  cashAccount,
  customerAccount,
  type EntryKind,
  type LedgerAccount,
  OPENING,
  suspenseAccount,
  VAULT,
} from '../model.ts';
import type { BankView } from '../state.ts';
import { step } from '../steps.ts';
import { decision } from './ask.ts';
import { decideResolve } from './resolve.ts';

type Admin<T extends AdminCommand['type']> = Extract<AdminCommand, { readonly type: T }>;

export function decideAdmin(state: BankView, command: AdminCommand, nowMs: number): Decision {
  switch (command.type) {
    case 'addCustomer':
      return addCustomer(state, command, nowMs);
    case 'lockCustomer':
    case 'unlockCustomer':
      return setLock(state, command);
    case 'enrolTerminal':
      return enrol(state, command, nowMs);
    case 'revokeTerminal':
      return revoke(state, command);
    case 'retireKey':
      return retireKey(state, command);
    case 'fundVault':
      return fundVault(state, command, nowMs);
    case 'loadCash':
      return loadCash(state, command, nowMs);
    case 'resolveSuspense':
      return decideResolve(state, command, nowMs);
    default:
      return unreachable(command);
  }
}

/** A hold whose terminal is revoked or silent: charged to the customer, kept in suspense until somebody looks. */
export function decideAbandon(
  state: BankView,
  { terminal, txnId }: Extract<Command, { readonly type: 'abandonHold' }>,
  nowMs: number,
): Decision {
  const held = state.transaction(terminal, txnId);
  const next = held && step(held.state, 'hold.abandoned');
  const account = held?.account ? state.accounts.get(customerAccount(held.account)) : undefined;
  if (!held?.account || !next || !account) {
    return decision({
      code: 'INVALID_TXN',
      customer: null,
      action: 'abandon hold failed - invalid transaction',
    });
  }
  const settle = {
    phase: 'settle',
    kind: 'withdraw',
    debit: account.id,
    credit: suspenseAccount(terminal),
    amount: held.amount,
    held: -held.amount as Cents,
  } as const;
  const view = viewOf(held.account, postDebit(account, settle, state.entrySeq + 1));
  const row = { ...held, state: next, settled: held.amount, balance: view.ledger };
  return decision({
    code: 'APPROVED',
    customer: held.customer,
    action: say.abandoned(held.amount),
    writes: [
      { table: 'entry', row: { ...settle, terminal, txnId, atMs: nowMs } },
      { table: 'txn', row, prior: held },
    ],
    changed: [view],
    alert: `${terminal} left a hold of ${held.amount} cents open (${txnId})`,
  });
}

function addCustomer(state: BankView, command: Admin<'addCustomer'>, nowMs: number): Decision {
  const { customer, password, accounts } = command;
  const action = say.customerAdded();
  if (state.customers.has(customer)) return refused(customer, action, 'INVALID_TXN');
  const fresh = accounts.filter(({ id }) => !state.accounts.has(customerAccount(id)));
  const total = fresh.reduce((sum, { opening }) => sum + opening, 0n);
  const opened = state.accounts.get(OPENING)?.ledger ?? ZERO;
  const tooMuch =
    opened - total < -CENTS_MAX || fresh.some(({ opening }) => opening < 0n || opening > CENTS_MAX);
  if (tooMuch || new Set(accounts.map(({ id }) => id)).size !== accounts.length) {
    return refused(customer, action, 'INVALID_AMOUNT');
  }
  const writes: Write[] = opening(state, [OPENING, ...fresh.map(({ id }) => customerAccount(id))]);
  for (const { id, opening: amount } of fresh) {
    if (amount === 0n) continue;
    writes.push(post({ kind: 'opening', debit: OPENING, credit: customerAccount(id), amount }, nowMs));
  }
  const ids = accounts.map(({ id }) => id);
  writes.push({
    table: 'customer',
    row: { id: customer, password, tries: 0, locked: false, accounts: ids },
  });
  return decision({ code: 'APPROVED', customer, action, writes });
}

function setLock(state: BankView, { type, customer }: Admin<'lockCustomer' | 'unlockCustomer'>): Decision {
  const locked = type === 'lockCustomer';
  const action = locked ? say.customerLocked() : say.customerUnlocked();
  const row = state.customers.get(customer);
  if (!row) return refused(customer, action, 'INVALID_TXN');
  const tries = locked ? row.tries : 0;
  return decision({
    code: 'APPROVED',
    customer,
    action,
    writes: [{ table: 'customer', row: { ...row, locked, tries } }],
  });
}

/**
 * A second key id is for rotation; the older of three is dropped. Enrolling a revoked terminal starts anew, under a key
 * that it did not have when it was revoked: that one may be in other hands.
 */
function enrol(state: BankView, { terminal, keyId }: Admin<'enrolTerminal'>, nowMs: number): Decision {
  const known = state.terminals.get(terminal);
  const action = say.terminalEnrolled(terminal, keyId);
  if (known?.revoked && known.keyIds.includes(keyId)) return refused(null, action, 'SECURITY_VIOLATION');
  const kept = known && !known.revoked ? known.keyIds.filter((id) => id !== keyId).slice(-1) : [];
  const row = {
    id: terminal,
    keyIds: [...kept, keyId],
    revoked: false,
    enrolledAtMs: known?.enrolledAtMs ?? nowMs,
  };
  return decision({
    code: 'APPROVED',
    customer: null,
    action,
    writes: [
      ...opening(state, [cashAccount(terminal), suspenseAccount(terminal)]),
      { table: 'terminal', row },
    ],
  });
}

function revoke(state: BankView, { terminal }: Admin<'revokeTerminal'>): Decision {
  const known = state.terminals.get(terminal);
  const action = say.terminalRevoked(terminal);
  if (!known) return refused(null, action, 'INVALID_TXN');
  const row = { ...known, revoked: true };
  return decision({ code: 'APPROVED', customer: null, action, writes: [{ table: 'terminal', row }] });
}

function retireKey(state: BankView, { keyId }: Admin<'retireKey'>): Decision {
  const writes: Write[] = [];
  for (const row of state.terminals.values()) {
    if (!row.keyIds.includes(keyId)) continue;
    writes.push({ table: 'terminal', row: { ...row, keyIds: row.keyIds.filter((id) => id !== keyId) } });
  }
  return decision({ code: 'APPROVED', customer: null, action: say.keyRetired(keyId), writes });
}

function fundVault(state: BankView, { amount }: Admin<'fundVault'>, nowMs: number): Decision {
  const action = say.vaultFunded(amount);
  const vault = state.accounts.get(VAULT) ?? emptyAccount(VAULT);
  const opened = state.accounts.get(OPENING) ?? emptyAccount(OPENING);
  if (amount <= 0n || !hasRoom(vault, amount) || !hasRoom(opened, amount)) {
    return refused(null, action, 'INVALID_AMOUNT');
  }
  const entry = post({ kind: 'opening', debit: VAULT, credit: OPENING, amount }, nowMs);
  return decision({
    code: 'APPROVED',
    customer: null,
    action,
    writes: [...opening(state, [VAULT, OPENING]), entry],
  });
}

function loadCash(state: BankView, { terminal, amount }: Admin<'loadCash'>, nowMs: number): Decision {
  const action = say.cashLoaded(amount, terminal);
  const cash = state.accounts.get(cashAccount(terminal));
  const vault = state.accounts.get(VAULT) ?? emptyAccount(VAULT);
  if (!cash) return refused(null, action, 'TERMINAL_NOT_PERMITTED');
  if (amount <= 0n || !hasRoom(cash, amount)) return refused(null, action, 'INVALID_AMOUNT');
  if (vault.ledger < amount) return refused(null, action, 'INSUFFICIENT_FUNDS');
  const entry = post({ kind: 'cashLoad', debit: cash.id, credit: VAULT, amount }, nowMs);
  return decision({ code: 'APPROVED', customer: null, action, writes: [entry] });
}

const refused = (customer: CustomerId | null, action: string, code: Code): Decision =>
  decision({ code, customer, action: say.outcome(action, code) });

/** Account rows for those that do not exist yet. */
const opening = (state: BankView, ids: readonly LedgerAccount[]): Write[] =>
  ids
    .filter((id) => !state.accounts.has(id))
    .map((id) => ({ table: 'account', row: emptyAccount(id) }) as const);

const post = (
  sides: { kind: EntryKind; debit: LedgerAccount; credit: LedgerAccount; amount: Cents },
  atMs: number,
): Write => ({
  table: 'entry',
  row: { ...sides, phase: 'post', held: ZERO, terminal: null, txnId: null, atMs },
});
