import test from 'ava';
import { asItWas, blockLength, draws, standardError } from '../../../reports/compare/bootstrap.ts';
import { studentQuantile, studentWithin } from '../../../reports/compare/student.ts';
import { WindowLatency } from '../../../reports/compare/window-latency.ts';
import { decodeHistogram, mergeHistograms } from '../../../reports/histogram.ts';
import { latencyOf } from '../../../reports/latency.ts';
import { comparedRun } from '../../helpers/compared-runs.ts';

// Two-sided critical values from the usual printed tables.
for (const [confidence, df, expected] of [
  [0.95, 1, 12.706],
  [0.95, 2, 4.303],
  [0.95, 4, 2.776],
  [0.95, 9, 2.262],
  [0.95, 30, 2.042],
  [0.99, 3, 5.841],
  [0.99, 8, 3.355],
  [0.998, 5, 5.893],
] as const) {
  test(`Student's t for ${confidence} and ${df} degrees of freedom is ${expected}`, (t) => {
    t.true(Math.abs(studentQuantile(confidence, df) - expected) < 0.0006);
    t.true(Math.abs(studentWithin(expected, df) - confidence) < 0.0001);
  });
}

test('a draw has as many windows as the run, whole blocks of neighbours, and is the same each time', (t) => {
  const all = draws(30, 200, 1);
  t.is(blockLength(30), 3);
  for (const draw of all)
    t.is(
      draw.reduce((a, b) => a + b),
      30,
    );
  t.deepEqual(all, draws(30, 200, 1));
  t.notDeepEqual(all, draws(30, 200, 2));
  // Ten blocks leave at most ten places where a drawn window has an undrawn one before it.
  const starts = all.map((draw) => draw.filter((n, i) => n > 0 && draw.at(i - 1) === 0).length);
  t.true(Math.max(...starts) <= 10);
});

test('every window is drawn equally often, those at the ends too', (t) => {
  const sums = Array.from({ length: 20 }, (_, i) =>
    draws(20, 4_000, 3).reduce((sum, d) => sum + (d[i] ?? 0), 0),
  );
  for (const [i, sum] of sums.entries()) t.true(Math.abs(sum / 4_000 - 1) < 0.08, `${i}: ${sum}`);
});

test('blocks see that neighbours depend on each other; windows by themselves would not', (t) => {
  // A slow wave: its mean is far less certain than 60 independent windows would have it.
  const wave = Array.from({ length: 60 }, (_, i) => Math.sin(i / 5));
  const mean = (draw: Int32Array) => wave.reduce((sum, x, i) => sum + x * (draw[i] ?? 0), 0) / 60;
  const error = standardError(draws(60, 1_000, 1).map(mean)) ?? 0;
  const alone = Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0)) / 60;
  t.true(error > 1.6 * alone, `${error} against ${alone}`);
});

test('a standard error that half of the draws could not tell is not told', (t) => {
  t.is(standardError([1, null, null]), null);
  t.is(standardError([]), null);
  t.is(standardError([2, 4, null]), Math.SQRT2);
});

test('percentiles over windows are those of their histograms added up; too few samples have none', (t) => {
  const hdrs = comparedRun({ stream: 5, windows: 10 }).windows?.hdr['deposit'] ?? [];
  const latency = new WindowLatency([hdrs]);
  const whole = latencyOf(mergeHistograms(hdrs.map(decodeHistogram)));
  const [p50, p99, p999] = latency.percentiles(asItWas(10), ['p50', 'p99', 'p999']);
  t.true(Math.abs((p50 ?? 0) / (whole.p50 ?? 1) - 1) < 0.001);
  t.true(Math.abs((p99 ?? 0) / (whole.p99 ?? 1) - 1) < 0.001);
  t.is(p999, null);
  const first = Int32Array.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const one = latencyOf(decodeHistogram(hdrs[0] ?? ''));
  t.true(Math.abs((latency.percentiles(first, ['p50'])[0] ?? 0) / (one.p50 ?? 1) - 1) < 0.001);
  t.deepEqual(new WindowLatency([['']]).percentiles(asItWas(1), ['p50']), [null]);
});
