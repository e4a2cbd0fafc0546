/**
 * A piscina worker: many terminals on one thread, driven by the coordinator's messages until the fleet is drained.
 *
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '../../actors/node/clock.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { httpNet } from '../../actors/node/http.ts';
import { JournalFile } from '../../actors/node/journal-file.ts';
import { tcpNet } from '../../actors/node/tcp.ts';
import { createHistogram, encodeHistogram, recordUs } from '../../reports/histogram.ts';
import type { TerminalDetails } from '../../terminals/dashboard/model.ts';
import type { OperationRecord } from '../history.ts';
import { ArrivalTally } from './arrival-counts.ts';
import { ArrivalDriver } from './arrival-driver.ts';
import { type Arrival, type ArrivalPlan, planArrivals } from './arrivals.ts';
import { HistoryWriter } from './history-file.ts';
import { LoadTerminal } from './load-terminal.ts';
import { Metrics } from './metrics.ts';
import { TerminalFigures } from './terminal-figures.ts';
import type { FromWorker, ToWorker, WorkerResult, WorkerTask } from './worker-protocol.ts';

const SNAPSHOT_MS = 250;
/** Figures of single terminals come with every fourth snapshot, and never of a fleet larger than this. */
const DETAILS_EVERY = 4;
const DETAILS_TERMINALS_MAX = 5_000;
/** The monitor's own period, part of what it measures. */
const LAG_RESOLUTION_MS = 10;
/** Terminals dialled at once and then again after each pause: a fleet that dials in one moment is dropped by the backlog. */
const DIAL_BATCH = 200;
const DIAL_PAUSE_MS = 50;
const SETTLE_MS = 5_000;

/** Rejects when an actor died or a promise of our own code broke: then the run has failed, not become shorter. */
export function runWorker(task: WorkerTask): Promise<WorkerResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(task, reject);
    task.port.on('message', (message: ToWorker) => {
      if (message.type === 'begin') worker.begin(BigInt(message.originNs));
      else if (message.type === 'activate') worker.activate(message.terminals);
      else if (message.type === 'fault') worker.faultActive = message.active;
      else if (message.type === 'share') worker.share = message.share;
      else worker.drain(message.withinMs).then(resolve, reject);
    });
    worker.start();
  });
}

class Worker {
  /** Operations that end unknown while this is set were provoked by the run. */
  faultActive = false;
  /** Part of the arrivals that come, 0..1. */
  share = 1;
  #credit = 0;
  readonly #task: WorkerTask;
  readonly #clock = systemClock();
  readonly #history: HistoryWriter;
  readonly #journal: JournalFile;
  readonly #metrics: Metrics;
  readonly #terminals: LoadTerminal[];
  /** Times of the run count from here; before the load begins nothing is counted. */
  #originNs = process.hrtime.bigint();
  #begun = false;
  readonly #ticks = () => Number((process.hrtime.bigint() - this.#originNs) / 1000n);
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  readonly #lagUs = createHistogram();
  readonly #stateMs: Record<string, number> = {};
  #lost = 0;
  #regained = 0;
  #linesUp = 0;
  #allUp = false;
  #hangingUp = false;
  #snapshots: NodeJS.Timeout | null = null;
  readonly #arrivals = new ArrivalTally();
  #driver: ArrivalDriver | null = null;
  #unfinished: number;
  readonly #figures: TerminalFigures | null;
  #snapshotCount = 0;

  constructor(task: WorkerTask, onError: (error: unknown) => void) {
    this.#task = task;
    this.#history = new HistoryWriter(task.historyPath);
    this.#journal = new JournalFile(task.journalPath, { onError });
    this.#metrics = new Metrics((slice) => this.#tell({ type: 'second', slice }));
    const deps = {
      clock: this.#clock,
      entropy: systemEntropy(),
      net: task.transport === 'http' ? httpNet : tcpNet,
      ticks: this.#ticks,
      onError,
      onArrivalBegun: (dueUs: number, waited: boolean) => this.#arrivals.begun(dueUs, this.#ticks(), waited),
      onFinished: () => {
        if (--this.#unfinished === 0) this.#tell({ type: 'finished' });
      },
    };
    this.#unfinished = task.terminals.length;
    const fleet = task.terminals.length * task.workers;
    const names = task.terminals.map(({ terminal }) => terminal);
    this.#figures = fleet > DETAILS_TERMINALS_MAX ? null : new TerminalFigures(names);
    this.#terminals = task.terminals.map(
      (plan) =>
        new LoadTerminal(
          {
            ...deps,
            journal: this.#journal.of(plan.terminal),
            onOperation: (record) => this.#record(record),
            onLine: (up) => this.#line(up),
          },
          plan,
          task,
        ),
    );
  }

