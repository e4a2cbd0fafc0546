import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import test from 'ava';
import { ATTACKS, attackNamed } from '../../../sim/attack/catalogue.ts';
import { ATTACK_PLANTS, attackPlantNamed, proofsOf } from '../../../sim/attack/plants.ts';
import { RULES } from '../../../sim/attack/rules.ts';
import { SEED_FALLS, SEED_MODE } from '../../../sim/attack/seed-mode.ts';
import { applyPatch, type Patch } from '../../../sim/plants/plant.ts';

const sourceOf = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

function patched(patches: readonly Patch[]): readonly string[] {
  const sources = new Map<string, string>();
  for (const patch of patches) {
    sources.set(patch.file, applyPatch(sources.get(patch.file) ?? sourceOf(patch.file), patch));
  }
  return [...sources.values()];
}

test('every number of the catalogue has exactly one case, with a name and sentences of its own', (t) => {
  t.deepEqual(
    ATTACKS.map(({ number }) => number),
    Array.from({ length: 41 }, (_, i) => i + 1),
  );
  t.is(new Set(ATTACKS.map(({ name }) => name)).size, ATTACKS.length);
  for (const { name, sentence, expected } of ATTACKS) {
    t.regex(name, /^[a-z]+(-[a-z]+)*$/);
    t.regex(sentence, /^[A-Z].*[^.]$/, name);
    t.regex(expected, /^[A-Z].*[^.]$/, name);
  }
});

test('R1 to R12 and R15 to R18 have a switch each, and a case of the catalogue that must fail without it', (t) => {
  const rules = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18].map((n) => `R${n}`);
  t.deepEqual(
    RULES.map(({ rule }) => rule),
    rules,
  );
  for (const { rule, caught } of RULES) {
    t.true(attackNamed(caught)?.rules.includes(rule), `${caught} does not say that it tests ${rule}`);
  }
});

test('each switch and each plant finds its places once, and what comes of it parses', (t) => {
  for (const { patches } of [...RULES, ...ATTACK_PLANTS]) {
    t.true(patches.length > 0);
    for (const source of patched(patches)) t.regex(stripTypeScriptTypes(source), /export /);
  }
  for (const source of patched(SEED_MODE)) t.regex(stripTypeScriptTypes(source), /export /);
});

test('seed mode has to fall to the cases that the design names, and to more', (t) => {
  const numbers = SEED_FALLS.map((name) => attackNamed(name)?.number);
  for (const number of [4, 5, 7, 8, 19]) t.true(numbers.includes(number), `${number}`);
  t.true(SEED_FALLS.length > 5);
});

test('every case has been brought down by something: seed mode, a rule turned off, or a plant', (t) => {
  for (const { name } of ATTACKS) t.not(proofsOf(name).length, 0, `${name} has never been seen to fail`);
  t.deepEqual(proofsOf('bit-flip'), ['seed', 'R2', 'R7']);
});

test('plants have names of their own, a case of the catalogue, and say what it must find', (t) => {
  t.is(new Set(ATTACK_PLANTS.map(({ name }) => name)).size, ATTACK_PLANTS.length);
  for (const plant of ATTACK_PLANTS) {
    t.is(attackPlantNamed(plant.name), plant);
    t.regex(plant.name, /^[a-z]+(-[a-z]+)*$/);
    t.regex(plant.bug, /^[A-Z].*[^.]$/, plant.name);
    t.true(attackNamed(plant.caught) !== undefined, plant.name);
    t.true(plant.says.length > 5, plant.name);
  }
});
