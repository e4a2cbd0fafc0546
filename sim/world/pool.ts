/**
 * Deals ranges of seeds to worker threads and folds what they answer in the order of the seeds, so that the summary is
 * the same for any number of workers. A planted bug is patched into the workers only; the main thread runs no world.
 *
 * @module
 */
import { Piscina } from 'piscina';
import type { Patch } from '../plants/plant.ts';
import type { Profile, WorldConfig } from './config.ts';
import type { WorldOutcome } from './outcome.ts';
import { type SeedRange, seedAt, seedCount } from './seed-range.ts';
import type * as jobs from './seed-worker.ts';
import type { SeedResult, SeedTask, ShrunkRun } from './seed-worker.ts';
import { Summary } from './summary.ts';

/** Seeds in one task: few enough to show progress, many enough to keep a thread busy. */
const TASK_SEEDS_MAX = 8;
/** So that a thread that is done finds its next task at once. */
const TASKS_PER_WORKER = 2;

const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const WORKER_MODULE = new URL(`./seed-worker${suffix}`, import.meta.url).href;
const PRELOAD = new URL(`../plants/preload${suffix}`, import.meta.url).href;

type Jobs = typeof jobs;

export interface WorkerSettings {
  /** Threads, at least 1. */
  readonly workers: number;
  /** Of the source, made when the threads load it. */
  readonly patches?: readonly Patch[];
}

export interface Dealing {
  /** A config is run as it is, instead of seeds. */
  readonly runs: SeedRange | WorldConfig;
  readonly profile: Profile;
  /** Every run twice; else a share of them. */
  readonly allTwice: boolean;
  readonly coverage: boolean;
  /** Deal no more once a seed has failed; what comes after the first such seed does not count. */
  readonly failFast: boolean;
}

export class SeedPool {
  readonly #piscina: Piscina;
  readonly #tasksMax: number;
  #stopped = false;

  constructor({ workers, patches = [] }: WorkerSettings) {
    this.#tasksMax = workers * TASKS_PER_WORKER;
    this.#piscina = new Piscina({
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: 1,
      maxQueue: Number.POSITIVE_INFINITY,
      ...(patches.length > 0 && {
        execArgv: [...process.execArgv, '--import', PRELOAD],
        env: { ...process.env, CASHPOINT_PATCHES: JSON.stringify(patches) },
      }),
    });
  }

  /** No further range is dealt; those under way are finished. */
  stop(): void {
    this.#stopped = true;
  }

  /** @param onArrived called with the results of each task as they arrive, in any order */
  async deal(dealing: Dealing, onArrived: (results: readonly SeedResult[]) => void): Promise<Summary> {
    const summary = new Summary();
    const tasks = tasksOf(dealing, this.#tasksMax);
    const arrived = new Map<number, readonly SeedResult[]>();
    let folded = 0;
    const fold = () => {
      for (let next = arrived.get(folded); next !== undefined; next = arrived.get(folded)) {
        arrived.delete(folded);
        folded += 1;
        for (const result of next) {
          if (dealing.failFast && summary.failures.length > 0) return;
          summary.add(result);
        }
      }
    };
    let dealt = 0;
    const hand = async (): Promise<void> => {
      for (;;) {
        const index = dealt;
        const task = tasks(index);
        if (task === null || this.#stopped) return;
        dealt += 1;
        try {
          const results: readonly SeedResult[] = await this.#run('runSeeds', task);
          onArrived(results);
          arrived.set(index, results);
          fold();
        } catch (error) {
          summary.lost.push((error as Error).message);
          arrived.set(index, []);
          this.stop();
        }
        if (dealing.failFast && summary.failures.length > 0) this.stop();
      }
    };
    await Promise.all(Array.from({ length: this.#tasksMax }, hand));
    fold();
    return summary;
  }

  /** Runs one config with its trace. */
  trace(config: WorldConfig): Promise<WorldOutcome> {
    return this.#run('traceRun', { config });
  }

  /** Makes the failure of one config small; null when it does not fail, as when a run is not the same twice. */
  shrink(config: WorldConfig, runsMax: number): Promise<ShrunkRun | null> {
    return this.#run('shrinkRun', { config, runsMax });
  }

  /** The module is named with the task and not with the pool: so a module that cannot be loaded fails its task. */
  #run<N extends keyof Jobs>(name: N, task: Parameters<Jobs[N]>[0]): Promise<ReturnType<Jobs[N]>> {
    return this.#piscina.run(task, { filename: WORKER_MODULE, name });
  }

  destroy(): Promise<void> {
    return this.#piscina.destroy();
  }
}

/** The task of each index, null beyond the last. */
function tasksOf(
  { runs, profile, allTwice, coverage }: Dealing,
  tasksMax: number,
): (index: number) => SeedTask | null {
  const common = { profile, allTwice, coverage };
  if ('version' in runs) return (index) => (index === 0 ? { runs: [runs], ...common } : null);
  const count = seedCount(runs);
  const size = Math.max(1, Math.min(TASK_SEEDS_MAX, Math.ceil(count / (4 * tasksMax))));
  return (index) => {
    const from = index * size;
    if (from >= count) return null;
    const seeds = Array.from({ length: Math.min(size, count - from) }, (_, i) => seedAt(runs, from + i));
    return { runs: seeds, ...common };
  };
}
