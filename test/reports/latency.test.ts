import test from 'ava';
import {
  createHistogram,
  decodeHistogram,
  encodeHistogram,
  LATENCY_US_MAX,
  mergeHistograms,
  recordUs,
} from '../../reports/histogram.ts';
import { distOf, latencyOf, type Percentile, samplesNeeded } from '../../reports/latency.ts';

const filled = (n: number, us = 100) => {
  const histogram = createHistogram();
  for (let i = 0; i < n; i++) recordUs(histogram, us);
  return histogram;
};

const needs = test.macro({
  exec(t, p: Percentile, n: number) {
    t.is(samplesNeeded(p), n);
    t.is(latencyOf(filled(n - 1))[p], null);
    t.is(latencyOf(filled(n))[p], 100);
  },
  title: (_, p, n) => `${p} is null below ${n} samples and given from there on`,
});

test(needs, 'p50', 20);
test(needs, 'p90', 100);
test(needs, 'p95', 200);
test(needs, 'p99', 1_000);
test(needs, 'p999', 10_000);

test('no samples give no figures', (t) => {
  const { n, ...rest } = latencyOf(createHistogram());
  t.is(n, 0);
  t.true(Object.values(rest).every((v) => v === null));
  t.is(distOf([]), null);
});

test('a zero is a sample and not the absence of one', (t) => {
  t.is(latencyOf(filled(1, 0)).min, 0);
});

test('the figures are whole microseconds, three digits exact', (t) => {
  const histogram = createHistogram();
  for (let us = 1; us <= 10_000; us++) recordUs(histogram, us);
  const { min, p50, p99, max } = latencyOf(histogram);
  t.is(min, 1);
  t.true(Math.abs((p50 ?? 0) - 5_000) <= 5);
  t.true(Math.abs((p99 ?? 0) - 9_900) <= 10);
  t.true(Math.abs((max ?? 0) - 10_000) <= 10);
  t.true(Object.values(latencyOf(histogram)).every(Number.isInteger));
});

test('a latency beyond ten minutes counts as ten minutes, and none that is not whole', (t) => {
  const { max } = latencyOf(filled(1, LATENCY_US_MAX * 3));
  t.true(max !== null && Math.abs(max - LATENCY_US_MAX) / LATENCY_US_MAX < 0.001);
  t.throws(() => recordUs(createHistogram(), 1.5), { instanceOf: RangeError });
  t.throws(() => recordUs(createHistogram(), -1), { instanceOf: RangeError });
});

test('parts that were encoded, decoded and merged equal one histogram of all', (t) => {
  const parts = [filled(30, 10), filled(60, 5_000), filled(10, 2_000_000)];
  const merged = mergeHistograms(parts.map((p) => decodeHistogram(encodeHistogram(p))));
  const whole = createHistogram();
  for (const part of parts) whole.add(part);
  t.deepEqual(latencyOf(merged), latencyOf(whole));
  t.is(merged.totalCount, 100);
});

test('a distribution of samples is by nearest rank', (t) => {
  const samples = Array.from({ length: 1_000 }, (_, i) => 1_000 - i);
  t.deepEqual(distOf(samples), { n: 1_000, min: 1, mean: 500.5, p50: 500, p95: 950, p99: 990, max: 1_000 });
  t.is(distOf([3, 1])?.p50, null);
});
