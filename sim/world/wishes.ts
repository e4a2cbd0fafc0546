/**
 * What simulated customers want: drawn acts, amounts and notes.
 *
 * @module
 */
import type { Notes } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { Op } from '../history.ts';
import type { Rng } from '../rng.ts';

export type Act = Exclude<Op, 'login'> | 'wrongPassword' | 'passwordChange' | 'switch' | 'pry';

const WEIGHTS: readonly (readonly [Act, number])[] = [
  ['balance', 14],
  ['history', 5],
  ['deposit', 24],
  ['withdraw', 30],
  ['transfer', 13],
  ['switch', 5],
  ['logout', 2],
  ['wrongPassword', 5],
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

/** Mostly what one has; some are above any balance, some above the limit, some no mix of notes can pay. */
export function drawAmount(rng: Rng): Cents {
  if (rng.ratio(1, 20)) return cents(5_000_00);
  if (rng.ratio(1, 20)) return cents(15_00);
  if (rng.ratio(1, 5)) return cents(10_00 * (20 + rng.below(60)));
  return cents(10_00 * (1 + rng.below(20)));
}

export const drawNotes = (rng: Rng): readonly Notes[] => {
  const first = rng.below(DENOMINATIONS.length);
  const kinds = rng.ratio(1, 4) ? [first, (first + 1) % DENOMINATIONS.length] : [first];
  return kinds.map((kind) => ({
    denomination: DENOMINATIONS[kind] ?? cents(10_00),
    count: 1 + rng.below(5),
  }));
};

export const sumOf = (notes: readonly Notes[]): Cents =>
  cents(notes.reduce((sum, { denomination, count }) => sum + Number(denomination) * count, 0));
