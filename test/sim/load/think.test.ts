import test from 'ava';
import { drawThinkMs, exponentialThink, type Think } from '../../../sim/load/think.ts';
import { Rng } from '../../../sim/rng.ts';

const drawn = (think: Think, n = 50_000) => {
  const rng = new Rng('seed', 'think');
  return Array.from({ length: n }, () => drawThinkMs(rng, think));
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('no think time, a constant one, an exponential one', (t) => {
  t.deepEqual(new Set(drawn(exponentialThink(0), 100)), new Set([0]));
  t.deepEqual(new Set(drawn({ distribution: 'constant', meanMs: 70, maxMs: null }, 100)), new Set([70]));
  t.true(Math.abs(mean(drawn(exponentialThink(1_000))) - 1_000) < 25);
});

test('a truncated exponential never exceeds its maximum, does not pile up there, and keeps its mean', (t) => {
  const wide = drawn({ distribution: 'truncated-exponential', meanMs: 10_000, maxMs: 100_000 });
  t.true(Math.abs(mean(wide) - 10_000) < 250, `${mean(wide)}`);
  t.true(Math.max(...wide) <= 100_000);
  const narrow = drawn({ distribution: 'truncated-exponential', meanMs: 10_000, maxMs: 5_000 });
  t.true(Math.max(...narrow) <= 5_000);
  t.true(narrow.filter((ms) => ms > 4_990).length < 150, 'clamping would put three in five there');
  // m·(1 − x·e^−x / (1 − e^−x)) with x = max / m
  t.true(Math.abs(mean(narrow) - 2_292.5) < 30, `${mean(narrow)}`);
});
