/**
 * Think time: how long a customer waits before the next operation, in a closed model.
 *
 * @module
 */
import type { Rng } from '../rng.ts';

export const THINK_DISTRIBUTIONS = ['none', 'constant', 'exponential', 'truncated-exponential'] as const;

export interface Think {
  readonly distribution: (typeof THINK_DISTRIBUTIONS)[number];
  /** 0 for `none`; of the exponential before it is truncated. */
  readonly meanMs: number;
  /** The truncated exponential never exceeds it; null for the others. */
  readonly maxMs: number | null;
}

/** @param meanMs 0 for none. */
export const exponentialThink = (meanMs: number): Think => ({
  distribution: meanMs === 0 ? 'none' : 'exponential',
  meanMs,
  maxMs: null,
});

/** Whole milliseconds. */
export function drawThinkMs(rng: Rng, { distribution, meanMs, maxMs }: Think): number {
  if (distribution === 'none') return 0;
  if (distribution === 'constant') return meanMs;
  if (distribution === 'exponential' || maxMs === null) return rng.exponential(meanMs);
  // By the inverse of the distribution conditioned on not exceeding the maximum: no pile at it, as clamping makes.
  const below = 1 - Math.exp(-maxMs / meanMs);
  return Math.round(-Math.log(1 - (rng.u32() / 2 ** 32) * below) * meanMs);
}
