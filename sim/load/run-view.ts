/**
 * What a load run shows of itself while it goes on: its phase, its clock, its events, the two lights, and the dashboard
 * model made of them a few times a second.
 *
 * @module
 */

import type { BankFigures } from '../../actors/node/bank-process.ts';
import {
  type AuditLight,
  type ControlState,
  type DashboardModel,
  type Lights,
  latchLights,
  type RunEvent,
  type Verdict,
} from '../../terminals/dashboard/model.ts';
import { Collector } from './collector.ts';
import { dashboardModel } from './dashboard-model.ts';
import { rateAt } from './executor.ts';
import { LiveAudit } from './live-audit.ts';
import type { LoadOptions } from './options.ts';
import type { FaultBegun, JournalLine } from './run-journal.ts';

const MODEL_MS = 250;
const AUDIT_MS = 1_000;

export interface RunSource {
  readonly commit: string;
  /** The command that repeats the run. */
  readonly repeat?: string;
  /** The run's own, absolute. */
  readonly directory?: string;
  /** Each event, each begin and end of a fault. */
  onHappened?(line: JournalLine): void;
}

export class RunView {
  readonly collector: Collector;
  readonly startedAtMs = Date.now();
  phase: DashboardModel['run']['state'] = 'setup';
  terminalBase = 0;
  /** What viewers may do and have done; null when they may only look. */
  control: ControlState | null = null;
  /** Since when the bank is down, ms of the load; null while it is up. */
  bankDownMs: number | null = null;
  /** Kinds of the others that are on, by id. */
  readonly activeFaults = new Map<string, string>();
  /** Attacks tried and got through; null when no adversary runs. */
  adversary: DashboardModel['adversary'] = null;
  #lights: Lights | null = null;
  readonly #options: LoadOptions;
  readonly #source: RunSource;
  readonly #onModel: (model: DashboardModel) => void;
  readonly #timers: NodeJS.Timeout[];
  #audit: LiveAudit | null = null;
  #auditAtMs: number | null = null;
  #figuresAtMs: number | null = null;
  #loadStartMs: number | null = null;
  #verdict: Verdict | null = null;

  constructor(options: LoadOptions, source: RunSource, onModel: (model: DashboardModel) => void) {
    this.#options = options;
    this.#source = source;
    this.#onModel = onModel;
    this.collector = new Collector(options.workers);
    this.#timers = [
      setInterval(() => this.publish(), MODEL_MS),
      setInterval(() => this.#lookAtAudit(), AUDIT_MS),
    ];
  }

  get lights(): Lights | null {
    return this.#lights;
  }

  /** Milliseconds since {@link beginLoad}, 0 before. */
  get loadMs(): number {
    return this.#loadStartMs === null ? 0 : Date.now() - this.#loadStartMs;
  }

  beginLoad(): void {
    this.#loadStartMs = Date.now();
  }

  watchAudit(directory: string): void {
    this.#audit = new LiveAudit(directory);
  }

  enter(phase: DashboardModel['run']['state']): void {
    this.phase = phase;
    this.publish();
  }

  takeFigures(figures: BankFigures): void {
    this.#figuresAtMs = this.loadMs;
    const second = this.#loadStartMs === null ? null : Math.floor(this.loadMs / 1000);
    this.collector.addFigures(figures, second);
  }

  event(level: RunEvent['level'], actor: string, text: string): void {
    this.#happened({ type: 'event', tMs: this.loadMs, level, actor, text });
  }

  /** A fault begins now. @returns says that it is over */
  beginFault(fault: Omit<FaultBegun, 'startMs'>): () => void {
    this.#happened({ type: 'faultBegun', ...fault, startMs: this.loadMs });
    return () => this.#happened({ type: 'faultOver', id: fault.id, tMs: this.loadMs });
  }

  #happened(line: JournalLine): void {
    this.collector.addHappening(line);
    this.#source.onHappened?.(line);
  }

  conclude(verdict: Verdict): void {
    this.#verdict = verdict;
    this.enter('done');
  }

  /** No more models and no more looks at the database, which others will now open. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#audit === null) return;
    this.#lookAtAudit();
    // The light keeps what this last look found.
    this.publish();
    this.#audit.close();
    this.#audit = null;
  }

  publish(): void {
    const { collector, phase } = this;
    if (phase === 'run') collector.markStates(Math.floor(this.loadMs / 1000));
    const model = dashboardModel({
      collector,
      run: {
        scenario: this.#options.scenario,
        seed: this.#options.seed,
        commit: this.#source.commit,
        ...(this.#source.repeat !== undefined && { repeat: this.#source.repeat }),
        ...(this.#source.directory !== undefined && { directory: this.#source.directory }),
        ...(this.control && { control: this.control }),
        state: phase,
        elapsedMs: this.loadMs,
        plannedMs: this.#options.durationMs,
        offeredRate: this.#offeredRate(),
      },
      terminals: this.#options.terminals,
      terminalBase: this.terminalBase,
      loadMs: this.#loadStartMs === null ? null : this.loadMs,
      audit: this.#auditLight(),
      figuresAtMs: this.#figuresAtMs,
      adversary: this.adversary,
      activeFaults: [...(this.bankDownMs === null ? [] : ['bank down']), ...this.activeFaults.values()],
      verdict: this.#verdict,
    });
    this.#lights = latchLights(this.#lights, model.lights);
    this.#onModel({ ...model, lights: this.#lights });
  }

  /** Of an open model: what the plan asks for, less what an operator withholds. */
  #offeredRate(): number | null {
    const planned = rateAt(this.#options.executor, this.loadMs);
    if (planned === null || this.control === null) return planned;
    return this.control.paused ? 0 : planned * Math.min(1, this.control.sharePct / 100);
  }

  #lookAtAudit(): void {
    if (this.#audit === null) return;
    this.#audit.look();
    this.#auditAtMs = Date.now();
  }

  #auditLight(): AuditLight {
    const audit = this.#audit;
    if (audit === null) return this.#lights?.audit ?? UNREAD;
    const { fault, head } = audit;
    return {
      status: fault !== null ? 'violated' : head.seq === 0 ? 'unchecked' : 'ok',
      headSeq: head.seq,
      headHash: Buffer.from(head.hash).toString('hex'),
      lagMs: this.#auditAtMs === null ? null : Date.now() - this.#auditAtMs,
      text: fault ?? '',
      atMs: this.loadMs,
    };
  }
}

const UNREAD: AuditLight = {
  status: 'unchecked',
  headSeq: 0,
  headHash: '',
  lagMs: null,
  text: 'not read',
  atMs: null,
};
