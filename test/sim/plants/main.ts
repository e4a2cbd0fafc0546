/**
 * `npm run plants [-- NAME…] [--write]`: hunts planted bugs over five ranges of seeds each and prints how many seeds it
 * took. `--write` keeps the medians in `sim/plants/medians.json`. Exit 1 when one was not found as it must be.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PLANTS, type Plant } from '../../../sim/plants/index.ts';
import { isFoundBy } from '../../../sim/plants/plant.ts';
import { hunted, MEDIANS_FILE, type Measured, RANGES, readMedians } from '../../helpers/hunted.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const plants = positionals.length > 0 ? PLANTS.filter(({ name }) => positionals.includes(name)) : PLANTS;
const known = readMedians();
const medians = new Map(
  Object.entries(known).filter(([name]) => PLANTS.some((plant) => plant.name === name)),
);
let found = 0;
say(row(['plant', 'invariant', 'median', 'before', 'budget', 'seeds of each range']));
for (const plant of plants) if (await measure(plant)) found += 1;
say(`${found} of ${plants.length} found by their own invariant within their budget`);
if (values.write) {
  const sorted = Object.fromEntries([...medians].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(MEDIANS_FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}
process.exitCode = plants.length > 0 && found === plants.length ? 0 : 1;

/** True when every range was enough, and met the plant's own invariant first. */
async function measure(plant: Plant): Promise<boolean> {
  const { name, invariant, budget } = plant;
  const bags = await hunted(
    plant,
    RANGES.map((range) => ({ range, seeds: budget })),
  );
  const isFound = bags.every(({ violation }) => isFoundBy(plant, violation?.invariant));
  const median = bags.map(({ seeds }) => seeds).sort((a, b) => a - b)[bags.length >> 1] ?? 0;
  const ranges = bags.map(({ seeds, violation }) =>
    isFoundBy(plant, violation?.invariant)
      ? `${seeds}`
      : `${violation?.invariant ?? 'nothing'} after ${seeds}`,
  );
  say(row([name, invariant, isFound ? median : '-', known[name]?.median ?? '-', budget, ranges.join(', ')]));
  for (const { violation } of bags) {
    if (violation && !isFoundBy(plant, violation.invariant))
      say(`    ${violation.invariant}: ${violation.text}`);
  }
  if (isFound) {
    const seeds = Object.fromEntries(RANGES.map((range, i) => [range, bags[i]?.seeds ?? 0]));
    medians.set(name, { median, seeds: seeds as Measured['seeds'] });
  }
  return isFound;
}

function row(cells: readonly (string | number)[]): string {
  const widths = [32, 11, 8, 8, 8, 0];
  return cells.map((cell, i) => String(cell).padEnd(widths[i] ?? 0)).join('');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
