/**
 * The rows the bank keeps: accounts, ledger entries, transactions, customers, terminals. What the store persists and
 * what `decide` reads are these, nothing else.
 *
 * Debit-natured accounts (`cash:`, `vault`) grow by debits, credit-natured ones (`customer:`, `suspense:`, `opening`)
 * by credits; therefore at every moment Σ debit-natured = Σ credit-natured.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import type { AccountId, CustomerId, TerminalId, TxnId } from '../protocol/ids.ts';
import type { ReplyFields, RequestType, TxnState } from '../protocol/messages.ts';
import type { Cents } from '../protocol/money.ts';

export type LedgerAccount = string & { readonly __id: 'ledgerAccount' };
export const customerAccount = (id: AccountId) => `customer:${id}` as LedgerAccount;
export const cashAccount = (id: TerminalId) => `cash:${id}` as LedgerAccount;
export const suspenseAccount = (id: TerminalId) => `suspense:${id}` as LedgerAccount;
export const VAULT = 'vault' as LedgerAccount;
export const OPENING = 'opening' as LedgerAccount;

export const isDebitNatured = (id: LedgerAccount) => id === VAULT || id.startsWith('cash:');
/** Accounts that must never be below zero; suspense and opening may carry either sign. */
export const isNeverNegative = (id: LedgerAccount) => isDebitNatured(id) || id.startsWith('customer:');

export interface AccountRow {
  readonly id: LedgerAccount;
  readonly ledger: Cents;
  /** Sum of open holds; available = ledger − held. */
  readonly held: Cents;
  /** `seq` of the last entry that touched it; 0 before any. */
  readonly version: number;
}

export type EntryPhase = 'post' | 'hold' | 'settle' | 'release';
export type EntryKind = 'opening' | 'cashLoad' | 'withdraw' | 'deposit' | 'transfer' | 'resolve';

/** One immutable double entry. A correction is a new one. */
export interface EntryRow {
  /** 1, 2, 3 … in commit order, without gaps. */
  readonly seq: number;
  readonly phase: EntryPhase;
  readonly kind: EntryKind;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  /** Money that moves from credit to debit side: `post` and `settle`; 0 for `hold` and `release`. */
  readonly amount: Cents;
  /** Change of the debit account's holds: + for `hold`, − for `settle` and `release`, 0 for `post`. */
  readonly held: Cents;
  readonly terminal: TerminalId | null;
  readonly txnId: TxnId | null;
  /** The audit record written in the same commit. */
  readonly auditSeq: number;
  readonly atMs: number;
}

/** The idempotency table: one row a transaction id of a terminal, for every message that carries one. */
export interface TxnRow {
  readonly terminal: TerminalId;
  readonly txnId: TxnId;
  readonly kind: RequestType;
  /** The session's customer; of an advice, the original's. Null when there is none (recon, a tombstone). */
  readonly customer: CustomerId | null;
  /** Of a transfer, the `from` account. Null for advices, and where the account is not the customer's. */
  readonly account: AccountId | null;
  /** Of a transfer, the `to` account. */
  readonly counterparty: AccountId | null;
  readonly amount: Cents;
  /** What was posted in the end: less than `amount` for `partial`, 0 for voided and refused ones. */
  readonly settled: Cents;
  readonly state: TxnState;
  readonly code: Code;
  /** SHA-256, 64 hex, over the business fields and the customer; never over a password. */
  readonly fingerprint: string;
  /** Stored reply for a repeat. */
  readonly reply: ReplyFields;
  /** Ledger balance of `account` after it, null where it had no effect. */
  readonly balance: Cents | null;
  /** Of a transfer that was posted: ledger balance of `counterparty` after it. */
  readonly counterBalance?: Cents;
  /** Audit sequence of the first audited decision: the commit order. 0 while `pending`. */
  readonly seq: number;
  /** Audit sequence of the last change of state; equals `seq` at first. */
  readonly settledSeq: number;
  readonly atMs: number;
  /** For complete and reverse: the transaction they advise on. */
  readonly origTxnId: TxnId | null;
}

export interface CustomerRow {
  /** Names that are nobody's share a bounded number of rows `?0` … `?4095` (see bank/decide/login.ts). */
  readonly id: CustomerId;
  /** PHC-style string of the password hash; null for a name that is not a customer (its tries are counted all the same). */
  readonly password: string | null;
  /** Wrong passwords in a row, booked before each hash; 3 lock. */
  readonly tries: number;
  readonly locked: boolean;
  readonly accounts: readonly AccountId[];
}

/** False for the rows that count the tries of names that are nobody's. */
export const isCustomer = ({ password }: CustomerRow): boolean => password !== null;

export interface TerminalRow {
  readonly id: TerminalId;
  /** Key ids its sessions may use; once it is revoked, those that none may use again. */
  readonly keyIds: readonly number[];
  readonly revoked: boolean;
  readonly enrolledAtMs: number;
}

/** One sealed record of the audit trail. */
export interface AuditRow {
  readonly seq: number;
  readonly keyId: number;
  readonly iv: Uint8Array;
  readonly ct: Uint8Array;
  readonly mac: Uint8Array;
  /** h_n = SHA-256(h_{n−1} ‖ seq u64 ‖ key id u32 ‖ IV ‖ CT ‖ MAC), 32 bytes. */
  readonly hash: Uint8Array;
}
