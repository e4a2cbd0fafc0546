/**
 * From the flags of `cashpoint simulate` to what is to be run, with every default filled in and every contradiction
 * refused.
 *
 * @module
 */
import type { SourceInfo } from '../reports/report.ts';
import { unknown } from '../reports/thresholds.ts';
import { PLANTS, type Plant, plantNamed } from '../sim/plants/index.ts';
import type { Profile, WorldConfig } from '../sim/world/config.ts';
import { drawConfig } from '../sim/world/draw.ts';
import type { Replay } from '../sim/world/replay.ts';
import { type SeedRange, seedCount, seedFlags, seedText } from '../sim/world/seed-range.ts';
import { CommandError } from './fail.ts';
import { readReplay } from './replay-file.ts';

export interface SimulateFlags {
  seed?: string;
  seeds?: { from: number; to: number };
  /** @default the plant's, else swarm */
  profile?: Profile;
  workers: number;
  plant?: string;
  listPlants?: boolean;
  replay?: string;
  trace?: boolean;
  coverage?: boolean;
  failFast?: boolean;
  out?: string;
  quiet?: boolean;
  json?: boolean;
}

/** Seeds when neither seeds nor a seed are given. */
export const SEEDS_DEFAULT = 200;

export interface SimulationPlan {
  readonly runs: SeedRange | WorldConfig;
  /** For people: `1..200`. */
  readonly seeds: string;
  readonly seedsPlanned: number;
  readonly profile: Profile;
  readonly plant: Plant | null;
  readonly workers: number;
  readonly failFast: boolean;
  /** Every run twice, not only a share of them. */
  readonly allTwice: boolean;
  readonly coverage: boolean;
  /** Where the config is from, and what is expected of it; null when seeds are run. */
  readonly replay: Replay | null;
  /** The config when there is just one: its drawn options are told, and it may be traced. */
  readonly only: WorldConfig | null;
  /** Repeats all of it. */
  readonly reproCommand: string;
  /** Repeats one seed. */
  reproOf(seed: string): string;
  /** Repeats one config from a file, with its trace. */
  reproOfFile(path: string): string;
}

export function planOf(flags: SimulateFlags, source: SourceInfo): SimulationPlan {
  refuseContradictions(flags);
  const plant = flags.plant === undefined ? null : plantOf(flags.plant);
  const replay = flags.replay === undefined ? null : readReplay(flags.replay);
  const range = rangeOf(flags, plant, source);
  const profile = flags.profile ?? plant?.profile ?? 'swarm';
  const only = replay?.config ?? ('only' in range ? drawConfig(range.only, profile) : null);
  const planted = plant === null ? [] : ['--plant', plant.name];
  const command = (...words: readonly string[]) => ['cashpoint simulate', ...words, ...planted].join(' ');
  const drawn = `--profile ${profile}`;
  return {
    runs: replay?.config ?? range,
    seeds: replay ? replay.config.seed : seedText(range),
    seedsPlanned: replay ? 1 : seedCount(range),
    profile,
    plant,
    workers: flags.workers,
    failFast: flags.failFast === true || plant !== null,
    allTwice: only !== null || plant?.invariant === 'NONDET',
    coverage: flags.coverage === true,
    replay,
    only,
    reproCommand: replay ? command('--replay', flags.replay ?? '') : command(seedFlags(range), drawn),
    reproOf: (seed) =>
      replay ? command('--replay', flags.replay ?? '') : command(seedFlags({ only: seed }), drawn),
    reproOfFile: (path) => command('--replay', path, '--trace'),
  };
}

function refuseContradictions({ seed, seeds, replay, trace, json, coverage }: SimulateFlags): void {
  if (replay !== undefined && (seed !== undefined || seeds !== undefined)) {
    throw new CommandError('usage', 'A replay has its seed; leave out --seed and --seeds, or --replay');
  }
  if (trace && (seeds !== undefined || (seed === undefined && replay === undefined))) {
    throw new CommandError('usage', 'Only one seed can be traced; give --seed or --replay with --trace');
  }
  if ([trace, json, coverage].filter(Boolean).length > 1) {
    throw new CommandError('usage', '--trace, --json and --coverage all print on stdout; choose one');
  }
}

function plantOf(name: string): Plant {
  const plant = plantNamed(name);
  if (plant) return plant;
  const names = PLANTS.map((one) => one.name);
  throw new CommandError('usage', unknown('planted bug', name, names));
}

function rangeOf({ seed, seeds }: SimulateFlags, plant: Plant | null, { commit }: SourceInfo): SeedRange {
  if (seeds !== undefined) return { base: seed ?? null, ...seeds };
  if (seed !== undefined) return { only: seed };
  if (plant !== null) return { base: null, from: 1, to: plant.budget };
  return { base: commit === null ? null : commit.slice(0, 12), from: 1, to: SEEDS_DEFAULT };
}
