import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { findAmbient } from '../scripts/ambient.ts';
import { pages } from '../scripts/docs.ts';

const FOLDERS = ['protocol', 'bank', 'terminals', 'actors', 'sim', 'reports', 'cli', 'scripts'];
const LINES_MAX = 300;
/** Source files that may be longer, each with its reason. */
const LONGER: ReadonlyMap<string, string> = new Map([
  ['reports/report.ts', 'the types of one JSON document'],
  ['reports/schema.ts', 'the schema of the same document'],
]);

const sources = globSync(`{${FOLDERS.join(',')}}/**/*.ts`);
const docs = globSync(['docs/**/*.md', '*.md']);
const read = (path: string) => readFileSync(path, 'utf8');

test('every source file starts with a header that ends in @module', (t) => {
  t.true(sources.length > 0);
  t.deepEqual(
    sources.filter((path) => !/^(#!.*\n)?\/\*\*\n( \*.*\n)+? \* @module\n \*\/\n/.test(read(path))),
    [],
  );
});

test(`no source file has more than ${LINES_MAX} lines, but for the listed ones`, (t) => {
  const long = sources.filter((path) => read(path).split('\n').length - 1 > LINES_MAX);
  t.deepEqual(long.sort(), [...LONGER.keys()].sort());
});

test('every page has one top heading, on its first line', (t) => {
  t.true(docs.length > 0);
  for (const path of docs) {
    const text = read(path).replaceAll(/^```[\s\S]*?^```/gm, '');
    t.regex(text, /^# \S/, path);
    t.is(text.match(/^# /gm)?.length, 1, path);
  }
});

test('generated pages are up to date: run `npm run docs`', (t) => {
  for (const [path, text] of pages()) t.is(read(path), text, path);
});

test('every dependency has its reason in docs/ARCHITECTURE.md', (t) => {
  const manifest = JSON.parse(read('package.json'));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const section = read('docs/ARCHITECTURE.md').split('## Dependencies')[1] ?? '';
  const named = [...section.matchAll(/^\|(.+?)\|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  t.deepEqual(named.sort(), names.sort());
});

test('no file names a path of one machine or the host of a registry', (t) => {
  const machine =
    /(?<![\w.])\/(work|home\/\w+|Users\/\w+|root)\/|registry\.[a-z-]+\.(org|com|io)|artifactory|jfrog/;
  const all = [
    ...sources,
    ...docs,
    ...globSync(['*.{json,cjs,js}', 'bin/*', '.ci/*', 'test/**/*.{ts,json}', 'examples/**']),
  ];
  const found = all.filter(
    (path) => path !== 'test/tidy.test.ts' && statSync(path).isFile() && machine.test(read(path)),
  );
  t.deepEqual(found, []);
});

test('no core file uses ambient time, randomness, timers, sockets or files', (t) => {
  t.deepEqual(
    sources.flatMap((path) => findAmbient(path, read(path))),
    [],
  );
});

const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

async function cruised(folders: readonly string[], baseDir?: string): Promise<ICruiseResult> {
  const { output } = await cruise(
    [...folders],
    {
      ...rules.options,
      ruleSet: { forbidden: rules.forbidden },
      validate: true,
      ...(baseDir && { baseDir }),
    },
    rules.options.enhancedResolveOptions,
  );
  if (typeof output === 'string') throw new Error('Expected a result, not text');
  return output;
}

test('imports of the project run one way', async (t) => {
  const { summary, modules } = await cruised([...FOLDERS, 'test', 'bin']);
  t.true(modules.filter(({ source }) => sources.includes(source)).length === sources.length);
  t.true(summary.totalDependenciesCruised !== undefined && summary.totalDependenciesCruised > 0);
  t.deepEqual(
    summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
    [],
  );
});

/** [from, to, types only, the rule that forbids it or null] */
const EDGES: readonly [string, string, boolean, string | null][] = [
  ['protocol/p1.ts', 'bank/x.ts', true, 'protocol-imports'],
  ['protocol/p2.ts', 'test/x.ts', false, 'protocol-imports'],
  ['bank/b1.ts', 'protocol/x.ts', false, null],
  ['bank/b2.ts', 'terminals/x.ts', true, 'bank-imports'],
  ['bank/b3.ts', 'actors/x.ts', false, 'bank-imports'],
  ['terminals/t1.ts', 'protocol/x.ts', false, null],
  ['terminals/t2.ts', 'bank/x.ts', false, 'terminals-imports'],
  ['actors/a1.ts', 'bank/x.ts', false, null],
  ['actors/a2.ts', 'sim/x.ts', true, 'actors-imports'],
  ['sim/s1.ts', 'actors/x.ts', false, null],
  ['sim/s2.ts', 'reports/report.ts', true, null],
  ['sim/s3.ts', 'reports/report.ts', false, 'sim-types-only'],
  ['sim/s4.ts', 'reports/x.ts', true, 'sim-imports'],
  ['sim/s5.ts', 'cli/x.ts', false, 'sim-imports'],
  ['sim/s6.ts', 'reports/histogram.ts', false, null],
  ['reports/r1.ts', 'protocol/x.ts', true, null],
  ['reports/r2.ts', 'protocol/x.ts', false, 'reports-types-only'],
  ['reports/r4.ts', 'protocol/money.ts', false, null],
  ['reports/r3.ts', 'sim/x.ts', true, 'reports-imports'],
  ['cli/c1.ts', 'sim/x.ts', false, null],
  ['cli/c2.ts', 'test/x.ts', false, 'cli-imports'],
  ['cli/c3.ts', 'cli/nowhere.ts', false, 'no-unresolvable'],
  ['bank/ring1.ts', 'bank/ring2.ts', true, 'no-cycles'],
  // A cycle is reported once.
  ['bank/ring2.ts', 'bank/ring1.ts', true, null],
];

test('each import rule reports a wrong import and lets a right one pass', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'cashpoint-imports-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const put = (path: string, text: string) => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put('package.json', '{"type": "module"}');
  put('tsconfig.json', '{}');
  for (const folder of [...FOLDERS, 'test']) put(`${folder}/x.ts`, 'export const x = 1;\n');
  for (const path of ['reports/report.ts', 'reports/histogram.ts', 'protocol/money.ts'])
    put(path, 'export const x = 1;\n');
  for (const [from, to, types] of EDGES) {
    put(
      from,
      `import ${types ? 'type ' : ''}{ x } from '../${to}';\nexport const y${types ? ': typeof x' : ' = x'};\n`,
    );
  }
  const { summary } = await cruised([...FOLDERS, 'test'], root);
  for (const [from, to, , expected] of EDGES) {
    const names = summary.violations.filter((one) => one.from === from).map(({ rule }) => rule.name);
    t.deepEqual(names, expected === null ? [] : [expected], `${from} → ${to}`);
  }
});
