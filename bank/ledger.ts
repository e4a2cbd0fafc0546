/**
 * Double entry on account rows, with both guards: no customer, cash or vault balance below zero, nobody's holds above
 * the balance, nothing beyond 2^53 (ARCHITECTURE "Postings"). Pure: rows in, rows out. `decide` refuses what would break
 * a guard; if an entry breaks one all the same, that is our own bug and stops the bank.
 *
 * @module
 */

import type { AccountId } from '../protocol/ids.ts';
import { invariant } from '../protocol/invariant.ts';
import type { AccountView } from '../protocol/messages.ts';
import { CENTS_MAX, type Cents, ZERO } from '../protocol/money.ts';
import type { AccountRow, EntryRow, LedgerAccount } from './model.ts';
import { isDebitNatured, isNeverNegative } from './model.ts';

export type Posting = Pick<EntryRow, 'phase' | 'debit' | 'credit' | 'amount' | 'held'>;

export const emptyAccount = (id: LedgerAccount): AccountRow => ({ id, ledger: ZERO, held: ZERO, version: 0 });

export const available = (row: AccountRow): Cents => (row.ledger - row.held) as Cents;

/** True when `amount` more would still be a balance the bank can keep. */
export const hasRoom = (row: AccountRow, amount: Cents): boolean => row.ledger + amount <= CENTS_MAX;

export const viewOf = (account: AccountId, row: AccountRow): AccountView => ({
  account,
  ledger: row.ledger,
  available: available(row),
  version: row.version,
});

/** The row after its side of the entry with sequence `seq`. Throws InvariantError when a guard is broken. */
export function postDebit(row: AccountRow, posting: Posting, seq: number): AccountRow {
  const ledger = (
    isDebitNatured(row.id) ? row.ledger + posting.amount : row.ledger - posting.amount
  ) as Cents;
  return guarded({ id: row.id, ledger, held: (row.held + posting.held) as Cents, version: seq });
}

export function postCredit(row: AccountRow, posting: Posting, seq: number): AccountRow {
  const ledger = (
    isDebitNatured(row.id) ? row.ledger - posting.amount : row.ledger + posting.amount
  ) as Cents;
  return guarded({ id: row.id, ledger, held: row.held, version: seq });
}

/** Throws InvariantError unless the entry is well formed: its phase, amount and change of holds fit together. */
export function checkPosting({ phase, debit, credit, amount, held }: Posting): void {
  invariant(debit !== credit, 'an entry has two different sides');
  if (phase === 'post') invariant(amount > 0n && held === 0n, 'a post moves money and no hold');
  if (phase === 'hold') invariant(amount === 0n && held > 0n, 'a hold moves no money');
  if (phase === 'settle') invariant(amount > 0n && held === -amount, 'a settlement posts what was held');
  if (phase === 'release') invariant(amount === 0n && held < 0n, 'a release moves no money');
}

function guarded(row: AccountRow): AccountRow {
  invariant(row.ledger <= CENTS_MAX && row.ledger >= -CENTS_MAX, 'no balance is beyond 2^53');
  invariant(row.held >= 0n, 'no hold is below zero');
  if (isNeverNegative(row.id)) {
    invariant(row.ledger >= 0n, 'no customer, cash or vault balance is below zero');
    invariant(row.held <= row.ledger, 'no holds are above the balance');
  }
  return row;
}
