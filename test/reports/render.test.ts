import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { zoomAssets } from '../../reports/assets.ts';
import { csvLink, csvText } from '../../reports/html/csv.ts';
import { renderHtml } from '../../reports/html/render.ts';
import { condensed } from '../../reports/html/series.ts';
import { renderJunit } from '../../reports/junit.ts';
import { lights } from '../../reports/lights.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import { failReport, incompleteReport, invalidReport, passReport } from '../helpers/report-fixture.ts';

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8');
const all = { pass: passReport, fail: failReport, invalid: invalidReport, incomplete: incompleteReport };

test('junit.xml of a failed run is as it was', (t) => {
  t.is(renderJunit(failReport()), golden('fail.xml'));
});
test('summary.md of a failed run is as it was', (t) => {
  t.is(renderMarkdown(failReport()), golden('fail.md'));
});

test('JUnit names are the same whether the run passed or failed', (t) => {
  const names = (xml: string) =>
    [...xml.matchAll(/<testcase classname="(.*?)" name="(.*?)"/g)].map((m) => m[0]);
  const { baseline, ...failing } = failReport();
  t.truthy(baseline);
  const failed = names(renderJunit({ ...failing, adversary: [] }));
  t.deepEqual(names(renderJunit(passReport())), failed);
  t.is(failed.length, 1 + 4 + 6 + 1);
});

