/**
 * The types of `report.json` (schema `cashpoint-report`). Everything a reader sees is in here: HTML, JUnit and
 * Markdown are pure functions of one such object, so an old run can be rendered again.
 *
 * Units are part of every name (`Us`, `Ms`, `MB`, `Pct`); times are integers, money is decimal strings of minor units.
 * Null means "not measured" or "no data", never zero.
 *
 * @module
 */
import type { ErrorClass } from '../protocol/errors.ts';

export const SCHEMA_NAME = 'cashpoint-report';
/** Semver: readers reject a newer major, and ignore keys they do not know. */
export const SCHEMA_VERSION = '1.2.0';

export interface Report {
  readonly schema: { readonly name: typeof SCHEMA_NAME; readonly version: string };
  readonly run: RunInfo;
  readonly source: SourceInfo;
  readonly environment: EnvironmentInfo;
  readonly config: ConfigInfo;
  readonly verdict: Verdict;
  readonly thresholds: readonly ThresholdResult[];
  readonly totals: Totals;
  /** By operation (`withdraw`, `deposit`, …); only those that were in the mix. */
  readonly ops: Readonly<Record<string, OpResult>>;
  readonly series: Series;
  /** What `cashpoint report compare` draws from. Absent where there was no load of some seconds. */
  readonly windows?: Windows;
  readonly states: States;
  readonly errors: readonly ErrorResult[];
  readonly invariants: readonly InvariantResult[];
  /** Null when there were no books to count (a foreign bank, a run killed before the checks). */
  readonly money: MoneyResult | null;
  /** Null when the trail was not at hand. */
  readonly audit: AuditResult | null;
  /** Empty: the adversary did not run. */
  readonly adversary: readonly AttackResult[];
  /** Only where the adversary ran. */
  readonly scoreboard?: ScoreboardResult;
  readonly faults: readonly FaultResult[];
  /** The last hundred, oldest first; all of them are in `events.jsonl`. Only of a load. */
  readonly events?: readonly EventResult[];
  readonly bank: BankResult;
  readonly generator: GeneratorResult;
  readonly sessions: SessionsResult;
  readonly baseline?: BaselineResult;
  /** Only in reports of `simulate`. */
  readonly simulation?: SimulationResult;
  /** Files of the run beside `report.json`, which cannot name its own hash. */
  readonly artifacts: readonly Artifact[];
}

export interface RunInfo {
  readonly id: string;
  /** Name of the scenario. */
  readonly scenario: string;
  /** SHA-256 of the effective scenario without its name, thresholds and tags, 64 hex digits: equal loads, equal hashes. */
  readonly scenarioHash: string;
  readonly seed: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  /** Left out of `ops` and `series`; 0 for none. */
  readonly warmupMs: number;
  /** As given, after `cashpoint`; secrets never stand in argv. */
  readonly argv: readonly string[];
  /** One line that repeats the run. */
  readonly reproCommand: string;
  readonly exit: { readonly code: number; readonly reason: string };
  readonly tags: Readonly<Record<string, string>>;
}

export interface SourceInfo {
  /** Null where the program does not run from a checkout. */
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly branch?: string;
  readonly lockfileSha256: string | null;
  readonly protocolVersion: string;
  /** Name of the cipher suite. */
  readonly suite: string;
}

export interface EnvironmentInfo {
  readonly host: {
    readonly cpuModel: string;
    readonly cores: number;
    readonly memMB: number;
    readonly kernel: string;
    readonly container?: string;
  };
  readonly node: string;
  readonly openssl: string;
  readonly tz: 'UTC';
  /** Runs are compared only within one class, e.g. `linux-x64-2c-4GB`. */
  readonly machineClass: string;
}

/** The effective configuration, after defaults, scenario, environment and flags. */
export interface ConfigInfo {
  readonly terminals: number;
  readonly accounts: number;
  readonly arrival: 'open' | 'closed';
  /** Operations a second; null for a closed model. The last stage's where there are several. */
  readonly offeredRate: number | null;
  /** Weights by operation, any scale. */
  readonly mix: Readonly<Record<string, number>>;
  readonly thinkTime: { readonly distribution: string; readonly meanMs: number };
  /** Milliseconds by name of the timer. */
  readonly timeouts: Readonly<Record<string, number>>;
  readonly retry: Readonly<Record<string, number | string | boolean>>;
  readonly faults: readonly FaultSpec[];
  readonly thresholds: readonly Threshold[];
  /** Whatever else shaped the run, for people: durability settings, transport, workers, stages. */
  readonly other?: Readonly<Record<string, string | number | boolean>>;
}

