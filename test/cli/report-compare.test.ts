import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { readReport } from '../../reports/read.ts';
import type { Report } from '../../reports/report.ts';
import { writeReport } from '../../reports/write.ts';
import { cashpoint, start } from '../helpers/cashpoint.ts';
import { comparedRun } from '../helpers/compared-runs.ts';

const dir = mkdtempSync(join(tmpdir(), 'cashpoint-compare-'));
test.after.always(() => rmSync(dir, { recursive: true, force: true }));

async function written(name: string, report: Report): Promise<string> {
  await writeReport(join(dir, name), report);
  return join(dir, name);
}

test('a slower run: 111, Markdown on stdout, the reason last on stderr, the comparison in its report', async (t) => {
  const base = await written('base', comparedRun({ stream: 1 }));
  const slow = await written('slow', comparedRun({ stream: 2, slower: 1.2 }));
  const { code, stdout, last } = await cashpoint('report', 'compare', base, slow);
  t.is(code, 111);
  t.regex(
    stdout,
    /^## Cashpoint: worse in \d of 5 metrics\n\n- ✗ p50 5\.\d+ ms → 6\.\d+ ms \(\+\d+(\.\d)? %\)/,
  );
  t.regex(stdout, /\| p50 +\| +5\.\d+ ms \|.*\*\*worse\*\* ✗ \|/);
  t.regex(last, /^WORSE \(exit 111\): worse: p50.* Again: cashpoint report compare /);
  const report = await readReport(slow);
  t.is(report.run.exit.code, 111);
  t.is(report.baseline?.file, '../base/report.json');
  t.regex(readFileSync(join(slow, 'report.html'), 'utf8'), /<section id="comparison"/);
  t.regex(
    readFileSync(join(slow, 'summary.md'), 'utf8'),
    /Worse than run-1: .*\n[\s\S]*Compared with run-1: worse in \d of 5 metrics\./,
  );
});

test('an equal run: 0 and JSON on demand; --no-write leaves its report alone', async (t) => {
  const base = await written('base-2', comparedRun({ stream: 1 }));
  const equal = await written('equal', comparedRun({ stream: 4 }));
  const before = readFileSync(join(equal, 'report.json'), 'utf8');
  const { code, stdout } = await cashpoint('report', 'compare', base, equal, '--json', '--no-write');
  t.is(code, 0);
  t.true(JSON.parse(stdout).comparable);
  t.is(readFileSync(join(equal, 'report.json'), 'utf8'), before);
});

test('runs that are not alike are refused with every difference, and compared by force', async (t) => {
  const one = comparedRun({ stream: 1 });
  const base = await written('base-3', one);
  const environment = { ...one.environment, node: '26.0.0', machineClass: 'other' };
  const other = await written('other', { ...comparedRun({ stream: 4 }), environment });
  const refused = await cashpoint('report', 'compare', base, other);
  t.is(refused.code, 2);
  t.is(refused.stdout, '');
  t.regex(refused.stderr, /not alike.*--force/);
  t.regex(refused.stderr, /machine class: linux-x64-2c-8GB against other\n {2}Node: 24 against 26/);
  const forced = await cashpoint('report', 'compare', base, other, '--force');
  t.is(forced.code, 0);
  t.regex(forced.stdout, /> - Node: 24 against 26/);
  t.false((await readReport(other)).baseline?.comparable);
});

test('no report, or one that is too short: 2 and one line', async (t) => {
  const base = await written('base-4', comparedRun({ stream: 1 }));
  const missing = await cashpoint('report', 'compare', base, join(dir, 'nowhere'));
  t.is(missing.code, 2);
  t.regex(missing.last, /No report at .*nowhere/);
  const short = await written('short', comparedRun({ stream: 2, windows: 4 }));
  const refused = await cashpoint('report', 'compare', base, short, '--force');
  t.is(refused.code, 2);
  t.regex(refused.last, /too short/);
  const twice = await cashpoint('report', 'compare', base, base);
  t.is(twice.code, 2);
  t.regex(twice.last, /the same one twice/);
});

test('open prints the page and hands it to the browser; without one it says so and is no failure', async (t) => {
  const run = await written('opened', comparedRun({ stream: 1 }));
  const browser = join(dir, 'browser');
  writeFileSync(browser, `#!/bin/sh\necho "$1" > "${join(dir, 'shown')}"\n`);
  chmodSync(browser, 0o755);
  const before = process.env['BROWSER'];
  process.env['BROWSER'] = browser;
  const opened = await start(['report', 'open', run]).ended;
  process.env['BROWSER'] = join(dir, 'none');
  const failed = await start(['report', 'open', run]).ended;
  if (before === undefined) delete process.env['BROWSER'];
  else process.env['BROWSER'] = before;
  const page = join(run, 'report.html');
  t.deepEqual([opened.code, opened.stdout, opened.stderr], [0, `${page}\n`, '']);
  t.is(readFileSync(join(dir, 'shown'), 'utf8'), `${page}\n`);
  t.deepEqual([failed.code, failed.stdout], [0, `${page}\n`]);
  t.regex(failed.stderr, /^Not opened: there is no .*none here\. Open the file above in a browser\.$/m);
  const nothing = await cashpoint('report', 'open', dir);
  t.is(nothing.code, 2);
  t.regex(nothing.last, /No page at/);
});
