/**
 * What a worker tells while the load goes on, whoever makes it: history, figures by the second, snapshots several times
 * a second, the lag of its own event loop.
 *
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createHistogram, encodeHistogram, recordUs } from '../../reports/histogram.ts';
import type { CashCount, OperationRecord } from '../history.ts';
import { HistoryWriter } from './history-file.ts';
import { Metrics } from './metrics.ts';
import { SessionSample, sampleEvery } from './spans.ts';
import { TerminalFigures } from './terminal-figures.ts';
import type { FromWorker, WorkerResult, WorkerTask } from './worker-protocol.ts';

const SNAPSHOT_MS = 250;
/** Figures of single terminals come with every fourth snapshot, and never of a fleet larger than this. */
const DETAILS_EVERY = 4;
const DETAILS_TERMINALS_MAX = 5_000;
/** The monitor's own period, part of what it measures. */
const LAG_RESOLUTION_MS = 10;

export interface RecorderView {
  snapshot(): Omit<Extract<FromWorker, { type: 'snapshot' }>, 'type' | 'details'>;
  /** Cash in terminal i of the task, minor units. */
  cashOf(i: number): bigint;
}

export class WorkerRecorder {
  /** Operations that end unknown while this is set were provoked by the run. */
  faultActive = false;
  /** µs of the run. */
  readonly ticks = () => Number((process.hrtime.bigint() - this.#originNs) / 1000n);
  /** Times of the run count from here; before the load begins nothing is counted. */
  #originNs = process.hrtime.bigint();
  #begun = false;
  readonly #port: WorkerTask['port'];
  readonly #history: HistoryWriter;
  readonly #metrics: Metrics;
  readonly #figures: TerminalFigures | null;
  readonly #sample: SessionSample;
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  readonly #lagUs = createHistogram();
  readonly #stateMs: Record<string, number> = {};
  #timer: NodeJS.Timeout | null = null;
  #view: RecorderView | null = null;
  #snapshots = 0;

  constructor({ port, historyPath, terminals, worker, workers }: WorkerTask) {
    this.#port = port;
    this.#history = new HistoryWriter(historyPath);
    this.#metrics = new Metrics((slice) => this.tell({ type: 'second', slice }));
    const fleet = terminals.length * workers;
    const names = terminals.map(({ terminal }) => terminal);
    this.#figures = fleet > DETAILS_TERMINALS_MAX ? null : new TerminalFigures(names);
    const every = sampleEvery(fleet);
    this.#sample = new SessionSample(names.filter((_, i) => (i * workers + worker) % every === 0));
  }

  start(view: RecorderView): void {
    this.#view = view;
    this.#lag.enable();
    this.#timer = setInterval(() => this.#snapshot(), SNAPSHOT_MS);
  }

  begin(originNs: bigint): void {
    this.#originNs = originNs;
    this.#begun = true;
  }

  tell(message: FromWorker): void {
    this.#port.postMessage(message);
  }

  record(record: OperationRecord): void {
    const isProvoked = this.faultActive && record.outcome !== 'ok';
    this.#history.write(isProvoked ? { ...record, provoked: true } : record);
    this.#figures?.record(record);
    this.#sample.record(record);
    const { op, terminal, outcome, code, intendedUs, sentUs, repliedUs, doneUs } = record;
    this.#metrics.record({
      op,
      terminal,
      outcome,
      code,
      intendedUs,
      sentUs,
      repliedUs,
      doneUs: doneUs ?? this.ticks(),
      provoked: this.faultActive,
    });
  }

  /** A terminal's line is up or down now. */
  line(terminal: string, isUp: boolean): void {
    this.#sample.line(terminal, isUp, this.#begun ? this.#nowMs() : 0);
  }

  count(cash: CashCount): void {
    this.#history.write(cash);
  }

  /** A last snapshot, the last second, the history on the disk; hangs up. */
  async finish(): Promise<Pick<WorkerResult, 'errors' | 'stateMs' | 'loopLagUs' | 'spans'>> {
    if (this.#timer) clearInterval(this.#timer);
    this.#snapshot();
    const errors = this.#metrics.finish();
    await this.#history.close();
    this.#port.close();
    const spans = this.#sample.spans(this.#nowMs());
    return { errors, stateMs: this.#stateMs, loopLagUs: encodeHistogram(this.#lagUs), spans };
  }

  #nowMs(): number {
    return Math.floor(this.ticks() / 1000);
  }

  #snapshot(): void {
    if (this.#view === null) return;
    const loopLagUs = Math.max(0, Math.round(this.#lag.max / 1000) - 1000 * LAG_RESOLUTION_MS);
    this.#lag.reset();
    recordUs(this.#lagUs, loopLagUs);
    if (this.#begun) this.#metrics.roll(this.ticks());
    const snapshot = this.#view.snapshot();
    for (const code of snapshot.states) this.#stateMs[code] = (this.#stateMs[code] ?? 0) + SNAPSHOT_MS;
    const details =
      this.#figures !== null && this.#snapshots++ % DETAILS_EVERY === 0
        ? { details: this.#figures.details((i) => Number(this.#view?.cashOf(i) ?? 0n)) }
        : {};
    this.tell({ type: 'snapshot', ...snapshot, ...details });
  }
}
