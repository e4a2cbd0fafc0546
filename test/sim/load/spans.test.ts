import test from 'ava';
import type { OperationRecord } from '../../../sim/history.ts';
import { SessionSample, SpanRecorder, STAYS_MAX, sampleEvery } from '../../../sim/load/spans.ts';

const operation = (startMs: number, endMs: number, over: Partial<OperationRecord> = {}) =>
  ({
    terminal: 'ATM-1',
    op: 'deposit',
    outcome: 'ok',
    code: 'APPROVED',
    intendedUs: startMs * 1000,
    sentUs: startMs * 1000,
    doneUs: endMs * 1000,
    ...over,
  }) as OperationRecord;

test('a terminal logs in, works, loses its line and comes back as another session', (t) => {
  const recorder = new SpanRecorder('ATM-1');
  recorder.line(true, 0);
  recorder.record(operation(100, 130, { op: 'login' }));
  recorder.record(operation(200, 220));
  recorder.record(operation(300, 400, { outcome: 'unknown', code: null }));
  recorder.line(false, 400);
  recorder.line(true, 900);
  recorder.record(operation(1_000, 1_010, { outcome: 'fail', code: 'INSUFFICIENT_FUNDS' }));
  recorder.line(false, 1_100);
  t.deepEqual(
    recorder
      .spans(2_000)
      .map(({ session, state, startMs, endMs, code }) => [session, state, startMs, endMs, code]),
    [
      ['1', 'login', 100, 130, undefined],
      ['1', 'txn', 200, 220, undefined],
      ['1', 'txn', 300, 400, 'UNKNOWN'],
      ['1', 'offline', 400, 900, undefined],
      ['2', 'txn', 1_000, 1_010, 'INSUFFICIENT_FUNDS'],
      ['2', 'offline', 1_100, 2_000, undefined],
    ],
  );
});

test('ten thousand operations are a bounded number of stays that cover them all; errors are never joined', (t) => {
  const recorder = new SpanRecorder('ATM-1');
  recorder.line(true, 0);
  for (let i = 0; i < 10_000; i++) {
    const failed = i === 5_000 ? ({ outcome: 'fail', code: 'NOT_DISPENSABLE' } as const) : {};
    recorder.record(operation(i * 10, i * 10 + 6, failed));
  }
  const spans = recorder.spans(100_000);
  t.true(spans.length <= STAYS_MAX);
  t.is(spans[0]?.startMs, 0);
  t.is(spans.at(-1)?.endMs, 99_996);
  t.deepEqual(
    spans.filter(({ code }) => code !== undefined).map(({ startMs, endMs }) => [startMs, endMs]),
    [[50_000, 50_006]],
  );
  t.true(spans.every(({ startMs, endMs }) => endMs >= startMs));
});

test('nothing but errors ends at the bound', (t) => {
  const recorder = new SpanRecorder('ATM-1');
  for (let i = 0; i < 1_000; i++) recorder.record(operation(i, i + 1, { outcome: 'fail', code: 'TIMEOUT' }));
  t.is(recorder.spans(1_000).length, STAYS_MAX);
});

test('only terminals of the sample are recorded, at most eight of a fleet', (t) => {
  const sample = new SessionSample(['ATM-1']);
  sample.line('ATM-2', true, 0);
  sample.record(operation(0, 1));
  sample.record({ ...operation(5, 6), terminal: 'ATM-2' as OperationRecord['terminal'] });
  t.deepEqual(
    sample.spans(10).map(({ terminal }) => terminal),
    ['ATM-1'],
  );
  for (const [fleet, every] of [
    [1, 1],
    [8, 1],
    [9, 2],
    [2_000, 250],
  ] as const) {
    t.is(sampleEvery(fleet), every);
    t.true(Math.ceil(fleet / every) <= 8);
  }
});
