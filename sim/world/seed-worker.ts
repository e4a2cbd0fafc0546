/**
 * What a thread of the simulator's pool does: whole seeds, one after the other. No I/O but the messages of the pool.
 *
 * @module
 */
import type { Profile, WorldConfig } from './config.ts';
import { drawConfig } from './draw.ts';
import type { WorldOutcome } from './outcome.ts';
import { type Shrunk, shrinkFailure } from './shrink.ts';
import { withStrays } from './strays.ts';
import { compareRuns, isRunTwice } from './twice.ts';
import { runWorld } from './world.ts';

export interface SeedTask {
  /** Seeds, or whole configs to replay. */
  readonly runs: readonly (string | WorldConfig)[];
  readonly profile: Profile;
  /** Every run twice, not only the share that is chosen by hash. */
  readonly allTwice: boolean;
  readonly coverage: boolean;
}

/** What a summary needs of a run. */
export interface SeedResult
  extends Pick<
    WorldOutcome,
    | 'violations'
    | 'digest'
    | 'events'
    | 'virtualMs'
    | 'settleMs'
    | 'marks'
    | 'checks'
    | 'operations'
    | 'transitions'
  > {
  readonly seed: string;
  readonly kind: string;
  readonly isTwice: boolean;
  /** Faults that happened, by site. */
  readonly faults: Readonly<Record<string, number>>;
}

export function runSeeds({ runs, profile, allTwice, coverage }: SeedTask): SeedResult[] {
  const configs = runs.map((run) => (typeof run === 'string' ? drawConfig(run, profile) : run));
  const first = configs.map((config) => resultOf(runWorld(config, { coverage })));
  // Again only when all have run, so that whatever a run leaves behind in the process shows.
  return configs.map((config, i) => {
    const result = first[i] as SeedResult;
    if (!allTwice && !isRunTwice(config.seed)) return result;
    const { result: second, strays } = withStrays(() => runWorld(config, { coverage }));
    const violation = compareRuns(result, second, strays);
    const violations = violation === null ? result.violations : [...result.violations, violation];
    return { ...result, isTwice: true, violations };
  });
}

/** One run with its trace. */
export const traceRun = ({ config }: { readonly config: WorldConfig }): WorldOutcome =>
  runWorld(config, { trace: true });

export interface ShrinkTask {
  readonly config: WorldConfig;
  readonly runsMax: number;
}

/** The failing run and the smallest that fails the same way, both with their traces. */
export interface ShrunkRun {
  readonly original: WorldOutcome;
  readonly shrunk: Shrunk;
}

/** Null when the run does not fail. */
export function shrinkRun({ config, runsMax }: ShrinkTask): ShrunkRun | null {
  const original = runWorld(config, { trace: true });
  if (original.violations.length === 0) return null;
  const { runs, ...smallest } = shrinkFailure(original, { run: (one) => runWorld(one), runsMax });
  return { original, shrunk: { runs, ...smallest, outcome: runWorld(smallest.config, { trace: true }) } };
}

function resultOf({ config, fired, trace: _trace, ...outcome }: WorldOutcome): SeedResult {
  const faults: Record<string, number> = {};
  for (const { site } of fired) faults[site] = (faults[site] ?? 0) + 1;
  return { ...outcome, seed: config.seed, kind: config.kind, isTwice: false, faults };
}
