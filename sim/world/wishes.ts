/**
 * What simulated customers want: drawn acts, amounts and notes.
 *
 * @module
 */
import type { Notes } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { Op } from '../history.ts';
import type { Rng } from '../rng.ts';
import { WORLD_POLICY } from './policy.ts';

export type Act = Exclude<Op, 'login'> | 'wrongPassword' | 'passwordChange' | 'switch' | 'pry';

const WEIGHTS: readonly (readonly [Act, number])[] = [
  ['balance', 6],
  ['history', 4],
  ['deposit', 26],
  ['withdraw', 42],
  ['transfer', 13],
  ['switch', 5],
  ['logout', 2],
  ['wrongPassword', 7],
  ['passwordChange', 2],
  ['pry', 4],
];
const WEIGHT = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
const DENOMINATIONS = [cents(50_00), cents(20_00), cents(10_00)];

export function drawAct(rng: Rng): Act {
  let roll = rng.below(WEIGHT);
  for (const [act, weight] of WEIGHTS) {
    if (roll < weight) return act;
    roll -= weight;
  }
  return 'balance';
}

/** Somebody else, where there is anybody. */
export function drawOther<T>(rng: Rng, everybody: readonly T[], self: T): T {
  const others = everybody.filter((one) => one !== self);
  return others.length > 0 ? rng.pick(others) : self;
}

/** Once, as a rule; now and then as often as it takes to be locked out, and once more. */
export const drawMistypes = (rng: Rng): number => (rng.ratio(1, 3) ? 2 + rng.below(4) : 1);

/**
 * Mostly what one has; some are above any balance, some no mix of notes can pay, some are a limit or all one has, or one
 * note more.
 */
export function drawAmount(rng: Rng, available: Cents): Cents {
  if (rng.ratio(1, 20)) return cents(5_000_00);
  if (rng.ratio(1, 20)) return cents(15_00);
  const more = rng.ratio(1, 3) ? 10_00 : 0;
  if (rng.ratio(1, 10)) return cents(Number(WORLD_POLICY.withdrawMax) + more);
  if (rng.ratio(1, 10)) return cents(Math.max(10_00, Number(available - (available % 10_00n)) + more));
  if (rng.ratio(1, 8)) return cents(10_00 * (20 + rng.below(60)));
  return cents(10_00 * (1 + rng.below(20)));
}

/** Mostly little; some are a limit or all one has, or a cent more. */
export function drawTransfer(rng: Rng, available: Cents): Cents {
  const more = rng.ratio(1, 3) ? 1 : 0;
  if (rng.ratio(1, 10)) return cents(Number(WORLD_POLICY.transferMax) + more);
  if (rng.ratio(1, 8)) return cents(Math.max(1, Number(available) + more));
  return cents(1 + rng.below(rng.ratio(1, 6) ? 2_000_00 : 120_00));
}

export const drawNotes = (rng: Rng): readonly Notes[] => {
  if (rng.ratio(1, 12)) return notesAt(WORLD_POLICY.depositMax, rng.ratio(1, 3));
  const first = rng.below(DENOMINATIONS.length);
  const kinds = rng.ratio(1, 4) ? [first, (first + 1) % DENOMINATIONS.length] : [first];
  return kinds.map((kind) => ({
    denomination: DENOMINATIONS[kind] ?? cents(10_00),
    count: 1 + rng.below(5),
  }));
};

/** The limit in large notes, or one small note more. */
const notesAt = (limit: Cents, more: boolean): readonly Notes[] => [
  { denomination: cents(50_00), count: Number(limit) / 50_00 },
  ...(more ? [{ denomination: cents(10_00), count: 1 }] : []),
];

export const sumOf = (notes: readonly Notes[]): Cents =>
  cents(notes.reduce((sum, { denomination, count }) => sum + Number(denomination) * count, 0));
