/**
 * What every ledger store must do. An adapter's test calls {@link storeConformance} with a way to make a store and to
 * open the same one again after it was closed.
 *
 * @module
 */
import type { TestFn } from 'ava';
import type { AuditRow, CustomerRow, EntryRow, TerminalRow, TxnRow } from '../../bank/model.ts';
import { cashAccount, customerAccount } from '../../bank/model.ts';
import type { Batch, LedgerStore } from '../../bank/store.ts';
import { CENTS_MAX, ZERO } from '../../protocol/money.ts';
import { account, customer, money, START_MS, terminal, txn } from '../helpers/test-bank.ts';

export interface StoreUnderTest {
  readonly store: LedgerStore;
  /** Closes and opens again. Omitted by a store that keeps nothing. */
  readonly reopen?: () => LedgerStore;
}

const EMPTY: Batch = { entries: [], accounts: [], txns: [], customers: [], terminals: [], audit: [] };

export const batchOf = (part: Partial<Batch>): Batch => ({ ...EMPTY, ...part });

export const accountRow = (n: number, ledger: bigint, held = 0n, version = 0) => ({
  id: customerAccount(account(n)),
  ledger: money(ledger),
  held: money(held),
  version,
});

export const txnRow = (seq: number, over: Partial<TxnRow> = {}): TxnRow => ({
  terminal: terminal(1),
  txnId: txn(seq),
  kind: 'deposit',
  customer: customer(1),
  account: account(1),
  counterparty: null,
  amount: money(4000),
  settled: money(4000),
  state: 'posted',
  code: 'APPROVED',
  fingerprint: 'f'.repeat(64),
  reply: {},
  balance: money(4000),
  seq,
  settledSeq: seq,
  atMs: START_MS,
  origTxnId: null,
  ...over,
});

export const entryRow = (seq: number, over: Partial<EntryRow> = {}): EntryRow => ({
  seq,
  phase: 'post',
  kind: 'deposit',
  debit: cashAccount(terminal(1)),
  credit: customerAccount(account(1)),
  amount: money(4000),
  held: ZERO,
  terminal: terminal(1),
  txnId: txn(seq),
  auditSeq: seq,
  atMs: START_MS,
  ...over,
});

export const auditRow = (seq: number): AuditRow => ({
  seq,
  keyId: 1,
  iv: Uint8Array.of(...Array(16).fill(seq)),
  ct: Uint8Array.of(...Array(32).fill(seq)),
  mac: Uint8Array.of(...Array(32).fill(seq)),
  hash: Uint8Array.of(...Array(32).fill(seq)),
});

const customerRow: CustomerRow = {
  id: customer(1),
  password: '$argon2id$x',
  tries: 2,
  locked: true,
  accounts: [account(1), account(2)],
};
const terminalRow: TerminalRow = { id: terminal(1), keyIds: [1, 2], revoked: false, enrolledAtMs: START_MS };
const cashRow = { id: cashAccount(terminal(1)), ledger: money(4000), held: ZERO, version: 1 };

export const commit = (store: LedgerStore, part: Partial<Batch>): Promise<Error | null> =>
  new Promise((resolve) => store.commit(batchOf(part), resolve));

