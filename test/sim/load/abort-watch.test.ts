import test from 'ava';
import type { TerminalId } from '../../../protocol/ids.ts';
import type { Threshold } from '../../../reports/report.ts';
import { parseThreshold } from '../../../reports/thresholds.ts';
import { OPS } from '../../../sim/history.ts';
import { missedThreshold } from '../../../sim/load/abort-watch.ts';
import { Collector } from '../../../sim/load/collector.ts';
import { Metrics } from '../../../sim/load/metrics.ts';

const threshold = (text: string, over: Partial<Threshold> = {}): Threshold => {
  const parsed = parseThreshold(text, OPS);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return { ...parsed.threshold, abortOnFail: true, ...over };
};

/** Deposits of 5 ms each, of which so many were lost. */
function collected(count: number, lost = 0): Collector {
  const collector = new Collector(1);
  const metrics = new Metrics((slice) => collector.addSecond(slice));
  for (let i = 0; i < count; i++) {
    metrics.record({
      op: 'deposit',
      terminal: 'ATM-1' as TerminalId,
      outcome: i < lost ? 'unknown' : 'ok',
      code: i < lost ? 'TIMEOUT' : 'APPROVED',
      intendedUs: 0,
      sentUs: 0,
      repliedUs: i < lost ? null : 5_000,
      doneUs: 6_000,
      provoked: false,
    });
  }
  metrics.finish();
  return collector;
}

test('a load is ended by what is missed and is to end it, and by nothing else', (t) => {
  const load = collected(2_000, 100);
  const missed = (thresholds: Threshold[]) => missedThreshold(thresholds, load, 10_000)?.id ?? null;
  t.is(missed([threshold('p50<1ms')]), 'p50<1ms');
  t.is(missed([threshold('p50<1ms', { abortOnFail: false })]), null);
  t.is(missed([threshold('p50<10ms')]), null);
  t.is(missed([threshold('p50<10ms'), threshold('errors<1%')]), 'errors<1%');
  t.is(missed([threshold('errors<10%')]), null);
  t.is(missed([threshold('rate>100/s')]), null);
  t.is(missed([threshold('rate>300/s')]), 'rate>300/s');
});

test('not before its grace is over, and not for want of samples', (t) => {
  const late = threshold('p50<1ms', { graceMs: 5_000 });
  t.is(missedThreshold([late], collected(2_000), 4_999), null);
  t.not(missedThreshold([late], collected(2_000), 5_000), null);
  t.is(missedThreshold([threshold('p99<1ms')], collected(500), 1_000), null);
  t.is(missedThreshold([threshold('p50<1ms')], collected(0), 1_000), null);
  t.is(missedThreshold([threshold('errors<0.1%')], collected(20), 1_000), null);
});
