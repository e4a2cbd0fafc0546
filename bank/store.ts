/**
 * The store port. An adapter keeps what `decide` decided, in one durable commit a batch, and nothing of its own:
 * `test/conformance/store.ts` is the contract each of them passes.
 *
 * @module
 */
import type { AccountId, CustomerId, TerminalId, TxnId } from '../protocol/ids.ts';
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

/** The requests whose rows a history shows, by the name a query has for them. */
export const HISTORY_KINDS: Readonly<Record<HistoryKind, TxnRow['kind']>> = {
  withdraw: 'authorise',
  deposit: 'deposit',
  transfer: 'transfer',
  login: 'login',
  password: 'passwordChange',
};

/**
 * Rows whose `account` it is, posted transfers whose `counterparty` it is, and the customer's own logins and password
 * changes; never `pending` ones, never advices.
 */
export interface HistoryQuery {
  readonly account: AccountId;
  readonly customer: CustomerId;
  /** Exclusive; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
  /** Empty for all. */
  readonly kinds: readonly HistoryKind[];
}

/** Cash a customer took on a day, over all accounts and terminals, holds included. */
export interface DayUsage {
  readonly customer: CustomerId;
  readonly amount: bigint;
  readonly count: number;
}

export interface FailedLogin {
  readonly terminal: TerminalId;
  readonly atMs: number;
}

export interface LedgerStore {
  load(): BankImage;
  /** Committed row, or undefined. Synchronous: decide runs between commits. */
  transaction(terminal: TerminalId, txnId: TxnId): TxnRow | undefined;
  /** Newest first. Committed rows only. */
  history(query: HistoryQuery): readonly TxnRow[];
  /**
   * Withdrawals since `sinceMs`, per customer: a held one counts its amount, a completed, partial or suspended one
   * what was settled, any other nothing. Used at start.
   */
  dayUsage(sinceMs: number): readonly DayUsage[];
  /** Logins with a wrong password since `sinceMs`, oldest first. Used at start. */
  failedLogins(sinceMs: number): readonly FailedLogin[];
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
