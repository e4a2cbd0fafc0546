/**
 * Percentiles that can be defended: q is given only when at least ten samples lie beyond it (n·(1−q) ≥ 10).
 *
 * @module
 */
import type { Histogram } from './histogram.ts';
import type { Dist, Latency } from './report.ts';

/** Quantiles in thousandths: integers, because 100·(1−0.9) is less than 10 in floating point. */
export const PERCENTILES = { p50: 500, p90: 900, p95: 950, p99: 990, p999: 999 } as const;
export type Percentile = keyof typeof PERCENTILES;

const BEYOND = 10;

/** How many samples a percentile needs. */
export const samplesNeeded = (p: Percentile): number => (BEYOND * 1000) / (1000 - PERCENTILES[p]);

export function latencyOf(histogram: Histogram): Latency {
  const n = histogram.totalCount;
  const some = <T>(value: T): T | null => (n > 0 ? value : null);
  const at = (p: Percentile) =>
    n >= samplesNeeded(p) ? histogram.getValueAtPercentile(PERCENTILES[p] / 10) : null;
  return {
    n,
    min: some(histogram.getValueAtPercentile(0)),
    mean: some(Math.round(histogram.mean)),
    p50: at('p50'),
    p90: at('p90'),
    p95: at('p95'),
    p99: at('p99'),
    p999: at('p999'),
    // Not `maxValue`: it is exact only until the histogram is encoded, and workers must not change a report.
    max: some(histogram.getValueAtPercentile(100)),
  };
}

/** The same as a {@link Dist}, for `fsyncUs` and `loopLagUs`. */
export function distOfHistogram(histogram: Histogram): Dist {
  const { n, min, mean, p50, p95, p99, max } = latencyOf(histogram);
  return { n, min, mean, p50, p95, p99, max };
}

/** Of plain samples (memory, mailbox depth …), by nearest rank; null when there are none. */
export function distOf(samples: readonly number[]): Dist | null {
  const sorted = Float64Array.from(samples).sort();
  const n = sorted.length;
  const first = sorted[0];
  const last = sorted[n - 1];
  if (first === undefined || last === undefined) return null;
  const at = (p: Percentile) =>
    n >= samplesNeeded(p) ? (sorted[Math.ceil((n * PERCENTILES[p]) / 1000) - 1] ?? null) : null;
  const mean = sorted.reduce((a, b) => a + b, 0) / n;
  return { n, min: first, mean, p50: at('p50'), p95: at('p95'), p99: at('p99'), max: last };
}
