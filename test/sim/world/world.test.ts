import test from 'ava';
import { LIVE_INVARIANTS } from '../../../sim/check/live/index.ts';
import { drawConfig } from '../../../sim/world/draw.ts';
import { runWorld } from '../../../sim/world/world.ts';

test('without faults everything succeeds or is refused for a business reason', (t) => {
  for (let seed = 1; seed <= 6; seed++) {
    const outcome = runWorld(drawConfig(String(seed), 'quiet'));
    t.deepEqual(outcome.violations, []);
    t.is(outcome.operations.unknown, 0);
    t.true(outcome.operations.ok > 5);
    t.deepEqual(outcome.fired, []);
  }
});

test('every invariant is checked, and holds through faults of every kind', (t) => {
  const checks = new Map<string, number>();
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 25; seed++) {
    const outcome = runWorld(drawConfig(`world test ${seed}`, 'swarm'));
    t.deepEqual(outcome.violations, [], `seed ${outcome.config.seed}`);
    kinds.add(outcome.config.kind);
    for (const [id, n] of Object.entries(outcome.checks)) checks.set(id, (checks.get(id) ?? 0) + n);
  }
  t.deepEqual([...kinds].sort(), ['everything', 'outage', 'single', 'swarm']);
  const ids = ['CONSERVE', 'NONNEG', 'DURABLE', 'ATOMIC', 'AUDIT', 'DISPENSE', 'LINEAR', ...LIVE_INVARIANTS];
  for (const id of ids) t.true((checks.get(id) ?? 0) > 100, `${id} was checked ${checks.get(id)} times`);
});

test('the same config gives the same trace, to the byte; keeping it changes nothing', (t) => {
  for (const seed of ['7', '11', '19']) {
    const config = drawConfig(seed, 'all');
    const [first, second] = [runWorld(config), runWorld(config, { trace: true, coverage: true })];
    t.is(first.digest, second.digest);
    t.deepEqual(first.fired, second.fired);
    t.true(second.trace.length > first.trace.length);
  }
});

test('a config is plain JSON, and a run of what was read back is the same run', (t) => {
  const config = drawConfig('json', 'swarm');
  t.is(runWorld(JSON.parse(JSON.stringify(config))).digest, runWorld(config).digest);
});

test('faults that are named in a list happen as they did, and no others', (t) => {
  const config = drawConfig('3', 'all');
  const { fired } = runWorld(config);
  t.true(fired.length > 3);
  const only = fired.slice(0, 2).map(({ key }) => key);
  const some = runWorld({ ...config, only });
  t.true(some.fired.every(({ key }) => only.includes(key)));
  t.is(some.fired[0]?.key, only[0]);
});

test('a run with fewer operations begins like the longer one', (t) => {
  const config = drawConfig('5', 'quiet');
  const texts = (operations: number) =>
    runWorld({ ...config, operations, terminals: 1 }, { trace: true })
      .trace.filter(({ what }) => what === 'operation')
      .map(({ text }) => text);
  const [short, long] = [texts(3), texts(9)];
  t.deepEqual(long.slice(0, 3), short.slice(0, 3));
});
