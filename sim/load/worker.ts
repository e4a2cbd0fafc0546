/**
 * A piscina worker: many terminals on one thread, driven by the coordinator's messages until the fleet is drained.
 *
 * @module
 */
import { systemClock } from '../../actors/node/clock.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { httpNetFrom } from '../../actors/node/http.ts';
import { JournalFile } from '../../actors/node/journal-file.ts';
import { tcpNetFrom } from '../../actors/node/tcp.ts';
import { Rng } from '../rng.ts';
import { ArrivalTally } from './arrival-counts.ts';
import { ArrivalDriver } from './arrival-driver.ts';
import { type Arrival, type ArrivalPlan, planArrivals } from './arrivals.ts';
import type { FaultSpec } from './fault-spec.ts';
import { FaultyNet } from './faulty-net.ts';
import { FrameTap } from './frame-tap.ts';
import { LoadTerminal } from './load-terminal.ts';
import { sourceAddress } from './source-address.ts';
import { Watching } from './watching.ts';
import type { ToWorker, WorkerResult, WorkerTask } from './worker-protocol.ts';
import { type RecorderView, WorkerRecorder } from './worker-recorder.ts';

/** Lines of the fleet that are being made at once: a fleet that dials in one moment is dropped by the bank's caps. */
const DIALLING_MAX = 400;
const DIAL_LOOK_MS = 20;
const SETTLE_MS = 5_000;

/** Rejects when an actor died or a promise of our own code broke: then the run has failed, not become shorter. */
export function runWorker(task: WorkerTask): Promise<WorkerResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(task, reject);
    task.port.on('message', (message: ToWorker) => {
      if (message.type === 'begin') worker.begin(BigInt(message.originNs));
      else if (message.type === 'activate') worker.activate(message.terminals);
      else if (message.type === 'provoked') worker.recorder.faultActive = message.active;
      else if (message.type === 'share') worker.share = message.share;
      else if (message.type === 'strike') worker.strike(message);
      else if (message.type === 'heal') worker.heal(message.id);
      else if (message.type === 'watch') worker.watch(message.terminals);
      else worker.drain(message.withinMs).then(resolve, reject);
    });
    worker.start();
  });
}

class Worker {
  /** Part of the arrivals that come, 0..1. */
  share = 1;
  #credit = 0;
  readonly recorder: WorkerRecorder;
  readonly #task: WorkerTask;
  readonly #clock = systemClock();
  readonly #journal: JournalFile;
  readonly #terminals: LoadTerminal[];
  readonly #nets: FaultyNet[];
  readonly #taps: FrameTap[];
  readonly #watched = new Map<number, Watching>();
  #lost = 0;
  #regained = 0;
  #linesUp = 0;
  #allUp = false;
  #hangingUp = false;
  readonly #arrivals = new ArrivalTally();
  #driver: ArrivalDriver | null = null;
  #unfinished: number;

