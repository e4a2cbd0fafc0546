/**
 * A load run from set-up to checks: embedded or foreign bank, workers, stages, faults, drain, stop, verify. Tells
 * its progress as dashboard models; ends with everything a report needs. Writes only below its run directory.
 *
 * @module
 */
import { join, resolve } from 'node:path';
import type { Control } from '../../terminals/dashboard/control.ts';
import type { DashboardModel, Verdict } from '../../terminals/dashboard/model.ts';
import { AbortWatch } from './abort-watch.ts';
import { Adversary } from './adversary.ts';
import { arrivalProblems } from './arrival-counts.ts';
import { connected } from './connecting.ts';
import { activeAt, isOpen } from './executor.ts';
import { deal, type TerminalPlan } from './fleet.ts';
import { joinParts } from './history-file.ts';
import { LoadControl } from './load-control.ts';
import type { LoadOutcome } from './load-outcome.ts';
import { mergeErrors } from './metrics.ts';
import type { LoadOptions } from './options.ts';
import { type Provisioned, provision } from './provision.ts';
import { Provoked } from './provoked.ts';
import { RunFaults } from './run-faults.ts';
import { type JournalLine, writeJournal } from './run-journal.ts';
import { RunView } from './run-view.ts';
import { SupervisedBank } from './supervised-bank.ts';
import { verifyRun } from './verify-run.ts';
import { WorkerPool } from './worker-pool.ts';
import { workerTasks } from './worker-tasks.ts';

export interface ForeignBank {
  readonly address: string;
  readonly terminals: readonly TerminalPlan[];
}

export interface LoadRunInput {
  readonly options: LoadOptions;
  /** Exists; the history goes here. */
  readonly directory: string;
  /** Of the embedded bank. */
  readonly data: string;
  /** Null: an embedded bank. */
  readonly foreign: ForeignBank | null;
  readonly commit: string;
  /** The command that repeats the run. */
  readonly repeat?: string;
  /** Viewers may act on the load. @default false */
  readonly control?: boolean;
  onModel(model: DashboardModel): void;
  /** One line for people while nothing moves on the dashboard. */
  onProgress(text: string): void;
}

const STAGE_MS = 250;

export class LoadRun {
  readonly #input: LoadRunInput;
  readonly #view: RunView;
  readonly #stop = Promise.withResolvers<void>();
  readonly #faulted: string[] = [];
  readonly #loadProblems: string[] = [];
  readonly #provoked: Provoked;
  readonly #faults: RunFaults;
  readonly #control: LoadControl;
  readonly #abort: AbortWatch;
  #bank: SupervisedBank | null = null;
  #pool: WorkerPool | null = null;
  #adversary: Adversary | null = null;
  #interrupted = false;
  #saturated = false;
  #watched: readonly number[] = [];

