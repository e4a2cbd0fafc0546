import test from 'ava';
import { createHistogram, encodeHistogram, recordUs } from '../../reports/histogram.ts';
import { latencyOf } from '../../reports/latency.ts';
import { evaluate, type Figures, parseThreshold } from '../../reports/thresholds.ts';
import { passReport } from '../helpers/report-fixture.ts';

const OPS = ['deposit', 'withdraw'];

const parses = test.macro({
  exec(t, text: string, id: string) {
    const result = parseThreshold(text, OPS);
    t.true('threshold' in result, JSON.stringify(result));
    if ('threshold' in result) {
      t.is(result.threshold.id, id);
      t.is(result.threshold.metric + result.threshold.condition, id);
    }
  },
  title: (_, text) => `'${text}' is a threshold`,
});
test(parses, 'p99(withdraw)<250ms', 'p99(withdraw)<250ms');
test(parses, ' p99 <= 1.5 s', 'p99<=1.5s');
test(parses, 'max<900us', 'max<900us');
test(parses, 'errors<0.1%', 'errors<0.1%');
test(parses, 'rate(deposit)>100/s', 'rate(deposit)>100/s');
test(parses, 'rate>100', 'rate>100');
test(parses, 'count>=1000', 'count>=1000');

const refuses = test.macro({
  exec(t, text: string, problem: RegExp) {
    const result = parseThreshold(text, OPS);
    t.true('problem' in result);
    if ('problem' in result) t.regex(result.problem, problem);
  },
  title: (_, text) => `'${text}' is refused with a hint`,
});
test(refuses, 'p98<250ms', /Unknown metric 'p98'; the nearest is 'p9[059]'/);
test(refuses, 'eror<1%', /nearest is 'errors'/);
test(refuses, 'p99(withdrw)<250ms', /Unknown operation 'withdrw'; the nearest is 'withdraw'/);
test(refuses, 'p99<250', /Expected one of us, µs, ms, s after the limit of 'p99'/);
test(refuses, 'errors<1ms', /Expected one of % after/);
test(refuses, 'errors(withdraw)<1%', /all operations/);
test(refuses, 'count>5/s', /Expected no unit/);
test(refuses, 'p99=250ms', /Expected a threshold like/);
test(refuses, '', /Expected a threshold like/);

interface Run {
  readonly n?: number;
  readonly us?: number;
  readonly errors?: number;
}

function figures({ n = 10_000, us = 200_000, errors = 0 }: Run): Figures {
  const histogram = createHistogram();
  for (let i = 0; i < n; i++) recordUs(histogram, us);
  const op = {
    count: n,
    ok: n,
    rate: n / 10,
    latencyUs: latencyOf(histogram),
    hdr: encodeHistogram(histogram),
  };
  const { totals } = passReport();
  return { ops: n > 0 ? { withdraw: op } : {}, totals: { ...totals, requests: n, unexpectedErrors: errors } };
}

const judges = test.macro({
  exec(t, text: string, run: Run, ok: boolean, note?: RegExp) {
    const result = parseThreshold(text, OPS);
    if ('problem' in result) return t.fail(result.problem);
    const judged = evaluate(result.threshold, figures(run));
    t.is(judged.ok, ok, JSON.stringify(judged));
    if (note) t.regex(judged.note ?? '', note);
    else t.is(judged.note, undefined);
  },
  title: (_, text, run, ok) => `${text} ${ok ? 'holds' : 'fails'} for ${JSON.stringify(run)}`,
});
test(judges, 'p99(withdraw)<250ms', {}, true);
test(judges, 'p99(withdraw)<0.25s', {}, true);
test(judges, 'p99<100ms', {}, false);
test(judges, 'p99<250ms', { n: 999 }, false, /too few samples: 999 of the 1000/);
test(judges, 'p99(deposit)<250ms', {}, false, /too few samples: 0 of the 1000/);
test(judges, 'max<250ms', { n: 1 }, true);
test(judges, 'max<250ms', { n: 0 }, false, /too few samples/);
test(judges, 'errors<0.1%', { errors: 9 }, true);
test(judges, 'errors<0.1%', { errors: 10 }, false);
test(judges, 'errors<0.1%', { n: 500 }, false, /too few samples: 500 of the 1000/);
test(judges, 'errors<0.1%', { n: 500, errors: 400 }, false);
test(judges, 'errors<=0%', { n: 1 }, true);
test(judges, 'errors<=0%', { n: 0 }, false, /too few samples/);
test(judges, 'rate>100/s', {}, true);
test(judges, 'rate>1000/s', {}, false);
test(judges, 'rate>0/s', { n: 0 }, false, /too few samples/);
test(judges, 'count>=10000', {}, true);
test(judges, 'count<1', { n: 0 }, true);

test('the figure of a latency threshold is in microseconds', (t) => {
  const result = parseThreshold('p50<1s', OPS);
  t.true('threshold' in result);
  if (!('threshold' in result)) return;
  const { actual, unit } = evaluate(result.threshold, figures({ us: 1_000 }));
  t.deepEqual({ actual, unit }, { actual: 1_000, unit: 'us' });
});
