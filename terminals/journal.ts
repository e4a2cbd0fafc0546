/**
 * The terminal's journal: its entries and what a restart makes of them (docs/ARCHITECTURE "Restart of a terminal").
 * Entries marked † in the state charts are durable before the side effect that follows. Pure: no storage here.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import type { AccountId, TxnId } from '../protocol/ids.ts';
import { invariant, unreachable } from '../protocol/invariant.ts';
import type { AuditHead, Complete, Notes, Reverse } from '../protocol/messages.ts';
import type { Cents } from '../protocol/money.ts';
import type { DeviceCounts } from '../protocol/ports.ts';

/** A message that is stored, sent in order and repeated until acknowledged. */
export type Advice = Omit<Complete, 'rid' | 'attempt'> | Omit<Reverse, 'rid' | 'attempt'>;

/** `audit` is a witness: the head of the bank's audit chain when that reply left. */
export type JournalEntry =
  | {
      readonly mark: 'intent';
      readonly txnId: TxnId;
      readonly account: AccountId;
      readonly amount: Cents;
      readonly notes: readonly Notes[];
    }
  | { readonly mark: 'approved'; readonly txnId: TxnId; readonly audit: AuditHead }
  | { readonly mark: 'declined'; readonly txnId: TxnId; readonly code: Code; readonly audit: AuditHead }
  /** An approval that came after T1: dropped, no cash. */
  | { readonly mark: 'late'; readonly txnId: TxnId; readonly code: Code; readonly audit: AuditHead }
  | {
      readonly mark: 'authoriseSent' | 'stacking' | 'presenting' | 'presented' | 'retracting';
      readonly txnId: TxnId;
    }
  /** The customer has the notes counted here. */
  | { readonly mark: 'taken'; readonly txnId: TxnId; readonly counts: DeviceCounts }
  | {
      readonly mark: 'escrow';
      readonly txnId: TxnId;
      readonly account: AccountId;
      readonly amount: Cents;
      readonly notes: readonly Notes[];
    }
  | { readonly mark: 'accepted'; readonly txnId: TxnId; readonly audit: AuditHead }
  | {
      readonly mark: 'depositSent' | 'storing' | 'stored' | 'returning' | 'returned' | 'escrowSuspect';
      readonly txnId: TxnId;
    }
  | { readonly mark: 'transferSent'; readonly txnId: TxnId; readonly amount: Cents }
  | { readonly mark: 'transferDone'; readonly txnId: TxnId; readonly code: Code; readonly audit: AuditHead }
  /** `txnId` is the transaction advised on. */
  | { readonly mark: 'adviceQueued'; readonly txnId: TxnId; readonly advice: Advice }
  | { readonly mark: 'adviceDone'; readonly txnId: TxnId; readonly code: Code; readonly audit: AuditHead };

/** What to do for a transaction that was under way. */
export type Recovery =
  /** Nothing was moved: REVERSE(restart). */
  | { readonly action: 'reverse'; readonly txnId: TxnId }
  /** Notes are inside: reject them, then REVERSE(restart). */
  | { readonly action: 'rejectNotes'; readonly txnId: TxnId }
  /** Ask the dispenser: nothing out → REVERSE, notes out → COMPLETE, unknown → COMPLETE(unknown), no reversal. */
  | { readonly action: 'askDevice'; readonly txnId: TxnId; readonly amount: Cents }
  /** The customer has the notes: COMPLETE. */
  | {
      readonly action: 'complete';
      readonly txnId: TxnId;
      readonly amount: Cents;
      readonly counts: DeviceCounts;
    }
  /** REVERSE(restart) decides about the escrow: tombstone → return, ALREADY_COMPLETED → store. */
  | { readonly action: 'reverseDeposit'; readonly txnId: TxnId }
  /** As before, and the reversal is among the advices already. */
  | { readonly action: 'awaitReversal'; readonly txnId: TxnId }
  | { readonly action: 'store' | 'return'; readonly txnId: TxnId };

export interface Recovered {
  /** Unacknowledged, in the order to send them. */
  readonly advices: readonly Advice[];
  /** Transactions under way, oldest first. Finished ones are not here. */
  readonly open: readonly Recovery[];
}

