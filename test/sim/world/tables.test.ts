import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import type { TxnRow } from '../../../bank/model.ts';
import { SqliteStore } from '../../../bank/sqlite/sqlite-store.ts';
import { type Batch, HISTORY_KINDS, type HistoryQuery, type LedgerStore } from '../../../bank/store.ts';
import type { HistoryKind } from '../../../protocol/messages.ts';
import { Tables } from '../../../sim/world/tables.ts';
import { accountRow, batchOf, commit, txnRow } from '../../conformance/store.ts';
import { account, customer, money, START_MS, terminal, txn } from '../../helpers/test-bank.ts';

const MONEY = ['authorise', 'deposit', 'transfer'] as const;
const STATES = ['held', 'completed', 'partial', 'voided', 'suspense', 'declined', 'posted'] as const;
const anyId = fc.record({ at: fc.integer({ min: 1, max: 2 }), id: fc.integer({ min: 1, max: 6 }) });
const anyRow: fc.Arbitrary<TxnRow> = fc
  .record({
    key: anyId,
    kind: fc.constantFrom(...MONEY, 'login', 'passwordChange', 'complete'),
    own: fc.integer({ min: 1, max: 2 }),
    state: fc.constantFrom(...STATES),
    isPending: fc.boolean(),
    settled: fc.integer({ min: 0, max: 4000 }),
    code: fc.constantFrom('APPROVED', 'WRONG_PASSWORD'),
    atMs: fc.integer({ min: START_MS - 3, max: START_MS + 3 }),
  })
  .map(({ key, kind, own, state, isPending, settled, code, atMs }) => {
    const hasMoney = MONEY.some((one) => one === kind);
    const mayPend = kind === 'login' || kind === 'passwordChange';
    return txnRow(0, {
      ...{ terminal: terminal(key.at), txnId: txn(key.id), kind, customer: customer(own), code, atMs },
      account: hasMoney ? account(own) : null,
      counterparty: kind === 'transfer' ? account(3 - own) : null,
      state: mayPend && isPending ? 'pending' : state,
      settled: money(settled),
    });
  });
const anyBatches = fc.array(fc.array(anyRow, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
const anyQuery = fc.record({
  account: fc.constantFrom(account(1), account(2)),
  customer: fc.constantFrom(customer(1), customer(2)),
  before: fc.option(fc.integer({ min: 1, max: 24 })),
  limit: fc.integer({ min: 1, max: 8 }),
  kinds: fc.subarray(Object.keys(HISTORY_KINDS) as HistoryKind[]),
});

/** Each decision of a run has its own sequence; what is pending has none yet. */
function* numbered(drafts: readonly (readonly TxnRow[])[]): Iterable<Batch> {
  let seq = 0;
  for (const rows of drafts) {
    const byKey = new Map<string, TxnRow>();
    for (const row of rows) {
      seq += 1;
      const isPending = row.state === 'pending';
      byKey.set(`${row.terminal} ${row.txnId}`, { ...row, seq: isPending ? 0 : seq, settledSeq: seq });
    }
    yield batchOf({ txns: [...byKey.values()], accounts: [accountRow((seq % 3) + 1, BigInt(seq), 0n, seq)] });
  }
}

const readsOf = (store: Omit<LedgerStore, 'commit' | 'close'>, query: HistoryQuery) => ({
  image: store.load(),
  txns: [...store.txns()],
  history: store.history(query),
  failedLogins: store.failedLogins(START_MS),
  usage: [...store.dayUsage(START_MS)].sort((a, b) => a.customer.localeCompare(b.customer)),
});

test('whatever was committed, the tables read as those of SQLite do, in the same order', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-tables-'));
  let runs = 0;
  const law = async (drafts: readonly (readonly TxnRow[])[], query: HistoryQuery) => {
    const sqlite = SqliteStore.open(join(directory, `${++runs}`));
    const tables = new Tables();
    try {
      for (const batch of numbered(drafts)) {
        t.is(await commit(sqlite, batch), null);
        tables.apply(batch);
      }
      const image = sqlite.load();
      t.deepEqual(readsOf(tables, query), {
        ...readsOf(sqlite, query),
        image: { ...image, auditHead: { ...image.auditHead, hash: new Uint8Array(32) } },
      });
    } finally {
      sqlite.close();
    }
  };
  await fc.assert(fc.asyncProperty(anyBatches, anyQuery, law), { numRuns: 40 });
  rmSync(directory, { recursive: true, force: true });
});
