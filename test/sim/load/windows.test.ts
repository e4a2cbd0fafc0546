import test from 'ava';
import { createHistogram, decodeHistogram, encodeHistogram, recordUs } from '../../../reports/histogram.ts';
import type { SecondSlice } from '../../../sim/load/metrics.ts';
import { WindowTally } from '../../../sim/load/windows.ts';

const latency = (us: number) => {
  const histogram = createHistogram();
  recordUs(histogram, us);
  return encodeHistogram(histogram);
};
const NONE = latency(1);
const second = (n: number, us = 1_000): SecondSlice => ({
  second: n,
  ops: { deposit: { ok: 2, fail: 1, unknown: 0, latency: us === 1 ? NONE : latency(us), service: '' } },
  errors: [
    { code: 'TIMEOUT', expected: false, count: 1 },
    { code: 'INSUFFICIENT_FUNDS', expected: true, count: 1 },
  ],
});
const samples = (hdr: string) => (hdr === '' ? 0 : decodeHistogram(hdr).totalCount);

test('seconds are windows; two workers add up; the last one, which is not whole, is left out', (t) => {
  const tally = new WindowTally();
  for (const n of [0, 0, 2, 3]) tally.add(second(n));
  const windows = tally.whole(3_400);
  t.is(windows?.stepMs, 1_000);
  t.deepEqual(windows?.requests, [6, 0, 3]);
  t.deepEqual(windows?.ok, [4, 0, 2]);
  t.deepEqual(windows?.unexpected, [2, 0, 1]);
  t.deepEqual(windows?.hdr['deposit']?.map(samples), [2, 0, 1]);
  t.is(tally.whole(900), null);
});

test('a long load has longer windows, never more than 64, and loses no operation', (t) => {
  const tally = new WindowTally();
  for (let n = 0; n < 300; n++) tally.add(second(n, 1));
  // A worker that is late with its second.
  tally.add(second(299, 1));
  const windows = tally.whole(300_000);
  t.is(windows?.stepMs, 8_000);
  t.is(windows?.requests.length, 37);
  t.deepEqual(new Set(windows?.requests), new Set([24]));
  t.deepEqual(new Set(windows?.hdr['deposit']?.map(samples)), new Set([8]));
});