test('JUnit tells not checked from passed, and a run that proves nothing from both', (t) => {
  const xml = renderJunit(invalidReport());
  t.regex(xml, /name="conservation">\s*<skipped message="not checked"/);
  t.regex(xml, /the run is valid and complete">\s*<failure message="invalid: No invariant was checked"/);
});

test('JUnit fails for a verdict that no section carries', (t) => {
  const base = failReport();
  const run = { ...base.run, exit: { code: 114, reason: 'terminals hang' } };
  t.regex(renderJunit({ ...base, run }), /valid and complete">\s*<failure message="fail: terminals hang"/);
});

test('what stands in a report cannot become markup', (t) => {
  const evil = '<script>alert("x")</script>&\u0000';
  const base = failReport();
  const report = {
    ...base,
    run: { ...base.run, scenario: evil, reproCommand: evil },
    invariants: base.invariants.map((i) => ({ ...i, statement: evil, first: evil })),
  };
  t.notRegex(renderHtml(report), /<script/);
  t.notRegex(renderJunit(report), /<script/);
  t.false(renderJunit(report).includes('\u0000'));
});

for (const [status, make] of Object.entries(all)) {
  const page = renderHtml(make());

  test(`the page of a run with status ${status} has every section in a reader's order`, (t) => {
    const ids = [...page.matchAll(/<section id="(.*?)"/g)].map((m) => m[1]);
    const expected = [
      'thresholds',
      'invariants',
      'money',
      'audit',
      'adversary',
      'throughput',
      'latency',
      'operations',
      'states',
      'errors',
      ...(status === 'incomplete' ? [] : ['sessions']),
      'inside',
      'faults',
      ...(status === 'fail' ? ['comparison'] : []),
      'environment',
      'configuration',
      'method',
    ];
    t.deepEqual(ids, expected);
    t.true(page.indexOf(`class="banner ${status}"`) < page.indexOf('<section'));
  });

  test(`the page of a run with status ${status} is small, unique in its ids and asks for nothing`, (t) => {
    t.true(Buffer.byteLength(page) < 2_000_000);
    const ids = [...page.matchAll(/ id="(.*?)"/g)].map((m) => m[1]);
    t.is(new Set(ids).size, ids.length);
    t.regex(page, /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
    t.notRegex(page, /<script|<link|<img|<iframe|src=|@import|url\(|https?:|style="/);
    t.notRegex(page, /undefined|NaN|\[object/);
  });

  test(`every chart of a run with status ${status} has a title, a description and its data`, (t) => {
    const charts = [...page.matchAll(/<svg class="(wide|narrow|bar)"[\s\S]*?<\/svg>/g)].map((m) => m[0]);
    for (const svg of charts) {
      t.regex(svg, /role="img"/);
      t.regex(svg, /<title id=".*?">[^<]+<\/title>/);
      t.regex(svg, /<desc id=".*?">[^<]+<\/desc>/);
    }
    // The data of the comparison's picture is the table below it.
    const wide = charts.filter((svg) => svg.includes('class="wide"') && !svg.includes('forest-wide'));
    t.is(page.includes('forest-wide'), page.includes('id="comparison-table"'));
    t.is(page.match(/<details><summary>Data/g)?.length ?? 0, wide.length);
    t.true(wide.length >= (status === 'incomplete' ? 1 : 4));
  });
}

test('a page that zooms has one script, which its policy names by hash, and is below 2 MB', (t) => {
  const page = renderHtml(failReport(), zoomAssets());
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((m) => m[1] ?? '');
  t.is(scripts.length, 1);
  const hash = createHash('sha256')
    .update(scripts[0] ?? '')
    .digest('base64');
  t.true(page.includes(`script-src 'sha256-${hash}'`));
  t.true(Buffer.byteLength(page) < 2_000_000);
  t.notRegex(page, /<link|<img|<iframe|src=|@import|url\(/);
});

test('each picture has its figures as CSV, finer than it is drawn where there is more', (t) => {
  const links = [
    ...renderHtml(passReport()).matchAll(/download="(.*?)" href="data:text\/csv;charset=utf-8,(.*?)"/g),
  ];
  const files = new Map(links.map(([, name = '', text = '']) => [name, decodeURIComponent(text)]));
  t.deepEqual(
    [...files.keys()],
    [
      'operations-over-time.csv',
      'latency-over-time.csv',
      'latency-by-percentile.csv',
      'terminals-by-state-over-time.csv',
      'terminals-state-by-state.csv',
      'mailbox-and-batches.csv',
      'commits.csv',
    ],
  );
  const [head, first, ...others] = (files.get('latency-over-time.csv') ?? '').trimEnd().split('\n');
  t.is(head, 'from_ms,p50Us,p95Us,p99Us');
  t.regex(first ?? '', /^5000,\d+,\d+,\d+$/);
  t.is(others.length, 114);
  t.true(others.includes('85000,,,'), 'what was not measured is empty, not 0');
  const rows = Array.from({ length: 500 }, (_, i) => [i + 1]);
  const long = { ...passReport(), series: { stepMs: 100, t0: 0, columns: ['p50Us'], rows } };
  const [fine = ''] = /latency-over-time.csv" href="(.*?)"/.exec(renderHtml(long)) ?? [];
  t.is(fine.split('%0A').length, 502);
});

test('CSV is quoted where it must be, and holds no formula for a spreadsheet', (t) => {
  const csv = {
    columns: ['a', 'b'],
    rows: [
      ['x,y', 'say "no" twice'],
      ['=1+1', null],
      [-1.5, 'é'],
    ],
  };
  t.is(csvText(csv), 'a,b\n"x,y","say ""no"" twice"\n\'=1+1,\n-1.5,é\n');
  t.regex(
    csvLink('Two "words"', csv).source,
    /download="two-words.csv" href="data:text\/csv;charset=utf-8,a,b%0A/,
  );
});

test('the page is a pure function of the report', (t) => {
  t.is(renderHtml(passReport()), renderHtml(JSON.parse(JSON.stringify(passReport()))));
});

test('what did not run is never green', (t) => {
  const state = (report: ReturnType<typeof passReport>) => lights(report).map((l) => l.state);
  t.deepEqual(state(passReport()), ['ok', 'ok', 'not-run', 'ok']);
  t.deepEqual(state(failReport()), ['bad', 'ok', 'bad', 'bad']);
  t.deepEqual(state(invalidReport()), ['not-run', 'not-run', 'not-run', 'not-run']);
  t.deepEqual(state(incompleteReport()), ['ok', 'not-run', 'not-run', 'not-run']);
});

test('a long series keeps its worst latency and its average rate, and no gap becomes zero', (t) => {
  const rows = Array.from({ length: 1_000 }, (_, i) => [
    i === 501 ? 9_000 : 10,
    i % 2 === 0 ? 100 : 200,
    null,
  ]);
  const small = condensed({ stepMs: 1_000, t0: 0, columns: ['p99Us', 'achievedRate', 'mailbox'], rows }, 100);
  t.is(small.rows.length, 100);
  t.is(small.stepMs, 10_000);
  t.is(Math.max(...small.rows.map((r) => r[0] ?? 0)), 9_000);
  t.true(small.rows.every((r) => r[1] === 150 && r[2] === null));
});

test('an hour of ten steps a second still makes a small page', (t) => {
  const base = passReport();
  const rows = Array.from({ length: 36_000 }, (_, i) => base.series.rows[i % base.series.rows.length] ?? []);
  const report = {
    ...base,
    run: { ...base.run, durationMs: 3_600_000 },
    series: { ...base.series, stepMs: 100, rows },
  };
  t.true(Buffer.byteLength(renderHtml(report, zoomAssets())) < 700_000);
});
