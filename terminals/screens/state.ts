/**
 * All that a person's ATM shows, as data: what the terminal is told of the world, who is logged in, and the screen with
 * what was typed on it. Of a password only its length is here; its characters are in the app's care. Types and their
 * first values only.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { AccountId, CustomerId, TxnId } from '../../protocol/ids.ts';
import type {
  AccountView,
  BalancePush,
  HistoryItem,
  HistoryKind,
  Notes,
  Reply,
} from '../../protocol/messages.ts';
import { type Cents, ZERO } from '../../protocol/money.ts';
import { BANKNOTES } from '../banknotes.ts';
import type { Cassette } from '../cassettes.ts';
import { emptyText, type TextField } from './fields.ts';

/** `down`: waiting before the next try. `refused`: the same, and the bank does not take this machine's key. */
export type LinePhase = 'dialling' | 'handshake' | 'up' | 'down' | 'refused';

/** What the terminal is like now. */
export interface World {
  readonly nowMs: number;
  readonly line: LinePhase;
  /** An operation could be started. */
  readonly ready: boolean;
  /** Of the operation under way: `asking` the bank, moving `cash`, or `settling` what the bank did not answer. */
  readonly stage: 'asking' | 'cash' | 'settling' | null;
  readonly cassettes: readonly Cassette[];
}

export interface Session {
  readonly customer: CustomerId;
  readonly accounts: readonly AccountView[];
  /** The account that is shown and used. */
  readonly account: AccountId;
  readonly hidden: boolean;
  /** The last change that somebody else made. */
  readonly change: { readonly amount: Cents; readonly atMs: number } | null;
  readonly recent: readonly HistoryItem[];
  /** Since when `recent` may be old; null when it is not. */
  readonly staleSinceMs: number | null;
}

export type SecretName = 'password' | 'old' | 'fresh' | 'again';
/** Which answer of a confirmation is marked; null while there is none. */
export type Confirm = 'no' | 'yes' | null;

export interface LoginScreen {
  readonly at: 'login';
  readonly user: TextField;
  readonly focus: 'user' | 'password';
  readonly length: number;
  /** One or two lines. */
  readonly message: string | null;
}
export interface WithdrawScreen {
  readonly at: 'withdraw';
  readonly amount: Cents;
  readonly confirm: Confirm;
}
export interface DepositScreen {
  readonly at: 'deposit';
  /** Parallel to {@link BANKNOTES}. */
  readonly counts: readonly number[];
  readonly row: number;
  readonly confirm: Confirm;
}
export interface TransferScreen {
  readonly at: 'transfer';
  readonly to: TextField;
  readonly amount: Cents;
  readonly focus: 'to' | 'amount';
  readonly confirm: Confirm;
}
export interface HistoryScreen {
  readonly at: 'history';
  /** Index into {@link FILTERS}. */
  readonly filter: number;
  /** Cursors of the pages up to the present one. */
  readonly cursors: readonly (number | null)[];
  readonly items: readonly HistoryItem[];
  readonly next: number | null;
  readonly loading: boolean;
}
export interface PasswordScreen {
  readonly at: 'password';
  readonly focus: Exclude<SecretName, 'password'>;
  readonly lengths: Readonly<Record<Exclude<SecretName, 'password'>, number>>;
  readonly message: string | null;
}
/** An operation is under way. */
export interface BusyScreen {
  readonly at: 'busy';
  readonly asked: Asked;
  readonly sinceMs: number;
}
export interface ReceiptScreen {
  readonly at: 'receipt';
  readonly asked: Asked;
  readonly result: AtmResult;
  readonly atMs: number;
}
/** Something to know and one known next step. */
export interface NoticeScreen {
  readonly at: 'notice';
  readonly title: string;
  readonly lines: readonly string[];
  readonly code: Code | null;
  readonly good: boolean;
  /** What Enter leads to; null: home. */
  readonly next: Screen | null;
}
export type Screen =
  | LoginScreen
  | { readonly at: 'menu'; readonly selected: number }
  | WithdrawScreen
  | DepositScreen
  | TransferScreen
  | HistoryScreen
  | PasswordScreen
  | BusyScreen
  | ReceiptScreen
  | NoticeScreen;

