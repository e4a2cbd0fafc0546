import test from 'ava';
import fc from 'fast-check';
import { ArrivalTally } from '../../../sim/load/arrival-counts.ts';
import { ArrivalDriver } from '../../../sim/load/arrival-driver.ts';
import { type ArrivalPlan, planArrivals } from '../../../sim/load/arrivals.ts';
import type { OpenExecutor } from '../../../sim/load/executor.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

const planOf = (executor: OpenExecutor, over: Partial<ArrivalPlan> = {}): ArrivalPlan => ({
  seed: 'seed',
  executor,
  arrivals: 'poisson',
  durationMs: 10_000,
  terminals: 7,
  ...over,
});
const constant = (perSecond: number): OpenExecutor => ({ type: 'constant-arrival-rate', perSecond });
const RAMP: OpenExecutor = {
  type: 'ramping-arrival-rate',
  startPerSecond: 100,
  stages: [
    { durationMs: 4_000, perSecond: 500 },
    { durationMs: 4_000, perSecond: 200 },
  ],
};

/** Largest distance between the samples' distribution and the given one, over its critical value at 0.1 %. */
function kolmogorovSmirnov(samples: readonly number[], cdf: (x: number) => number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const n = sorted.length;
  const distances = sorted.map((x, i) => Math.max(Math.abs(cdf(x) - i / n), Math.abs(cdf(x) - (i + 1) / n)));
  return (Math.max(...distances) * Math.sqrt(n)) / 1.95;
}

const gapsOf = (plan: ArrivalPlan) => {
  const times = [...planArrivals(plan)].map(({ atUs }) => atUs);
  return times.slice(1).map((at, i) => at - (times[i] ?? 0));
};

test('gaps of Poisson arrivals are exponential by a Kolmogorov–Smirnov test, and even ones are not', (t) => {
  const exponential = (gapUs: number) => 1 - Math.exp(-gapUs / 5_000);
  for (const seed of ['a', 'b', 'c', 'd', 'e']) {
    const gaps = gapsOf(planOf(constant(200), { seed, durationMs: 30_000 }));
    t.true(kolmogorovSmirnov(gaps, exponential) < 1, seed);
  }
  t.true(kolmogorovSmirnov(gapsOf(planOf(constant(210), { durationMs: 120_000 })), exponential) > 1);
  t.true(kolmogorovSmirnov(gapsOf(planOf(constant(200), { arrivals: 'uniform' })), exponential) > 1);
});

test('on a ramp too, once the clock is stretched by the rate', (t) => {
  const ramp: OpenExecutor = {
    type: 'ramping-arrival-rate',
    startPerSecond: 0,
    stages: [{ durationMs: 10_000, perSecond: 400 }],
  };
  const times = [...planArrivals(planOf(ramp))].map(({ atUs }) => atUs / 1e6);
  const areas = times.map((s) => 20 * s * s);
  const gaps = areas.slice(1).map((area, i) => area - (areas[i] ?? 0));
  t.true(kolmogorovSmirnov(gaps, (gap) => 1 - Math.exp(-gap)) < 1);
});

test('uniform arrivals are even, and each second of a ramp has what the rate says', (t) => {
  t.deepEqual(
    [...planArrivals(planOf(constant(4), { arrivals: 'uniform', durationMs: 1_000 }))].map(
      ({ atUs }) => atUs,
    ),
    [0, 250_000, 500_000, 750_000],
  );
  const seconds = Array.from({ length: 10 }, () => 0);
  for (const { atUs } of planArrivals(planOf(RAMP, { arrivals: 'uniform' }))) {
    const second = Math.floor(atUs / 1e6);
    seconds[second] = (seconds[second] ?? 0) + 1;
  }
  const rates = [150, 250, 350, 450, 462.5, 387.5, 312.5, 237.5, 200, 200];
  for (const [second, rate] of rates.entries()) {
    t.true(Math.abs((seconds[second] ?? 0) - rate) <= 1, `${second}: ${seconds[second]}`);
  }
});

