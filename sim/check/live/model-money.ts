/**
 * The model bank's rules for what a customer asks for: withdrawals, deposits, transfers (docs/ARCHITECTURE.md
 * "Postings"), and a terminal's count of its cash. Each is carried out at once, or refused for good.
 *
 * @module
 */
import type { Origin } from '../../../bank/commands.ts';
import type { Code } from '../../../protocol/errors.ts';
import type { Authorise, Deposit, Notes, Recon, Transfer } from '../../../protocol/messages.ts';
import { type Answer, answer } from './model-answer.ts';
import type { ModelState, Transaction } from './model-state.ts';

export interface Asked<R> {
  readonly request: R;
  readonly origin: Origin;
  /** In whose name. */
  readonly customer: string | null;
  readonly content: string;
  readonly nowMs: number;
}

export function authorise(bank: ModelState, asked: Asked<Authorise>): Answer {
  const { request, origin, customer, nowMs } = asked;
  const { account, notes } = request;
  const amount = Number(request.amount);
  const refused = (code: Code) => refuse(bank, asked, { code, account, amount });
  const closed = notServed(bank, origin) ?? notOwn(bank, customer, account);
  if (closed || customer === null) return refuse(bank, asked, { code: closed ?? 'NOT_PERMITTED', amount });
  const { withdrawMax, dispenseNotesMax, dayAmountMax, dayCountMax } = bank.limits;
  if (isLocked(bank, customer)) return refused('ACCOUNT_BLOCKED');
  if (amount <= 0) return refused('INVALID_AMOUNT');
  if (amount > Number(withdrawMax)) return refused('EXCEEDS_AMOUNT_LIMIT');
  if (worthOf(notes) !== amount || countOf(notes) > dispenseNotesMax) return refused('INVALID_AMOUNT');
  const today = bank.takenOn(customer, nowMs);
  if (today.amount + amount > Number(dayAmountMax)) return refused('EXCEEDS_AMOUNT_LIMIT');
  if (today.count >= dayCountMax) return refused('EXCEEDS_COUNT_LIMIT');
  if (amount > bank.available(account)) return refused('INSUFFICIENT_FUNDS');
  if (amount > bank.freeCash(origin.terminal)) return refused('INVALID_AMOUNT');
  bank.hold(`customer:${account}`, amount);
  const view = bank.view(account);
  const told = { account: view };
  note(bank, asked, { state: 'held', code: 'APPROVED', account, amount, told });
  return answer('APPROVED', { told, changed: [view], token: true });
}

export function deposit(bank: ModelState, asked: Asked<Deposit>): Answer {
  const { request, origin, customer } = asked;
  const { account, notes } = request;
  const amount = Number(request.amount);
  const closed = notServed(bank, origin) ?? notOwn(bank, customer, account);
  if (closed) return refuse(bank, asked, { code: closed, amount });
  const owner = `customer:${account}`;
  const cash = `cash:${origin.terminal}`;
  const refused = (code: Code) => refuse(bank, asked, { code, account, amount });
  if (amount <= 0) return refused('INVALID_AMOUNT');
  if (amount > Number(bank.limits.depositMax)) return refused('EXCEEDS_AMOUNT_LIMIT');
  if (worthOf(notes) !== amount) return refused('INVALID_AMOUNT');
  if (!bank.hasRoom(owner, amount) || !bank.hasRoom(cash, amount)) return refused('EXCEEDS_AMOUNT_LIMIT');
  bank.post(cash, owner, amount);
  const view = bank.view(account);
  const told = { account: view };
  note(bank, asked, { state: 'posted', code: 'APPROVED', account, amount, settled: amount, told });
  return answer('APPROVED', { told, changed: [view] });
}

