import test from 'ava';
import { SqliteStore } from '../../../bank/sqlite/sqlite-store.ts';
import { VirtualDisk } from '../../../sim/disk/virtual-disk.ts';
import { storeConformance } from '../../conformance/store.ts';
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