  start(): void {
    this.#lag.enable();
    this.#snapshots = setInterval(() => this.#snapshot(), SNAPSHOT_MS);
    const dial = (from: number) => {
      for (const terminal of this.#terminals.slice(from, from + DIAL_BATCH)) terminal.link.start();
      if (from + DIAL_BATCH < this.#terminals.length)
        setTimeout(() => dial(from + DIAL_BATCH), DIAL_PAUSE_MS);
    };
    dial(0);
  }

  begin(originNs: bigint): void {
    this.#originNs = originNs;
    this.#begun = true;
    const { plan } = this.#task;
    if (plan !== null) this.#driver = this.#startArrivals(plan);
  }

  activate(count: number): void {
    for (const [index, { visitor }] of this.#terminals.entries()) {
      if (index < count) visitor.start();
      else visitor.stop();
    }
  }

  async drain(withinMs: number): Promise<WorkerResult> {
    const deadlineMs = this.#clock.now() + withinMs;
    this.#driver?.stop();
    // Who has come is served, late as it may be: to forget them would make a slow bank look fast.
    if (this.#driver) await this.#within(withinMs, ({ visitor }, done) => visitor.empty(done));
    for (const { visitor } of this.#terminals) {
      if (this.#driver) this.#arrivals.dropped(this.#ticks(), true, visitor.queued);
      visitor.stop();
    }
    // What is under way has some time left, also when serving the queues took all of it.
    const leftMs = Math.max(SETTLE_MS, deadlineMs - this.#clock.now());
    await this.#within(Math.min(withinMs, leftMs), (terminal, done) => terminal.host.drain(done));
    // What is still open by now stays unknown, and is written down as such.
    for (const { host } of this.#terminals) host.giveUp();
    for (const terminal of this.#terminals) this.#history.write(terminal.cashCount());
    this.#hangingUp = true;
    await this.#within(5_000, (terminal, done) => terminal.link.stop(done));
    if (this.#snapshots) clearInterval(this.#snapshots);
    this.#snapshot();
    const errors = this.#metrics.finish();
    await Promise.all([this.#history.close(), new Promise<void>((done) => this.#journal.close(done))]);
    const sum = (of: (terminal: LoadTerminal) => number) =>
      this.#terminals.reduce((total, terminal) => total + of(terminal), 0);
    this.#task.port.close();
    return {
      errors,
      sessions: sum(({ link }) => link.counts.sessions),
      reconnects: sum(({ link }) => Math.max(0, link.counts.sessions - 1)),
      retries: sum(({ link }) => link.counts.retries),
      bytesTx: sum(({ link }) => link.counts.bytesTx),
      bytesRx: sum(({ link }) => link.counts.bytesRx),
      advicesOpen: sum(({ host }) => host.openAdvices),
      operationsOpen: sum(({ visitor }) => (visitor.busy ? 1 : 0)),
      journal: this.#journal.counts,
      stateMs: this.#stateMs,
      loopLagUs: encodeHistogram(this.#lagUs),
    };
  }

  /** This worker's share of the fleet's schedule. */
  #startArrivals(plan: ArrivalPlan): ArrivalDriver {
    const { worker, workers } = this.#task;
    const onArrival = ({ atUs, terminal }: Arrival) => {
      if (terminal % workers !== worker || !this.#comes()) return;
      this.#arrivals.planned(atUs);
      const arrived = this.#terminals[Math.floor(terminal / workers)]?.visitor.arrive(atUs);
      if (arrived?.taken === false) this.#arrivals.dropped(this.#ticks(), arrived.slow);
    };
    const driver = new ArrivalDriver(
      { clock: this.#clock, ticks: this.#ticks, onArrival },
      planArrivals(plan),
    );
    driver.start();
    return driver;
  }

  #comes(): boolean {
    this.#credit = Math.min(1, this.#credit + Math.min(1, this.share));
    if (this.#credit < 1) return false;
    this.#credit -= 1;
    return true;
  }

  #record(record: OperationRecord): void {
    this.#history.write(record);
    this.#figures?.record(record);
    const { op, terminal, outcome, code, intendedUs, sentUs, repliedUs, doneUs } = record;
    this.#metrics.record({
      op,
      terminal,
      outcome,
      code,
      intendedUs,
      sentUs,
      repliedUs,
      doneUs: doneUs ?? this.#ticks(),
      provoked: this.faultActive,
    });
  }

  #line(up: boolean): void {
    this.#linesUp += up ? 1 : -1;
    if (!this.#allUp && this.#linesUp === this.#terminals.length) {
      this.#allUp = true;
      this.#tell({ type: 'connected' });
    } else if (this.#allUp && up) this.#regained++;
    // A line that is hung up at the end was not lost.
    else if (!up && !this.#hangingUp) this.#lost++;
  }

  #snapshot(): void {
    const loopLagUs = Math.max(0, Math.round(this.#lag.max / 1000) - 1000 * LAG_RESOLUTION_MS);
    this.#lag.reset();
    recordUs(this.#lagUs, loopLagUs);
    if (this.#begun) this.#metrics.roll(this.#ticks());
    const states = this.#terminals.map(({ stateCode }) => stateCode).join('');
    for (const code of states) this.#stateMs[code] = (this.#stateMs[code] ?? 0) + SNAPSHOT_MS;
    const inFlight = this.#terminals.reduce((sum, { visitor }) => sum + (visitor.busy ? 1 : 0), 0);
    const retries = this.#terminals.reduce((sum, { link }) => sum + link.counts.retries, 0);
    this.#tell({
      type: 'snapshot',
      states,
      inFlight,
      retries,
      lost: this.#lost,
      regained: this.#regained,
      arrivals: this.#arrivals.take(),
      ...this.#details(),
    });
    this.#lost = 0;
    this.#regained = 0;
  }

  #details(): { details?: TerminalDetails } {
    if (this.#figures === null || this.#snapshotCount++ % DETAILS_EVERY !== 0) return {};
    return { details: this.#figures.details((i) => Number(this.#terminals[i]?.cash ?? 0n)) };
  }

  /** Waits for all terminals, or for the time to be over. */
  async #within(ms: number, each: (terminal: LoadTerminal, done: () => void) => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    const all = Promise.all(
      this.#terminals.map((terminal) => new Promise<void>((done) => each(terminal, done))),
    );
    await Promise.race([all, late]);
    clearTimeout(timer);
  }

  #tell(message: FromWorker): void {
    this.#task.port.postMessage(message);
  }
}
