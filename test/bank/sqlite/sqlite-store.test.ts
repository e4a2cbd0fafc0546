import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type ExecutionContext } from 'ava';
import { MIGRATIONS } from '../../../bank/sqlite/schema.ts';
import { DATABASE_FILE, SqliteStore } from '../../../bank/sqlite/sqlite-store.ts';
import type { StoreFault } from '../../../bank/sqlite/store-error.ts';
import type { Batch } from '../../../bank/store.ts';
import { accountRow, commit, entryRow, storeConformance, txnRow } from '../../conformance/store.ts';
import { deposit, money, TestBank } from '../../helpers/test-bank.ts';

const made: string[] = [];
const directory = () => {
  const path = mkdtempSync(join(tmpdir(), 'cashpoint-store-'));
  made.push(path);
  return path;
};
test.after.always(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

storeConformance(test, 'sqlite', () => {
  const path = directory();
  const store = SqliteStore.open(path);
  return {
    store,
    reopen: () => {
      store.close();
      return SqliteStore.open(path);
    },
  };
});

const failsWith = (t: ExecutionContext, code: StoreFault, body: () => unknown) =>
  t.is(t.throws(body, { name: 'StoreError' })?.['code' as 'message'], code);

test('commits are synced: WAL with FULL, read back', (t) => {
  const store = SqliteStore.open(directory());
  t.deepEqual(store.durability(), { journalMode: 'wal', synchronous: 'full' });
  t.deepEqual(store.integrity(), []);
  store.close();
});

test('a batch that fails leaves nothing behind', async (t) => {
  const store = SqliteStore.open(directory());
  await commit(store, { accounts: [accountRow(1, 100n), accountRow(2, 0n)] });
  const bad = { accounts: [accountRow(1, 50n), accountRow(2, -50n)], txns: [txnRow(1)] };
  const error = await commit(store, bad);
  t.is(error?.name, 'StoreError');
  t.deepEqual(store.load().accounts, [accountRow(1, 100n), accountRow(2, 0n)]);
  t.deepEqual([...store.txns()], []);
  store.close();
});

const rejects = test.macro({
  title: (_given, what: string) => `the schema itself rejects ${what}`,
  async exec(t, _what: string, part: Partial<Batch>) {
    const store = SqliteStore.open(directory());
    const cash = { ...accountRow(1, 0n), id: 'cash:T1' as ReturnType<typeof accountRow>['id'] };
    t.is(await commit(store, { accounts: [accountRow(1, 0n), cash] }), null);
    t.is(await commit(store, { entries: [entryRow(1)], txns: [txnRow(1)] }), null);
    t.regex((await commit(store, part))?.message ?? 'accepted', /constraint failed/);
    store.close();
  },
});
const named = (id: string, ledger: bigint) => [{ ...accountRow(1, ledger), id: id as never }];
test(rejects, 'a customer below zero', { accounts: [accountRow(2, -1n)] });
test(rejects, 'cash below zero', { accounts: named('cash:T1', -1n) });
test(rejects, 'a vault below zero', { accounts: named('vault', -1n) });
test(rejects, 'a balance beyond 2^53', { accounts: named('opening', -(2n ** 53n) - 1n) });
test(rejects, 'a balance above 2^53', { accounts: [accountRow(2, 2n ** 53n + 1n)] });
test(rejects, 'holds above the balance', { accounts: [accountRow(2, 5n, 6n)] });
test(rejects, 'a negative hold', { accounts: [accountRow(2, 5n, -1n)] });
test(rejects, 'an entry twice', { entries: [entryRow(1)] });
test(rejects, 'an entry of a missing account', {
  entries: [entryRow(2, { credit: 'customer:no' as never })],
});
test(rejects, 'an entry onto itself', { entries: [entryRow(2, { credit: entryRow(2).debit })] });
test(rejects, 'a negative amount', { entries: [entryRow(2, { amount: money(-1) })] });
test(rejects, 'more settled than asked', { txns: [txnRow(2, { settled: money(4001) })] });
test(rejects, 'a state that is none', { txns: [txnRow(2, { state: 'lost' as never })] });

test('suspense and opening may carry either sign', async (t) => {
  const store = SqliteStore.open(directory());
  t.is(await commit(store, { accounts: [...named('opening', -5n), ...named('suspense:T1', -5n)] }), null);
  store.close();
});

test('one writer at a time; readers beside it; free again after close', async (t) => {
  const path = directory();
  const store = SqliteStore.open(path);
  await commit(store, { txns: [txnRow(1)] });
  failsWith(t, 'inUse', () => SqliteStore.open(path));
  const reader = SqliteStore.openReadOnly(path);
  t.is([...reader.txns()].length, 1);
  t.is((await commit(reader, { txns: [txnRow(2)] }))?.name, 'StoreError');
  reader.close();
  store.close();
  SqliteStore.open(path).close();
});

test('a second process cannot open the data for writing, and a dead one holds no lock', (t) => {
  const path = directory();
  const module = new URL('../../../bank/sqlite/sqlite-store.ts', import.meta.url).href;
  const open = `const { SqliteStore } = await import('${module}'); SqliteStore.open(process.argv[1]);`;
  const child = (code: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', code, path], { encoding: 'utf8' });
  t.is(child(`${open} process.kill(process.pid, 'SIGKILL');`).signal, 'SIGKILL');
  const store = SqliteStore.open(path);
  t.regex(child(open).stderr, /data directory is in use/);
  store.close();
});

test('a file that is not a database, and a database that is not ours, are named so', (t) => {
  const text = directory();
  writeFileSync(join(text, DATABASE_FILE), 'this is a letter, not a database. '.repeat(100));
  failsWith(t, 'notADatabase', () => SqliteStore.open(text));
  const foreign = directory();
  const db = new DatabaseSync(join(foreign, DATABASE_FILE));
  db.exec('CREATE TABLE recipe (id INTEGER)');
  db.close();
  failsWith(t, 'notADatabase', () => SqliteStore.open(foreign));
  failsWith(t, 'notADatabase', () => SqliteStore.openReadOnly(foreign));
});

test('a truncated file is named so', (t) => {
  const path = directory();
  const bank = TestBank.furnished({}, SqliteStore.open(path));
  for (let id = 1; id <= 50; id += 1) bank.ask(deposit(id, 1000));
  bank.store.close();
  truncateSync(join(path, DATABASE_FILE), 4096 * 3);
  failsWith(t, 'corrupt', () => SqliteStore.open(path).load());
});

test('a newer schema is refused and left alone', (t) => {
  const path = directory();
  SqliteStore.open(path).close();
  const db = new DatabaseSync(join(path, DATABASE_FILE));
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  db.close();
  failsWith(t, 'newerSchema', () => SqliteStore.open(path));
});

test('a path that cannot be a directory is named so; reading nothing is named so', (t) => {
  const path = directory();
  writeFileSync(join(path, 'file'), '');
  failsWith(t, 'unwritable', () => SqliteStore.open(join(path, 'file')));
  failsWith(t, 'missing', () => SqliteStore.openReadOnly(path));
  failsWith(t, 'missing', () => SqliteStore.openReadOnly(join(path, 'nowhere')));
});

test('the bank goes on after a restart where it stopped', (t) => {
  const path = directory();
  const bank = TestBank.furnished({}, SqliteStore.open(path));
  bank.ask(deposit(1, 4000));
  const before = [...bank.state.accounts].sort();
  bank.store.close();
  const again = new TestBank({}, SqliteStore.open(path));
  again.restart();
  t.deepEqual([...again.state.accounts].sort(), before);
  t.is(again.ask(deposit(1, 4000)).code, 'APPROVED');
  t.is(again.balance(1).ledger, 104_000);
  t.regex(again.lastAudit(), /deposit \$40\.00 - repeat/);
  again.store.close();
});
