/**
 * A worker's load made by autocannon: a connection a terminal, each a closed loop of real sealed requests over HTTP
 * (`cannon-session.ts`), never with a rate. What it tells is what any other worker tells, and what autocannon counted.
 *
 * @module
 */
import autocannon from 'autocannon';
import { systemClock } from '../../actors/node/clock.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { invariant } from '../../protocol/invariant.ts';
import { createHistogram, encodeHistogram, recordUs } from '../../reports/histogram.ts';
import { STATE_CODES } from '../../terminals/dashboard/model.ts';
import type { OperationRecord } from '../history.ts';
import { CannonSession } from './cannon-session.ts';
import type { ToWorker, WorkerResult, WorkerTask } from './worker-protocol.ts';
import { type RecorderView, WorkerRecorder } from './worker-recorder.ts';

/** Longer than any load: it ends with its clients, each of which is stopped after its last answer. */
const DAY_S = 86_400;
/** An answer is awaited as long as a terminal awaits it. */
const REPLY_S = 10;
/** Lost connections are made anew at once: where nobody listens, many a second. */
const ERRORS_MAX = 100_000;

/** Rejects when a promise of our own code broke, or autocannon gave up. */
export function runCannon(task: WorkerTask): Promise<WorkerResult> {
  return new Promise((resolve, reject) => {
    const worker = new CannonWorker(task, reject);
    task.port.on('message', (message: ToWorker) => {
      if (message.type === 'begin') worker.begin(BigInt(message.originNs));
      else if (message.type === 'provoked') worker.recorder.faultActive = message.active;
      else if (message.type === 'drain') worker.drain(message.withinMs).then(resolve, reject);
    });
    worker.start();
  });
}

/** What its types leave out. */
type Client = autocannon.Client & { destroy(): void; readonly pipelinedRequests: { clear(): void } };

class CannonWorker {
  readonly recorder: WorkerRecorder;
  readonly #task: WorkerTask;
  readonly #onError: (error: unknown) => void;
  readonly #sessions: CannonSession[];
  readonly #clients: Client[] = [];
  readonly #over = Promise.withResolvers<void>();
  readonly #latency = createHistogram();
  #cannon: autocannon.Instance | null = null;
  #isStopping = false;
  #lost = 0;
  #regained = 0;
  #posts = 0;
  #refused = 0;
  #errors = 0;

  constructor(task: WorkerTask, onError: (error: unknown) => void) {
    this.#task = task;
    this.#onError = onError;
    this.recorder = new WorkerRecorder(task);
    const shared = {
      clock: systemClock(),
      entropy: systemEntropy(),
      ticks: this.recorder.ticks,
      onOperation: (record: OperationRecord) => this.recorder.record(record),
      onLine: (up: boolean, again: boolean) => this.#line(up, again),
    };
    this.#sessions = task.terminals.map(
      (plan, i) => new CannonSession({ ...shared, onOver: () => this.#clients[i]?.destroy() }, plan, task),
    );
  }

  start(): void {
    this.recorder.start(this.#view());
    // Connections cannot be made ahead: each asks as soon as it is there.
    this.recorder.tell({ type: 'connected' });
  }

  begin(originNs: bigint): void {
    this.recorder.begin(originNs);
    const { address } = this.#task;
    this.#cannon = autocannon(
      {
        url: `http://${address}/v1/frames`,
        connections: this.#sessions.length,
        duration: DAY_S,
        timeout: REPLY_S,
        bailout: ERRORS_MAX,
        setupClient: (client) => this.#setUp(client as Client),
      },
      (error) => {
        if (error || !this.#isStopping) this.#onError(error ?? new Error('autocannon gave up'));
        this.#over.resolve();
      },
    );
    this.#cannon.on('response', (_client, status, _bytes, ms) => {
      this.#posts++;
      if (status !== 200) this.#refused++;
      recordUs(this.#latency, Math.round(ms * 1000));
    });
    this.#cannon.on('reqError', () => {
      this.#errors++;
    });
  }

  async drain(withinMs: number): Promise<WorkerResult> {
    this.#isStopping = true;
    for (const session of this.#sessions) session.stop();
    const patience = setTimeout(() => this.#cannon?.stop(), withinMs);
    if (this.#cannon) await this.#over.promise;
    clearTimeout(patience);
    const open = this.#sessions.map(({ busy }) => busy);
    for (const [i, session] of this.#sessions.entries()) {
      // What is still open by now stays unknown, and is written down as such.
      session.giveUp();
      this.recorder.count(session.cashCount(open[i] ?? false));
    }
    const recorded = await this.recorder.finish();
    const sum = (of: (counts: CannonSession['counts']) => number) =>
      this.#sessions.reduce((total, { counts }) => total + of(counts), 0);
    return {
      ...recorded,
      sessions: sum(({ sessions }) => sessions),
      reconnects: sum(({ sessions }) => Math.max(0, sessions - 1)),
      retries: sum(({ retries }) => retries),
      bytesTx: sum(({ bytesTx }) => bytesTx),
      bytesRx: sum(({ bytesRx }) => bytesRx),
      advicesOpen: 0,
      operationsOpen: open.filter(Boolean).length,
      journal: { flushes: 0, entries: 0 },
      autocannon: {
        posts: this.#posts,
        refused: this.#refused,
        errors: this.#errors,
        latency: encodeHistogram(this.#latency),
      },
    };
  }

  /** Clients are made in the order of the terminals. Closures, because autocannon gives each request a new context. */
  #setUp(client: Client): void {
    const session = this.#sessions[this.#clients.length];
    invariant(session !== undefined, 'there is a session for each connection');
    this.#clients.push(client);
    const request: autocannon.Request = { method: 'POST', headers: { 'content-type': 'text/plain' } };
    client.setRequests([
      {
        ...request,
        setupRequest: (asked) => {
          // A lost connection leaves its request in the queue, and each later answer would be timed from the one before.
          client.pipelinedRequests.clear();
          return { ...asked, body: session.next() };
        },
        onResponse: (status, body) => session.answered(status, body),
      },
    ]);
  }

  #line(up: boolean, again: boolean): void {
    if (up && again) this.#regained++;
    if (!up && !this.#isStopping) this.#lost++;
  }

  #view(): RecorderView {
    return {
      snapshot: () => {
        const [lost, regained] = [this.#lost, this.#regained];
        this.#lost = 0;
        this.#regained = 0;
        return {
          states: this.#sessions.map(({ state }) => STATE_CODES[state]).join(''),
          inFlight: this.#sessions.filter(({ busy }) => busy).length,
          retries: this.#sessions.reduce((total, { counts }) => total + counts.retries, 0),
          lost,
          regained,
          arrivals: [],
        };
      },
      cashOf: (i) => this.#sessions[i]?.cash ?? 0n,
    };
  }
}
