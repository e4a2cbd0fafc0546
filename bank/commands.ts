/**
 * What `decide` is asked, and what it answers. Identity comes from the session (`origin`), never from a message body.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import type { AccountId, CustomerId, TerminalId, TxnId } from '../protocol/ids.ts';
import type { AccountView, Login, PasswordChange, ReplyFields, Request } from '../protocol/messages.ts';
import type { Cents } from '../protocol/money.ts';
import type { AccountRow, CustomerRow, EntryRow, TerminalRow, TxnRow } from './model.ts';

export interface Origin {
  readonly terminal: TerminalId;
  /** The customer logged in on this session, or null. */
  readonly customer: CustomerId | null;
  /** The session's key id; absent, the newest of the terminal's. */
  readonly keyId?: number;
}

export type Command =
  /** Any request that needs no password hashing. */
  | {
      readonly type: 'request';
      readonly origin: Origin;
      readonly request: Exclude<Request, Login | PasswordChange>;
    }
  /** Books the try durably; answers with `verify` when the password is then to be hashed, or with a final reply. */
  | { readonly type: 'loginBegin'; readonly origin: Origin; readonly request: Login }
  | { readonly type: 'loginFinish'; readonly origin: Origin; readonly request: Login; readonly ok: boolean }
  | { readonly type: 'passwordBegin'; readonly origin: Origin; readonly request: PasswordChange }
  /** `password` is the new encoded hash when the old one was right, else null. */
  | {
      readonly type: 'passwordFinish';
      readonly origin: Origin;
      readonly request: PasswordChange;
      readonly password: string | null;
    }
  /** Something the bank did or saw that is audited and has no other effect; `customer` is `-` for strangers. */
  | { readonly type: 'note'; readonly customer: string; readonly action: string }
  /** A hold whose terminal is revoked or stays silent: books it to suspense. */
  | { readonly type: 'abandonHold'; readonly terminal: TerminalId; readonly txnId: TxnId }
  | AdminCommand;

/** Set-up and operation; each answers APPROVED or a refusal and is audited with customer `-` unless it names one. */
export type AdminCommand =
  | {
      readonly type: 'addCustomer';
      readonly customer: CustomerId;
      readonly password: string;
      /** Opened with these balances (debit `opening`); an account that exists already is shared and not credited again. */
      readonly accounts: readonly { readonly id: AccountId; readonly opening: Cents }[];
    }
  | { readonly type: 'unlockCustomer'; readonly customer: CustomerId }
  | { readonly type: 'lockCustomer'; readonly customer: CustomerId }
  | { readonly type: 'enrolTerminal'; readonly terminal: TerminalId; readonly keyId: number }
  | { readonly type: 'revokeTerminal'; readonly terminal: TerminalId }
  /** Ends a rotation: no terminal may use this key id any more. */
  | { readonly type: 'retireKey'; readonly keyId: number }
  /** Funds the vault from `opening`. */
  | { readonly type: 'fundVault'; readonly amount: Cents }
  /** Moves cash from the vault into a terminal. */
  | { readonly type: 'loadCash'; readonly terminal: TerminalId; readonly amount: Cents }
  /** What an operator found out about a suspended withdrawal: does the customer have the cash? */
  | {
      readonly type: 'resolveSuspense';
      readonly terminal: TerminalId;
      readonly txnId: TxnId;
      readonly paid: boolean;
    };

/** `customer` as it stands in the audit trail (`-` for nobody); `action` unescaped. */
export interface AuditNote {
  readonly customer: string;
  readonly action: string;
}

export type Write =
  | { readonly table: 'entry'; readonly row: Omit<EntryRow, 'seq' | 'auditSeq'> }
  /** `prior` is the row it replaces, where there is one: its `seq` stays. */
  | { readonly table: 'txn'; readonly row: Omit<TxnRow, 'seq' | 'settledSeq'>; readonly prior?: TxnRow }
  | { readonly table: 'customer'; readonly row: CustomerRow }
  | { readonly table: 'terminal'; readonly row: TerminalRow }
  /** A new account, empty; entries change it. */
  | { readonly table: 'account'; readonly row: AccountRow };

export interface Decision {
  readonly code: Code;
  readonly fields: ReplyFields;
  readonly writes: readonly Write[];
  /** Null only for loginBegin/passwordBegin that go on to hash (the finish writes the record) and for `echo`. */
  readonly audit: AuditNote | null;
  /** Set by loginBegin and passwordBegin: hash `password` against this, then send the finish command. */
  readonly verify?: { readonly encoded: string | null };
  /** On loginFinish APPROVED: who is logged in now. */
  readonly loggedIn?: CustomerId;
  /** Raise in the operator's events: reversal fraud, duplicate mismatch, … */
  readonly alert?: string;
  /** Customer accounts whose balance changed: pushed to other sessions of their customers. */
  readonly changed: readonly AccountView[];
}
