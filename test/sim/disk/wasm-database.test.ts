import test from 'ava';
import { SqliteStore } from '../../../bank/sqlite/sqlite-store.ts';
import { VirtualDisk } from '../../../sim/disk/virtual-disk.ts';
import { SqliteError } from '../../../sim/disk/wasm-database.ts';
import { accountRow, commit, storeConformance, txnRow } from '../../conformance/store.ts';
import { loadWasmSqlite } from '../../helpers/wasm-sqlite.ts';

const sqlite = await loadWasmSqlite();

storeConformance(test, 'sqlite on a virtual disk', () => {
  const disk = new VirtualDisk();
  const open = () => SqliteStore.over(sqlite.open(disk), 'bank.db');
  const store = open();
  return {
    store,
    reopen: () => {
      store.close();
      return open();
    },
  };
});

test('the production store has WAL and synced commits on a virtual disk, read back', (t) => {
  const store = SqliteStore.over(sqlite.open(new VirtualDisk()), 'bank.db');
  t.deepEqual(store.durability(), { journalMode: 'wal', synchronous: 'full' });
  t.deepEqual(store.integrity(), []);
  store.close();
});

test('without the exclusive mode there is no WAL, and the store refuses to open', (t) => {
  const db = sqlite.open(new VirtualDisk());
  db.exec('PRAGMA locking_mode = NORMAL');
  const error = t.throws(() => SqliteStore.over(db, 'bank.db'), { name: 'StoreError' });
  t.regex(error?.message ?? '', /journal_mode=delete/);
  db.close();
});

test('a batch that fails on a virtual disk leaves nothing behind', async (t) => {
  const store = SqliteStore.over(sqlite.open(new VirtualDisk()), 'bank.db');
  await commit(store, { accounts: [accountRow(1, 100n)] });
  const bad = { accounts: [accountRow(1, 50n), accountRow(2, -50n)], txns: [txnRow(1)] };
  t.regex((await commit(store, bad))?.message ?? 'accepted', /constraint failed/);
  t.deepEqual(store.load().accounts, [accountRow(1, 100n)]);
  t.deepEqual([...store.txns()], []);
  store.close();
});

test("SQLite's refusals carry its result code", (t) => {
  const disk = new VirtualDisk();
  disk.write(disk.open('bank.db'), new Uint8Array(4096).fill(7), 0);
  const db = sqlite.open(disk);
  t.is(t.throws(() => db.prepare('SELECT 1 FROM sqlite_schema'), { instanceOf: SqliteError })?.errcode, 26);
  t.is(t.throws(() => db.exec('SELEC 1'), { instanceOf: SqliteError })?.errcode, 1);
  db.close();
});

test('values come back as with node:sqlite', (t) => {
  const db = sqlite.open(new VirtualDisk());
  const statement = db.prepare('SELECT ? AS whole, ? AS real, ? AS text, ? AS none, ? AS bytes, ? AS empty');
  const values = [-(2n ** 63n), 1.5, 'Grüße €', null, Uint8Array.of(0, 255), new Uint8Array(0)] as const;
  statement.setReadBigInts(true);
  const [whole, real, text, none, bytes, empty] = values;
  t.deepEqual(statement.get(...values), { whole, real, text, none, bytes, empty });
  statement.setReadBigInts(false);
  t.is(statement.get(2n ** 53n - 1n, 1.5, '', null, bytes, empty)?.['whole'], 2 ** 53 - 1);
  t.deepEqual(db.prepare('SELECT :a AS x, :b AS y, :a AS z').all({ a: 'p', b: 'q' }), [
    { x: 'p', y: 'q', z: 'p' },
  ]);
  db.close();
});
