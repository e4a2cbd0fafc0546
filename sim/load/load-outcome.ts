/**
 * What a load run ends with: everything that its report is made of.
 *
 * @module
 */
import type { CaseResult } from '../attack/case-result.ts';
import type { Collector } from './collector.ts';
import type { ErrorTally } from './metrics.ts';
import type { LoadOptions } from './options.ts';
import type { Verified } from './verify-run.ts';
import type { WorkerResult } from './worker-protocol.ts';

export interface LoadOutcome {
  readonly options: LoadOptions;
  readonly collector: Collector;
  readonly errors: readonly ErrorTally[];
  readonly workers: readonly WorkerResult[];
  /** Null: a foreign bank. */
  readonly verified: Verified | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** While new operations began. */
  readonly loadMs: number;
  /** CPU time of this process, all threads, while the load lasted; of one core. */
  readonly generatorCpuPct: number;
  /** What ended it before its time, for people; null when nothing did. */
  readonly interrupted: string | null;
  /** Only its history is left: nothing was checked, no threshold is judged. */
  readonly isKilled?: boolean;
  /** The threshold that ended the load early. */
  readonly aborted: string | null;
  /** The bank died of itself. */
  readonly faulted: readonly string[];
  /** Why the load was not what was asked for. */
  readonly loadProblems: readonly string[];
  /** The generator itself did not keep the schedule. */
  readonly saturated: boolean;
  /** Kills of the bank from outside that were not in the plan; it was started again. */
  readonly unplanned: readonly string[];
  /** Null: no adversary. */
  readonly attacks: readonly CaseResult[] | null;
}