test('each second of a ramp is planned within 2 % of what the rate asks for, from nothing up and down again', (t) => {
  const ramp: OpenExecutor = {
    type: 'ramping-arrival-rate',
    startPerSecond: 0,
    stages: [
      { durationMs: 20_000, perSecond: 2_000 },
      { durationMs: 10_000, perSecond: 500 },
    ],
  };
  const seconds = Array.from({ length: 30 }, () => 0);
  for (const { atUs } of planArrivals(planOf(ramp, { arrivals: 'uniform', durationMs: 30_000 }))) {
    seconds[Math.floor(atUs / 1e6)] = (seconds[Math.floor(atUs / 1e6)] ?? 0) + 1;
  }
  for (const [second, planned] of seconds.entries()) {
    const middle = second + 0.5;
    const asked = middle < 20 ? 100 * middle : 2_000 - 150 * (middle - 20);
    t.true(Math.abs(planned - asked) <= 0.02 * asked, `${second}: ${planned} of ${asked}`);
  }
});

test('a plan is in order, within the load, the same for the same seed, and another for another', (t) => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 1, max: 5_000 }),
      (seed, from, to, durationMs) => {
        const executor: OpenExecutor = {
          type: 'ramping-arrival-rate',
          startPerSecond: from,
          stages: [{ durationMs: 3_000, perSecond: to }],
        };
        const plan = planOf(executor, { seed, durationMs, arrivals: 'uniform' });
        const times = [...planArrivals(plan)].map(({ atUs }) => atUs);
        return times.every((at, i) => at >= (times[i - 1] ?? 0) && at < durationMs * 1_000);
      },
    ),
    { numRuns: 50 },
  );
  const times = (seed: string) => [...planArrivals(planOf(RAMP, { seed }))];
  t.deepEqual(times('a'), times('a'));
  t.notDeepEqual(times('a'), times('b'));
});

/** What the terminals of all workers are given, each worker with a clock and a driver of its own. */
function played(plan: ArrivalPlan, workers: number): string[] {
  const given: string[] = [];
  for (let worker = 0; worker < workers; worker++) {
    const clock = new ManualClock();
    const startMs = clock.now();
    const driver = new ArrivalDriver(
      {
        clock,
        ticks: () => (clock.now() - startMs) * 1_000,
        onArrival: ({ atUs, terminal }) => {
          if (terminal % workers === worker) given.push(`${atUs} ${terminal}`);
        },
      },
      planArrivals(plan),
    );
    driver.start();
    clock.advance(plan.durationMs);
    driver.stop();
  }
  return given.sort();
}

test('1, 2 and 4 workers play one and the same plan', (t) => {
  const plan = planOf(RAMP, { durationMs: 3_000 });
  const whole = [...planArrivals(plan)].map(({ atUs, terminal }) => `${atUs} ${terminal}`).sort();
  t.true(whole.length > 500);
  for (const workers of [1, 2, 4]) t.deepEqual(played(plan, workers), whole, `${workers}`);
});

test('arrivals that are overdue are delivered with the time at which they were due; none after the stop', (t) => {
  const clock = new ManualClock();
  const startMs = clock.now();
  const due: number[] = [];
  const driver = new ArrivalDriver(
    { clock, ticks: () => (clock.now() - startMs) * 1_000, onArrival: ({ atUs }) => due.push(atUs) },
    planArrivals(planOf(constant(10), { arrivals: 'uniform' })),
  );
  driver.start();
  t.deepEqual(due, [0]);
  clock.advance(350);
  t.deepEqual(due, [0, 100_000, 200_000, 300_000]);
  driver.stop();
  clock.advance(5_000);
  t.is(due.length, 4);
});

test('of arrivals is counted, by second, what was due, what began, what was late and what lagged', (t) => {
  const tally = new ArrivalTally();
  for (const dueUs of [0, 500_000, 999_999, 1_000_000]) tally.planned(dueUs);
  tally.begun(0, 100, false);
  tally.begun(500_000, 2_000_000, true);
  tally.begun(999_999, 1_400_000, false);
  tally.dropped(1_100_000, true);
  tally.dropped(1_100_000, false, 2);
  const none = { planned: 0, begun: 0, late: 0, lagging: 0, droppedHere: 0, droppedThere: 0 };
  t.deepEqual(
    tally.take().toSorted((a, b) => a.second - b.second),
    [
      { ...none, second: 0, planned: 3, begun: 1 },
      { ...none, second: 1, planned: 1, begun: 1, lagging: 1, droppedHere: 2, droppedThere: 1 },
      { ...none, second: 2, begun: 1, late: 1 },
    ],
  );
  t.deepEqual(tally.take(), []);
});
