import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { zoomAssets } from '../../reports/assets.ts';
import { renderHtml } from '../../reports/html/render.ts';
import { parseReport, readReport, UnreadableReportError } from '../../reports/read.ts';
import { writeRendered, writeReport } from '../../reports/write.ts';
import { failReport, passReport } from '../helpers/report-fixture.ts';

async function tempDir(t: { teardown(fn: () => Promise<void>): void }): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'cashpoint-report-'));
  t.teardown(() => rm(dir, { recursive: true }));
  return dir;
}

test('a written report is read back the same, with the hash of every file beside it', async (t) => {
  const dir = join(await tempDir(t), 'runs', 'one');
  const history = { path: 'history.jsonl.gz', sha256: 'd4'.repeat(32), bytes: 12, kind: 'history' } as const;
  const written = await writeReport(dir, { ...passReport(), artifacts: [history] });
  t.deepEqual(await readReport(dir), written);
  t.deepEqual((await readdir(dir)).toSorted(), ['junit.xml', 'report.html', 'report.json', 'summary.md']);
  t.deepEqual(written.artifacts[0], history);
  for (const { path, sha256, bytes } of written.artifacts.slice(1)) {
    const content = await readFile(join(dir, path));
    t.is(createHash('sha256').update(content).digest('hex'), sha256);
    t.is(content.length, bytes);
  }
  t.is(written.artifacts.length, 4);
});

test('an old run can be rendered again to the same bytes', async (t) => {
  const dir = await tempDir(t);
  await writeReport(dir, failReport());
  const before = await readFile(join(dir, 'report.html'), 'utf8');
  const json = await readFile(join(dir, 'report.json'), 'utf8');
  const again = await readReport(dir);
  t.is(renderHtml(again, zoomAssets()), before);
  t.deepEqual(await writeRendered(dir, again), again.artifacts);
  t.is(await readFile(join(dir, 'report.json'), 'utf8'), json);
});

test('writing a second time replaces the rendered files and does not list them twice', async (t) => {
  const dir = await tempDir(t);
  const first = await writeReport(dir, passReport());
  const second = await writeReport(dir, first);
  t.deepEqual(second, first);
});

test('a report that does not fit its schema is not written', async (t) => {
  const dir = await tempDir(t);
  const base = passReport();
  const broken = { ...base, series: { ...base.series, rows: [[Number.NaN]] } };
  const error = await t.throwsAsync(writeReport(dir, broken), { instanceOf: TypeError });
  t.regex(error?.message ?? '', /series\.rows\.0\.0/);
  t.deepEqual(await readdir(dir), []);
});

const refuses = test.macro<[what: string, text: string, says: RegExp]>({
  exec(t, _, text, says) {
    const error = t.throws(() => parseReport(text, 'run/report.json'), { instanceOf: UnreadableReportError });
    t.regex(error?.message ?? '', says);
    t.regex(error?.message ?? '', /^run\/report\.json/);
  },
  title: (_, what) => `reading refuses ${what}`,
});
const withVersion = (version: string) =>
  JSON.stringify({ ...passReport(), schema: { name: 'cashpoint-report', version } });

test(refuses, 'a newer major version', withVersion('2.0.0'), /version 2\.0\.0, .*up to 1\.x: use a newer/);
test(refuses, 'half a file', withVersion('1.0.0').slice(0, 500), /is not JSON: it may have been cut off/);
test(refuses, 'another kind of file', '{"name":"x"}', /is not a cashpoint-report/);
test(refuses, 'null', 'null', /is not a cashpoint-report/);
test(
  refuses,
  'a report with a part missing',
  JSON.stringify({ ...passReport(), totals: undefined }),
  /does not fit its schema:\n {2}totals/,
);

test('a newer minor version is read', (t) => {
  t.is(parseReport(withVersion('1.7.3'), 'x').schema.version, '1.7.3');
});

test('a missing file is the file system’s error', async (t) => {
  const dir = await tempDir(t);
  await writeFile(join(dir, 'other.json'), '{}');
  await t.throwsAsync(readReport(dir), { code: 'ENOENT' });
});
