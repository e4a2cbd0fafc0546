/**
 * The workers of a load run: a piscina thread each, a MessagePort each, their results together. A worker that dies ends
 * the load; it does not make it shorter in silence.
 *
 * @module
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { SecondSlice } from './metrics.ts';
import type { FromWorker, ToWorker, WorkerResult, WorkerTask } from './worker-protocol.ts';

export interface WorkerPoolEvents {
  onSecond(slice: SecondSlice): void;
  onSnapshot(worker: number, snapshot: Extract<FromWorker, { type: 'snapshot' }>): void;
  onFailed(error: Error): void;
}

const moduleOf = (name: string) =>
  new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href;

/** Who makes the load, and how it is started. */
const WORKERS: Readonly<Record<WorkerTask['generator'], { filename: string; name: string }>> = {
  terminals: { filename: moduleOf('worker'), name: 'runWorker' },
  autocannon: { filename: moduleOf('cannon-worker'), name: 'runCannon' },
};

export class WorkerPool {
  /** Resolves once every terminal of every worker is connected. */
  readonly connected: Promise<void>;
  allConnected = false;
  /** Resolves once every terminal of every worker has done its iterations. */
  readonly finished: Promise<void>;
  allFinished = false;
  readonly #piscina: Piscina;
  readonly #ports: MessagePort[] = [];
  readonly #results: Promise<WorkerResult | null>[] = [];

  constructor(tasks: readonly Omit<WorkerTask, 'port'>[], events: WorkerPoolEvents) {
    this.#piscina = new Piscina({
      ...WORKERS[tasks[0]?.generator ?? 'terminals'],
      minThreads: tasks.length,
      maxThreads: tasks.length,
      concurrentTasksPerWorker: 1,
      maxQueue: 0,
      // Terminals live on sockets: a worker must turn its event loop, not block on the next task.
      atomics: 'disabled',
    });
    const all = Promise.withResolvers<void>();
    this.connected = all.promise;
    let waiting = tasks.length;
    const finished = Promise.withResolvers<void>();
    this.finished = finished.promise;
    let working = tasks.length;
    for (const task of tasks) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (message: FromWorker) => {
        if (message.type === 'second') events.onSecond(message.slice);
        else if (message.type === 'snapshot') events.onSnapshot(task.worker, message);
        else if (message.type === 'finished') {
          if (--working > 0) return;
          this.allFinished = true;
          finished.resolve();
        } else if (--waiting === 0) {
          this.allConnected = true;
          all.resolve();
        }
      });
      this.#ports.push(port1);
      const result: Promise<WorkerResult> = this.#piscina.run(
        { ...task, port: port2 },
        { transferList: [port2] },
      );
      this.#results.push(
        result.catch((error: Error) => {
          events.onFailed(error);
          return null;
        }),
      );
    }
  }

  tell(worker: number, message: ToWorker): void {
    this.#ports[worker]?.postMessage(message);
  }

  tellAll(message: ToWorker): void {
    for (const port of this.#ports) port.postMessage(message);
  }

  /** One result a worker, in the order of the tasks; null where it died. */
  drain(withinMs: number): Promise<(WorkerResult | null)[]> {
    this.tellAll({ type: 'drain', withinMs });
    return Promise.all(this.#results);
  }

  async destroy(): Promise<void> {
    for (const port of this.#ports) port.close();
    await this.#piscina.destroy();
  }
}
