/**
 * How many seeds it takes until a planted bug is found, by the invariant that must find it (docs/TESTING.md "Planted
 * bugs"). Each plant gets a thread of its own, into which it is patched; the thread that asks stays as it is.
 *
 * @module
 */
import { Piscina } from 'piscina';
import type { Bag, Hunt } from './hunt.ts';
import type { Plant } from './plant.ts';

const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const HUNT_MODULE = new URL(`./hunt${suffix}`, import.meta.url).href;
const PRELOAD = new URL(`./preload${suffix}`, import.meta.url).href;

/** What a process or thread is started with to have these bugs. */
export const planted = ({
  patches,
}: Plant): { readonly execArgv: string[]; readonly env: NodeJS.ProcessEnv } => ({
  execArgv: ['--import', PRELOAD],
  env: { ...process.env, CASHPOINT_PATCHES: JSON.stringify(patches) },
});

/** Seeds 1, 2, 3 … of a range; ranges of different names have none in common. */
export const seedsOf = (range: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${range}/${i + 1}`);

/** One bag a range of seeds, each hunted for at most `budget` seeds. */
export async function hunted(
  plant: Plant,
  { ranges, budget }: { readonly ranges: readonly string[]; readonly budget: number },
): Promise<readonly Bag[]> {
  const pool = new Piscina({ filename: HUNT_MODULE, maxThreads: 1, minThreads: 1, ...planted(plant) });
  try {
    const bags: Bag[] = [];
    for (const range of ranges) {
      const task: Hunt = {
        seeds: seedsOf(range, budget),
        profile: plant.profile ?? 'swarm',
        twice: plant.invariant === 'NONDET',
      };
      bags.push(await pool.run(task, { name: 'hunt' }));
    }
    return bags;
  } finally {
    await pool.destroy();
  }
}

/** The middle number of seeds; null when not all ranges were enough, or something else was found. */
export function medianOf(bags: readonly Bag[], { invariant }: Plant): number | null {
  if (bags.some(({ violation }) => violation?.invariant !== invariant)) return null;
  return bags.map(({ seeds }) => seeds).sort((a, b) => a - b)[bags.length >> 1] ?? null;
}
