import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { attackNamed } from '../sim/attack/catalogue.ts';
import { RULES } from '../sim/attack/rules.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(`${ROOT}docs/SECURITY.md`, 'utf8');
const rows = [...page.matchAll(/^\| (R\d+) \| [^|]+ \| (?:`([a-z-]+)`|none: [^|]+) \| ([^|]+) \|$/gm)].map(
  ([, rule = '', attack = '', title = '']) => ({ rule, attack, title }),
);

test('docs/SECURITY.md names for each rule that a peer can see an attack that is about it, and for each a test that there is', (t) => {
  t.deepEqual(
    rows.map(({ rule }) => rule),
    Array.from({ length: 22 }, (_, n) => `R${n + 1}`),
  );
  const tests = globSync('test/**/*.test.ts', { cwd: ROOT })
    .map((file) => readFileSync(`${ROOT}${file}`, 'utf8'))
    .join('\n');
  for (const { rule, attack, title } of rows) {
    // No peer sees memory.
    if (rule !== 'R22') t.true(attackNamed(attack)?.rules.includes(rule), `${rule}: ${attack}`);
    t.true(tests.includes(`test('${title}', `), `${rule}: ${title}`);
  }
});

test('where a rule has a switch, docs/SECURITY.md names the attack that gets through without it', (t) => {
  t.true(RULES.length >= 16);
  for (const { rule, caught } of RULES) t.is(rows.find((row) => row.rule === rule)?.attack, caught, rule);
});