/** What is asked of the bank. Passwords are added by the app. */
export type Asked =
  | { readonly op: 'login'; readonly user: CustomerId }
  | { readonly op: 'logout' }
  | { readonly op: 'balance'; readonly account: AccountId }
  | {
      readonly op: 'history';
      readonly account: AccountId;
      readonly cursor: number | null;
      readonly limit: number;
      readonly kinds: readonly HistoryKind[];
      /** For the menu's short list, not for the history screen. */
      readonly short: boolean;
    }
  | { readonly op: 'withdraw'; readonly account: AccountId; readonly amount: Cents }
  | {
      readonly op: 'deposit';
      readonly account: AccountId;
      readonly notes: readonly Notes[];
      readonly amount: Cents;
    }
  | { readonly op: 'transfer'; readonly from: AccountId; readonly to: AccountId; readonly amount: Cents }
  | { readonly op: 'passwordChange' };

/** How an operation ended; the host's result has these fields. */
export interface AtmResult {
  readonly outcome: 'ok' | 'fail' | 'unknown';
  /** Null when it was never sent because there was no session. */
  readonly code: Code | null;
  readonly cash: Cents;
  readonly txnId: TxnId | null;
  readonly settledBy: 'reply' | 'reversal' | 'device' | null;
  readonly account: AccountView | null;
  readonly reply: Reply | null;
}

export interface AtmState {
  readonly terminal: string;
  /** Address of the bank. */
  readonly bank: string;
  readonly world: World;
  readonly session: Session | null;
  readonly screen: Screen;
  /** Since when no key was pressed. */
  readonly idleSinceMs: number;
}

export type AtmEvent =
  | { readonly type: 'key'; readonly key: string; readonly character: string }
  | { readonly type: 'world'; readonly world: World }
  | { readonly type: 'push'; readonly push: BalancePush }
  | { readonly type: 'result'; readonly asked: Asked; readonly result: AtmResult }
  /** The new password was not typed the same twice. */
  | { readonly type: 'passwordsDiffer' };

export type Intent =
  | { readonly do: 'ask'; readonly asked: Asked }
  /** A key for a field whose characters are a secret. */
  | {
      readonly do: 'typeSecret';
      readonly field: SecretName;
      readonly edit: 'erase' | 'clear' | { readonly add: string };
    }
  /** Nobody waits for the operation any more; it is settled all the same. */
  | { readonly do: 'giveUp' }
  | { readonly do: 'forgetSecrets' }
  | { readonly do: 'leave' };

export interface Step {
  readonly state: AtmState;
  readonly intents: readonly Intent[];
}

export const FILTERS: readonly { readonly name: string; readonly kinds: readonly HistoryKind[] }[] = [
  { name: 'everything', kinds: [] },
  { name: 'withdrawals', kinds: ['withdraw'] },
  { name: 'deposits', kinds: ['deposit'] },
  { name: 'transfers', kinds: ['transfer'] },
  { name: 'logins and passwords', kinds: ['login', 'password'] },
];
export const HISTORY_ROWS = 12;
export const RECENT_ROWS = 5;

export const LOGIN: LoginScreen = { at: 'login', user: emptyText, focus: 'user', length: 0, message: null };
export const MENU = { at: 'menu', selected: 0 } as const;
export const WITHDRAW: WithdrawScreen = { at: 'withdraw', amount: ZERO, confirm: null };
export const DEPOSIT: DepositScreen = {
  at: 'deposit',
  counts: BANKNOTES.map(() => 0),
  row: 0,
  confirm: null,
};
export const TRANSFER: TransferScreen = {
  at: 'transfer',
  to: emptyText,
  amount: ZERO,
  focus: 'to',
  confirm: null,
};
export const PASSWORD: PasswordScreen = {
  at: 'password',
  focus: 'old',
  lengths: { old: 0, fresh: 0, again: 0 },
  message: null,
};

export const firstState = (terminal: string, bank: string, world: World): AtmState => ({
  terminal,
  bank,
  world,
  session: null,
  screen: LOGIN,
  idleSinceMs: world.nowMs,
});

/** Where a screen that is over leads. */
export const home = ({ session }: AtmState): Screen => (session ? MENU : LOGIN);

export const viewOf = ({ accounts, account }: Session): AccountView | null =>
  accounts.find((each) => each.account === account) ?? null;
