/**
 * Which seeds a simulation runs: one, or a range of numbers, alone or under a common word such as a git hash.
 *
 * @module
 */

export type SeedRange =
  | { readonly only: string }
  | {
      /** Seeds are `base/from` to `base/to`; without a base the numbers alone. */
      readonly base: string | null;
      readonly from: number;
      /** Inclusive. */
      readonly to: number;
    };

export const seedCount = (range: SeedRange): number => ('only' in range ? 1 : range.to - range.from + 1);

/** @param index 0..count−1 */
export function seedAt(range: SeedRange, index: number): string {
  if ('only' in range) return range.only;
  const number = String(range.from + index);
  return range.base === null ? number : `${range.base}/${number}`;
}

/** For people: `1..200`, `ab12cd3/1..200`. */
export function seedText(range: SeedRange): string {
  if ('only' in range) return range.only;
  const numbers = `${range.from}..${range.to}`;
  return range.base === null ? numbers : `${range.base}/${numbers}`;
}

/** For the command line, quoted where a shell would want it. */
export function seedFlags(range: SeedRange): string {
  if ('only' in range) return `--seed ${quoted(range.only)}`;
  const numbers = `--seeds ${range.from}..${range.to}`;
  return range.base === null ? numbers : `--seed ${quoted(range.base)} ${numbers}`;
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
