import test from 'ava';
import { STEPS_MAX, Timeline } from '../../../sim/load/timeline.ts';

const COLUMNS = ['okRate', 'p99Us', 'mailbox'];
const newTimeline = () => new Timeline({ okRate: 'rate', p99Us: 'worst', mailbox: 'mean' });

test('up to two hours a step is a second, as it came; nothing known is null', (t) => {
  const timeline = newTimeline();
  timeline.add(0, [7, 1_500, 2]);
  timeline.add(2, [0, null, null]);
  const { stepMs, rows } = timeline.series(COLUMNS, 3_900);
  t.is(stepMs, 1_000);
  t.deepEqual(rows, [
    [7, 1_500, 2],
    [null, null, null],
    [0, null, null],
  ]);
  timeline.add(STEPS_MAX - 1, [1, 1, 1]);
  t.is(timeline.series(COLUMNS, 1_000).stepMs, 1_000);
});

test('a longer load has longer steps: the sum a second, the worst latency, the mean', (t) => {
  const timeline = newTimeline();
  for (let second = 0; second < 3 * STEPS_MAX; second++) {
    timeline.add(second, [second % 4, second % 4 === 1 ? null : 1_000 * (second % 4), second % 4]);
  }
  const { stepMs, rows } = timeline.series(COLUMNS, 3 * STEPS_MAX * 1_000);
  t.is(stepMs, 4_000);
  t.is(rows.length, (3 * STEPS_MAX) / 4);
  t.deepEqual(new Set(rows.map((row) => row.join(' '))), new Set(['1.5 3000 1.5']));
});

test('what comes late of a second counts, and a copy knows nothing of it', (t) => {
  const timeline = newTimeline();
  timeline.add(0, [7, 1_500, 2]);
  const copy = timeline.copy();
  timeline.add(0, [3, 9_000, null]);
  t.deepEqual(timeline.series(COLUMNS, 1_000).rows, [[10, 9_000, 2]]);
  t.deepEqual(copy.series(COLUMNS, 1_000).rows, [[7, 1_500, 2]]);
  t.deepEqual(timeline.series(['mailbox', 'okRate'], 1_000).rows, [[2, 10]]);
});
