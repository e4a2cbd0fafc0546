import test from 'ava';
import { Seconds } from '../../../sim/load/seconds.ts';
import { WholeLoad } from '../../../sim/load/whole-load.ts';
import { WHOLE_MAX } from '../../../terminals/dashboard/model.ts';

function seconds(count: number): Seconds {
  const all = new Seconds();
  for (let second = 0; second < count; second++) {
    all.change(second, (each) => {
      each.ok = second < 10 ? 0 : 100;
    });
  }
  return all;
}

test('a short load is shown second by second, without the one that is not over', (t) => {
  const { stepS, okPerS, p99Us } = new WholeLoad().upTo(12, seconds(13));
  t.is(stepS, 1);
  t.deepEqual(okPerS, [...Array(10).fill(0), 100, 100]);
  t.deepEqual(p99Us, Array(12).fill(null));
});

test('a long load is shown in few steps of the same length, with mean rates', (t) => {
  const { stepS, okPerS } = new WholeLoad().upTo(1000, seconds(1000));
  t.true(okPerS.length <= WHOLE_MAX && okPerS.length > WHOLE_MAX / 3);
  t.true(okPerS.length * stepS > 1000 - stepS);
  t.is(okPerS.at(-1), 100);
  t.is(okPerS[0], Math.round((100 * Math.max(0, stepS - 10)) / stepS));
});
