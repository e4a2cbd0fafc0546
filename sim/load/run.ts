/**
 * A load run from set-up to checks: embedded or foreign bank, workers, stages, planned kills, drain, stop, verify. Tells
 * its progress as dashboard models; ends with everything a report needs. Writes only below its run directory.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DashboardModel,
  type Lights,
  latchLights,
  type Verdict,
} from '../../terminals/dashboard/model.ts';
import { Collector, mergeErrors } from './collector.ts';
import { dashboardModel } from './dashboard-model.ts';
import { type Death, EmbeddedBank } from './embedded-bank.ts';
import { deal, type TerminalPlan } from './fleet.ts';
import { joinParts } from './history-file.ts';
import { LiveAudit } from './live-audit.ts';
import { LOAD_POLICY } from './load-policy.ts';
import type { ErrorTally } from './metrics.ts';
import { activeAt, type LoadOptions } from './options.ts';
import { type Provisioned, provision } from './provision.ts';
import { type Verified, verifyRun } from './verify-run.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerResult } from './worker-protocol.ts';

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
  onModel(model: DashboardModel): void;
  /** One line for people while nothing moves on the dashboard yet. */
  onProgress(text: string): void;
}

export interface LoadOutcome {
  readonly options: LoadOptions;
  readonly collector: Collector;
  readonly errors: readonly ErrorTally[];
  readonly workers: readonly WorkerResult[];
  /** Null: a foreign bank, or the run was cut short before the checks. */
  readonly verified: Verified | null;
  readonly lights: Lights | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** From the first operation to the last one's start. */
  readonly loadMs: number;
  readonly accounts: number;
  readonly generatorCpuPct: number | null;
  readonly interrupted: boolean;
  /** Faults of our own programs: a worker or the bank died of itself. */
  readonly faulted: readonly string[];
  /** Why the load was not what was asked for. */
  readonly loadProblems: readonly string[];
  /** Kills of the bank from outside that were not in the plan; it was started again. */
  readonly unplanned: readonly string[];
}

const MODEL_MS = 250;
const LIVE_AUDIT_MS = 1_000;
/** All terminals must be connected in this time, plus a millisecond each. */
const CONNECT_MS = 30_000;

export class LoadRun {
  readonly #input: LoadRunInput;
  readonly #collector: Collector;
  readonly #startedAtMs = Date.now();
  readonly #stop = Promise.withResolvers<void>();
  readonly #faulted: string[] = [];
  readonly #loadProblems: string[] = [];
  readonly #unplanned: string[] = [];
  #state: DashboardModel['run']['state'] = 'setup';
  #lights: Lights | null = null;
  #liveAudit: LiveAudit | null = null;
  #auditCheckedMs: number | null = null;
  #figuresAtMs: number | null = null;
  #loadStartMs: number | null = null;
  #terminalBase = 0;
  #bank: EmbeddedBank | null = null;
  #pool: WorkerPool | null = null;
  #killedAtMs: number | null = null;
  #interrupted = false;
  #verdict: Verdict | null = null;

  constructor(input: LoadRunInput) {
    this.#input = input;
    this.#collector = new Collector(input.options.workers);
  }

  /** Ends the load early: no new operations; drain, checks and report follow. */
  interrupt(): void {
    this.#interrupted = true;
    this.#stop.resolve();
  }

  /** Shows the verdict on a last model. */
  conclude(verdict: Verdict): void {
    this.#verdict = verdict;
    this.#state = 'done';
    this.#publish();
  }

