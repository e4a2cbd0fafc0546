/**
 * Whether two kinds of input take different times: Welch's t-test over measurements in random order, as dudect does it
 * (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?", 2017).
 *
 * @module
 */
import { Rng } from '../../sim/rng.ts';

/** Beyond this the difference is no chance. */
export const T_MAX = 4.5;
/** The slowest tenth is the machine's, not the code's. */
const KEPT = 0.9;

/** Samples of each kind, in the order of drawing. */
export type Samples = readonly [number[], number[]];

/** @param measure one measurement of kind 0 or 1, any unit */
export async function sample(
  count: number,
  seed: string,
  measure: (kind: 0 | 1) => number | Promise<number>,
): Promise<Samples> {
  const rng = new Rng(seed, 'timing');
  const samples: Samples = [[], []];
  const warm = Math.min(1_000, Math.ceil(count / 10));
  for (let n = 0; n < warm; n++) await measure(n % 2 === 0 ? 0 : 1);
  while (samples[0].length < count || samples[1].length < count) {
    const kind = rng.ratio(1, 2) ? 0 : 1;
    const took = measure(kind);
    samples[kind].push(typeof took === 'number' ? took : await took);
  }
  return samples;
}

/** Over what is below the pooled ninth decile. */
export function welch([a, b]: Samples): number {
  const pooled = [...a, ...b].sort((x, y) => x - y);
  const cut = pooled[Math.floor(pooled.length * KEPT)] ?? Number.POSITIVE_INFINITY;
  const [x, y] = [moments(a, cut), moments(b, cut)];
  return (x.mean - y.mean) / Math.sqrt(x.variance / x.n + y.variance / y.n);
}

function moments(samples: readonly number[], cut: number): { n: number; mean: number; variance: number } {
  const kept = samples.filter((value) => value <= cut);
  const n = kept.length;
  const mean = kept.reduce((sum, value) => sum + value, 0) / n;
  const variance = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { n, mean, variance };
}

export const median = (samples: readonly number[]): number =>
  [...samples].sort((x, y) => x - y)[samples.length >> 1] ?? Number.NaN;
