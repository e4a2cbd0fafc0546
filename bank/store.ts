/**
 * The store port. An adapter keeps what `decide` decided, in one durable commit a batch, and nothing of its own:
 * `test/conformance/store.ts` is the contract each of them passes.
 *
 * @module
 */
import type { AccountId, TerminalId, TxnId } from '../protocol/ids.ts';
import type { HistoryKind } from '../protocol/messages.ts';
import type { AccountRow, AuditRow, CustomerRow, EntryRow, TerminalRow, TxnRow } from './model.ts';

/** What is kept in memory while the bank runs. */
export interface BankImage {
  readonly accounts: readonly AccountRow[];
  readonly customers: readonly CustomerRow[];
  readonly terminals: readonly TerminalRow[];
  /** Transactions in state `held` or `pending`. */
  readonly open: readonly TxnRow[];
  readonly entrySeq: number;
  readonly auditHead: { readonly seq: number; readonly hash: Uint8Array };
}

/** All effects of a batch of decisions; written together or not at all. Rows replace rows with the same key. */
export interface Batch {
  readonly entries: readonly EntryRow[];
  readonly accounts: readonly AccountRow[];
  readonly txns: readonly TxnRow[];
  readonly customers: readonly CustomerRow[];
  readonly terminals: readonly TerminalRow[];
  readonly audit: readonly AuditRow[];
}

export interface HistoryQuery {
  readonly account: AccountId;
  /** Exclusive; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
  readonly kinds: readonly HistoryKind[];
}

/** Money a customer account moved out on a day, holds included. */
export interface DayUsage {
  readonly account: AccountId;
  readonly amount: bigint;
  readonly count: number;
}

export interface LedgerStore {
  load(): BankImage;
  /** Committed row, or undefined. Synchronous: decide runs between commits. */
  transaction(terminal: TerminalId, txnId: TxnId): TxnRow | undefined;
  /** Newest first. Committed rows only. */
  history(query: HistoryQuery): readonly TxnRow[];
  /** Withdrawals (not voided, not declined) since `sinceMs`, per account; used at start. */
  dayUsage(sinceMs: number): readonly DayUsage[];
  /**
   * Makes the batch durable, then calls `done(null)`. An error is fatal for the bank: what is on disk is unknown
   * until the store is opened again, so the batch is never retried and never acknowledged.
   */
  commit(batch: Batch, done: (error: Error | null) => void): void;
  /** Audit rows with seq ≥ `from`, ascending. */
  audit(from: number): Iterable<AuditRow>;
  /** Every entry ascending, every transaction by seq; for checkers and recounts. */
  entries(): Iterable<EntryRow>;
  txns(): Iterable<TxnRow>;
  close(): void;
}
