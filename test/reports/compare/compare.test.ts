import test from 'ava';
import { signed, withBaseline } from '../../../reports/compare/apply.ts';
import { differences, hopeless } from '../../../reports/compare/comparable.ts';
import { compareRuns } from '../../../reports/compare/compare.ts';
import { EXIT } from '../../../reports/exit-codes.ts';
import { renderJunit } from '../../../reports/junit.ts';
import type { BaselineResult, Report } from '../../../reports/report.ts';
import { checkReport } from '../../../reports/schema.ts';
import { comparedRun } from '../../helpers/compared-runs.ts';

const base = comparedRun({ stream: 1 });
const verdicts = (a: Report, b: Report, minEffect?: number) =>
  Object.fromEntries(compareRuns(a, b, minEffect).deltas.map((d) => [d.metric, d.verdict]));

test('twelve pairs of equal runs: no metric of any is called better or worse', (t) => {
  for (let i = 0; i < 12; i++) {
    const found = verdicts(comparedRun({ stream: 2 * i + 100 }), comparedRun({ stream: 2 * i + 101 }));
    t.deepEqual(
      Object.values(found).filter((v) => v === 'worse' || v === 'better'),
      [],
      JSON.stringify(found),
    );
  }
});

test('eight pairs of which the second is slower by a fifth: each is found, and the other way round', (t) => {
  for (let i = 0; i < 8; i++) {
    const a = comparedRun({ stream: 2 * i + 100 });
    const b = comparedRun({ stream: 2 * i + 101, slower: 1.2 });
    t.is(verdicts(a, b)['p50'], 'worse');
    t.is(verdicts(b, a)['p50'], 'better');
  }
});

test('a change that is certain and smaller than what is of interest is not worse; asked for less, it is', (t) => {
  const slower = comparedRun({ stream: 1, slower: 1.06 });
  t.is(verdicts(base, slower)['p50'], 'same');
  t.is(verdicts(base, slower, 2)['p50'], 'worse');
});

test('a change that is large and uncertain is noise', (t) => {
  for (const stream of [1, 2, 3]) {
    const a = comparedRun({ stream, wild: 1.8, windows: 12 });
    const b = comparedRun({ stream: stream + 50, wild: 1.8, windows: 12 });
    const p50 = compareRuns(a, b).deltas.find(({ metric }) => metric === 'p50');
    t.true(Math.abs(p50?.pct ?? 0) > 10, `${p50?.pct}`);
    t.is(p50?.verdict, 'noise');
  }
});

test('an interval holds the change, and the figures are those of the run without its warm-up', (t) => {
  const { deltas } = compareRuns(base, comparedRun({ stream: 1, slower: 1.5 }));
  const p50 = deltas.find(({ metric }) => metric === 'p50');
  t.true(Math.abs((p50?.pct ?? 0) - 50) < 0.5);
  const [low = 0, high = 0] = p50?.ci95 ?? [];
  t.true(low < 50 && high > 50);
  t.true((p50?.base ?? 0) < 5_400, 'the first windows are three times as slow');
  t.is(p50?.unit, 'us');
});

test('a percentile is compared only where fifty samples lie beyond it', (t) => {
  const metrics = (windows: number) => {
    const run = comparedRun({ stream: 1, windows });
    return compareRuns(run, run).deltas.map(({ metric }) => metric);
  };
  t.deepEqual(metrics(10), ['rate', 'errors', 'p50', 'p95']);
  t.deepEqual(metrics(30), ['rate', 'errors', 'p50', 'p95', 'p99']);
});

test('errors are compared in points: none against some is worse, however many there were before', (t) => {
  const bad = comparedRun({ stream: 1, errorsPct: 2 });
  const errors = compareRuns(base, bad).deltas.find(({ metric }) => metric === 'errors');
  t.is(errors?.verdict, 'worse');
  t.true(Math.abs((errors?.pct ?? 0) - 2) < 0.1);
  t.is(verdicts(bad, base)['errors'], 'better');
  t.is(verdicts(base, base)['errors'], 'same');
});

test('a run in which nothing succeeds any more has a worse rate, without an interval', (t) => {
  const { windows } = base;
  if (windows === undefined) return t.fail();
  const dead = { ...base, windows: { ...windows, ok: windows.ok.map(() => 0) } };
  const rate = compareRuns(base, dead).deltas.find(({ metric }) => metric === 'rate');
  t.is(rate?.verdict, 'worse');
  t.is(rate?.pct, -100);
  t.is(rate?.ci95, undefined);
});

