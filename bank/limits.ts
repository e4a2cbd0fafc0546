/**
 * The limits of a transaction: amount, notes, and what a customer may take on a day, holds included. Pure.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import type { CustomerId } from '../protocol/ids.ts';
import type { Notes } from '../protocol/messages.ts';
import type { Cents } from '../protocol/money.ts';
import type { TxnRow } from './model.ts';
import { type BankView, dayOf } from './state.ts';

/** Why an amount may not be used in one transaction, or null. */
export function amountProblem(amount: Cents, max: Cents): Code | null {
  if (amount <= 0n) return 'INVALID_AMOUNT';
  return amount > max ? 'EXCEEDS_AMOUNT_LIMIT' : null;
}

/** Why these notes are not that amount, or null. `notesMax` bounds their number. */
export function notesProblem(notes: readonly Notes[], amount: Cents, notesMax: number): Code | null {
  let sum = 0n;
  let count = 0;
  for (const { denomination, count: n } of notes) {
    sum += denomination * BigInt(n);
    count += n;
  }
  return sum !== amount || count > notesMax ? 'INVALID_AMOUNT' : null;
}

/** Why the customer may not take `amount` more today, or null. */
export function dayProblem(
  state: BankView,
  { customer, amount, nowMs }: { customer: CustomerId; amount: Cents; nowMs: number },
): Code | null {
  const used = state.usageOn(customer, dayOf(nowMs));
  if (used.amount + amount > state.policy.dayAmountMax) return 'EXCEEDS_AMOUNT_LIMIT';
  return used.count + 1 > state.policy.dayCountMax ? 'EXCEEDS_COUNT_LIMIT' : null;
}

/** What a transaction row counts towards its customer's day. */
export function spent(row: Pick<TxnRow, 'kind' | 'state' | 'amount' | 'settled'>): bigint | null {
  if (row.kind !== 'authorise') return null;
  if (row.state === 'held') return row.amount;
  return row.state === 'completed' || row.state === 'partial' || row.state === 'suspense'
    ? row.settled
    : null;
}
