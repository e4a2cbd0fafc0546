/**
 * The bootstrap over the windows of a run: how much a figure would move if the run had gone a little otherwise.
 *
 * What happens in a window weighs on the next (queues, collections, a slow disk), so neighbours are drawn together, in
 * blocks, on a circle, so that no window counts more than another. The draws come from a fixed stream: the same two
 * reports give the same answer for ever.
 *
 * Source: Politis and Romano, "A circular block-resampling procedure for stationary data" (1992).
 *
 * @module
 */

/** How often each window was drawn. */
export type Draw = Int32Array;

/** Part of a run that is left out: until code is compiled and caches are warm it is not the run that goes on. */
const WARM_UP = 0.1;

/** Windows that are judged: all but the first tenth. */
export const judgedCount = (windows: number): number => windows - Math.ceil(windows * WARM_UP);

/** Windows drawn together: the cube root of their number, the rate at which the method is known to work. */
export const blockLength = (windows: number): number => Math.max(1, Math.round(Math.cbrt(windows)));

/** Blocks that fit into a run: that many independent pieces there are to judge from. */
export const blockCount = (windows: number): number => Math.floor(windows / blockLength(windows));

/** @param stream another number, other draws */
export function draws(windows: number, count: number, stream: number): readonly Draw[] {
  const random = mulberry32(stream);
  const length = blockLength(windows);
  return Array.from({ length: count }, () => {
    const times = new Int32Array(windows);
    for (let left = windows; left > 0; left -= length) {
      const start = Math.floor(random() * windows);
      for (let i = 0; i < Math.min(length, left); i++) {
        const at = (start + i) % windows;
        times[at] = (times[at] ?? 0) + 1;
      }
    }
    return times;
  });
}

/** Every window once: the run as it was. */
export const asItWas = (windows: number): Draw => new Int32Array(windows).fill(1);

/** Standard deviation of the resampled figures; null when fewer than half of them could be computed. */
export function standardError(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure) => figure !== null);
  if (known.length * 2 < figures.length || known.length < 2) return null;
  const mean = known.reduce((a, b) => a + b, 0) / known.length;
  return Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (known.length - 1));
}

/** Public domain, by Tommy Ettinger: 32 bits of state are plenty for some thousand draws. */
function mulberry32(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
