/**
 * One line of a run's `history.jsonl.gz`: an operation of a customer at a terminal, written when its outcome is final
 * (or, at the end of the run, known to be unknown). The checkers read these and the bank's data, nothing else.
 *
 * Times are integer microseconds since the run's start on one monotonic clock shared by all workers.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import type { AccountId, CustomerId, TerminalId, TxnId } from '../protocol/ids.ts';

export const OPS = ['login', 'balance', 'deposit', 'withdraw', 'history', 'transfer', 'logout'] as const;
export type Op = (typeof OPS)[number];

export interface OperationRecord {
  readonly type: 'op';
  readonly terminal: TerminalId;
  readonly customer: CustomerId;
  readonly op: Op;
  /** Null for operations that carry none (balance, history, logout). */
  readonly txnId: TxnId | null;
  /** Null for login and logout. */
  readonly account: AccountId | null;
  readonly counterparty: AccountId | null;
  /** Asked amount, minor-unit digits; "0" where there is none. */
  readonly amount: string;
  /** Notes that physically changed hands, by the device's own count: paid out (withdraw) or kept (deposit). */
  readonly cash: string;
  readonly intendedUs: number;
  /** When the first request of the operation was handed to the channel; null when it never was. */
  readonly sentUs: number | null;
  /** When the decisive reply came (for a withdrawal the authorisation's); null when none came. */
  readonly repliedUs: number | null;
  /** When everything was over for the customer (notes taken, reversal acknowledged). */
  readonly doneUs: number | null;
  /** A timeout is `unknown` until a reversal or a late answer settles it. */
  readonly outcome: 'ok' | 'fail' | 'unknown';
  readonly code: Code | null;
  /** How the outcome became known. */
  readonly settledBy: 'reply' | 'reversal' | 'device' | null;
  /** Balance in the decisive reply and its account version; null when the reply carried none. */
  readonly ledger: string | null;
  readonly available: string | null;
  readonly version: number | null;
  /** Chain head that came with the last reply of this operation: a witness against truncation. */
  readonly audit: { readonly seq: number; readonly head: string } | null;
  /** Of a load: it did not succeed while a fault was on. */
  readonly provoked?: true;
}

/** Last line a terminal writes: what is physically in it. */
export interface CashCount {
  readonly type: 'cash';
  readonly terminal: TerminalId;
  /** Notes in cassettes and reject bins at the start and at the end, minor-unit digits. */
  readonly loaded: string;
  readonly counted: string;
  /** Advices not yet acknowledged, and operations whose outcome is unknown, at the end. */
  readonly open: number;
}

export type HistoryRecord = OperationRecord | CashCount;
