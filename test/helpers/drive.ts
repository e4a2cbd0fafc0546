/**
 * A worker's whole task on this thread, and what it told: for tests and benchmarks of the generators themselves.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { decodeHistogram, type Histogram, mergeHistograms } from '../../reports/histogram.ts';
import type { HistoryRecord } from '../../sim/history.ts';
import { runCannon } from '../../sim/load/cannon-worker.ts';
import { readHistory, unpackHistory } from '../../sim/load/history-file.ts';
import { LOAD_DEFAULTS, type LoadOptions, MIX_DEFAULT } from '../../sim/load/options.ts';
import { exponentialThink } from '../../sim/load/think.ts';
import { runWorker } from '../../sim/load/worker.ts';
import type { FromWorker, WorkerResult, WorkerTask } from '../../sim/load/worker-protocol.ts';

export interface Driven {
  readonly result: WorkerResult;
  readonly history: readonly HistoryRecord[];
  /** Of one kind of operation, from the intended start. */
  readonly latency: (op: 'balance' | 'login') => Histogram;
}

export interface Drive {
  readonly generator: LoadOptions['generator'];
  readonly address: string;
  readonly terminals: WorkerTask['terminals'];
  /** The load. */
  readonly ms: number;
}

/** Balances without think time over HTTP. */
export async function drive({ generator, address, terminals, ms }: Drive): Promise<Driven> {
  const scratch = mkdtempSync(join(tmpdir(), 'cashpoint-drive-'));
  const historyPath = join(scratch, 'history.gz');
  const { port1, port2 } = new MessageChannel();
  const told: FromWorker[] = [];
  const connected = new Promise<void>((resolve) => {
    port1.on('message', (message: FromWorker) => {
      told.push(message);
      if (message.type === 'connected') resolve();
    });
  });
  const only = Object.fromEntries(Object.keys(MIX_DEFAULT).map((op) => [op, op === 'balance' ? 1 : 0]));
  const task: WorkerTask = {
    ...{ generator, address, terminals, historyPath, port: port2 },
    ...{ transport: 'http', worker: 0, workers: 1, plan: null, accountBase: 0, accounts: terminals.length },
    seed: LOAD_DEFAULTS.seed,
    mix: only as LoadOptions['mix'],
    think: exponentialThink(0),
    journalPath: join(scratch, 'journal'),
  };
  const ended = (generator === 'autocannon' ? runCannon : runWorker)(task);
  await connected;
  port1.postMessage({ type: 'begin', originNs: String(process.hrtime.bigint()) });
  port1.postMessage({ type: 'activate', terminals: terminals.length });
  await new Promise((resolve) => setTimeout(resolve, ms));
  port1.postMessage({ type: 'drain', withinMs: 5_000 });
  const result = await ended;
  const plain = join(scratch, 'history');
  await unpackHistory(historyPath, plain);
  const history = [...readHistory(plain)];
  port1.close();
  rmSync(scratch, { recursive: true });
  return {
    result,
    history,
    latency: (op) => {
      const slices = told.flatMap((message) =>
        message.type === 'second' ? (message.slice.ops[op] ?? []) : [],
      );
      return mergeHistograms(slices.map(({ latency }) => decodeHistogram(latency)));
    },
  };
}
