/**
 * What the operator's dashboard shows: one plain JSON snapshot of a run, as it travels over the feed. The screen, the
 * plain lines and the tests are functions of it and of nothing else. It carries no secret and no message body.
 *
 * Times are milliseconds since the run's start; latencies integer microseconds; money signed minor-unit digits.
 *
 * @module
 */
import type { ErrorClass } from '../../protocol/errors.ts';
import type { WatchedTerminal } from './watched.ts';

/** A terminal's state as one character of `Terminals.states`; also its glyph in ASCII. */
export const STATE_CODES = {
  idle: '.',
  handshake: '>',
  login: '@',
  txn: '$',
  error: '!',
  offline: 'x',
} as const;
export type TerminalState = keyof typeof STATE_CODES;

/** Samples kept in each series: one a second, oldest first. */
export const SERIES_MAX = 60;
/** Steps of the whole load. */
export const WHOLE_MAX = 120;
/** Faults kept in a snapshot, in the order in which they began. */
export const BANDS_MAX = 50;
/** Events kept in a snapshot, oldest first. */
export const EVENTS_MAX = 100;

export interface DashboardModel {
  readonly run: RunInfo;
  readonly terminals: Terminals;
  /** Successful operations in each past second; null where there is no figure. At most {@link SERIES_MAX}. */
  readonly okPerS: readonly (number | null)[];
  /** p99 of all operations in each past second, microseconds; same axis as `okPerS`. */
  readonly p99Us: readonly (number | null)[];
  /** Seconds of the load that are over: there both series end. */
  readonly secondsOver: number;
  /** The load so far in at most {@link WHOLE_MAX} equal steps: mean rate, and the p99 of the worst second. */
  readonly whole: {
    readonly stepS: number;
    readonly okPerS: readonly (number | null)[];
    readonly p99Us: readonly (number | null)[];
  };
  /** Faults so far, at most {@link BANDS_MAX}. */
  readonly bands: readonly Band[];
  /** In display order; the row of all operations, named `ALL`, last. */
  readonly latency: readonly LatencyRow[];
  readonly lights: Lights;
  /** Attacks tried so far and how many got through; null when no adversary runs. */
  readonly adversary: { readonly tried: number; readonly accepted: number } | null;
  /** Faults in force now, one short text each. */
  readonly faults: readonly string[];
  readonly thresholds: readonly ThresholdState[];
  /** Null when the bank gives no figures (a foreign bank). */
  readonly bank: BankStats | null;
  /** Most frequent first. */
  readonly errors: readonly ErrorCount[];
  /** Newest last. At most {@link EVENTS_MAX}. */
  readonly events: readonly RunEvent[];
  /** Events of the run before the first of these. */
  readonly eventsBefore: number;
  readonly totals: Totals;
  /** Only of terminals that a viewer looks at by itself. */
  readonly watched?: readonly WatchedTerminal[];
  /** Null until the checks are over. */
  readonly verdict: Verdict | null;
}

export interface RunInfo {
  readonly scenario: string;
  readonly seed: string;
  /** Short commit, or `-` outside a repository. */
  readonly commit: string;
  readonly state: 'setup' | 'run' | 'drain' | 'check' | 'done';
  readonly elapsedMs: number;
  readonly plannedMs: number | null;
  /** Asked operations a second; null in a closed model. */
  readonly offeredRate: number | null;
  /** Successful operations in the last whole second. */
  readonly achievedRate: number;
  /** The command that repeats the run. */
  readonly repeat?: string;
  /** The run's own, where exports go. */
  readonly directory?: string;
  /** What viewers may do to the load; absent when they may only look. */
  readonly control?: ControlState;
}

export interface ControlState {
  readonly paused: boolean;
  /** Part of the planned load that is offered, percent. */
  readonly sharePct: number;
  /** Kinds of fault that can be applied now. */
  readonly faults: readonly FaultChoice[];
}

export interface FaultChoice {
  readonly kind: string;
  readonly text: string;
  readonly strikes: 'bank' | 'terminals';
}

/** Terminal i is named `prefix` and `first + i`, padded with zeros to `digits`. */
export interface Terminals {
  readonly prefix: string;
  readonly first: number;
  readonly digits: number;
  /** One character of {@link STATE_CODES} a terminal; 10,000 terminals are 10 kB. */
  readonly states: string;
  /** Absent before the first figures; every list in the order of `states`. */
  readonly details?: TerminalDetails;
}

