/**
 * Seeded random numbers: xoshiro128** over integers, one stream a name. Streams are derived by hashing (seed, name), so
 * that adding one actor does not move the others, and a terminal's plan is the same whichever worker runs it.
 *
 * Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (2018), xoshiro128** 1.1.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { invariant } from '../protocol/invariant.ts';

const rotl = (x: number, k: number) => (x << k) | (x >>> (32 - k));

export class Rng {
  readonly #state: Uint32Array;

  constructor(seed: string, name: string) {
    const digest = createHash('sha256').update(`${seed}\0${name}`).digest();
    this.#state = Uint32Array.from([0, 4, 8, 12], (offset) => digest.readUInt32LE(offset));
    if (this.#state.every((word) => word === 0)) this.#state[0] = 1;
  }

  /** Uniform integer 0..2^32−1. */
  u32(): number {
    const s = this.#state;
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = s;
    const result = Math.imul(rotl(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    const n2 = s2 ^ s0;
    const n3 = s3 ^ s1;
    s[1] = s1 ^ n2;
    s[0] = s0 ^ n3;
    s[2] = n2 ^ t;
    s[3] = rotl(n3, 11);
    return result;
  }

  /** Uniform integer 0..n−1, without bias. @param n 1..2^32 */
  below(n: number): number {
    invariant(Number.isInteger(n) && n >= 1 && n <= 2 ** 32, 'the bound is a whole number of 1..2^32');
    const limit = 2 ** 32 - (2 ** 32 % n);
    let value = this.u32();
    while (value >= limit) value = this.u32();
    return value % n;
  }

  /** True with probability numerator/denominator. */
  ratio(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    invariant(item !== undefined, 'there is something to pick from');
    return item;
  }

  /** Exponential with the given mean, cut at ten times the mean; rounded to whole units. 0 for a mean of 0. */
  exponential(mean: number): number {
    if (mean === 0) return 0;
    return Math.round(Math.min(10 * mean, -Math.log((this.u32() + 1) / 2 ** 32) * mean));
  }

  bytes(n: number): Uint8Array {
    const bytes = new Uint8Array(n);
    for (let i = 0, word = 0; i < n; i++) {
      word = i % 4 === 0 ? this.u32() : word >>> 8;
      bytes[i] = word;
    }
    return bytes;
  }
}
