/**
 * What a simulation leaves of its failures: the first of each invariant, made small, in files from which it can be
 * replayed.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { invariant } from '../protocol/invariant.ts';
import { renderLamport } from '../reports/html/lamport.ts';
import type { Artifact } from '../reports/report.ts';
import { drawConfig } from '../sim/world/draw.ts';
import type { SeedPool } from '../sim/world/pool.ts';
import { type Replay, replayOf, replayText, traceLines } from '../sim/world/replay.ts';
import type { ShrunkRun } from '../sim/world/seed-worker.ts';
import type { SeedFailure, Summary } from '../sim/world/summary.ts';
import { firstDifference } from '../sim/world/twice.ts';
import type { SimulationPlan } from './simulate-plan.ts';

const SHRINK_RUNS_MAX = 600;

export interface Story {
  readonly failure: SeedFailure;
  /** Null when it was not made smaller. */
  readonly shrunk: (ShrunkRun & { readonly seconds: number }) | null;
  /** The command that repeats it. */
  readonly replay: string;
  /** Relative to the run's directory. */
  readonly artifacts: readonly Artifact[];
}

interface StoryDeps {
  readonly pool: SeedPool;
  readonly plan: SimulationPlan;
  /** Of the run; each seed gets one of its own there. */
  readonly directory: string;
  readonly commit: string | null;
  /** False for what is small already, or when there is no time. */
  readonly canShrink: boolean;
}

/** In the order of the seeds. */
export function storiesOf({ failures }: Summary, deps: StoryDeps): Promise<readonly Story[]> {
  const seen = new Set<string>();
  const first = failures.filter(({ invariant }) => {
    const isNew = !seen.has(invariant);
    seen.add(invariant);
    return isNew;
  });
  return Promise.all(first.map((failure) => storyOf(failure, deps)));
}

async function storyOf(failure: SeedFailure, deps: StoryDeps): Promise<Story> {
  const { pool, plan, directory, commit, canShrink } = deps;
  const { seed } = failure;
  const startedMs = performance.now();
  if (failure.invariant === 'NONDET') return parted(failure, deps);
  const shrunk = canShrink ? await pool.shrink(drawConfig(seed, plan.profile), SHRINK_RUNS_MAX) : null;
  if (shrunk === null) return { failure, shrunk, replay: `${plan.reproOf(seed)} --trace`, artifacts: [] };
  const seconds = (performance.now() - startedMs) / 1000;
  const path = join(directory, directoryOf(seed));
  const replay = plan.reproOfFile(join(path, 'shrunk.json'));
  mkdirSync(path, { recursive: true });
  for (const [name, text] of filesOf(shrunk, { commit, plant: plan.plant?.name ?? null, replay })) {
    writeFileSync(join(path, name), text);
  }
  return { failure, shrunk: { ...shrunk, seconds }, replay, artifacts: artifactsIn(path, directory) };
}

function filesOf(
  { shrunk: { config, outcome } }: ShrunkRun,
  made: Pick<Replay, 'commit' | 'plant'> & { readonly replay: string },
): readonly (readonly [name: string, text: string])[] {
  const [violation] = outcome.violations;
  invariant(violation !== undefined, 'what was made small still fails');
  return [
    ['shrunk.json', replayText(replayOf(outcome, made))],
    ['trace.jsonl', traceLines(outcome.trace)],
    ['lamport.html', renderLamport({ trace: outcome.trace, violation, config, ...made })],
  ];
}

/** What is not the same twice cannot be made smaller step by step; where its traces part says most. */
async function parted(failure: SeedFailure, { pool, plan }: StoryDeps): Promise<Story> {
  const config = plan.only ?? drawConfig(failure.seed, plan.profile);
  const first = await pool.trace(config);
  const second = await pool.trace(config);
  const difference = firstDifference(first.trace, second.trace) ?? 'two more runs were the same';
  return {
    failure: { ...failure, text: `${failure.text}\n${difference}` },
    shrunk: null,
    replay: `${plan.reproOf(failure.seed)} --trace`,
    artifacts: [],
  };
}

/** A seed may be any text. */
const directoryOf = (seed: string): string => seed.replaceAll(/[^\w-]/g, '-').slice(0, 64);

function artifactsIn(path: string, root: string): Artifact[] {
  return readdirSync(path).map((name) => {
    const content = readFileSync(join(path, name));
    return {
      path: relative(root, join(path, name)),
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: content.length,
      kind: 'data',
    };
  });
}
