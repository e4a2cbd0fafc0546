/**
 * The messages inside Data records (PROTOCOL §7): their types, as the decoders of `decode.ts` deliver them. One JSON
 * object a message; amounts are digit strings on the wire and {@link Cents} here.
 *
 * @module
 */
import type { Code } from './errors.ts';
import type { AccountId, CustomerId, TxnId } from './ids.ts';
import type { Cents } from './money.ts';

/** Notes of one denomination (minor units), 0..2000 of them. A list of these never repeats a denomination. */
export interface Notes {
  readonly denomination: Cents;
  readonly count: number;
}

/** What one cassette did in a dispense. */
export interface CassetteCount {
  readonly denomination: Cents;
  readonly dispensed: number;
  readonly rejected: number;
}

interface Common {
  /** Request number, strictly increasing within a session, 1..2^53-1. */
  readonly rid: number;
}
interface Money extends Common {
  readonly txnId: TxnId;
  /** 1 for the first sending of this id, then 2, 3 …; at most 1,000,000. Not part of the fingerprint. */
  readonly attempt: number;
}

export interface Login extends Common {
  readonly type: 'login';
  readonly user: CustomerId;
  readonly password: string;
  readonly txnId: TxnId;
}
export interface Logout extends Common {
  readonly type: 'logout';
}
export interface Echo extends Common {
  readonly type: 'echo';
}
export interface Balance extends Common {
  readonly type: 'balance';
  readonly account: AccountId;
}
export interface History extends Common {
  readonly type: 'history';
  readonly account: AccountId;
  /** Sequence before which to list (exclusive); null for the newest page. */
  readonly cursor: number | null;
  /** 1..50 items. */
  readonly limit: number;
  /** Only these kinds; empty for all. */
  readonly kinds: readonly HistoryKind[];
}
export interface Authorise extends Money {
  readonly type: 'authorise';
  readonly account: AccountId;
  readonly amount: Cents;
  /** The mix the terminal will pay; its sum is `amount`. */
  readonly notes: readonly Notes[];
  /** The dispenser's own nonce, 32 hex digits. */
  readonly nonce: string;
}
export interface Complete extends Money {
  readonly type: 'complete';
  readonly origTxnId: TxnId;
  readonly disposition: 'TAKEN' | 'PARTIAL' | 'UNKNOWN';
  /** What the customer took; the whole hold for TAKEN, less for PARTIAL, 0 for UNKNOWN. */
  readonly dispensed: Cents;
  readonly cassettes: readonly CassetteCount[];
}
export const REVERSE_REASONS = [
  'timeout',
  'hardware',
  'token',
  'restart',
  'retracted',
  'cancelled',
  'settle',
] as const;
export interface Reverse extends Money {
  readonly type: 'reverse';
  readonly origTxnId: TxnId;
  readonly reason: (typeof REVERSE_REASONS)[number];
}
export interface Deposit extends Money {
  readonly type: 'deposit';
  readonly account: AccountId;
  readonly amount: Cents;
  /** Counted notes in escrow; their sum is `amount`. */
  readonly notes: readonly Notes[];
}
export interface Transfer extends Money {
  readonly type: 'transfer';
  readonly from: AccountId;
  readonly to: AccountId;
  readonly amount: Cents;
}
export interface PasswordChange extends Money {
  readonly type: 'passwordChange';
  readonly old: string;
  readonly new: string;
}
export interface Inquiry extends Common {
  readonly type: 'inquiry';
  readonly txnId: TxnId;
}
export interface Recon extends Money {
  readonly type: 'recon';
  /** Notes now in each cassette, and in its reject bin. */
  readonly cassettes: readonly {
    readonly denomination: Cents;
    readonly count: number;
    readonly rejected: number;
  }[];
  /** Cash the terminal believes it holds in all. */
  readonly total: Cents;
}

export type Request =
  | Login
  | Logout
  | Echo
  | Balance
  | History
  | Authorise
  | Complete
  | Reverse
  | Deposit
  | Transfer
  | PasswordChange
  | Inquiry
  | Recon;
export type RequestType = Request['type'];

export const HISTORY_KINDS = ['withdraw', 'deposit', 'transfer', 'login', 'password'] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

/** States of a transaction at the bank; see docs/ARCHITECTURE "The way of one withdrawal". */
export const TXN_STATES = [
  'held',
  'completed',
  'partial',
  'voided',
  'suspense',
  'declined',
  'tombstone',
  'posted',
  'pending',
] as const;
export type TxnState = (typeof TXN_STATES)[number];

export interface HistoryItem {
  /** Commit sequence of the transaction; also the paging cursor. */
  readonly seq: number;
  /** Milliseconds since 1970 UTC, the bank's clock. */
  readonly atMs: number;
  readonly kind: HistoryKind;
  /** Signed effect on the account as asked: negative takes money out. */
  readonly amount: Cents;
  /** Ledger balance after it, null where it had no effect. */
  readonly balance: Cents | null;
  readonly code: Code;
  readonly state: TxnState;
}

/** An account as a balance-carrying reply shows it. */
export interface AccountView {
  readonly account: AccountId;
  readonly ledger: Cents;
  readonly available: Cents;
  /** Sequence of the last ledger entry that touched the account; grows with every change. */
  readonly version: number;
}

/** Fields of a reply beyond `rid`, `code`, `audit`; each kind of request fills its own, a refusal none but triesLeft. */
export interface ReplyFields {
  readonly triesLeft?: number;
  readonly accounts?: readonly AccountView[];
  /** balance, authorise, deposit, transfer (the `from` account). */
  readonly account?: AccountView;
  readonly items?: readonly HistoryItem[];
  readonly next?: number | null;
  readonly holdId?: string;
  /** 64 hex digits. */
  readonly dispenseToken?: string;
  readonly state?: TxnState | 'none';
  /** recon: the bank's view, and terminal minus bank. May be negative. */
  readonly total?: Cents;
  readonly difference?: Cents;
}

/** Head of the audit chain when the reply left. */
export interface AuditHead {
  readonly seq: number;
  /** 64 hex digits. */
  readonly head: string;
}

export interface Reply extends ReplyFields {
  readonly type: 'reply';
  /** The request's number; null when it could not be read. */
  readonly rid: number | null;
  readonly code: Code;
  readonly audit: AuditHead;
}

/** Pushed when a logged-in customer's balance changed elsewhere. */
export interface BalancePush extends AccountView {
  readonly type: 'balance';
}
/** Pushed for a hold that is older than T_hold: the terminal answers COMPLETE or REVERSE from its journal. */
export interface SettlePush {
  readonly type: 'settle';
  readonly txnId: TxnId;
}
export type BankMessage = Reply | BalancePush | SettlePush;