  async run(): Promise<LoadOutcome> {
    const { options, foreign } = this.#input;
    const publisher = setInterval(() => this.#publish(), MODEL_MS);
    const auditor = setInterval(() => this.#lookAtAudit(), LIVE_AUDIT_MS);
    try {
      const bank = foreign === null ? await this.#setUp() : null;
      const address = this.#bank?.address ?? foreign?.address ?? '';
      const terminals = bank?.terminals ?? foreign?.terminals ?? [];
      const { results, loadMs, cpuPct } = await this.#load(address, terminals, bank?.accountBase ?? 0);
      await this.#bank?.stop();
      const historyPath = join(this.#input.directory, 'history.jsonl.gz');
      await joinParts(this.#parts(), historyPath);
      this.#lookAtAudit();
      this.#liveAudit?.close();
      this.#liveAudit = null;
      this.#state = 'check';
      this.#publish();
      const verified = bank === null ? null : await this.#verify(bank, historyPath);
      return {
        options,
        collector: this.#collector,
        errors: mergeErrors(results.map(({ errors }) => errors)),
        workers: results,
        verified,
        lights: this.#lights,
        startedAtMs: this.#startedAtMs,
        endedAtMs: Date.now(),
        loadMs,
        accounts: options.accounts,
        generatorCpuPct: cpuPct,
        interrupted: this.#interrupted,
        faulted: this.#faulted,
        loadProblems: this.#loadProblems,
        unplanned: this.#unplanned,
      };
    } finally {
      clearInterval(publisher);
      clearInterval(auditor);
      await this.#pool?.destroy();
      await this.#bank?.stop();
    }
  }

  async #setUp(): Promise<Provisioned> {
    const { options, data, onProgress } = this.#input;
    const bank = await provision(data, options, onProgress);
    this.#terminalBase = Number(bank.terminals[0]?.terminal.split('-')[1] ?? 0);
    this.#bank = new EmbeddedBank(
      { data, listen: '127.0.0.1:0', passwordCost: 'load-test', policy: LOAD_POLICY },
      {
        onFigures: (figures) => {
          this.#figuresAtMs = this.#elapsedMs;
          this.#collector.addFigures(figures, this.#second);
        },
        onAlert: (text) => this.#event('warn', 'bank', text),
        onDied: (how) => this.#bankDied(how),
        onRestarted: () => this.#bankBack(),
        onLost: (message) => {
          this.#faulted.push(`The bank could not be started again: ${message}`);
          this.#stop.resolve();
        },
      },
    );
    onProgress('starting the bank');
    await this.#bank.start();
    this.#liveAudit = new LiveAudit(bank.directory.path);
    this.#event('info', 'bank', `listens on ${this.#bank.address}`);
    return bank;
  }

  async #load(address: string, terminals: readonly TerminalPlan[], accountBase: number) {
    const { options, directory, onProgress } = this.#input;
    mkdirSync(join(directory, 'journals'), { recursive: true });
    const originNs = process.hrtime.bigint();
    const loadOriginMs = this.#elapsedMs;
    this.#loadStartMs = loadOriginMs;
    const hands = deal(terminals, options.workers);
    const pool = new WorkerPool(
      hands.map((hand, worker) => ({
        worker,
        seed: options.seed,
        address,
        terminals: hand,
        mix: options.mix,
        thinkMs: options.thinkMs,
        accounts: options.accounts,
        accountBase,
        originNs: String(originNs),
        historyPath: this.#parts()[worker] ?? '',
        journalPath: join(directory, 'journals', `worker-${worker}.journal`),
      })),
      {
        onSecond: (slice) => this.#collector.addSecond(slice),
        onSnapshot: (worker, { states, inFlight, events }) => {
          this.#collector.setStates(worker, states, inFlight);
          for (const { actor, text } of events) this.#event('warn', actor, text);
        },
        onFailed: (error) => {
          this.#faulted.push(`A worker failed: ${error.message}`);
          this.#stop.resolve();
        },
      },
    );
    this.#pool = pool;
    onProgress(`connecting ${terminals.length} terminals`);
    const connectMs = CONNECT_MS + terminals.length;
    await Promise.race([pool.connected, delay(connectMs), this.#stop.promise]);
    if (!pool.allConnected) {
      this.#loadProblems.push(`Not all terminals were connected within ${connectMs} ms`);
      this.#event('warn', '', 'not all terminals are connected');
    }
    this.#state = 'run';
    this.#event('info', '', `load begins, ${terminals.length} terminals`);
    const startedMs = this.#elapsedMs;
    const cpu = process.cpuUsage();
    const kills = options.killBankAtMs.map((atMs) => setTimeout(() => this.#killBank(), atMs));
    const stages = setInterval(() => this.#activate(hands, this.#elapsedMs - startedMs), MODEL_MS);
    this.#activate(hands, 0);
    await Promise.race([delay(options.durationMs), this.#stop.promise]);
    clearInterval(stages);
    for (const kill of kills) clearTimeout(kill);
    const loadMs = this.#elapsedMs - startedMs;
    const used = process.cpuUsage(cpu);
    this.#state = 'drain';
    this.#event('info', '', 'no new operations; settling what is open');
    const results = await pool.drain(options.drainMs);
    const open = results.reduce(
      (sum, { advicesOpen, operationsOpen }) => sum + advicesOpen + operationsOpen,
      0,
    );
    if (open > 0) this.#loadProblems.push(`${open} operations or advices were still open after the drain`);
    const cpuPct = Math.round((used.user + used.system) / (10 * Math.max(1, loadMs)));
    return { results, loadMs, cpuPct };
  }

  async #verify(bank: Provisioned, historyPath: string): Promise<Verified> {
    this.#input.onProgress('checking history against ledger');
    return verifyRun({
      historyPath,
      scratch: this.#input.directory,
      bank,
      maxAbsDelta: this.#collector.bank.maxAbsDelta,
    });
  }

  #activate(hands: readonly (readonly TerminalPlan[])[], loadMs: number): void {
    const active = activeAt(this.#input.options, loadMs);
    const workers = hands.length;
    for (const [worker, hand] of hands.entries()) {
      const share = Math.floor(active / workers) + (worker < active % workers ? 1 : 0);
      this.#pool?.tell(worker, { type: 'activate', terminals: Math.min(hand.length, share) });
    }
  }

  #killBank(): void {
    this.#event('fault', 'bank', 'SIGKILL by plan');
    this.#bank?.kill();
  }

  #bankDied({ cause, how }: Death): void {
    this.#killedAtMs = this.#loadMs;
    this.#pool?.tellAll({ type: 'fault', active: true });
    if (cause === 'planned') return;
    this.#event('fault', 'bank', `died with ${how}; it is started again`);
    const where = cause === 'failed' ? this.#faulted : this.#unplanned;
    where.push(`The bank died with ${how} at ${this.#loadMs} ms and was started again`);
  }

  #bankBack(): void {
    const startMs = this.#killedAtMs ?? this.#loadMs;
    this.#killedAtMs = null;
    this.#event('info', 'bank', 'is back');
    const { faults } = this.#collector;
    faults.push({
      id: `bank-kill-${faults.length + 1}`,
      kind: 'bank-kill',
      target: 'bank',
      params: { signal: 'SIGKILL' },
      startMs,
      endMs: this.#loadMs,
      source: this.#input.options.killBankAtMs.length > 0 ? 'plan' : 'operator',
      recoveryMs: null,
    });
    // Connections come back with back-off; failures until then are still the fault's.
    setTimeout(() => this.#pool?.tellAll({ type: 'fault', active: false }), FAULT_TAIL_MS).unref();
  }

  #lookAtAudit(): void {
    if (this.#liveAudit === null) return;
    this.#liveAudit.look();
    this.#auditCheckedMs = this.#elapsedMs;
  }

  #publish(): void {
    const { options, commit, onModel } = this.#input;
    const live = this.#liveAudit;
    const held = this.#lights?.audit;
    const model = dashboardModel({
      collector: this.#collector,
      run: {
        scenario: options.scenario,
        seed: options.seed,
        commit,
        state: this.#state,
        elapsedMs: this.#loadMs,
        plannedMs: options.durationMs,
        offeredRate: null,
      },
      terminals: options.terminals,
      terminalBase: this.#terminalBase,
      loadMs: this.#loadStartMs === null ? null : this.#loadMs,
      audit:
        live === null
          ? (held ?? {
              status: 'unchecked',
              headSeq: 0,
              headHash: '',
              lagMs: null,
              text: 'not read yet',
              atMs: null,
            })
          : {
              status: live.fault !== null ? 'violated' : live.head.seq === 0 ? 'unchecked' : 'ok',
              headSeq: live.head.seq,
              headHash: Buffer.from(live.head.hash).toString('hex'),
              lagMs: this.#auditCheckedMs === null ? null : this.#elapsedMs - this.#auditCheckedMs,
              text: live.fault ?? '',
              atMs: this.#auditCheckedMs,
            },
      figuresAtMs: this.#figuresAtMs === null ? null : this.#figuresAtMs - (this.#loadStartMs ?? 0),
      activeFaults: this.#killedAtMs === null ? [] : ['bank down'],
      verdict: this.#verdict,
    });
    this.#lights = latchLights(this.#lights, model.lights);
    onModel({ ...model, lights: this.#lights });
  }

  #event(level: 'info' | 'warn' | 'fault', actor: string, text: string): void {
    this.#collector.addEvent({ tMs: this.#loadMs, level, actor, text });
  }

  #parts(): string[] {
    return Array.from({ length: this.#input.options.workers }, (_, i) =>
      join(this.#input.directory, `history-${i}.part.jsonl.gz`),
    );
  }

  get #elapsedMs(): number {
    return Date.now() - this.#startedAtMs;
  }

  get #loadMs(): number {
    return this.#loadStartMs === null ? 0 : this.#elapsedMs - this.#loadStartMs;
  }

  get #second(): number | null {
    return this.#loadStartMs === null ? null : Math.floor(this.#loadMs / 1000);
  }
}

/** After the bank is back, connections that were lost with it may still fail for this long. */
const FAULT_TAIL_MS = 16_000;

/** Does not keep the process alive by itself: the sockets and the bank do that while it matters. */
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
