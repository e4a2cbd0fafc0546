/**
 * `npm run plants [-- NAME…] [--write]`: hunts planted bugs over five ranges of seeds each and prints how many seeds it
 * took. `--write` keeps the medians in `sim/plants/medians.json`. Exit 1 when one was not found as it must be.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PLANTS, type Plant } from '../../../sim/plants/index.ts';
import { hunted, medianOf } from '../../helpers/hunted.ts';

const MEDIANS = new URL('../../../sim/plants/medians.json', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const plants = positionals.length > 0 ? PLANTS.filter(({ name }) => positionals.includes(name)) : PLANTS;
const known: Readonly<Record<string, number>> = JSON.parse(readFileSync(MEDIANS, 'utf8'));
const medians = new Map(
  Object.entries(known).filter(([name]) => PLANTS.some((plant) => plant.name === name)),
);
let found = 0;
say(row(['plant', 'invariant', 'median', 'before', 'budget', 'seeds of each range']));
for (const plant of plants) if (await measure(plant)) found += 1;
say(`${found} of ${plants.length} found by their own invariant within their budget`);
if (values.write) {
  const sorted = Object.fromEntries([...medians].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(MEDIANS, `${JSON.stringify(sorted, null, 2)}\n`);
}
process.exitCode = found === plants.length ? 0 : 1;

async function measure(plant: Plant): Promise<boolean> {
  const { name, invariant, budget } = plant;
  const bags = await hunted(plant);
  const median = medianOf(bags, plant);
  const ranges = bags.map(({ seeds, violation }) =>
    violation?.invariant === invariant ? `${seeds}` : `${violation?.invariant ?? 'nothing'} after ${seeds}`,
  );
  say(row([name, invariant, median ?? '-', known[name] ?? '-', budget, ranges.join(', ')]));
  for (const { violation } of bags) {
    if (violation && violation.invariant !== invariant) say(`    ${violation.invariant}: ${violation.text}`);
  }
  if (median !== null) medians.set(name, median);
  return median !== null;
}

function row(cells: readonly (string | number)[]): string {
  const widths = [32, 11, 8, 8, 8, 0];
  return cells.map((cell, i) => String(cell).padEnd(widths[i] ?? 0)).join('');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