export interface TerminalDetails {
  /** Of its last 100 operations, nearest rank, from the intended start; null before the first. */
  readonly p99Us: readonly (number | null)[];
  /** Operations that did not end well. */
  readonly errors: readonly number[];
  readonly lastError: readonly (string | null)[];
  readonly lastOp: readonly (string | null)[];
  /** Cash in the machine, minor units. */
  readonly cash: readonly (number | null)[];
}

/** Percentiles are null when fewer than ten samples lie beyond them: n·(1−q) < 10. */
export interface LatencyRow {
  readonly op: string;
  /** Operations a second. */
  readonly rate: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** `stale`: the last check is too old. `unchecked`: there was none, and there may never be one; never shown as OK. */
export type LightStatus = 'ok' | 'stale' | 'violated' | 'unchecked';

export interface Lights {
  readonly money: MoneyLight;
  readonly audit: AuditLight;
}

export interface MoneyLight {
  readonly status: LightStatus;
  /** Money made up (+) or lost (−), minor-unit digits. */
  readonly delta: string;
  /** All money in the system, minor-unit digits. */
  readonly sum: string;
  /** What was violated, or why it is not checked; may be empty. */
  readonly text: string;
  /** When the last check was made; of a violated light, the first violation. Null when there was none. */
  readonly atMs: number | null;
}

export interface AuditLight {
  readonly status: LightStatus;
  readonly headSeq: number;
  /** Hex. */
  readonly headHash: string;
  /** Age of the oldest record not yet verified; null when unknown. */
  readonly lagMs: number | null;
  readonly text: string;
  readonly atMs: number | null;
}

/** `ok` is null while there are too few samples to tell. */
export interface ThresholdState {
  readonly condition: string;
  readonly ok: boolean | null;
}

export interface BankStats {
  readonly mailbox: number;
  readonly mailboxMax: number;
  /** Operations a commit. */
  readonly batchP50: number | null;
  readonly fsyncUsP50: number | null;
  readonly fsyncUsP99: number | null;
  readonly loopLagMs: number | null;
  /** Connections, and those of them whose session is up. */
  readonly sessions: { readonly open: number; readonly established: number };
  readonly rssMB: number;
}

export interface ErrorCount {
  readonly code: string;
  readonly class: ErrorClass;
  readonly count: number;
  readonly expected: boolean;
}

export interface Band {
  readonly kind: string;
  readonly fromMs: number;
  /** Null: it is on; `fromMs`: an instant. */
  readonly toMs: number | null;
}

export interface RunEvent {
  readonly tMs: number;
  readonly level: 'info' | 'warn' | 'error' | 'fault' | 'adver';
  /** Who it is about: a terminal's id, `bank`, `operator`; may be empty. */
  readonly actor: string;
  readonly text: string;
}

export interface Totals {
  readonly ok: number;
  /** Refused or failed, as expected or not. */
  readonly failed: number;
  readonly unexpected: number;
  readonly inFlight: number;
  readonly retries: number;
}

export interface Verdict {
  readonly status: 'pass' | 'fail' | 'invalid' | 'incomplete';
  readonly exitCode: number;
  readonly reasons: readonly string[];
}

export type StateCounts = Readonly<Record<TerminalState, number>>;

export function terminalName(terminals: Terminals, index: number): string {
  return terminals.prefix + String(terminals.first + index).padStart(terminals.digits, '0');
}

/** Unknown characters count as `error`: a state nobody knows must not pass for idle. */
export function stateOf(code: string): TerminalState {
  return STATE_BY_CODE.get(code) ?? 'error';
}

export function countStates(states: string): StateCounts {
  const counts = { idle: 0, handshake: 0, login: 0, txn: 0, error: 0, offline: 0 };
  for (let i = 0; i < states.length; i++) counts[stateOf(states.charAt(i))]++;
  return counts;
}

/**
 * A violated light keeps its first violation for the rest of the run, whatever later snapshots say. Whoever makes
 * snapshots applies it too, since a feed that shows only the newest may skip the one with the violation.
 */
export function latchLights(held: Lights | null, next: Lights): Lights {
  return {
    money: held?.money.status === 'violated' ? held.money : next.money,
    audit: held?.audit.status === 'violated' ? held.audit : next.audit,
  };
}

const STATE_BY_CODE = new Map<string, TerminalState>(
  (Object.keys(STATE_CODES) as TerminalState[]).map((state) => [STATE_CODES[state], state]),
);
