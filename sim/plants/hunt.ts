/**
 * What a thread with a planted bug in it does: runs seeds until one of them fails. No I/O but the messages of its pool.
 *
 * @module
 */
import type { Profile } from '../world/config.ts';
import { drawConfig } from '../world/draw.ts';
import type { Violation } from '../world/outcome.ts';
import { compareRuns } from '../world/twice.ts';
import { runWorld } from '../world/world.ts';

export interface Hunt {
  readonly seeds: readonly string[];
  readonly profile: Profile;
  /** Every seed twice, to compare the two runs. */
  readonly twice: boolean;
}

export interface Bag {
  /** Seeds that were run; the last of them is the one that failed, if any did. */
  readonly seeds: number;
  /** What it failed with first; null when none did. */
  readonly violation: Violation | null;
}

export function hunt({ seeds, profile, twice }: Hunt): Bag {
  for (const [i, seed] of seeds.entries()) {
    const config = drawConfig(seed, profile);
    const run = runWorld(config);
    const violation = run.violations[0] ?? (twice ? compareRuns(run, runWorld(config)) : null);
    if (violation !== null) return { seeds: i + 1, violation };
  }
  return { seeds: seeds.length, violation: null };
}
