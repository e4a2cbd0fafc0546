import test from 'ava';
import { createHistogram, encodeHistogram, recordUs } from '../../../reports/histogram.ts';
import { Collector } from '../../../sim/load/collector.ts';

/** So many balances in that second, each of so many microseconds. */
function slice(second: number, { us, count }: { us: number; count: number }) {
  const histogram = createHistogram();
  for (let i = 0; i < count; i++) recordUs(histogram, us);
  const encoded = encodeHistogram(histogram);
  const balance = { ok: count, fail: 0, unknown: 0, latency: encoded, service: encoded };
  return { second, ops: { balance }, errors: [] };
}

test('a second that is long over keeps its figures in a hundredth of the memory', (t) => {
  const collector = new Collector(1);
  for (let second = 0; second < 40; second++) collector.addSecond(slice(second, { us: 2_000, count: 100 }));
  const large = collector.seconds.filter(({ latency }) => typeof latency !== 'string');
  t.is(large.length, 10);
  for (const second of collector.seconds) {
    t.is(collector.statsOf(second).n, 100);
    if (typeof second.latency === 'string') t.true(second.latency.length < 900);
  }
});

test('what a worker tells late of a second that is long over is added to it', (t) => {
  const collector = new Collector(2);
  for (let second = 0; second < 40; second++) collector.addSecond(slice(second, { us: 2_000, count: 100 }));
  collector.addSecond(slice(3, { us: 900_000, count: 5 }));
  const [late] = collector.seconds.slice(3, 4);
  t.is(late && collector.statsOf(late).n, 105);
  t.true(late !== undefined && (collector.statsOf(late).max ?? 0) >= 899_000);
  t.is(late?.ok, 105);
  t.is(collector.total.ok, 4_005);
});

test('lines are up whose session is, whatever their terminal does', (t) => {
  const collector = new Collector(2);
  t.is(collector.linesUp, 0);
  collector.setSnapshot(0, { states: '.$x>', inFlight: 1, retries: 0 });
  collector.setSnapshot(1, { states: '@!x', inFlight: 1, retries: 0 });
  t.is(collector.linesUp, 4);
});
