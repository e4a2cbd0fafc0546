/**
 * The whole load so far in a few equal steps, for the dashboard's charts. Made anew at most once a second, since it walks
 * over all that is known.
 *
 * @module
 */
import { type DashboardModel, WHOLE_MAX } from '../../terminals/dashboard/model.ts';
import type { Seconds } from './seconds.ts';

type Whole = DashboardModel['whole'];

export class WholeLoad {
  #second = -1;
  #whole: Whole = { stepS: 1, okPerS: [], p99Us: [] };

  /** @param second the first that is not over yet */
  upTo(second: number, seconds: Seconds): Whole {
    if (second === this.#second) return this.#whole;
    this.#second = second;
    const { stepMs, rows } = seconds.timeline.series(['achievedRate', 'p99Us'], second * 1000);
    const join = Math.max(1, Math.ceil(rows.length / WHOLE_MAX));
    const steps = Array.from({ length: Math.floor(rows.length / join) }, (_, i) =>
      rows.slice(i * join, (i + 1) * join),
    );
    this.#whole = {
      stepS: (stepMs / 1000) * join,
      okPerS: steps.map((step) => Math.round(sum(column(step, 0)) / step.length)),
      p99Us: steps.map((step) => highest(column(step, 1))),
    };
    return this.#whole;
  }
}

const column = (rows: readonly (readonly (number | null)[])[], place: number): number[] =>
  rows.map((row) => row[place] ?? null).filter((value) => value !== null);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const highest = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.max(...values);
