import { createHash } from 'node:crypto';
import test from 'ava';
import { Rng } from '../../sim/rng.ts';

/** xoshiro128** 1.1 as its authors print it, on bigints. */
function* reference(state: bigint[]): Generator<number> {
  const mask = 0xffffffffn;
  const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
  const s = [...state] as [bigint, bigint, bigint, bigint];
  for (;;) {
    yield Number((rotl((s[1] * 5n) & mask, 7n) * 9n) & mask);
    const t = (s[1] << 9n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
  }
}

test('the stream is xoshiro128** seeded by SHA-256 of seed and name', (t) => {
  const digest = createHash('sha256').update('seed\0name').digest();
  const expected = reference([0, 4, 8, 12].map((at) => BigInt(digest.readUInt32LE(at))));
  const rng = new Rng('seed', 'name');
  for (let i = 0; i < 1_000; i++) t.is(rng.u32(), expected.next().value);
});

test('below is even over its range', (t) => {
  const rng = new Rng('even', 'below');
  const counts = new Array<number>(10).fill(0);
  const n = 100_000;
  for (let i = 0; i < n; i++) {
    const at = rng.below(10);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const chi = counts.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
  t.true(chi < 27.9, `chi-square ${chi} with 9 degrees of freedom, 0.1 %`);
});

test('the mean of an exponential is the one asked for, less what the cut takes', (t) => {
  const rng = new Rng('think', 'time');
  let sum = 0;
  for (let i = 0; i < 50_000; i++) sum += rng.exponential(1_000);
  t.true(Math.abs(sum / 50_000 - 1_000) < 20);
  t.is(rng.exponential(0), 0);
});

test('streams of different names have nothing in common', (t) => {
  const a = new Rng('seed', 'ATM-001');
  const b = new Rng('seed', 'ATM-002');
  const equal = Array.from({ length: 1_000 }, () => a.u32() === b.u32()).filter(Boolean).length;
  t.true(equal < 3);
});
