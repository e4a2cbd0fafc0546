import test from 'ava';
import fc from 'fast-check';
import { Kernel, Life, START_MS } from '../../../sim/world/kernel.ts';

const drain = (kernel: Kernel, untilUs = Number.MAX_SAFE_INTEGER) => {
  while (kernel.step(untilUs));
};

test('events happen in order of time, whatever order they were scheduled in', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), (delays) => {
      const kernel = new Kernel('order');
      const seen: number[] = [];
      for (const delay of delays) kernel.schedule(kernel.world, delay, () => seen.push(kernel.nowUs));
      drain(kernel);
      t.deepEqual(
        seen,
        [...delays].sort((a, b) => a - b),
      );
      t.is(kernel.events, delays.length);
    }),
  );
});

test('ties are broken by the seed: another seed, another order; the same seed, the same', (t) => {
  const order = (seed: string) => {
    const kernel = new Kernel(seed);
    const seen: number[] = [];
    for (let i = 0; i < 20; i++) kernel.schedule(kernel.world, 5, () => seen.push(i));
    drain(kernel);
    return seen.join();
  };
  t.is(order('a'), order('a'));
  t.not(order('a'), order('b'));
});

test('nothing of an ended life happens; what hangs on its end does, once', (t) => {
  const kernel = new Kernel('life');
  const life = new Life('bank 1');
  const seen: string[] = [];
  life.atEnd(() => seen.push('end'));
  kernel.schedule(life, 10, () => seen.push('before'));
  kernel.schedule(kernel.world, 15, () => life.end());
  kernel.schedule(life, 20, () => seen.push('after'));
  kernel.schedule(kernel.world, 25, () => life.end());
  drain(kernel);
  t.deepEqual(seen, ['before', 'end']);
  t.is(kernel.nowUs, Number.MAX_SAFE_INTEGER);
});

test('time stands at the limit, and an event scheduled by an event counts from its instant', (t) => {
  const kernel = new Kernel('limit');
  const seen: number[] = [];
  kernel.schedule(kernel.world, 100, () => kernel.schedule(kernel.world, 50, () => seen.push(kernel.nowUs)));
  t.true(kernel.step(120));
  t.false(kernel.step(120));
  t.is(kernel.nowUs, 120);
  t.true(kernel.step(200));
  t.deepEqual(seen, [150]);
});

test('a process clock counts milliseconds, is ahead by its skew, and can clear its timers', (t) => {
  const kernel = new Kernel('clock');
  const life = new Life('ATM-001 1');
  const clock = kernel.clockOf(life, 2_000);
  const seen: number[] = [];
  clock.setTimeout(() => seen.push(clock.now()), 3);
  clock.clearTimeout(clock.setTimeout(() => seen.push(-1), 1));
  drain(kernel, 10_000);
  t.deepEqual(seen, [START_MS + 2_003]);
});
