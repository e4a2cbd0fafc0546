/**
 * Hunts planted bugs: runs seeds in a process of its own, with the bug patched in, until one fails. A process and not a
 * thread, since ending a thread while the type stripper's WebAssembly is being compiled can crash the whole process.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bag, Hunt } from '../../sim/plants/hunt.ts';
import type { Plant } from '../../sim/plants/index.ts';

const PRELOAD = fileURLToPath(new URL('../../sim/plants/preload.ts', import.meta.url));
const HUNTER = fileURLToPath(new URL('./hunter.ts', import.meta.url));

/** Five ranges of seeds, none with a seed in common. */
export const RANGES = ['one', 'two', 'three', 'four', 'five'] as const;

/** Seeds 1, 2, 3 … of a range. */
export const seedsOf = (range: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${range}/${i + 1}`);

/** A bag a range, each of at most the plant's budget of seeds. */
export async function hunted(plant: Plant, ranges: readonly string[] = RANGES): Promise<readonly Bag[]> {
  const { patches, profile = 'swarm', invariant, budget } = plant;
  const hunts: readonly Hunt[] = ranges.map((range) => ({
    seeds: seedsOf(range, budget),
    profile,
    twice: invariant === 'NONDET',
  }));
  const env = { ...process.env, CASHPOINT_PATCHES: JSON.stringify(patches) };
  const words = ['--import', PRELOAD, HUNTER, JSON.stringify(hunts)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout);
}

/** The middle number of seeds; null unless every range was enough and met the plant's own invariant first. */
export function medianOf(bags: readonly Bag[], { invariant }: Plant): number | null {
  if (bags.some(({ violation }) => violation?.invariant !== invariant)) return null;
  return bags.map(({ seeds }) => seeds).sort((a, b) => a - b)[bags.length >> 1] ?? null;
}
