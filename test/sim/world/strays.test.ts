import test from 'ava';
import { drawConfig } from '../../../sim/world/draw.ts';
import { withStrays } from '../../../sim/world/strays.ts';
import { compareRuns } from '../../../sim/world/twice.ts';
import { runWorld } from '../../../sim/world/world.ts';

test('a simulated run makes nothing that Node would come back to', (t) => {
  for (const seed of ['1', '2', '3']) {
    const { result, strays } = withStrays(() => runWorld(drawConfig(seed, 'all')));
    t.deepEqual(strays, []);
    t.true(result.events > 0);
  }
});

test('a timer, a promise and a job of the thread pool are noticed', (t) => {
  const { strays } = withStrays(() => {
    clearTimeout(setTimeout(() => {}, 1));
    void Promise.resolve().then(() => {});
    setImmediate(() => {});
  });
  t.deepEqual(strays, ['Immediate', 'PROMISE', 'Timeout']);
});

test('what is made on the side fails a run whose digest is right', (t) => {
  const run = { digest: 'd', events: 1 };
  t.is(compareRuns(run, run, []), null);
  t.regex(compareRuns(run, run, ['Timeout'])?.text ?? '', /later: Timeout/);
});
