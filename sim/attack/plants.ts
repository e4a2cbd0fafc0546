/**
 * Every bug planted for a case, and the proof that each case can fail: seed mode, a rule turned off, or a plant.
 *
 * @module
 */
import type { AttackPlant } from './attack-plant.ts';
import { BANK_PLANTS } from './plants-bank.ts';
import { CASH_PLANTS } from './plants-cash.ts';
import { FRAME_PLANTS } from './plants-frames.ts';
import { WIRE_PLANTS } from './plants-wire.ts';
import { RULES } from './rules.ts';
import { SEED_FALLS } from './seed-mode.ts';

export type { AttackPlant } from './attack-plant.ts';

export const ATTACK_PLANTS: readonly AttackPlant[] = [
  ...FRAME_PLANTS,
  ...WIRE_PLANTS,
  ...BANK_PLANTS,
  ...CASH_PLANTS,
];

export const attackPlantNamed = (name: string): AttackPlant | undefined =>
  ATTACK_PLANTS.find((plant) => plant.name === name);

/** What has been seen to bring a case down, by name; one without any is a check that cannot fail. */
export const proofsOf = (attack: string): readonly string[] => [
  ...(SEED_FALLS.includes(attack) ? ['seed'] : []),
  ...RULES.filter(({ caught }) => caught === attack).map(({ rule }) => rule),
  ...ATTACK_PLANTS.filter(({ caught }) => caught === attack).map(({ name }) => name),
];
