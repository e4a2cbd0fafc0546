/**
 * What a bug planted for a case of the catalogue is, and how one of the simulator's serves as one.
 *
 * @module
 */
import { type Patch, plantNamed } from '../plants/index.ts';

export interface AttackPlant {
  /** Kebab case. */
  readonly name: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly bug: string;
  /** The case that must then fail. */
  readonly caught: string;
  /** What it must say: the beginning of a fault, without its kind. Another fault may be an accident. */
  readonly says: string;
  readonly patches: readonly Patch[];
}

/** A bug that the simulator has planted already. */
export function borrowed(name: string, what: Pick<AttackPlant, 'caught' | 'says'>): AttackPlant {
  const plant = plantNamed(name);
  if (!plant) throw new Error(`there is no plant ${name}`);
  return { ...what, name, bug: plant.summary, patches: plant.patches };
}
