/**
 * A table of figures over the time of a load, in bounded memory: steps are seconds at first; when there are too many,
 * neighbours are joined and all are twice as long. A spike is never averaged away, as in the report's charts.
 *
 * @module
 */
import type { Series } from '../../reports/report.ts';

/** What joined seconds show: their sum a second, the highest, or the mean of those that had a figure. */
export type Rule = 'rate' | 'worst' | 'mean';

/** Two hours of seconds: a longer load has steps of 2, 4, 8 … seconds. */
export const STEPS_MAX = 7_200;

/** Of each column the sum or the highest so far, and how many seconds had a figure. */
interface Step {
  readonly values: number[];
  readonly counts: number[];
}

export class Timeline {
  readonly columns: readonly string[];
  readonly #rules: Readonly<Record<string, Rule>>;
  #stepS = 1;
  #steps: Step[] = [];

  constructor(rules: Readonly<Record<string, Rule>>) {
    this.#rules = rules;
    this.columns = Object.keys(rules);
  }

  /**
   * Figures of a second, in the order of the columns; null: none. One that comes again adds to its rates, so that the
   * late word of a worker counts.
   */
  add(second: number, row: readonly (number | null)[]): void {
    while (second >= STEPS_MAX * this.#stepS) this.#join();
    const step = this.#at(Math.floor(second / this.#stepS));
    for (const [i, value] of row.entries()) if (value !== null) this.#count(step, i, { value, times: 1 });
  }

  copy(): Timeline {
    const twin = new Timeline(this.#rules);
    twin.#stepS = this.#stepS;
    twin.#steps = this.#steps.map(({ values, counts }) => ({ values: [...values], counts: [...counts] }));
    return twin;
  }

  /** Of some columns, the steps that were over when the load ended. @param loadMs how long it lasted */
  series(columns: readonly string[], loadMs: number): Series {
    const stepMs = 1000 * this.#stepS;
    const count = Math.floor(loadMs / stepMs);
    const places = columns.map((column) => this.columns.indexOf(column));
    const rows = Array.from({ length: count }, (_, i) => places.map((place) => this.#shown(i, place)));
    return { stepMs, t0: 0, columns, rows };
  }

  #shown(index: number, place: number): number | null {
    const { values, counts } = this.#at(index);
    const value = values[place] ?? 0;
    const count = counts[place] ?? 0;
    if (count === 0) return null;
    const rule = this.#rules[this.columns[place] ?? ''];
    if (rule === 'worst') return value;
    return Math.round((1000 * value) / (rule === 'rate' ? this.#stepS : count)) / 1000;
  }

  #count({ values, counts }: Step, i: number, { value, times }: { value: number; times: number }): void {
    if (times === 0) return;
    const before = values[i] ?? 0;
    const isWorst = this.#rules[this.columns[i] ?? ''] === 'worst';
    values[i] = isWorst && (counts[i] ?? 0) > 0 ? Math.max(before, value) : before + value;
    counts[i] = (counts[i] ?? 0) + times;
  }

  #join(): void {
    this.#stepS *= 2;
    const all = this.#steps;
    this.#steps = [];
    for (const [i, { values, counts }] of all.entries()) {
      const into = this.#at(Math.floor(i / 2));
      for (const [j, value] of values.entries()) this.#count(into, j, { value, times: counts[j] ?? 0 });
    }
  }

  #at(index: number): Step {
    const zeros = () => this.columns.map(() => 0);
    while (this.#steps.length <= index) this.#steps.push({ values: zeros(), counts: zeros() });
    const step = this.#steps[index];
    if (step === undefined) throw new RangeError(`Expected a step of the run, got ${index}`);
    return step;
  }
}
