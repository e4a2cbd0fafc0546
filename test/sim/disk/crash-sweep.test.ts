import test from 'ava';
import type { Batch, LedgerStore } from '../../../bank/store.ts';
import { crashSweep, type SweepOptions, type SweepResult } from '../../../sim/disk/crash-sweep.ts';
import type { Damage } from '../../../sim/disk/image-check.ts';
import { seededBatches } from '../../helpers/seeded-batches.ts';
import { loadWasmSqlite } from '../../helpers/wasm-sqlite.ts';

const sqlite = await loadWasmSqlite();
const sweep = (commits: number, options: Partial<SweepOptions>): Promise<SweepResult> => {
  const seed = 'disk';
  return crashSweep({ sqlite, seed, batches: seededBatches(seed, commits), lives: 1, drawn: 2, ...options });
};
const damages = ({ violations }: SweepResult): ReadonlySet<Damage> =>
  new Set(violations.map(({ damage }) => damage));

test.serial(
  'no crash takes an acknowledged commit or leaves a part of one, before and after a recovery',
  async (t) => {
    const result = await sweep(36, { lives: 2 });
    t.deepEqual(result.violations, []);
    t.true(result.crashPoints > 500 && result.images > 1500, 'the sweep swept');
    // Each of them is what makes the verdict worth something.
    t.true(result.kept > 0, 'a crash kept a batch that nobody had been told of');
    t.true(result.dropped > 0, 'and another one took it');
    t.true(result.checkpointed > 0, 'a checkpoint ran between two commits');
    t.log(`${result.crashPoints} crash points, ${result.images} images`);
  },
);

test.serial(
  'with synchronous=NORMAL it is caught losing acknowledged commits, and nothing worse',
  async (t) => {
    const result = await sweep(10, { synchronous: 'NORMAL', drawn: 0 });
    t.deepEqual([...damages(result)], ['lost']);
  },
);

test.serial('a store that acknowledges before it commits is caught', async (t) => {
  const early = (store: LedgerStore) =>
    commitsAs(store, (batch, done) => {
      done(null);
      store.commit(batch, () => {});
    });
  t.true(damages(await sweep(6, { wrap: early, drawn: 0 })).has('lost'));
});

test.serial('a store that commits the audit records after the rest is caught', async (t) => {
  const halved = (store: LedgerStore) =>
    commitsAs(store, (batch, done) => {
      store.commit({ ...batch, audit: [] }, () => {});
      store.commit(
        { entries: [], accounts: [], txns: [], customers: [], terminals: [], audit: batch.audit },
        done,
      );
    });
  t.deepEqual([...damages(await sweep(6, { wrap: halved, drawn: 0 }))], ['partial']);
});

test.serial('a sweep is the same each time', async (t) => {
  t.deepEqual(await sweep(6, {}), await sweep(6, {}));
});

/** The store with another way to commit. */
const commitsAs = (
  store: LedgerStore,
  commit: (batch: Batch, done: (error: Error | null) => void) => void,
): LedgerStore =>
  new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
