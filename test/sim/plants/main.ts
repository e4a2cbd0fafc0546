/**
 * `npm run plants [-- NAME…] [--write]`: hunts every planted bug over several ranges of seeds and prints how many it
 * took. `--write` keeps the medians in `sim/plants/medians.json`.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PLANTS, type Plant } from '../../../sim/plants/index.ts';
import { hunted, medianOf } from '../../../sim/plants/measure.ts';

const MEDIANS = new URL('../../../sim/plants/medians.json', import.meta.url);
const RANGES = ['one', 'two', 'three', 'four', 'five'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const plants = positionals.length > 0 ? PLANTS.filter(({ name }) => positionals.includes(name)) : PLANTS;
const medians: Record<string, number> = JSON.parse(readFileSync(MEDIANS, 'utf8'));
let missed = 0;
console.log(
  `${'plant'.padEnd(30)}${'invariant'.padEnd(11)}${'median'.padStart(6)}${'budget'.padStart(8)}  seeds`,
);
for (const plant of plants) missed += (await measure(plant)) ? 0 : 1;
if (values.write) writeFileSync(MEDIANS, `${JSON.stringify(medians, Object.keys(medians).sort(), 2)}\n`);
console.log(`${plants.length - missed} of ${plants.length} found by their own invariant within their budget`);
process.exitCode = missed > 0 ? 1 : 0;

async function measure(plant: Plant): Promise<boolean> {
  const { name, invariant, budget } = plant;
  const startedMs = performance.now();
  const bags = await hunted(plant, { ranges: RANGES, budget });
  const median = medianOf(bags, plant);
  const ranges = bags.map(({ seeds, violation }) =>
    violation?.invariant === invariant ? `${seeds}` : `${violation?.invariant ?? 'nothing'} ${seeds}`,
  );
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(
    `${name.padEnd(30)}${invariant.padEnd(11)}${String(median ?? '-').padStart(6)}${String(budget).padStart(8)}  ${ranges.join(', ')} (${seconds} s)`,
  );
  for (const { violation } of bags)
    if (violation && violation.invariant !== invariant)
      console.log(`    ${violation.invariant}: ${violation.text}`);
  if (median !== null) medians[name] = median;
  return bags.every(({ violation }) => violation?.invariant === invariant);
}
