import { readdirSync, readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { plantNamed } from '../../sim/plants/index.ts';
import { SeedPool } from '../../sim/world/pool.ts';
import { parseReplay, type Replay } from '../../sim/world/replay.ts';
import { runWorld } from '../../sim/world/world.ts';

/** Each is a `shrunk.json` of a bug that was mended, or of one that can be planted again. */
const CORPUS = new URL('seeds/', import.meta.url);

const names = readdirSync(CORPUS).filter((name) => name.endsWith('.json'));

function replayIn(t: ExecutionContext, name: string): Replay | null {
  const read = parseReplay(readFileSync(new URL(name, CORPUS), 'utf8'));
  t.deepEqual('problems' in read ? read.problems : [], []);
  return 'replay' in read ? read.replay : null;
}

const holds = test.macro({
  exec(t, name: string) {
    const replay = replayIn(t, name);
    if (replay) t.deepEqual(runWorld(replay.config).violations, []);
  },
  title: (_, name) => `${name} holds`,
});

const failsPlanted = test.macro({
  async exec(t, name: string) {
    const { plant: planted = null, config, expect } = replayIn(t, name) ?? {};
    if (planted === null || !config) return;
    const plant = plantNamed(planted);
    t.truthy(plant, `there is no bug ${planted} to plant`);
    const pool = new SeedPool({ workers: 1, patches: plant?.patches ?? [] });
    t.teardown(() => pool.destroy());
    const { violations } = await pool.trace(config);
    t.is(violations[0]?.invariant, expect?.invariant);
  },
  title: (_, name) => `${name} fails as it did where its bug is planted`,
});

for (const name of names) {
  test(holds, name);
  test(failsPlanted, name);
}

test('the corpus is not empty', (t) => {
  t.true(names.length > 0);
});
