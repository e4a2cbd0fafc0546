/**
 * The reader of scenario files: whatever a file holds, it is a scenario or a list of problems, each on a line of it.
 *
 * @module
 */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readScenario } from '../../sim/load/scenario-file.ts';
import type { Rng } from '../../sim/rng.ts';
import { type Mutate, mutateBytes } from './mutate.ts';
import { promise, type Target } from './target.ts';

const examples = globSync('*.yaml', {
  cwd: fileURLToPath(new URL('../../examples', import.meta.url)),
}).sort();

const VALUES = [
  ...[
    '0',
    '-1',
    '1.5',
    '1e9',
    '.inf',
    '.nan',
    '0x10',
    '1_000',
    'null',
    '~',
    'true',
    '""',
    '[]',
    '{}',
    '[[]]',
    '- -',
  ],
  ...[
    '9007199254740993',
    '99999999999999999999999',
    '30s',
    '30',
    '1h30m',
    '-5s',
    '5/s',
    '10s:5',
    '10s:5/s',
    '1e999s',
  ],
  ...[
    '2026-11-29',
    '!!binary aGk=',
    '!!set {a}',
    '!x y',
    '*a',
    '&a [*a]',
    '&a x',
    '|',
    '>',
    '"\\x00"',
    "'",
    '"',
    '%',
    '?',
  ],
  ...[
    '{ <<: *a }',
    '{ ? [a] : b }',
    'p99(withdraw)<250ms',
    'p99()<',
    '<1',
    'withdraw',
    '{ kind: bank-kill, at: 1s }',
  ],
  `${'['.repeat(2000)}`,
  `${'{a: '.repeat(1000)}`,
  `${'- '.repeat(1000)}x`,
  `[${'&a [x, *a], '.repeat(200)}]`,
  '\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]',
];
const KEYS = [
  'name',
  'terminals',
  'duration',
  'stages',
  'mix',
  'faults',
  'thresholds',
  'amounts',
  'think',
  '__proto__',
  'x',
];

const mutateYaml: Mutate = (rng, base, other) => {
  if (rng.ratio(1, 4)) return mutateBytes(rng, base, other);
  const lines = Buffer.from(base).toString().split('\n');
  do change(rng, lines, Buffer.from(other).toString().split('\n'));
  while (rng.ratio(2, 5));
  return Buffer.from(lines.join('\n'));
};

function change(rng: Rng, lines: string[], others: readonly string[]): void {
  const at = rng.below(lines.length + 1);
  const line = lines[at] ?? '';
  switch (rng.below(7)) {
    case 0:
      lines.splice(at, 1);
      return;
    case 1:
      lines.splice(at, 0, line);
      return;
    case 2:
      lines.splice(at, rng.below(2), rng.pick(others));
      return;
    case 3:
      lines.splice(at, 1, line.replace(/:.*/, `: ${rng.pick(VALUES)}`));
      return;
    case 4:
      lines.splice(at, 1, `${' '.repeat(rng.below(5))}${line.trim()}`);
      return;
    case 5:
      lines.splice(at, 0, `${rng.pick(KEYS)}: ${rng.pick(VALUES)}`);
      return;
    default:
      lines.splice(
        at,
        1,
        line.replace(/[\w.]+(?=[^\w.]*$)/, () => rng.pick(VALUES)),
      );
  }
}

export const SCENARIO_TARGET: Target = {
  name: 'scenario',
  weight: 3,
  bytesMax: 8192,
  seeds: examples.map((name) => readFileSync(new URL(`../../examples/${name}`, import.meta.url))),
  mutate: mutateYaml,
  run(input) {
    const text = Buffer.from(input).toString();
    const read = readScenario(text, 'x.yaml');
    if (!('problems' in read)) {
      promise(read.layer.origin('terminals').startsWith('x.yaml:'), 'a value has an origin');
      return `scenario ${read.profile} ${Object.keys(read.layer.values).length}`;
    }
    const lines = text.split(/\r\n?|\n/).length;
    promise(read.problems.length > 0, 'a file that is refused has a problem');
    for (const { line, path, text: said } of read.problems) {
      promise(Number.isInteger(line) && line >= 1 && line <= lines, 'a problem is on a line of the file');
      promise(said.length > 0 && said.length < 8000, 'a problem is told in a few words');
      promise(!/\p{Cc}/u.test(path + said), 'a problem can be printed');
    }
    const [{ path, text: said } = { path: '', text: '' }] = read.problems;
    const kind = said.replace(/"[^"]*"|'[^']*'|\d+/g, 'V').slice(0, 40);
    return `${/^[a-zA-Z]{1,20}/.test(path) && said.startsWith('Unknown') ? '' : path.replace(/[^a-zA-Z.]+/g, '')} ${kind}`.trim();
  },
};