export interface FaultSpec {
  readonly id: string;
  /** e.g. `latency`, `partition`, `bank-restart`. */
  readonly kind: string;
  /** Who it strikes, e.g. `bank`, `40 terminals`. */
  readonly target: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** From the start of the run. */
  readonly startMs: number;
  /** Null: to the end of the run; 0: it happens at once. */
  readonly durationMs: number | null;
}

export interface Threshold {
  /** Stable name: metric and condition without spaces, e.g. `p99(withdraw)<250ms`. */
  readonly id: string;
  /** e.g. `p99(withdraw)`, `errors`, `rate`. */
  readonly metric: string;
  /** e.g. `<250ms`, `<0.1%`, `>100/s`. */
  readonly condition: string;
  readonly abortOnFail?: boolean;
  /** Time from the start in which `abortOnFail` does not act. */
  readonly graceMs?: number;
}

export type VerdictStatus = 'pass' | 'fail' | 'invalid' | 'incomplete';
export interface Verdict {
  readonly status: VerdictStatus;
  /** Sentences, worst first; empty for a pass. */
  readonly reasons: readonly string[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

export type ThresholdUnit = 'us' | '%' | '/s' | '';
export interface ThresholdResult {
  readonly id: string;
  readonly metric: string;
  readonly condition: string;
  /** In `unit`; null when there was nothing to measure. */
  readonly actual: number | null;
  readonly unit: ThresholdUnit;
  readonly baseline?: number;
  /** Null: not judged, because the run did not get so far. */
  readonly ok: boolean | null;
  /** Why it failed when the figure alone does not say so, e.g. too few samples. */
  readonly note?: string;
}

/** Operations and frames over the whole run, warm-up included. */
export interface Totals {
  /** Secure sessions established. */
  readonly sessions: number;
  /** Operations asked by customers. */
  readonly requests: number;
  readonly ok: number;
  readonly expectedErrors: number;
  readonly unexpectedErrors: number;
  readonly retries: number;
  /** Answered "busy" by the bank. */
  readonly shed: number;
  /** Arrivals the generator could not start (open model). */
  readonly dropped?: number;
  /** Arrivals that had to wait for their terminal or its line (open model). */
  readonly late?: number;
  readonly bytesTx: number;
  readonly bytesRx: number;
}

/**
 * Integer microseconds. A percentile q is null when fewer than ten samples lie beyond it: n·(1−q) < 10.
 * All but `n` are null when n is 0.
 */
export interface Latency {
  readonly n: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** After the warm-up. */
export interface OpResult {
  readonly count: number;
  readonly ok: number;
  /** Completed a second. */
  readonly rate: number;
  /** From the intended start. */
  readonly latencyUs: Latency;
  /** Service time, from the moment it was sent. */
  readonly uncorrectedUs?: Latency;
  /** HdrHistogram V2, base64, of `latencyUs`. */
  readonly hdr: string;
}

/** A table over time: `rows[i][j]` is the value of `columns[j]` in the step that begins at `t0 + i·stepMs`. */
export interface Series {
  /** A second; of a load longer than two hours 2, 4, 8 … seconds: the worst latency of each, the mean of all else. */
  readonly stepMs: number;
  /** Milliseconds from the start of the run. */
  readonly t0: number;
  /**
   * Drawn are, per second, `offeredRate` (arrivals due; absent in a closed model), `achievedRate` (ended ok) and
   * `errorRate` (ended otherwise, the expected ones too), and `p50Us`, `p95Us`, `p99Us`. Others are kept for those who
   * read the file: of the arrivals `begunRate`, `lateRate`, `droppedRate`. Of the bank: `mailbox` (most commands that
   * waited), `batchMean` (commands a commit), `commitMeanUs`, `commitMaxUs`, `bankLagUs` (event loop).
   */
  readonly columns: readonly string[];
  /** Null: no data in this step (never 0 for want of data). */
  readonly rows: readonly (readonly (number | null)[])[];
}

/**
 * The load cut into equal pieces, all of them whole, at most 64: what is needed to ask how much of a
 * difference between two runs is chance. Arrays have one element a window.
 */
export interface Windows {
  readonly stepMs: number;
  /** Operations that ended in the window; of these, ok and unexpected errors. */
  readonly requests: readonly number[];
  readonly ok: readonly number[];
  readonly unexpected: readonly number[];
  /** By operation: HdrHistograms (V2, base64) of its latency from the intended start; empty text for none. */
  readonly hdr: Readonly<Record<string, readonly string[]>>;
}

export interface States {
  /** Terminal time by state; shares sum to 1. */
  readonly perState: Readonly<
    Record<string, { readonly totalMs: number; readonly share: number; readonly entries: number | null }>
  >;
  /** Terminals in each state over time; columns are states. Null when not sampled. */
  readonly series: Series | null;
}

export interface ErrorResult {
  /** A code of the bank or the terminal, e.g. `INSUFFICIENT_FUNDS`. */
  readonly code: string;
  readonly class: Exclude<ErrorClass, 'ok'>;
  /** Part of a bank's ordinary day, or provoked by the run itself. */
  readonly expected: boolean;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Number of terminals that met it. */
  readonly terminals: number;
  readonly samples: readonly ErrorSample[];
}

export interface ErrorSample {
  readonly terminal: string;
  readonly session: string | null;
  readonly frame: number | null;
  readonly tMs: number;
}

export interface InvariantResult {
  /** Stable name, e.g. `conservation`. */
  readonly id: string;
  /** The promise, one sentence. */
  readonly statement: string;
  /** What a violation is; absent for money. */
  readonly class?: 'audit' | 'safety' | 'attack' | 'nondeterminism' | 'liveness' | 'internal';
  /** 0 checks are no proof: then the status is `not-checked`. */
  readonly checks: number;
  readonly violations: number;
  readonly status: 'ok' | 'violated' | 'not-checked';
  /** Descriptions of violations. */
  readonly first?: string;
  readonly worst?: string;
  readonly last?: string;
  /** What was counted, and where to look. */
  readonly evidence: Readonly<Record<string, string | number>>;
}

/** Decimal strings of minor units, possibly negative. */
export interface MoneyResult {
  readonly unit: 'minor';
  /** Cash brought into the bank before the run: in the vault and in the terminals. */
  readonly initial: string;
  /** Cash brought in during the run. */
  readonly minted: string;
  /** Sum of the customers' accounts at the end. */
  readonly accounts: string;
  /** Cash in all terminals at the end. */
  readonly terminalCash: string;
  /** Held, or in suspense. */
  readonly inFlight: string;
  /** All cash minus all that is owed (accounts, suspense, opening capital): "0" when no cent was lost or made. */
  readonly delta: string;
  /** Largest |delta| at any check. */
  readonly maxAbsDelta: string;
}

export interface AuditResult {
  /** e.g. `AES-256-CBC + HMAC-SHA-256, SHA-256 chain`. */
  readonly algorithm: string;
  readonly head: { readonly seq: number; readonly hash: string };
  readonly records: number;
  /** Missing sequence numbers. */
  readonly gaps: number;
  readonly verifier: { readonly name: string; readonly version: string };
  /** Sequences, both inclusive; null when nothing was verified. */
  readonly verifiedFrom: number | null;
  readonly verifiedTo: number | null;
  /** Null: not verified. */
  readonly ok: boolean | null;
  /** The verifier was shown a forged copy and refused it; null: not tried. */
  readonly tamperSelfTest: boolean | null;
  /** What was wrong, when `ok` is false. */
  readonly fault?: string;
}

export interface AttackResult {
  readonly attack: string;
  readonly attempts: number;
  readonly rejected: number;
  readonly accepted: number;
  /** What the bank should answer; null for silence (connection closed). */
  readonly expectedCode: string | null;
  /** Answers by code. */
  readonly codes: Readonly<Record<string, number>>;
  /** The same exchange without the attack succeeded, so a refusal means something. */
  readonly positiveControlOk: boolean;
  /** In the catalogue of attacks. */
  readonly number?: number;
  /** What was tried. */
  readonly sentence?: string;
  /** What is at stake. */
  readonly property?: 'confidentiality' | 'integrity' | 'availability';
  /** `through` for any fault, of which an accepted attempt is one. Absent: as `accepted` says. */
  readonly status?: 'held' | 'through' | 'not-checked';
  /** Why it was not checked. */
  readonly reason?: string;
  /** What went wrong, in words: accepted attempts, crashes, wrong reactions, records that are missing or too many. */
  readonly faults?: readonly string[];
  /** Points for the adversary. */
  readonly earned?: number;
}

/** Weights and points as in Build-It Break-It: what each kind of fault earns the adversary, a case its worst one. */
export interface ScoreboardResult {
  readonly weights: { readonly correctness: number; readonly crash: number; readonly accepted: number };
  readonly earned: number;
  readonly possible: number;
}

/** A fault as it happened. */
export interface FaultResult {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly startMs: number;
  readonly endMs: number;
  readonly source: 'plan' | 'operator';
  /** From the end of the fault until the achieved rate was back; null: not measured, or never. */
  readonly recoveryMs: number | null;
}

/** Something that happened in the course of a load. */
export interface EventResult {
  /** From the start of the load; 0 for what came before. */
  readonly tMs: number;
  readonly level: 'info' | 'warn' | 'error' | 'fault' | 'adver';
  /** Who it is about: `bank`, a terminal, a target of faults; may be empty. */
  readonly actor: string;
  readonly text: string;
}

/** A distribution; the unit is in the name of the field that holds it. Percentiles follow the rule of {@link Latency}. */
export interface Dist {
  readonly n: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** The bank actor and its process; null where the bank is foreign or it was not measured. */
export interface BankResult {
  /** Commands waiting. */
  readonly mailbox: Dist | null;
  /** Decisions in one commit. */
  readonly batch: Dist | null;
  readonly fsyncUs: Dist | null;
  readonly loopLagUs: Dist | null;
  readonly rssMB: Dist | null;
  /** Of one core. */
  readonly cpuPct: Dist | null;
}

export interface GeneratorResult {
  readonly loopLagUs: Dist | null;
  /** Of one core, all workers together. */
  readonly cpuPct: Dist | null;
  /** It could not keep its schedule; the run is then INVALID. */
  readonly saturated: boolean;
  readonly droppedSamples: number;
  /** When autocannon made the load: what it counted and timed itself, POST by POST. */
  readonly autocannon?: {
    /** Answers, those to handshakes and Close among them. */
    readonly posts: number;
    /** With another status than 200. */
    readonly refused: number;
    /** Connections that failed or were lost, and answers that took too long. */
    readonly errors: number;
    readonly latencyUs: Latency;
  };
}

/** A selection of terminals, state by state. */
export interface SessionsResult {
  readonly total: number;
  readonly included: number;
  /** How those were chosen, in words. */
  readonly selection: string;
  readonly spans: readonly SessionSpan[];
}

export interface SessionSpan {
  readonly terminal: string;
  readonly session: string;
  readonly state: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly code?: string;
}

/** What a comparison with an earlier run found. */
export interface BaselineResult {
  readonly runId: string;
  readonly file: string;
  readonly sha256: string;
  readonly comparable: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  readonly deltas: readonly Delta[];
}

export interface Delta {
  /** e.g. `rate`, `p99`, `p50(withdraw)`, `errors`. */
  readonly metric: string;
  /** Of `base` and `now`. */
  readonly unit?: ThresholdUnit;
  readonly base: number;
  readonly now: number;
  /** Change in per cent of `base`; of a metric in `%`, in percentage points. */
  readonly pct: number;
  /** As `pct`. The intervals of all metrics of a comparison hold together with 95 % confidence. */
  readonly ci95?: readonly [number, number];
  /** A smaller change is of no interest, whatever its sign; as `pct`. */
  readonly minEffect?: number;
  readonly verdict: 'better' | 'same' | 'worse' | 'noise';
}

/** All figures but those of `wall` are the same whenever the same seeds are run on the same source. */
export interface SimulationResult {
  /** As people write them: `1..200`, `ab12cd3/1..200`, or one seed. */
  readonly seeds: string;
  readonly seedsPlanned: number;
  readonly seedsRun: number;
  /** Of these, run twice to compare. */
  readonly seedsTwice: number;
  readonly profile: string;
  /** The bug that was planted. */
  readonly plant: string | null;
  /** Over the traces of all seeds: equal digests, equal runs. */
  readonly digest: string;
  readonly events: number;
  readonly virtualMs: number;
  /** The longest time from the end of the faults until everything had come to rest; null when nothing did. */
  readonly settleMsMax: number | null;
  /** By outcome. */
  readonly operations: { readonly ok: number; readonly fail: number; readonly unknown: number };
  /** Seeds by what was drawn: `swarm`, `everything`, … */
  readonly kinds: Readonly<Record<string, number>>;
  /** Faults that happened, by site. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often each marked branch was reached. */
  readonly marks: Readonly<Record<string, number>>;
  readonly failures: readonly SimulationFailure[];
  /** Planted bug → caught. */
  readonly plants?: Readonly<Record<string, boolean>>;
  readonly wall: {
    /** ISO 8601, UTC. */
    readonly startedAt: string;
    readonly ms: number;
    readonly workers: number;
    readonly seedsPerSecond: number;
    /** Virtual time over real time. */
    readonly speed: number;
  };
}

/** One seed that failed one invariant. */
export interface SimulationFailure {
  readonly seed: string;
  readonly invariant: string;
  readonly text: string;
  /** Virtual time from the start of the run. */
  readonly atUs: number;
  readonly event: number;
  /** One line that repeats it. */
  readonly reproCommand: string;
}

export interface Artifact {
  /** Relative to the run's directory. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly kind: 'html' | 'junit' | 'markdown' | 'history' | 'scenario' | 'log' | 'data';
}
