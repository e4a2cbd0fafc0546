/**
 * Which rows of the transition table were seen, over any number of runs. Counts are plain JSON, so that workers can
 * send theirs and one coverage can add them up.
 *
 * @module
 */
import type { Transition } from '../../actors/inspect.ts';
import { GAPS, type Gap } from './gaps.ts';
import { ROWS, type Row, rowOf } from './refine.ts';

export class Coverage {
  readonly #rows: ReadonlySet<Row>;
  readonly #gaps: readonly Gap[];
  readonly #counts = new Map<Row, number>();

  constructor(rows: ReadonlySet<Row> = ROWS, gaps: readonly Gap[] = GAPS) {
    this.#rows = rows;
    this.#gaps = gaps;
  }

  see(transition: Transition): void {
    this.#add(rowOf(transition), 1);
  }

  /** Adds what another coverage has counted. */
  merge(counts: Readonly<Record<Row, number>>): void {
    for (const [row, count] of Object.entries(counts)) this.#add(row, count);
  }

  /** How often each row was seen, by row in order. */
  counts(): Record<Row, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Rows that were never seen and that no gap explains. */
  missing(): Row[] {
    const explained = new Set(this.#gaps.flatMap((gap) => gap.rows));
    return [...this.#rows].filter((row) => !this.#counts.has(row) && !explained.has(row)).sort();
  }

  /** Rows that were seen although a gap says that they cannot be. */
  contradicted(): Row[] {
    const impossible = this.#gaps.flatMap((gap) => (gap.seldom ? [] : gap.rows));
    return impossible.filter((row) => this.#counts.has(row)).sort();
  }

  #add(row: Row, count: number): void {
    this.#counts.set(row, (this.#counts.get(row) ?? 0) + count);
  }
}
