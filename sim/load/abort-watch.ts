/**
 * Looks once a second whether a threshold that is to end the load is missed, once its grace is over.
 *
 * @module
 */
import type { Threshold, ThresholdResult } from '../../reports/report.ts';
import { evaluate } from '../../reports/thresholds.ts';
import type { Collector } from './collector.ts';
import { opsOf } from './figures.ts';
import type { RunView } from './run-view.ts';

const LOOK_MS = 1_000;

export class AbortWatch {
  /** Why the load was ended early; null when it was not. */
  reason: string | null = null;
  readonly #view: RunView;
  readonly #thresholds: readonly Threshold[];
  readonly #onMissed: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(view: RunView, thresholds: readonly Threshold[], onMissed: () => void) {
    this.#view = view;
    this.#thresholds = thresholds;
    this.#onMissed = onMissed;
  }

  start(): void {
    if (this.#thresholds.some(({ abortOnFail }) => abortOnFail)) {
      this.#timer = setInterval(() => this.#look(), LOOK_MS);
    }
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const { collector, loadMs } = this.#view;
    const missed = missedThreshold(this.#thresholds, collector, loadMs);
    if (missed === null) return;
    this.stop();
    this.reason = `The load was ended after ${Math.round(loadMs / 1000)} s: ${missed.id} was missed`;
    this.#view.event('warn', '', this.reason);
    this.#onMissed();
  }
}

/**
 * The first of those that end a load and whose grace is over that is missed. One with too few samples is not: there may
 * be enough of them at the end.
 */
export function missedThreshold(
  thresholds: readonly Threshold[],
  collector: Collector,
  loadMs: number,
): ThresholdResult | null {
  const watched = thresholds.filter(({ abortOnFail, graceMs = 0 }) => abortOnFail && loadMs >= graceMs);
  if (watched.length === 0) return null;
  const { ok, fail, unknown } = collector.total;
  const unexpectedErrors = [...collector.errors.values()].reduce(
    (sum, { expected, count }) => sum + (expected ? 0 : count),
    0,
  );
  const figures = {
    ops: opsOf(collector, loadMs),
    totals: { requests: ok + fail + unknown, unexpectedErrors },
  };
  const results = watched.map((threshold) => evaluate(threshold, figures));
  return (
    results.find((result) => result.ok === false && result.note === undefined && result.actual !== null) ??
    null
  );
}
