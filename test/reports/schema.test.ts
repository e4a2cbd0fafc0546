import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import type { Report } from '../../reports/report.ts';
import { checkReport, jsonSchema, type ParsedReport } from '../../reports/schema.ts';
import { failReport, incompleteReport, invalidReport, passReport } from '../helpers/report-fixture.ts';

type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

const file = new URL('../../reports/report.schema.json', import.meta.url);
const checkedIn: object = JSON.parse(readFileSync(file, 'utf8'));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(checkedIn);

test('the schema describes the type Report, key by key', (t) => {
  const same: Same<Plain<ParsedReport>, Plain<Report>> = true;
  t.true(same);
});

test('report.schema.json is what scripts/report-schema.ts makes', (t) => {
  t.deepEqual(JSON.parse(JSON.stringify(jsonSchema())), checkedIn);
});

const fixtures = { pass: passReport, fail: failReport, invalid: invalidReport, incomplete: incompleteReport };

for (const [status, make] of Object.entries(fixtures)) {
  test(`a report with status ${status} fits the schema`, (t) => {
    const report: unknown = JSON.parse(JSON.stringify(make()));
    t.true(validate(report), JSON.stringify(validate.errors));
    t.true('report' in checkReport(report));
    t.is(make().verdict.status, status as Report['verdict']['status']);
  });
}

const broken = test.macro<[path: readonly string[], value: unknown]>({
  exec(t, path: readonly string[], value: unknown) {
    const report = JSON.parse(JSON.stringify(passReport()));
    let at = report;
    for (const key of path.slice(0, -1)) at = at[key];
    const last = path.at(-1) ?? '';
    if (value === undefined) delete at[last];
    else at[last] = value;
    t.false(validate(report));
    const checked = checkReport(report);
    t.true('problems' in checked && checked.problems.some((p) => p.startsWith(path.join('.'))));
  },
  title: (_, path, value) => `a report is refused when ${path.join('.')} is ${JSON.stringify(value)}`,
});

test(broken, ['verdict', 'status'], 'green');
test(broken, ['money', 'delta'], 0);
test(broken, ['money', 'delta'], '0.00');
test(broken, ['money', 'delta'], '-0');
test(broken, ['run', 'durationMs'], 1.5);
test(broken, ['run', 'startedAt'], '1 March 2026');
test(broken, ['ops', 'withdraw', 'latencyUs', 'p99'], 4.6);
test(broken, ['audit', 'head', 'hash'], '9f3c');
test(broken, ['environment', 'tz'], 'CET');
test(broken, ['schema', 'version'], '2.0.0');
test(broken, ['invariants', '0', 'statement'], undefined);
test(broken, ['invariants'], undefined);

test('keys come out in the order of the types, whatever order they came in', (t) => {
  const shuffled = Object.fromEntries(Object.entries(passReport()).reverse());
  const checked = checkReport(shuffled);
  t.true('report' in checked);
  if ('report' in checked) t.deepEqual(Object.keys(checked.report), Object.keys(passReport()));
});

test('a key of a newer minor version is dropped, not refused', (t) => {
  const checked = checkReport({ ...passReport(), weather: 'fine' });
  t.true('report' in checked && !('weather' in checked.report));
});