  constructor(task: WorkerTask, onError: (error: unknown) => void) {
    this.#task = task;
    this.recorder = new WorkerRecorder(task);
    this.#journal = new JournalFile(task.journalPath, { onError });
    const netFrom = task.transport === 'http' ? httpNetFrom : tcpNetFrom;
    const deps = {
      clock: this.#clock,
      entropy: systemEntropy(),
      ticks: this.recorder.ticks,
      onError,
      onArrivalBegun: (dueUs: number, waited: boolean) =>
        this.#arrivals.begun(dueUs, this.recorder.ticks(), waited),
      onFinished: () => {
        if (--this.#unfinished === 0) this.recorder.tell({ type: 'finished' });
      },
    };
    this.#unfinished = task.terminals.length;
    this.#nets = task.terminals.map(
      ({ terminal }, i) =>
        new FaultyNet({
          net: netFrom(sourceAddress(i * task.workers + task.worker, task.address)),
          clock: this.#clock,
          rng: new Rng(task.seed, `${terminal} faults`),
        }),
    );
    this.#taps = this.#nets.map((net) => new FrameTap(net));
    this.#terminals = task.terminals.map(
      (plan, i) =>
        new LoadTerminal(
          {
            ...deps,
            net: this.#taps[i] as FrameTap,
            journal: this.#journal.of(plan.terminal),
            onOperation: (record) => this.recorder.record(record),
            onLine: (up) => this.#line(plan.terminal, up),
          },
          plan,
          task,
        ),
    );
  }

  start(): void {
    this.recorder.start(this.#view());
    const atOnce = Math.ceil(DIALLING_MAX / this.#task.workers);
    let dialled = 0;
    const dial = () => {
      if (this.#hangingUp) return;
      const upTo = Math.max(dialled, this.#linesUp + atOnce);
      for (const { link } of this.#terminals.slice(dialled, upTo)) link.start();
      dialled = upTo;
      if (dialled < this.#terminals.length) setTimeout(dial, DIAL_LOOK_MS);
    };
    dial();
  }

  begin(originNs: bigint): void {
    this.recorder.begin(originNs);
    const { plan } = this.#task;
    if (plan !== null) this.#driver = this.#startArrivals(plan);
  }

  activate(count: number): void {
    for (const [index, { visitor }] of this.#terminals.entries()) {
      if (index < count) visitor.start();
      else visitor.stop();
    }
  }

  /** A fault of the network begins. */
  strike({ id, fault, struck }: { id: string; fault: FaultSpec; struck: readonly number[] }): void {
    const { worker, workers } = this.#task;
    for (const number of struck) {
      if (number % workers === worker) this.#nets[Math.floor(number / workers)]?.begin(id, fault);
    }
  }

  heal(id: string): void {
    for (const net of this.#nets) net.end(id);
  }

  /** Viewers look at these numbers of the fleet. */
  watch(numbers: readonly number[]): void {
    const { worker, workers } = this.#task;
    for (const [index, watching] of this.#watched) {
      if (numbers.includes(index)) continue;
      watching.stop();
      this.#watched.delete(index);
    }
    for (const index of numbers) {
      const own = Math.floor(index / workers);
      const [terminal, tap] = [this.#terminals[own], this.#taps[own]];
      if (index % workers !== worker || !terminal || !tap || this.#watched.has(index)) continue;
      this.#watched.set(
        index,
        new Watching(
          { index, terminal, tap },
          { ticks: this.recorder.ticks, nowMs: () => this.#clock.now() },
        ),
      );
    }
  }

  async drain(withinMs: number): Promise<WorkerResult> {
    const deadlineMs = this.#clock.now() + withinMs;
    this.#driver?.stop();
    // Who has come is served, late as it may be: to forget them would make a slow bank look fast.
    if (this.#driver) await this.#within(withinMs, ({ visitor }, done) => visitor.empty(done));
    for (const { visitor } of this.#terminals) {
      if (this.#driver) this.#arrivals.dropped(this.recorder.ticks(), true, visitor.queued);
      visitor.stop();
    }
    // What is under way has some time left, also when serving the queues took all of it.
    const leftMs = Math.max(SETTLE_MS, deadlineMs - this.#clock.now());
    await this.#within(Math.min(withinMs, leftMs), (terminal, done) => terminal.host.drain(done));
    // What is still open by now stays unknown, and is written down as such.
    for (const { host } of this.#terminals) host.giveUp();
    for (const terminal of this.#terminals) this.recorder.count(terminal.cashCount());
    this.#hangingUp = true;
    await this.#within(5_000, (terminal, done) => terminal.link.stop(done));
    await new Promise<void>((done) => this.#journal.close(done));
    const recorded = await this.recorder.finish();
    const sum = (of: (terminal: LoadTerminal) => number) =>
      this.#terminals.reduce((total, terminal) => total + of(terminal), 0);
    return {
      ...recorded,
      sessions: sum(({ link }) => link.counts.sessions),
      reconnects: sum(({ link }) => Math.max(0, link.counts.sessions - 1)),
      retries: sum(({ link }) => link.counts.retries),
      bytesTx: sum(({ link }) => link.counts.bytesTx),
      bytesRx: sum(({ link }) => link.counts.bytesRx),
      advicesOpen: sum(({ host }) => host.openAdvices),
      operationsOpen: sum(({ visitor }) => (visitor.busy ? 1 : 0)),
      journal: this.#journal.counts,
    };
  }

  /** This worker's share of the fleet's schedule. */
  #startArrivals(plan: ArrivalPlan): ArrivalDriver {
    const { worker, workers } = this.#task;
    const onArrival = ({ atUs, terminal }: Arrival) => {
      if (terminal % workers !== worker || !this.#comes()) return;
      this.#arrivals.planned(atUs);
      const arrived = this.#terminals[Math.floor(terminal / workers)]?.visitor.arrive(atUs);
      if (arrived?.taken === false) this.#arrivals.dropped(this.recorder.ticks(), arrived.slow);
    };
    const driver = new ArrivalDriver(
      { clock: this.#clock, ticks: this.recorder.ticks, onArrival },
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

  #line(terminal: string, up: boolean): void {
    if (!this.#hangingUp) this.recorder.line(terminal, up);
    this.#linesUp += up ? 1 : -1;
    if (!this.#allUp && this.#linesUp === this.#terminals.length) {
      this.#allUp = true;
      this.recorder.tell({ type: 'connected' });
    } else if (this.#allUp && up) this.#regained++;
    // A line that is hung up at the end was not lost.
    else if (!up && !this.#hangingUp) this.#lost++;
  }

  #view(): RecorderView {
    return {
      snapshot: () => {
        const sum = (of: (terminal: LoadTerminal) => number) =>
          this.#terminals.reduce((total, terminal) => total + of(terminal), 0);
        const [lost, regained] = [this.#lost, this.#regained];
        this.#lost = 0;
        this.#regained = 0;
        return {
          states: this.#terminals.map(({ stateCode }) => stateCode).join(''),
          inFlight: sum(({ visitor }) => (visitor.busy ? 1 : 0)),
          retries: sum(({ link }) => link.counts.retries),
          lost,
          regained,
          arrivals: this.#arrivals.take(),
          ...(this.#watched.size > 0 && {
            watched: [...this.#watched.values()].map((watching) => watching.look()),
          }),
        };
      },
      cashOf: (i) => this.#terminals[i]?.cash ?? 0n,
    };
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
}
