/**
 * Hunts planted bugs: runs seeds in a process of its own, with the bug patched in, until one fails. A process and not a
 * thread, since ending a thread while the type stripper's WebAssembly is being compiled can crash the whole process.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bag, Hunt } from '../../sim/plants/hunt.ts';
import type { Plant } from '../../sim/plants/index.ts';

const PRELOAD = fileURLToPath(new URL('../../sim/plants/preload.ts', import.meta.url));
const HUNTER = fileURLToPath(new URL('./hunter.ts', import.meta.url));
export const MEDIANS_FILE = new URL('../../sim/plants/medians.json', import.meta.url);

/** Five ranges of seeds, none with a seed in common. */
export const RANGES = ['one', 'two', 'three', 'four', 'five'] as const;
export type Range = (typeof RANGES)[number];

/** How many seeds a plant took when it was measured last: in each range, and the middle of them. */
export interface Measured {
  readonly median: number;
  readonly seeds: Readonly<Record<Range, number>>;
}

export const readMedians = (): Readonly<Record<string, Measured>> =>
  JSON.parse(readFileSync(MEDIANS_FILE, 'utf8'));

/** Seeds 1, 2, 3 … of a range. */
export const seedsOf = (range: Range, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${range}/${i + 1}`);

/** @param forays how far into each range; a bag each */
export async function hunted(
  { patches, profile = 'swarm', invariant }: Plant,
  forays: readonly { readonly range: Range; readonly seeds: number }[],
): Promise<readonly Bag[]> {
  const hunts: readonly Hunt[] = forays.map(({ range, seeds }) => ({
    seeds: seedsOf(range, seeds),
    profile,
    twice: invariant === 'NONDET',
  }));
  const env = { ...process.env, CASHPOINT_PATCHES: JSON.stringify(patches) };
  const words = ['--import', PRELOAD, HUNTER, JSON.stringify(hunts)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}