/** Replays a journal, oldest entry first. */
export function recover(entries: Iterable<JournalEntry>): Recovered {
  const open = new Map<TxnId, Recovery>();
  const amounts = new Map<TxnId, Cents>();
  const advices = new Map<TxnId, Advice>();
  for (const entry of entries) {
    if (entry.mark === 'adviceQueued') advices.set(entry.advice.txnId, entry.advice);
    if (entry.mark === 'adviceDone') forget(advices, entry.txnId);
    if ('amount' in entry) amounts.set(entry.txnId, entry.amount);
    const next = step(entry, open.get(entry.txnId), amounts.get(entry.txnId));
    if (next) open.set(entry.txnId, next);
    else {
      open.delete(entry.txnId);
      amounts.delete(entry.txnId);
    }
  }
  return { advices: [...advices.values()], open: [...open.values()] };
}

/** The advice given on a transaction, whether acknowledged or not; for a `settle` push. Null when there is none. */
export function adviceOn(entries: Iterable<JournalEntry>, txnId: TxnId): Advice | null {
  let found: Advice | null = null;
  for (const entry of entries)
    if (entry.mark === 'adviceQueued' && entry.txnId === txnId) found = entry.advice;
  return found;
}

/** One line of a journal file. Amounts travel as `{"cents": "4000"}`. */
export const encodeEntry = (entry: JournalEntry): string =>
  JSON.stringify(entry, (_, value: unknown) =>
    typeof value === 'bigint' ? { cents: String(value) } : value,
  );

/** Reads what {@link encodeEntry} wrote; the file is our own, so anything else breaks a promise. */
export function decodeEntry(line: string): JournalEntry {
  const entry: JournalEntry = JSON.parse(line, (_, value: unknown) =>
    isCents(value) ? BigInt(value.cents) : value,
  );
  invariant(typeof entry.mark === 'string', 'a journal line is an entry');
  return entry;
}

const isCents = (value: unknown): value is { cents: string } =>
  typeof value === 'object' && value !== null && 'cents' in value && typeof value.cents === 'string';

/** The recovery after one more mark; null when the transaction is finished or its advice says the rest. */
function step(entry: JournalEntry, before: Recovery | undefined, amount: Cents | undefined): Recovery | null {
  const { txnId } = entry;
  switch (entry.mark) {
    case 'intent':
    case 'authoriseSent':
    case 'transferSent':
      return { action: 'reverse', txnId };
    case 'approved':
    case 'stacking':
      return { action: 'rejectNotes', txnId };
    case 'presenting':
    case 'presented':
    case 'retracting':
      invariant(amount !== undefined, 'an intent comes before the notes');
      return { action: 'askDevice', txnId, amount };
    case 'taken':
      invariant(amount !== undefined, 'an intent comes before the notes');
      return { action: 'complete', txnId, amount, counts: entry.counts };
    case 'escrow':
    case 'depositSent':
      return { action: 'reverseDeposit', txnId };
    case 'accepted':
    case 'storing':
      return { action: 'store', txnId };
    case 'returning':
      return { action: 'return', txnId };
    case 'adviceQueued':
      return isDeposit(before) ? { action: 'awaitReversal', txnId } : null;
    case 'adviceDone':
      return isDeposit(before) ? { action: escrowAfter(entry.code), txnId } : null;
    case 'late':
      return before ?? null;
    case 'declined':
      return isDeposit(before) ? { action: 'return', txnId } : null;
    case 'stored':
    case 'returned':
    case 'escrowSuspect':
    case 'transferDone':
      return null;
    default:
      return unreachable(entry);
  }
}

/** What an acknowledged reversal of a deposit means for the notes in escrow. */
export const escrowAfter = (code: Code): 'store' | 'return' =>
  code === 'ALREADY_COMPLETED' ? 'store' : 'return';

const isDeposit = (recovery: Recovery | undefined): boolean =>
  recovery?.action === 'reverseDeposit' || recovery?.action === 'awaitReversal';

function forget(advices: Map<TxnId, Advice>, origTxnId: TxnId): void {
  for (const [id, advice] of advices) if (advice.origTxnId === origTxnId) advices.delete(id);
}