export function storeConformance(test: TestFn, name: string, make: () => StoreUnderTest): void {
  const furnished = async (): Promise<StoreUnderTest> => {
    const made = make();
    const rows = { accounts: [accountRow(1, 4000n, 0n, 1), accountRow(2, 0n), cashRow] };
    await commit(made.store, { ...rows, customers: [customerRow], terminals: [terminalRow] });
    return made;
  };

  test(`${name}: a new store is empty`, (t) => {
    const image = make().store.load();
    t.deepEqual(image, {
      accounts: [],
      customers: [],
      terminals: [],
      open: [],
      entrySeq: 0,
      auditHead: { seq: 0, hash: new Uint8Array(32) },
    });
  });

  test(`${name}: every row of a batch comes back as it went in`, async (t) => {
    const { store } = await furnished();
    const reply = {
      holdId: 'h',
      triesLeft: 2,
      state: 'held',
      total: CENTS_MAX,
      difference: money(-5),
      account: { account: account(1), ledger: CENTS_MAX, available: money(1), version: 7 },
    } as const;
    const held = txnRow(2, { kind: 'authorise', state: 'held', reply, balance: null, settled: ZERO });
    const moved = txnRow(1, {
      kind: 'transfer',
      counterparty: account(2),
      counterBalance: CENTS_MAX,
      origTxnId: txn(9),
    });
    const entries = [entryRow(1), entryRow(2, { terminal: null, txnId: null })];
    const audit = [auditRow(1), auditRow(2)];
    t.is(await commit(store, { entries, txns: [held, moved], audit }), null);
    t.deepEqual(store.transaction(terminal(1), txn(1)), moved);
    t.deepEqual(store.transaction(terminal(1), txn(2)), held);
    t.is(store.transaction(terminal(2), txn(1)), undefined);
    t.deepEqual([...store.entries()], entries);
    t.deepEqual([...store.txns()], [moved, held]);
    t.deepEqual(plain([...store.audit(1)]), audit);
    t.deepEqual(plain([...store.audit(2)]), [auditRow(2)]);
    const image = store.load();
    t.deepEqual(image.customers, [customerRow]);
    t.deepEqual(image.terminals, [terminalRow]);
    t.deepEqual(image.open, [held]);
    t.is(image.entrySeq, 2);
    t.is(image.auditHead.seq, 2);
    t.deepEqual(Uint8Array.from(image.auditHead.hash), auditRow(2).hash);
  });

  test(`${name}: a row replaces the one with its key`, async (t) => {
    const { store } = await furnished();
    await commit(store, { txns: [txnRow(1, { state: 'held', settled: ZERO })] });
    await commit(store, { txns: [txnRow(1, { settledSeq: 5 })], accounts: [accountRow(1, 9n, 4n, 5)] });
    t.is(store.transaction(terminal(1), txn(1))?.settledSeq, 5);
    t.is([...store.txns()].length, 1);
    t.deepEqual(store.load().open, []);
    t.deepEqual(
      store.load().accounts.find(({ id }) => id === customerAccount(account(1))),
      accountRow(1, 9n, 4n, 5),
    );
  });

  test(`${name}: done is called once and not before commit returns`, async (t) => {
    const { store } = make();
    let calls = 0;
    store.commit(batchOf({ audit: [auditRow(1)] }), () => {
      calls += 1;
    });
    t.is(calls, 0);
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    t.is(calls, 1);
  });

  test(`${name}: history shows an account's own, received and access rows, newest first, in pages`, async (t) => {
    const { store } = await furnished();
    const mine = { customer: customer(1), before: null, limit: 50, kinds: [] } as const;
    const txns = [
      txnRow(1),
      txnRow(2, { kind: 'transfer', account: account(2), counterparty: account(1), customer: customer(2) }),
      // Refused: not the payee's business.
      txnRow(3, {
        kind: 'transfer',
        account: account(2),
        counterparty: account(1),
        state: 'declined',
        settled: ZERO,
      }),
      txnRow(4, { kind: 'login', account: null }),
      txnRow(5, { kind: 'login', account: null, customer: customer(2) }),
      txnRow(6, { kind: 'authorise', state: 'declined', settled: ZERO }),
      txnRow(7, { kind: 'passwordChange', account: null }),
      txnRow(8, { kind: 'complete', account: null }),
      txnRow(9, { kind: 'login', account: null, state: 'pending', seq: 0 }),
    ];
    await commit(store, { txns });
    const seqs = (query: object) =>
      store.history({ ...mine, account: account(1), ...query }).map(({ seq }) => seq);
    t.deepEqual(seqs({}), [7, 6, 4, 2, 1]);
    t.deepEqual(seqs({ limit: 2 }), [7, 6]);
    t.deepEqual(seqs({ limit: 2, before: 6 }), [4, 2]);
    t.deepEqual(seqs({ before: 1 }), []);
    t.deepEqual(seqs({ kinds: ['withdraw'] }), [6]);
    t.deepEqual(seqs({ kinds: ['login', 'transfer'] }), [4, 2]);
    t.deepEqual(seqs({ account: account(2) }), [7, 4, 3, 2]);
  });

  test(`${name}: a day's usage counts holds whole, finished withdrawals as settled, the rest not at all`, async (t) => {
    const { store } = await furnished();
    const cash = (seq: number, state: TxnRow['state'], settled: number, over: Partial<TxnRow> = {}) =>
      txnRow(seq, { kind: 'authorise', state, settled: money(settled), ...over });
    const txns = [
      cash(1, 'completed', 4000, { atMs: START_MS - 1 }),
      cash(2, 'held', 0),
      cash(3, 'partial', 1000),
      cash(4, 'suspense', 4000),
      cash(5, 'voided', 0),
      cash(6, 'declined', 0),
      cash(7, 'completed', 4000, { customer: customer(2) }),
      cash(8, 'suspense', 4000, { customer: null }),
      txnRow(9),
    ];
    await commit(store, { txns });
    const usage = [...store.dayUsage(START_MS)].sort((a, b) => a.customer.localeCompare(b.customer));
    t.deepEqual(usage, [
      { customer: customer(1), amount: 9000n, count: 3 },
      { customer: customer(2), amount: 4000n, count: 1 },
    ]);
  });

  test(`${name}: failed logins are those with a wrong password since then, oldest first`, async (t) => {
    const { store } = await furnished();
    const login = (seq: number, code: TxnRow['code'], atMs: number, over: Partial<TxnRow> = {}) =>
      txnRow(seq, { kind: 'login', state: 'declined', code, atMs, ...over });
    await commit(store, {
      txns: [
        login(1, 'WRONG_PASSWORD', START_MS - 1),
        login(2, 'WRONG_PASSWORD', START_MS),
        login(3, 'TRIES_EXCEEDED', START_MS + 1),
        login(4, 'WRONG_PASSWORD', START_MS + 2, { kind: 'passwordChange' }),
        login(5, 'WRONG_PASSWORD', START_MS + 3, { terminal: terminal(2) }),
        // A clock that was set back.
        login(6, 'WRONG_PASSWORD', START_MS + 1, { terminal: terminal(3) }),
      ],
    });
    const found = store.failedLogins(START_MS).map(({ terminal: at, atMs }) => [at, atMs]);
    t.deepEqual(found, [
      [terminal(1), START_MS],
      [terminal(3), START_MS + 1],
      [terminal(2), START_MS + 3],
    ]);
  });

  test(`${name}: what was committed is there after opening again`, async (t) => {
    const { store, reopen } = await furnished();
    if (!reopen) {
      t.pass('keeps nothing beyond the process');
      return;
    }
    await commit(store, { entries: [entryRow(1)], txns: [txnRow(1)], audit: [auditRow(1)] });
    const before = store.load();
    const again = reopen();
    t.deepEqual(again.load(), before);
    t.deepEqual([...again.entries()], [entryRow(1)]);
    t.deepEqual(again.transaction(terminal(1), txn(1)), txnRow(1));
    again.close();
  });
}

/** Adapters may hand out Buffers; they are compared as bytes. */
const plain = (audit: readonly AuditRow[]): AuditRow[] =>
  audit.map(({ iv, ct, mac, hash, ...rest }) => ({
    ...rest,
    iv: Uint8Array.from(iv),
    ct: Uint8Array.from(ct),
    mac: Uint8Array.from(mac),
    hash: Uint8Array.from(hash),
  }));
