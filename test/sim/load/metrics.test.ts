import test from 'ava';
import type { TerminalId } from '../../../protocol/ids.ts';
import { Collector } from '../../../sim/load/collector.ts';
import { type Measured, Metrics, mergeErrors, type SecondSlice } from '../../../sim/load/metrics.ts';

const measured = (over: Partial<Measured>): Measured => ({
  op: 'deposit',
  terminal: 'ATM-1' as TerminalId,
  outcome: 'ok',
  code: 'APPROVED',
  intendedUs: 0,
  sentUs: 1_000,
  repliedUs: 3_000,
  doneUs: 4_000,
  provoked: false,
  ...over,
});

test('seconds of two workers add up, and percentiles are of all samples together', (t) => {
  const collector = new Collector(2);
  for (const offset of [0, 100_000]) {
    const metrics = new Metrics((slice) => collector.addSecond(slice));
    for (let i = 0; i < 500; i++) {
      const doneUs = i * 4_000;
      metrics.record(measured({ intendedUs: 0, sentUs: 0, repliedUs: offset + i, doneUs }));
    }
    metrics.finish();
  }
  t.is(collector.total.ok, 1_000);
  t.deepEqual(
    collector.seconds.slice(0, 2).map(({ ok }) => ok),
    [500, 500],
  );
  const p50 = collector.latencies.get('ALL')?.p50 ?? 0;
  t.true(p50 >= 499 && p50 <= 100_100, 'between the two workers, an average would be 50,249');
  t.true((collector.latencies.get('deposit')?.max ?? 0) >= 100_400);
});

test('latency counts from the intended start, service time from the sending', (t) => {
  const collector = new Collector(1);
  const metrics = new Metrics((slice) => collector.addSecond(slice));
  metrics.record(measured({ intendedUs: 0, sentUs: 5_000_000, repliedUs: 5_010_000, doneUs: 5_010_000 }));
  metrics.finish();
  const deposit = collector.ops.get('deposit');
  t.true(Math.abs((deposit?.latency.mean ?? 0) - 5_010_000) < 10_000);
  t.true(Math.abs((deposit?.service.mean ?? 0) - 10_000) < 20);
});

test('a failure that the run itself provoked is expected, another is not, and neither is counted twice', (t) => {
  const slices: SecondSlice[] = [];
  const metrics = new Metrics((slice) => slices.push(slice));
  const lost = { outcome: 'unknown', code: 'TIMEOUT', repliedUs: null } as const;
  metrics.record(measured({ ...lost, provoked: true }));
  metrics.record(measured({ ...lost, doneUs: 1_500_000, terminal: 'ATM-2' as TerminalId }));
  metrics.record(measured({ outcome: 'fail', code: 'INSUFFICIENT_FUNDS', doneUs: 1_600_000 }));
  const errors = metrics.finish();
  t.deepEqual(
    errors.map(({ code, expected, count }) => ({ code, expected, count })),
    [
      { code: 'TIMEOUT', expected: true, count: 1 },
      { code: 'TIMEOUT', expected: false, count: 1 },
      { code: 'INSUFFICIENT_FUNDS', expected: true, count: 1 },
    ],
  );
  const told = slices.flatMap((slice) => slice.errors).reduce((sum, { count }) => sum + count, 0);
  t.is(told, 3);
  const merged = mergeErrors([errors, errors]);
  t.is(
    merged.reduce((sum, { count }) => sum + count, 0),
    6,
  );
});

test('a refusal is one kind of error, whether a fault was under way or not, and a terminal counts once', (t) => {
  const metrics = new Metrics(() => {});
  const refused = { outcome: 'fail', code: 'INSUFFICIENT_FUNDS' } as const;
  metrics.record(measured({ ...refused, provoked: false, doneUs: 1_000_000 }));
  metrics.record(measured({ ...refused, provoked: true, doneUs: 2_000_000 }));
  const [error, ...others] = metrics.finish();
  t.deepEqual(others, []);
  t.like(error, { count: 2, terminals: 1, firstMs: 1_000, lastMs: 2_000, expected: true });
});

test('errors of several workers: counts add up, times span, five samples stay, most frequent first', (t) => {
  const of = (terminal: string, count: number, atMs: number, code: 'TIMEOUT' | 'BUSY' = 'TIMEOUT') => {
    const metrics = new Metrics(() => {});
    const failed = { outcome: code === 'BUSY' ? 'fail' : 'unknown', code } as const;
    for (let i = 0; i < count; i++) {
      const doneUs = (atMs + i) * 1_000;
      metrics.record(measured({ ...failed, terminal: terminal as TerminalId, doneUs }));
    }
    return metrics.finish();
  };
  const merged = mergeErrors([of('ATM-1', 4, 500), of('ATM-2', 3, 100), of('ATM-3', 9, 700, 'BUSY')]);
  t.deepEqual(
    merged.map(({ code, count, terminals, firstMs, lastMs }) => [code, count, terminals, firstMs, lastMs]),
    [
      ['BUSY', 9, 1, 700, 708],
      ['TIMEOUT', 7, 2, 100, 503],
    ],
  );
  t.deepEqual(
    merged[1]?.samples.map(({ terminal }) => String(terminal)),
    ['ATM-1', 'ATM-1', 'ATM-1', 'ATM-1', 'ATM-2'],
  );
});

test('states of the fleet are in the order of the fleet, however it was dealt', (t) => {
  const collector = new Collector(3);
  const of = (states: string) => ({ states, inFlight: states.length, retries: 1 });
  for (const [worker, states] of ['adg', 'be', 'cf'].entries()) collector.setSnapshot(worker, of(states));
  t.is(collector.states, 'abcdefg');
  t.is(collector.inFlight, 7);
  t.is(collector.retries, 3);
});

test('a rate is of the last whole second, also once the next has begun; older ones are none', (t) => {
  const collector = new Collector(1);
  const metrics = new Metrics((slice) => collector.addSecond(slice));
  for (let i = 0; i < 30; i++) metrics.record(measured({ doneUs: 3_000_000 + i }));
  for (let i = 0; i < 7; i++) metrics.record(measured({ doneUs: 4_000_000 + i }));
  metrics.finish();
  t.is(collector.rateOf('deposit', 4), 30);
  t.is(collector.rateOf('deposit', 5), 7);
  t.is(collector.rateOf('deposit', 6), 0);
  t.is(collector.rateOf('transfer', 5), 0);
});
