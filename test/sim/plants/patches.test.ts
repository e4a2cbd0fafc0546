import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import test from 'ava';
import { INVARIANTS } from '../../../sim/check/invariants.ts';
import { PLANTS, type Plant, plantNamed } from '../../../sim/plants/index.ts';
import { applyPatch } from '../../../sim/plants/plant.ts';

const sourceOf = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

function patched({ patches }: Plant): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const patch of patches) {
    sources.set(patch.file, applyPatch(sources.get(patch.file) ?? sourceOf(patch.file), patch));
  }
  return sources;
}

const applies = test.macro<[Plant]>({
  exec: (t, plant) => {
    const sources = patched(plant);
    t.true(sources.size > 0);
    for (const source of sources.values()) t.regex(stripTypeScriptTypes(source), /export /);
  },
  title: (_, plant) => `${plant.name}: each patch finds its place once, and what comes of it parses`,
});
for (const plant of PLANTS) test(applies, plant);

test('plants have names of their own, a budget, and an invariant of the table', (t) => {
  t.is(new Set(PLANTS.map(({ name }) => name)).size, PLANTS.length);
  for (const { name, summary, invariant, budget } of PLANTS) {
    t.regex(name, /^[a-z]+(-[a-z]+)*$/);
    t.regex(summary, /^[A-Z].*[^.]$/, name);
    t.true(invariant === 'CANARY' || Object.hasOwn(INVARIANTS, invariant), name);
    t.true(budget >= 1, name);
  }
});

test('a plant is found by its name, and nothing by another', (t) => {
  for (const plant of PLANTS) t.is(plantNamed(plant.name), plant);
  t.is(plantNamed('no-such-plant'), undefined);
});

test('a patch whose place is missing or not the only one is refused', (t) => {
  const patch = { file: 'x.ts', find: 'a', replace: 'b' };
  t.is(applyPatch('a c', patch), 'b c');
  t.throws(() => applyPatch('c', patch), { message: /in x\.ts, found it 0 times/ });
  t.throws(() => applyPatch('a a', patch), { message: /in x\.ts, found it 2 times/ });
});

test('what a patch puts in is taken as it is', (t) => {
  t.is(applyPatch('a', { file: 'x.ts', find: 'a', replace: "$& $1 $'" }), "$& $1 $'");
});
