import { readFileSync } from 'node:fs';
import test from 'ava';
import { hunt } from '../../../sim/plants/hunt.ts';
import { PLANTS, type Plant } from '../../../sim/plants/index.ts';
import { RANGES as ALL_RANGES, hunted, medianOf, seedsOf } from '../../helpers/hunted.ts';

const medians: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL('../../../sim/plants/medians.json', import.meta.url), 'utf8'),
);
/** Three are enough to see a plant found, at a fraction of the time that the medians took. */
const RANGES = ALL_RANGES.slice(0, 3);
/** A median may rise so far; more seeds than that mean that a fault or a check has grown weaker. */
const SLACK = { factor: 4, seeds: 10 };
/** Of each range, without a bug: what is found there is found by mistake. */
const CLEAN_SEEDS = 30;

const isFound = test.macro<[Plant]>({
  exec: async (t, plant) => {
    const { name, invariant } = plant;
    const known = medians[name];
    t.truthy(known, 'run `npm run plants -- --write`');
    const bags = await hunted(plant, RANGES);
    for (const { seeds, violation } of bags) {
      t.is(violation?.invariant, invariant, violation?.text ?? `nothing after ${seeds} seeds`);
    }
    const median = medianOf(bags, plant);
    t.true((median ?? Infinity) <= SLACK.factor * (known ?? 0) + SLACK.seeds, `it takes ${median} seeds now`);
  },
  title: (_, plant) => `${plant.name} is found by ${plant.invariant} first, within its budget`,
});
for (const plant of PLANTS) test.serial(isFound, plant);

for (const range of RANGES) {
  test.serial(`without a bug nothing is found in the same seeds: ${range}`, (t) => {
    const { violation } = hunt({ seeds: seedsOf(range, CLEAN_SEEDS), profile: 'swarm', twice: false });
    t.is(violation, null);
  });
}

test('every plant has a median, and every median a plant', (t) => {
  t.deepEqual(Object.keys(medians), PLANTS.map(({ name }) => name).sort());
});