  constructor(input: LoadRunInput) {
    this.#input = input;
    const directory = resolve(input.directory);
    const onHappened = (line: JournalLine) => writeJournal(input.directory, line);
    this.#view = new RunView(input.options, { ...input, directory, onHappened }, input.onModel);
    this.#abort = new AbortWatch(this.#view, input.options.thresholds, () => this.#stop.resolve());
    this.#provoked = new Provoked((active) => this.#pool?.tellAll({ type: 'provoked', active }));
    this.#faults = new RunFaults({
      view: this.#view,
      provoked: this.#provoked,
      seed: input.options.seed,
      terminals: input.options.terminals,
      tellWorkers: (message) => this.#pool?.tellAll(message),
      bank: () => this.#bank,
    });
    this.#control = new LoadControl(this.#view, {
      allowed: input.control === true && input.options.generator === 'terminals',
      ownBank: input.foreign === null,
      onShare: (share) => this.#pool?.tellAll({ type: 'share', share }),
      applyFault: (fault) => this.#faults.operate(fault),
    });
  }

  /** Ends the load early: no new operations; drain, checks and report follow. */
  interrupt(): void {
    this.#interrupted = true;
    this.#stop.resolve();
  }

  /** What a viewer asks for; ignored unless the run allows it, and while no load goes on. */
  control(control: Control): void {
    this.#control.take(control);
  }

  /** What viewers look at by itself, by place in the fleet. */
  watch(terminals: readonly number[]): void {
    this.#watched = terminals;
    this.#pool?.tellAll({ type: 'watch', terminals });
  }

  /** Shows the verdict on a last model. */
  conclude(verdict: Verdict): void {
    this.#view.conclude(verdict);
  }

  async run(): Promise<LoadOutcome> {
    try {
      return await this.#phases();
    } finally {
      this.#view.close();
      this.#faults.stop();
      await this.#pool?.destroy();
      await this.#adversary?.end();
      await this.#bank?.stop();
    }
  }

  async #phases(): Promise<LoadOutcome> {
    const { options, foreign, directory, onProgress } = this.#input;
    const own = foreign === null ? await this.#setUp() : null;
    this.#adversary?.begin(this.#bank?.address ?? '');
    const loaded = await this.#load({
      address: this.#bank?.address ?? foreign?.address ?? '',
      terminals: own?.terminals ?? foreign?.terminals ?? [],
      accountBase: own?.accountBase ?? 0,
    });
    const attacks = (await this.#adversary?.end()) ?? null;
    await this.#bank?.stop();
    const historyPath = join(directory, 'history.jsonl.gz');
    await joinParts(
      this.#parts().map((path, worker) => ({ path, whole: Boolean(loaded.results[worker]) })),
      historyPath,
    );
    this.#view.close();
    this.#view.enter('check');
    onProgress('checking history against ledger');
    const { collector, startedAtMs } = this.#view;
    const workers = loaded.results.filter((result) => result !== null);
    const verified =
      own === null
        ? null
        : await verifyRun({
            historyPath,
            scratch: directory,
            bank: own,
            maxAbsDelta: collector.bank.maxAbsDelta,
          });
    return {
      options,
      collector,
      errors: mergeErrors(workers.map(({ errors }) => errors)),
      workers,
      verified,
      startedAtMs,
      endedAtMs: Date.now(),
      loadMs: loaded.loadMs,
      generatorCpuPct: loaded.cpuPct,
      interrupted: this.#interrupted ? 'Interrupted before its planned end' : null,
      aborted: this.#abort.reason,
      faulted: this.#faulted,
      loadProblems: this.#loadProblems,
      saturated: this.#saturated,
      unplanned: this.#bank?.unplanned ?? [],
      attacks,
    };
  }

  async #setUp(): Promise<Provisioned> {
    const { options, data, onProgress } = this.#input;
    if (options.adversary) this.#adversary = await Adversary.prepare(data, this.#view, onProgress);
    const own = await provision(data, options, onProgress);
    this.#view.terminalBase = own.terminalBase;
    const { transport } = options;
    this.#bank = new SupervisedBank({ data, transport, provoked: this.#provoked }, this.#view, {
      onBroken: (problem, final) => {
        this.#faulted.push(problem);
        if (final) this.#stop.resolve();
      },
    });
    onProgress('starting the bank');
    await this.#bank.start();
    this.#view.watchAudit(own.directory.path);
    return own;
  }

  async #load(fleet: { address: string; terminals: readonly TerminalPlan[]; accountBase: number }) {
    const { options, onProgress } = this.#input;
    const hands = deal(fleet.terminals, options.workers);
    const pool = this.#startWorkers(hands, fleet);
    this.#pool = pool;
    if (this.#watched.length > 0) this.watch(this.#watched);
    const late = await connected(pool, {
      terminals: fleet.terminals.length,
      linesUp: () => this.#view.collector.linesUp,
      onProgress,
      stopped: this.#stop.promise,
    });
    if (late !== null) this.#loadProblems.push(late);
    this.#view.beginLoad();
    pool.tellAll({ type: 'begin', originNs: String(process.hrtime.bigint()) });
    this.#view.enter('run');
    this.#view.event('info', '', `load begins, ${fleet.terminals.length} terminals`);
    const { loadMs, cpuPct } = await this.#drive(hands);
    this.#view.enter('drain');
    this.#view.event('info', '', 'no new operations; settling what is open');
    const results = await pool.drain(options.drainMs);
    const open = results.reduce(
      (sum, result) => sum + (result === null ? 0 : result.advicesOpen + result.operationsOpen),
      0,
    );
    if (open > 0) this.#loadProblems.push(`${open} operations or advices were still open after the drain`);
    const behind = arrivalProblems(this.#view.collector.arrivals);
    this.#saturated = behind.length > 0;
    this.#loadProblems.push(...behind);
    const cutShort = this.#interrupted || this.#abort.reason !== null;
    if (options.executor.type === 'per-terminal-iterations' && !pool.allFinished && !cutShort) {
      this.#loadProblems.push(`Not all terminals did their iterations within ${options.durationMs} ms`);
    }
    return { results, loadMs, cpuPct };
  }

  /** The load itself: stages up and down, faults, until the time is over or somebody stops it. */
  async #drive(hands: readonly (readonly TerminalPlan[])[]): Promise<{ loadMs: number; cpuPct: number }> {
    const { options } = this.#input;
    const startedMs = Date.now();
    const cpu = process.cpuUsage();
    const activate = () => this.#activate(hands, Date.now() - startedMs);
    this.#faults.start(options.faults);
    const stages = setInterval(activate, STAGE_MS);
    this.#abort.start();
    activate();
    const finished = this.#pool?.finished ?? this.#stop.promise;
    await Promise.race([delay(options.durationMs), this.#stop.promise, finished]);
    clearInterval(stages);
    this.#abort.stop();
    this.#faults.stop();
    const loadMs = Date.now() - startedMs;
    const used = process.cpuUsage(cpu);
    return { loadMs, cpuPct: Math.round((used.user + used.system) / (10 * Math.max(1, loadMs))) };
  }

  #activate(hands: readonly (readonly TerminalPlan[])[], elapsedMs: number): void {
    const { executor, terminals } = this.#input.options;
    const planned = activeAt(executor, terminals, elapsedMs);
    // The arrivals of an open model are thinned by the workers instead.
    const active = isOpen(executor)
      ? planned
      : Math.min(terminals, Math.round(planned * this.#control.share));
    const workers = hands.length;
    for (const [worker, hand] of hands.entries()) {
      const share = Math.floor(active / workers) + (worker < active % workers ? 1 : 0);
      this.#pool?.tell(worker, { type: 'activate', terminals: Math.min(hand.length, share) });
    }
  }

  #startWorkers(
    hands: readonly (readonly TerminalPlan[])[],
    bank: { address: string; accountBase: number },
  ): WorkerPool {
    const { options, directory } = this.#input;
    const tasks = workerTasks(options, hands, { ...bank, directory, historyPaths: this.#parts() });
    return new WorkerPool(tasks, {
      onSecond: (slice) => this.#view.collector.addSecond(slice),
      onSnapshot: (worker, snapshot) => {
        this.#view.collector.setSnapshot(worker, snapshot);
        const { lost, regained } = snapshot;
        if (lost > 0) this.#view.event('warn', '', `${lost} connections lost`);
        if (regained > 0) this.#view.event('info', '', `${regained} terminals connected again`);
      },
      onFailed: (error) => {
        this.#loadProblems.push(`A worker failed: ${error.message}`);
        this.#stop.resolve();
      },
    });
  }

  #parts(): string[] {
    return Array.from({ length: this.#input.options.workers }, (_, i) =>
      join(this.#input.directory, `history-${i}.part.jsonl.gz`),
    );
  }
}

/** Does not keep the process alive by itself: the sockets and the bank do that while it matters. */
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
