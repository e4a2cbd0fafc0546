/**
 * The model bank's rules for advices: what a terminal says came of a withdrawal, or that nothing came of it
 * (docs/ARCHITECTURE.md "The way of one withdrawal"). They are always acknowledged, and never charge anybody for what
 * the books do not cover.
 *
 * @module
 */
import type { Code } from '../../../protocol/errors.ts';
import type { Complete, Reverse } from '../../../protocol/messages.ts';
import { type Answer, answer } from './model-answer.ts';
import { type Asked, note } from './model-money.ts';
import { BALANCE_MAX, type ModelState, type Told, type Transaction } from './model-state.ts';

export function complete(
  bank: ModelState,
  asked: Asked<Complete>,
  original: Transaction | undefined,
): Answer {
  const { dispensed } = asked.request;
  if (original?.state === 'held') return settle(bank, asked, original);
  if (!original || original.state === 'tombstone') return uncovered(bank, asked, original);
  const { kind, state, settled } = original;
  if (kind !== 'authorise') return acknowledge(bank, asked, 'STATE_CONFLICT', { state });
  if (state === 'voided' || state === 'declined') return uncovered(bank, asked, original);
  const agrees = state === 'suspense' || settled === Number(dispensed);
  return acknowledge(bank, asked, agrees ? 'APPROVED' : 'STATE_CONFLICT', { state });
}

/** Charges what was taken, and gives back the rest; what nobody knows goes to suspense, whole. */
function settle(bank: ModelState, asked: Asked<Complete>, original: Transaction): Answer {
  const { disposition, dispensed } = asked.request;
  const { account, amount } = original;
  const taken = Number(dispensed);
  const whole = disposition === 'TAKEN' && taken === amount;
  const part = disposition === 'PARTIAL' && taken > 0 && taken < amount;
  const payer = `customer:${account}`;
  original.settled = part ? taken : amount;
  original.state = whole ? 'completed' : part ? 'partial' : 'suspense';
  if (part) original.code = 'APPROVED_PARTIAL';
  const to = original.state === 'suspense' ? 'suspense' : 'cash';
  bank.settle(payer, `${to}:${original.terminal}`, original.settled);
  if (part) bank.hold(payer, taken - amount);
  const acknowledged = acknowledge(bank, asked, 'APPROVED', { state: original.state });
  return { ...acknowledged, changed: [bank.view(account ?? '')] };
}

/** Cash is gone that no hold covers: off the terminal's books as far as they go, and nobody is charged. */
function uncovered(bank: ModelState, asked: Asked<Complete>, original: Transaction | undefined): Answer {
  const { request, origin, nowMs } = asked;
  const { terminal } = origin;
  const gone = goneBy(request);
  const settled = gone <= bank.freeCash(terminal) ? gone : 0;
  if (settled > 0) bank.post(`suspense:${terminal}`, `cash:${terminal}`, settled);
  const code = original ? 'STATE_CONFLICT' : 'ORIGINAL_NOT_FOUND';
  const known = original?.kind === 'authorise' ? original : null;
  bank.transactions.set(`${terminal}/${request.origTxnId}`, {
    kind: 'authorise',
    terminal,
    customer: null,
    account: null,
    content: '',
    amount: gone,
    atMs: nowMs,
    told: {},
    ...known,
    state: 'suspense',
    code,
    settled,
  });
  return acknowledge(bank, asked, code, { state: 'suspense' });
}

export function reverse(bank: ModelState, asked: Asked<Reverse>, original: Transaction | undefined): Answer {
  const { request } = asked;
  if (!original) {
    // Should it come all the same, it is declined.
    const buried = { ...asked, request: { type: request.type, txnId: request.origTxnId }, content: '' };
    note(bank, buried, { state: 'tombstone', code: 'ALREADY_REVERSED' });
    return acknowledge(bank, asked, 'APPROVED', { state: 'tombstone' });
  }
  if (original.state === 'held') {
    original.state = 'voided';
    bank.hold(`customer:${original.account}`, -original.amount);
    const acknowledged = acknowledge(bank, asked, 'APPROVED', { state: 'voided' });
    return { ...acknowledged, changed: [bank.view(original.account ?? '')] };
  }
  const { state, kind } = original;
  return acknowledge(bank, asked, reversalOf(state, MOVES.has(kind)), { state });
}

function reversalOf(state: Transaction['state'], moves: boolean): Code {
  if (state === 'voided' || state === 'tombstone' || state === 'suspense') return 'APPROVED';
  if (state === 'declined' && moves) return 'APPROVED';
  return state === 'posted' && moves ? 'ALREADY_COMPLETED' : 'STATE_CONFLICT';
}

const MOVES = new Set(['authorise', 'deposit', 'transfer']);

/** The advice has an id of its own, and is answered like this whenever it comes again. */
function acknowledge(bank: ModelState, asked: Asked<Complete | Reverse>, code: Code, told: Told): Answer {
  const declined = asked.request.type === 'complete' ? code !== 'APPROVED' : code === 'STATE_CONFLICT';
  note(bank, asked, { state: declined ? 'declined' : 'posted', code, told });
  return answer(code, { told });
}

function goneBy({ disposition, dispensed, cassettes }: Complete): number {
  if (disposition !== 'UNKNOWN') return Number(dispensed);
  const counted = cassettes.reduce((sum, one) => sum + Number(one.denomination) * one.dispensed, 0);
  return Math.min(counted, BALANCE_MAX);
}
