/**
 * What each worker of a load run is given to do. Makes the directory of their journals.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isOpen } from './executor.ts';
import type { TerminalPlan } from './fleet.ts';
import type { LoadOptions } from './options.ts';
import type { WorkerTask } from './worker-protocol.ts';

export interface WorkerPlaces {
  /** Of the bank. */
  readonly address: string;
  readonly accountBase: number;
  /** The run's. */
  readonly directory: string;
  /** One a worker. */
  readonly historyPaths: readonly string[];
}

/** @param hands the terminals of each worker */
export function workerTasks(
  options: LoadOptions,
  hands: readonly (readonly TerminalPlan[])[],
  { address, accountBase, directory, historyPaths }: WorkerPlaces,
): Omit<WorkerTask, 'port'>[] {
  const {
    seed,
    mix,
    accounts,
    contention,
    amounts,
    executor,
    arrivals,
    durationMs,
    terminals: size,
    transport,
    generator,
  } = options;
  const journals = join(directory, 'journals');
  mkdirSync(journals, { recursive: true });
  const open = isOpen(executor);
  const common = {
    ...{
      seed,
      mix,
      accounts,
      contention,
      amounts,
      accountBase,
      address,
      transport,
      generator,
      workers: hands.length,
    },
    think: open ? null : options.think,
    iterations: executor.type === 'per-terminal-iterations' ? executor.iterations : undefined,
    plan: open ? { seed, executor, arrivals, durationMs, terminals: size } : null,
  };
  return hands.map((terminals, worker) => ({
    ...common,
    worker,
    terminals,
    historyPath: historyPaths[worker] ?? '',
    journalPath: join(journals, `worker-${worker}.journal`),
  }));
}
