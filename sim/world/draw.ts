/**
 * From a seed to a config. The portfolio of the `swarm` profile: six seeds in ten switch each fault on or off and draw
 * how strong it is, two have everything on, one has a single fault made strong, one has long outages.
 *
 * @module
 */
import { SUITE_PSK, SUITE_X25519 } from '../../protocol/suites.ts';
import { Rng } from '../rng.ts';
import type { Profile, WorldConfig } from './config.ts';
import type { Chance } from './decisions.ts';
import { SITES, type Site, type SiteName } from './sites.ts';

const NAMES = Object.keys(SITES) as SiteName[];
const PORTFOLIO: readonly (readonly [kind: string, weight: number])[] = [
  ['swarm', 6],
  ['everything', 2],
  ['single', 1],
  ['outage', 1],
];

/**
 * Long enough for a handful of operations through every fault there is. Some faults take longer to show what they did (a
 * dead line is given up after minutes), so one seed in ten has longer.
 */
const FAULTS_MS = { short: 25_000, long: 90_000 };
/** May be longer than the longest outage, or end in its midst, when those who wait have waited longest. */
const OUTAGE_FAULTS_MS = { min: 600_000, max: 4_500_000 };

export function drawConfig(seed: string, profile: Profile): WorldConfig {
  const rng = new Rng(seed, 'config');
  const kind = profile === 'swarm' ? drawKind(rng) : profile === 'all' ? 'everything' : 'quiet';
  const drawn = rng.pick([3, 3, 3, 3, 3, 3, 4, 4, 5, 6]);
  // An hour of dialling in vain is the same for each terminal.
  const terminals = kind === 'outage' ? 3 : drawn;
  return {
    version: 1,
    seed,
    kind,
    terminals,
    customers: 1 + rng.below(terminals + 2),
    operations: 3 + rng.below(2),
    thinkMs: rng.pick([0, 100, 1_000]),
    faultsMs: faultsMs(seed, kind),
    // The default suite makes a seed half as dear again, so most do without.
    suites: rng.ratio(1, 6) ? [SUITE_X25519, SUITE_PSK] : [SUITE_PSK],
    net: { delayUsMin: rng.pick([100, 5_000]), delayUsMean: rng.pick([500, 5_000, 60_000]) },
    disk: { commitUsMin: 1_000, commitUsMean: rng.pick([500, 4_000, 30_000]) },
    mailboxMax: rng.ratio(1, 6) ? 4 : 4_096,
    chances: Object.fromEntries(drawChances(rng, kind)),
    only: null,
  };
}

function faultsMs(seed: string, kind: string): number {
  const rng = new Rng(seed, 'length of faults');
  const { min, max } = OUTAGE_FAULTS_MS;
  if (kind === 'outage') return min + rng.below(max - min);
  return rng.ratio(1, 10) ? FAULTS_MS.long : FAULTS_MS.short;
}

function drawKind(rng: Rng): string {
  const pot = PORTFOLIO.flatMap(([kind, weight]) => Array.from({ length: weight }, () => kind));
  return rng.pick(pot);
}

function drawChances(rng: Rng, kind: string): (readonly [SiteName, Chance])[] {
  // One draw a site whatever the kind, so that kinds do not move each other.
  const draws = NAMES.map((name) => ({ name, on: rng.ratio(1, 2), strong: rng.ratio(1, 3) }));
  const single = rng.pick(NAMES);
  const chanceOf = ({ strong: high, weak }: Site, strong: boolean): Chance => (strong ? high : weak);
  switch (kind) {
    case 'quiet':
      return [];
    case 'single':
      return [[single, SITES[single].strong]];
    case 'everything':
      return draws.filter(isShort).map(({ name }) => [name, SITES[name].weak]);
    case 'outage':
      return [
        ...draws
          .filter(({ name, on }) => on && name !== 'net.outage')
          .map(({ name }) => [name, SITES[name].weak] as const),
        ['net.outage', SITES['net.outage'].strong],
      ];
    default:
      return draws
        .filter((draw) => draw.on && isShort(draw))
        .map(({ name, strong }) => [name, chanceOf(SITES[name], strong)]);
  }
}

/** An hour without a bank drowns whatever else a seed is for; those have seeds of their own. */
const isShort = ({ name }: { readonly name: SiteName }): boolean => name !== 'net.outage';
