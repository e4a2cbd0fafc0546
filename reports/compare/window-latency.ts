/**
 * Latencies of a run by window, in a form whose percentiles can be asked a thousand times for windows that were drawn
 * more than once or not at all.
 *
 * @module
 */
import { bucketsOf, decodeHistogram } from '../histogram.ts';
import { PERCENTILES, type Percentile, samplesNeeded } from '../latency.ts';
import type { Draw } from './bootstrap.ts';

interface Row {
  /** Into the values of the run. */
  readonly at: Int32Array;
  readonly counts: Int32Array;
}

export class WindowLatency {
  /** Every latency that occurred, µs, ascending. */
  readonly #values: readonly number[];
  readonly #rows: readonly Row[];

  /** @param hdrs of each operation, a histogram a window */
  constructor(hdrs: readonly (readonly string[])[]) {
    const windows = Math.max(0, ...hdrs.map((hdr) => hdr.length));
    const sums = Array.from({ length: windows }, (_, window) => {
      const sum = new Map<number, number>();
      for (const hdr of hdrs) {
        const encoded = hdr[window] ?? '';
        if (encoded === '') continue;
        for (const { value, count } of bucketsOf(decodeHistogram(encoded))) {
          sum.set(value, count + (sum.get(value) ?? 0));
        }
      }
      return sum;
    });
    this.#values = [...new Set(sums.flatMap((sum) => [...sum.keys()]))].sort((a, b) => a - b);
    const indices = new Map(this.#values.map((value, i) => [value, i]));
    this.#rows = sums.map((sum) => ({
      at: Int32Array.from(sum.keys(), (value) => indices.get(value) ?? 0),
      counts: Int32Array.from(sum.values()),
    }));
  }

  /** Samples of all windows together. */
  get count(): number {
    return this.#rows.reduce((sum, { counts }) => counts.reduce((a, b) => a + b, sum), 0);
  }

  /** Of each percentile in µs; null where fewer than ten samples lie beyond it. */
  percentiles(draw: Draw, wanted: readonly Percentile[]): (number | null)[] {
    const counts = new Float64Array(this.#values.length);
    let total = 0;
    for (const [window, { at, counts: some }] of this.#rows.entries()) {
      const times = draw[window] ?? 0;
      if (times === 0) continue;
      for (let i = 0; i < at.length; i++) {
        const more = times * (some[i] ?? 0);
        counts[at[i] ?? 0] = (counts[at[i] ?? 0] ?? 0) + more;
        total += more;
      }
    }
    return wanted.map((p) =>
      total < samplesNeeded(p) ? null : this.#at(counts, (total * PERCENTILES[p]) / 1000),
    );
  }

  #at(counts: Float64Array, rank: number): number | null {
    let below = 0;
    for (let i = 0; i < counts.length; i++) {
      below += counts[i] ?? 0;
      if (below >= rank) return this.#values[i] ?? null;
    }
    return this.#values.at(-1) ?? null;
  }
}
