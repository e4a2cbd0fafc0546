/**
 * What a customer asks of a terminal host and what comes of it. Types only; the host is `terminal-host.ts`.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import type { AccountId, CustomerId, TerminalId, TxnId } from '../protocol/ids.ts';
import type { AccountView, AuditHead, BalancePush, HistoryKind, Notes, Reply } from '../protocol/messages.ts';
import type { Cents } from '../protocol/money.ts';
import type { CashAcceptor, Clock, Dispenser, Entropy, Journal } from '../protocol/ports.ts';
import type { Cassette } from '../terminals/cassettes.ts';
import type { JournalEntry } from '../terminals/journal.ts';
import type { LinkEvents, TerminalLink } from './terminal-link-port.ts';

export type Operation =
  | { readonly op: 'login'; readonly user: CustomerId; readonly password: string }
  | { readonly op: 'logout' }
  | { readonly op: 'balance'; readonly account: AccountId }
  | ({ readonly op: 'history'; readonly account: AccountId } & HistoryPage)
  | { readonly op: 'withdraw'; readonly account: AccountId; readonly amount: Cents }
  | { readonly op: 'deposit'; readonly account: AccountId; readonly notes: readonly Notes[] }
  | { readonly op: 'transfer'; readonly from: AccountId; readonly to: AccountId; readonly amount: Cents }
  | { readonly op: 'passwordChange'; readonly old: string; readonly new: string };

export interface HistoryPage {
  readonly cursor: number | null;
  readonly limit: number;
  readonly kinds: readonly HistoryKind[];
}

/** How an operation ended; handed out exactly once. Times are µs of the injected `ticks`. */
export interface OperationResult {
  readonly op: Operation['op'];
  /** Null for balance, history, logout and what was refused before an id was made. */
  readonly txnId: TxnId | null;
  /** `unknown` only when nothing settled it: a lost session for what moves no cash, or an unknown dispense. */
  readonly outcome: 'ok' | 'fail' | 'unknown';
  /** Null when the request was never sent because there was no session. */
  readonly code: Code | null;
  /** As asked; of a deposit as counted. */
  readonly amount: Cents;
  /** Notes that changed hands by the device's count: paid out, or kept. 0 when unknown. */
  readonly cash: Cents;
  /** First request handed to the link; null when none was. */
  readonly sentUs: number | null;
  /** The decisive reply; null when none came. */
  readonly repliedUs: number | null;
  readonly doneUs: number;
  readonly settledBy: 'reply' | 'reversal' | 'device' | null;
  readonly account: AccountView | null;
  readonly audit: AuditHead | null;
  /** The decisive reply, with `accounts`, `items`, `next`, `triesLeft`. */
  readonly reply: Reply | null;
}

/** The part of a result that the transaction's machine knows: its output. */
export type Settlement = Pick<OperationResult, 'outcome' | 'code' | 'cash' | 'settledBy' | 'audit' | 'reply'>;

export type Done = (result: OperationResult) => void;

export interface Timeouts {
  /** T1: a reply is awaited that long. */
  readonly replyMs: number;
  /** T3: presented notes wait that long. */
  readonly takeMs: number;
  /** First wait before a repeat; doubles up to `backoffMaxMs`. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** Sendings of one request (BUSY, no answer) before the terminal gives up repeating it. */
  readonly attemptsMax: number;
}

export const TIMEOUTS_DEFAULT: Timeouts = {
  replyMs: 10_000,
  takeMs: 30_000,
  backoffMs: 250,
  backoffMaxMs: 10_000,
  attemptsMax: 6,
};

export interface HostDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Monotonic µs, for results only. */
  readonly ticks: () => number;
  readonly journal: Journal<JournalEntry>;
  readonly dispenser: Dispenser;
  readonly acceptor: CashAcceptor;
  /** Makes the link; it must not call `events` before it has returned. */
  readonly link: (events: LinkEvents) => TerminalLink;
  /** An actor died or a promise of ours broke: the run has failed. */
  readonly onError: (error: unknown) => void;
  readonly onBalance?: (push: BalancePush) => void;
}

export interface HostOptions {
  readonly terminal: TerminalId;
  /** Shared with the devices, which move the notes. */
  readonly cassettes: readonly Cassette[];
  readonly timeouts: Timeouts;
  /** Notes a dispense; 40 when left out. */
  readonly notesMax?: number;
}

export type HostState = 'offline' | 'handshake' | 'idle' | 'login' | 'transaction' | 'error';
