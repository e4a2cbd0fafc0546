/**
 * A planted bug: a change of the source that is made while it is loaded, and the check that must find it
 * (docs/TESTING.md "Planted bugs"). A check that no plant has been seen to trip proves nothing.
 *
 * @module
 */
import type { SimInvariant } from '../check/invariants.ts';
import type { Profile } from '../world/config.ts';

export interface Patch {
  /** From the project's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface Plant {
  /** Kebab case. */
  readonly name: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly summary: string;
  /** The one that must find it; found by another one, it counts as not found. `CANARY` is planted with its bug. */
  readonly invariant: SimInvariant | 'CANARY';
  /** One that has as good a name for it, where luck (a crash, notes that were out) decides which of the two speaks. */
  readonly orElse?: SimInvariant;
  /** Seeds within which it must be found. */
  readonly budget: number;
  /** @default swarm */
  readonly profile?: Profile;
  readonly patches: readonly Patch[];
}

/** Whether what a seed failed with first is what this bug must be found by. */
export const isFoundBy = ({ invariant, orElse }: Plant, found: string | undefined): boolean =>
  found !== undefined && (found === invariant || found === orElse);

export function applyPatch(source: string, { file, find, replace }: Patch): string {
  const count = source.split(find).length - 1;
  if (count !== 1)
    throw new Error(`Expected to find ${JSON.stringify(find)} once in ${file}, found it ${count} times`);
  return source.replace(find, () => replace);
}
