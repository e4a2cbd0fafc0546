import test from 'ava';
import { hunt } from '../../../sim/plants/hunt.ts';
import { PLANTS, type Plant } from '../../../sim/plants/index.ts';
import { isFoundBy } from '../../../sim/plants/plant.ts';
import { hunted, RANGES, type Range, readMedians, seedsOf } from '../../helpers/hunted.ts';

/**
 * The ranges in which a plant was found soonest, so that all of them can be hunted in little time; it may take longer
 * now by so much. More seeds mean that a fault has grown rarer or a check weaker: `npm run plants` tells how much.
 */
const FORAYS = 2;
const SLACK = { factor: 3, seeds: 10 };

const medians = readMedians();

/** Seeds it took, and the seeds it may take. */
function foraysOf({ name, budget }: Plant): readonly { range: Range; took: number; seeds: number }[] {
  const known = medians[name];
  if (!known) return [];
  return RANGES.map((range) => ({ range, took: known.seeds[range] }))
    .sort((a, b) => a.took - b.took)
    .slice(0, FORAYS)
    .map(({ range, took }) => ({ range, took, seeds: Math.min(budget, SLACK.factor * took + SLACK.seeds) }));
}

const isFound = test.macro<[Plant]>({
  exec: async (t, plant) => {
    const forays = foraysOf(plant);
    t.is(forays.length, FORAYS, 'measure it: npm run plants -- NAME --write');
    for (const { seeds, violation } of await hunted(plant, forays)) {
      const found = `${violation?.invariant ?? 'nothing'} after ${seeds} seeds: ${violation?.text ?? ''}`;
      t.true(isFoundBy(plant, violation?.invariant), found);
    }
  },
  title: (_, plant) => `${plant.name} is found by ${plant.invariant} before anything else`,
});
for (const plant of PLANTS) test.serial(isFound, plant);

for (const range of RANGES) {
  test.serial(`without a bug nothing is found in the same seeds of range ${range}`, (t) => {
    const took = PLANTS.flatMap(foraysOf).filter((foray) => foray.range === range);
    const seeds = seedsOf(range, Math.max(1, ...took.map((foray) => foray.took)));
    t.is(hunt({ seeds, profile: 'swarm', twice: false }).violation, null);
  });
}

test('every plant was measured, within its budget, and nothing else was', (t) => {
  t.deepEqual(Object.keys(medians), PLANTS.map(({ name }) => name).sort());
  for (const { name, budget } of PLANTS) t.true((medians[name]?.median ?? Infinity) <= budget, name);
});
