import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import type { BankFigures } from '../../../actors/node/bank-process.ts';
import { createHistogram, encodeHistogram, recordUs } from '../../../reports/histogram.ts';
import { Collector } from '../../../sim/load/collector.ts';
import { statsOf } from '../../../sim/load/seconds.ts';

/** So many balances in that second, each of so many microseconds. */
function slice(second: number, { us, count }: { us: number; count: number }) {
  const histogram = createHistogram();
  for (let i = 0; i < count; i++) recordUs(histogram, us);
  const encoded = encodeHistogram(histogram);
  const balance = { ok: count, fail: 0, unknown: 0, latency: encoded, service: encoded };
  return { second, ops: { balance }, errors: [] };
}

test('a second that is over keeps its figures in a hundredth of the memory', (t) => {
  const collector = new Collector(1);
  for (let second = 0; second < 40; second++) collector.addSecond(slice(second, { us: 2_000, count: 100 }));
  const seconds = collector.seconds.slice(0, 40);
  t.is(seconds.filter(({ latency }) => typeof latency !== 'string').length, 10);
  for (const second of seconds) {
    t.is(statsOf(second).n, 100);
    if (typeof second.latency === 'string') t.true(second.latency.length < 900);
  }
});

test('what a worker tells late of a second that is over is added to it, and stays small', (t) => {
  const collector = new Collector(2);
  for (let second = 0; second < 40; second++) collector.addSecond(slice(second, { us: 2_000, count: 100 }));
  collector.addSecond(slice(3, { us: 900_000, count: 5 }));
  const [late] = collector.seconds.slice(3, 4);
  t.is(late && statsOf(late).n, 105);
  t.true(late !== undefined && (statsOf(late).max ?? 0) >= 899_000);
  t.is(late?.ok, 105);
  t.is(typeof late?.latency, 'string');
  t.is(collector.total.ok, 4_005);
});

test('what a worker tells later than a minute counts in the series', (t) => {
  const collector = new Collector(2);
  for (let second = 0; second < 200; second++) collector.addSecond(slice(second, { us: 2_000, count: 100 }));
  collector.addSecond(slice(3, { us: 900_000, count: 5 }));
  const { rows } = collector.seconds.timeline.series(['achievedRate', 'maxUs'], 200_000);
  t.deepEqual(
    rows.map(([rate]) => rate),
    Array.from({ length: 200 }, (_, i) => (i === 3 ? 105 : 100)),
  );
  t.true((rows[3]?.[1] ?? 0) >= 899_000);
});

const HOUR_S = 3_600;

test('after ten hours a collector holds no more than after five', (t) => {
  // What the engine keeps of code it compiles meanwhile counts too, once; what a collector keeps counts every time.
  const grown = [tenHours(t)];
  while (grown.length < 3 && Math.min(...grown) >= 150_000) grown.push(tenHours(t));
  // Eight bytes each time the bank reports would be 288 kB.
  t.true(Math.min(...grown) < 150_000, grown.join(', '));
});

/** How much more the heap holds after ten hours than after five, bytes. */
function tenHours(t: ExecutionContext): number {
  const collector = new Collector(1);
  const balances = slice(0, { us: 2_000, count: 100 });
  const arrivals = { planned: 100, begun: 100, late: 1, lagging: 0, droppedHere: 0, droppedThere: 0 };
  const figures = {
    ...{ mailbox: 3, mailboxMax: 9, batches: [4, 2], commitUs: [900, 1_100] },
    ...{ rssMB: 120, cpuUs: 100_000, wallUs: 500_000, delta: '0' },
  } as unknown as BankFigures;
  const until = (seconds: number, from: number) => {
    for (let second = from; second < seconds; second++) {
      if (second % 4 === 0) collector.addSecond({ ...balances, second });
      collector.setSnapshot(0, {
        ...{ states: '.$x>', inFlight: 4, retries: 0 },
        arrivals: [{ second, ...arrivals }],
      });
      collector.markStates(second);
      for (const half of [0, 1]) {
        collector.addFigures({ ...figures, loopLagUs: 40_000 + second + half }, second);
      }
      collector.addHappening({
        type: 'event',
        tMs: 1000 * second,
        level: 'info',
        actor: '',
        text: `second ${second}`,
      });
    }
  };
  // As many steps as after ten, half as long.
  until(5 * HOUR_S, 0);
  const five = heapUsed();
  until(10 * HOUR_S, 5 * HOUR_S);
  const ten = heapUsed();
  t.log(`${(five / 1e6).toFixed(2)} MB of heap after five hours, ${(ten / 1e6).toFixed(2)} after ten`);
  t.is(collector.total.ok, (100 * 10 * HOUR_S) / 4);
  const { stepMs, rows } = collector.seconds.timeline.series(
    ['offeredRate', 'achievedRate', 'mailbox', 'bankLagUs'],
    10 * HOUR_S * 1000,
  );
  t.is(stepMs, 8_000);
  t.is(rows.length, (10 * HOUR_S) / 8);
  t.deepEqual(rows.at(-1), [100, 25, 3, 40_000 + 10 * HOUR_S]);
  return ten - five;
}

test('of many events the newest are kept, and how many were before them', (t) => {
  const collector = new Collector(1);
  for (let tMs = 0; tMs < 130; tMs++)
    collector.addHappening({ type: 'event', tMs, level: 'info', actor: '', text: '' });
  t.is(collector.events[0]?.tMs, collector.eventsBefore);
  t.is(collector.eventsBefore + collector.events.length, 130);
});

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

test('lines are up whose session is, whatever their terminal does', (t) => {
  const collector = new Collector(2);
  t.is(collector.linesUp, 0);
  collector.setSnapshot(0, { states: '.$x>', inFlight: 1, retries: 0 });
  collector.setSnapshot(1, { states: '@!x', inFlight: 1, retries: 0 });
  t.is(collector.linesUp, 4);
});