test('the same two reports give the same answer, and runs of unequal length can be compared', (t) => {
  const other = comparedRun({ stream: 2 });
  t.deepEqual(compareRuns(base, other), compareRuns(base, other));
  t.is(verdicts(base, comparedRun({ stream: 3, windows: 40, slower: 1.3 }))['p50'], 'worse');
});

test('runs that are alike have no differences; every one that is not is named', (t) => {
  t.deepEqual(differences(base, comparedRun({ stream: 2 })), []);
  const { run, config, environment } = base;
  const other: Report = {
    ...base,
    run: { ...run, scenarioHash: 'ff'.repeat(32), seed: 'other', durationMs: 60_000 },
    config: { ...config, terminals: 100, offeredRate: 800, other: { ...config.other, workers: 4 } },
    environment: { ...environment, machineClass: 'linux-arm64-8c-16GB', node: '26.1.0' },
    verdict: { ...base.verdict, status: 'invalid', reasons: ['A worker died'] },
  };
  t.deepEqual(differences(base, other), [
    'scenario: a1a1a1a1 against ffffffff',
    'seed: 5eed42 against other',
    'terminals: 200 against 100',
    'load: open model, 1600/s against open model, 800/s',
    'machine class: linux-x64-2c-8GB against linux-arm64-8c-16GB',
    'Node: 24 against 26',
    'workers: 2 against 4',
    'length of the load: 2 min against 1 min',
    `${run.id} is invalid: A worker died`,
  ]);
});

test('without windows, or with too few, there is nothing to judge by', (t) => {
  t.is(hopeless(base, base), null);
  t.regex(
    hopeless(base, comparedRun({ stream: 2, windows: 6 })) ?? '',
    /run-2 is too short: 6 s .* at least 10 s/,
  );
  const { windows: _, ...old } = base;
  t.regex(hopeless(old, base) ?? '', /no windows/);
});

const compared = (b: Report): BaselineResult => ({
  runId: base.run.id,
  file: '../base/report.json',
  sha256: 'ab'.repeat(32),
  ...compareRuns(base, b),
});

test('a worse run fails with 111 and says by how much; compared with an equal one, it passes again', (t) => {
  const slow = comparedRun({ stream: 2, slower: 1.5 });
  const failed = withBaseline(slow, compared(slow), base);
  t.is(failed.run.exit.code, EXIT.regression.code);
  t.is(failed.verdict.status, 'fail');
  t.regex(
    failed.verdict.reasons[0] ?? '',
    /^Worse than run-1: p50 5\.\d+ ms → 7\.\d+ ms \(\+\d+(\.\d)? %\), p95/,
  );
  t.true('report' in checkReport(failed));
  t.is(failed.thresholds[0]?.baseline, base.thresholds[0]?.actual ?? undefined);
  const equal = { ...compared(slow), deltas: [] };
  const again = withBaseline(failed, equal, base);
  t.deepEqual([again.verdict, again.run], [slow.verdict, slow.run]);
});

test('what is worse than a regression stays the exit code', (t) => {
  const slow = comparedRun({ stream: 2, slower: 1.5 });
  const exit = { code: EXIT.threshold.code, reason: 'p99 was 1 s' };
  const missed: Report = {
    ...slow,
    run: { ...slow.run, exit },
    verdict: { status: 'fail', reasons: ['p99 was 1 s'], warnings: [] },
  };
  const both = withBaseline(missed, compared(slow), base);
  t.deepEqual(both.run.exit, exit);
  t.is(both.verdict.reasons.length, 2);
  const again = withBaseline(both, { ...compared(slow), deltas: [] }, base);
  t.deepEqual(again.verdict, missed.verdict);
});

test('JUnit has one case a metric, failed where it got worse, under names that stay', (t) => {
  const slow = comparedRun({ stream: 2, slower: 1.5 });
  const xml = renderJunit(withBaseline(slow, compared(slow), base));
  t.regex(xml, /<testcase classname="cashpoint.comparison" name="p50">\s+<failure message="p50 /);
  t.regex(xml, /<testcase classname="cashpoint.comparison" name="rate"\/>/);
  t.regex(xml, /<testcase classname="cashpoint.run" name="the run is valid and complete"\/>/);
});

test('changes are signed and no more exact than they are known', (t) => {
  t.deepEqual([20.26, -0.4567, 0.001, -1234.5, 9.999].map(signed), ['+20.3', '−0.46', '0', '−1,235', '+10']);
});