export function transfer(bank: ModelState, asked: Asked<Transfer>): Answer {
  const { request, origin, customer } = asked;
  const { from, to } = request;
  const amount = Number(request.amount);
  const closed = notServed(bank, origin) ?? notOwn(bank, customer, from);
  if (closed) return refuse(bank, asked, { code: closed, amount });
  const refused = (code: Code) => refuse(bank, asked, { code, account: from, amount });
  if (isLocked(bank, customer)) return refused('ACCOUNT_BLOCKED');
  if (!bank.balances.has(`customer:${to}`)) return refused('UNKNOWN_ACCOUNT');
  if (from === to) return refused('INVALID_TXN');
  if (amount <= 0) return refused('INVALID_AMOUNT');
  if (amount > Number(bank.limits.transferMax)) return refused('EXCEEDS_AMOUNT_LIMIT');
  if (amount > bank.available(from)) return refused('INSUFFICIENT_FUNDS');
  if (!bank.hasRoom(`customer:${to}`, amount)) return refused('EXCEEDS_AMOUNT_LIMIT');
  bank.post(`customer:${from}`, `customer:${to}`, amount);
  const told = { account: bank.view(from) };
  note(bank, asked, { state: 'posted', code: 'APPROVED', account: from, amount, settled: amount, told });
  return answer('APPROVED', { told, changed: [told.account, bank.view(to)] });
}

/** Says what the books say, and changes nothing. */
export function recon(bank: ModelState, asked: Asked<Recon>): Answer {
  const { request, origin } = asked;
  const counted = Number(request.total);
  const total = bank.balance(`cash:${origin.terminal}`);
  const told = { total, difference: counted - total };
  const agrees = told.difference === 0;
  const code = agrees ? 'APPROVED' : 'RECON_ERROR';
  note(bank, asked, { state: agrees ? 'posted' : 'declined', code, told, amount: counted });
  return answer(code, { told });
}

type Outcome = Pick<Transaction, 'code' | 'state'> & Partial<Transaction>;

/** Remembers what came of it, under its own id. */
export function note(
  bank: ModelState,
  asked: Asked<{ readonly type: string; readonly txnId: string }>,
  outcome: Outcome,
): void {
  const { request, origin, customer, content, nowMs } = asked;
  bank.transactions.set(`${origin.terminal}/${request.txnId}`, {
    kind: request.type,
    terminal: origin.terminal,
    customer,
    content,
    account: null,
    amount: 0,
    settled: 0,
    told: {},
    atMs: nowMs,
    ...outcome,
  });
}

/** For good: the id is used up. */
export function refuse(
  bank: ModelState,
  asked: Asked<{ readonly type: string; readonly txnId: string }>,
  outcome: Omit<Outcome, 'state'>,
): Answer {
  note(bank, asked, { ...outcome, state: 'declined' });
  return answer(outcome.code);
}

/** A terminal that is not enrolled, or is under a key that is not its own any more, begins nothing new. */
export function notServed(bank: ModelState, { terminal, keyId }: Origin): Code | null {
  const known = bank.terminals.get(terminal);
  const isServed =
    known !== undefined && !known.revoked && (keyId === undefined || known.keyIds.includes(keyId));
  return isServed ? null : 'TERMINAL_NOT_PERMITTED';
}

/** Nobody uses another's account. */
export function notOwn(bank: ModelState, customer: string | null, account: string): Code | null {
  if (customer === null) return 'NOT_PERMITTED';
  if (!bank.balances.has(`customer:${account}`)) return 'UNKNOWN_ACCOUNT';
  return bank.customers.get(customer)?.accounts.includes(account) ? null : 'NOT_PERMITTED';
}

const isLocked = (bank: ModelState, customer: string | null): boolean =>
  customer !== null && bank.customers.get(customer)?.locked === true;

const worthOf = (notes: readonly Notes[]): number =>
  notes.reduce((sum, { denomination, count }) => sum + Number(denomination) * count, 0);

const countOf = (notes: readonly Notes[]): number => notes.reduce((sum, { count }) => sum + count, 0);
