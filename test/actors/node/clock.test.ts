import test from 'ava';
import { systemClock, ticksSince } from '../../../actors/node/clock.ts';

test('time is the wall clock when it starts, in whole milliseconds, and never goes backwards', (t) => {
  const clock = systemClock();
  t.true(Math.abs(clock.now() - Date.now()) < 1_000);
  let last = 0;
  for (let i = 0; i < 10_000; i++) {
    const now = clock.now();
    t.true(Number.isInteger(now) && now >= last);
    last = now;
  }
});

test('a cleared timer does not fire, with a delay or without; others do', async (t) => {
  const clock = systemClock();
  const fired: string[] = [];
  const [gone, goneAtOnce] = [5, 0].map((ms) => clock.setTimeout(() => fired.push(`cleared ${ms}`), ms));
  clock.setTimeout(() => fired.push('at once'), 0);
  if (gone) clock.clearTimeout(gone);
  if (goneAtOnce) clock.clearTimeout(goneAtOnce);
  await new Promise<void>((resolve) => clock.setTimeout(resolve, 20));
  t.deepEqual(fired, ['at once']);
  if (gone) clock.clearTimeout(gone);
});

test('ticks are whole microseconds since the origin', (t) => {
  const ticks = ticksSince(process.hrtime.bigint() - 5_000_999n);
  const now = ticks();
  t.true(Number.isInteger(now) && now >= 5_000 && now < 1_000_000);
});
