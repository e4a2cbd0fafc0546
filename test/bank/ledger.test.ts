import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { applyDecision } from '../../bank/apply.ts';
import { postCredit, postDebit } from '../../bank/ledger.ts';
import { customerAccount, isDebitNatured, isNeverNegative, OPENING, VAULT } from '../../bank/model.ts';
import { CENTS_MAX, type Cents } from '../../protocol/money.ts';
import { type MoneyRequest, NaiveBank } from '../helpers/naive-bank.ts';
import * as b from '../helpers/test-bank.ts';

const id = fc.integer({ min: 1, max: 9 });
const amount = fc.constantFrom(1000, 20_000, 40_000, 90_000);
const who = fc.constantFrom(1, 2);

const requests: fc.Arbitrary<MoneyRequest> = fc.oneof(
  fc.record({ id, amount, who }).map((r) => b.authorise(r.id, r.amount, { account: b.account(r.who) })),
  fc.record({ id, amount, who }).map((r) => b.deposit(r.id, r.amount, { account: b.account(r.who) })),
  fc
    .record({ id, amount, from: who, to: who })
    .map((r) => b.transfer(r.id, r.amount, { from: b.account(r.from), to: b.account(r.to) })),
  fc.record({ id: fc.integer({ min: 10, max: 30 }), orig: id }).map((r) => b.reverse(r.id, r.orig)),
  fc
    .record({
      id: fc.integer({ min: 10, max: 30 }),
      orig: id,
      amount,
      how: fc.constantFrom('TAKEN', 'PARTIAL', 'UNKNOWN'),
    })
    .map((r) =>
      b.complete(
        r.id,
        r.orig,
        [r.how, r.how === 'UNKNOWN' ? 0 : r.amount],
        r.how === 'UNKNOWN' ? { cassettes: [] } : {},
      ),
    ),
);

/** One customer who owns both accounts, so that every request is permitted. */
function twins(): { bank: b.TestBank; naive: NaiveBank } {
  const bank = new b.TestBank({ dayAmountMax: b.money(1e12), dayCountMax: 1e9, dispenseNotesMax: 1000 });
  bank.run({ type: 'fundVault', amount: b.money(1_000_000) });
  const accounts = [1, 2].map((n) => ({ id: b.account(n), opening: b.money(100_000) }));
  bank.run({ type: 'addCustomer', customer: b.customer(1), password: 'x', accounts });
  bank.run({ type: 'enrolTerminal', terminal: b.terminal(1), keyId: 1 });
  bank.run({ type: 'loadCash', terminal: b.terminal(1), amount: b.money(120_000) });
  const naive = new NaiveBank();
  naive.cash = 120_000;
  for (const n of [1, 2]) naive.ledger[b.account(n)] = 100_000;
  return { bank, naive };
}

test('any sequence of requests, repeats and contradictions ends as the naive bank says, code by code', (t) => {
  const law = fc.property(fc.array(requests, { maxLength: 40 }), (sequence) => {
    const { bank, naive } = twins();
    for (const request of sequence) assert.equal(bank.ask(request).code, naive.ask(request), request.type);
    const free = (n: number) => (naive.ledger[b.account(n)] ?? 0) - (naive.held[b.account(n)] ?? 0);
    for (const n of [1, 2]) {
      assert.deepEqual(bank.balance(n), { ledger: naive.ledger[b.account(n)], available: free(n) });
    }
    const terminal = { cash: bank.ledger('cash:T1'), suspense: bank.ledger('suspense:T1') };
    assert.deepEqual(terminal, { cash: naive.cash, suspense: naive.suspense });
  });
  t.notThrows(() => fc.assert(law, { numRuns: 300 }));
});

test('after every command debits equal credits, nobody is below zero, and the store rebuilds the same state', (t) => {
  fc.assert(
    fc.property(fc.array(requests, { maxLength: 30 }), (sequence) => {
      const { bank } = twins();
      for (const request of sequence) {
        bank.ask(request);
        let difference = 0n;
        for (const row of bank.state.accounts.values()) {
          difference += isDebitNatured(row.id) ? row.ledger : -row.ledger;
          if (isNeverNegative(row.id)) t.true(row.ledger >= 0n && row.held >= 0n && row.held <= row.ledger);
        }
        t.is(difference, 0n);
        t.is(bank.state.overlay.size, 0);
      }
      const live = bank.state;
      bank.restart();
      t.deepEqual([...bank.state.accounts].sort(), [...live.accounts].sort());
      const open = (state: typeof live) => [...state.openOf(b.terminal(1))].map((row) => row.txnId).sort();
      t.deepEqual(open(bank.state), open(live));
      const used = (state: typeof live) => state.usageOn(b.customer(1), Math.floor(b.START_MS / 86_400_000));
      t.deepEqual(used(bank.state), used(live));
    }),
    { numRuns: 150 },
  );
});

test('balances are the sums of the entries', (t) => {
  const { bank } = twins();
  bank.ask(b.authorise(1, 40_000));
  bank.ask(b.complete(2, 1, ['PARTIAL', 20_000]));
  bank.ask(b.deposit(3, 20_000));
  bank.ask(b.transfer(4, 1000));
  const sums = new Map<string, { ledger: bigint; held: bigint }>();
  const add = (account: string, ledger: bigint, held: bigint) => {
    const sum = sums.get(account) ?? { ledger: 0n, held: 0n };
    sums.set(account, { ledger: sum.ledger + ledger, held: sum.held + held });
  };
  for (const e of bank.store.entries()) {
    add(e.debit, isDebitNatured(e.debit) ? e.amount : -e.amount, e.held);
    add(e.credit, isDebitNatured(e.credit) ? -e.amount : e.amount, 0n);
  }
  for (const row of bank.state.accounts.values()) {
    t.deepEqual(
      { ledger: row.ledger, held: row.held },
      sums.get(row.id) ?? ({ ledger: 0n, held: 0n } as never),
      row.id,
    );
  }
});

const posting = (amount: bigint, held = 0n) =>
  ({
    phase: 'post',
    debit: customerAccount(b.account(1)),
    credit: VAULT,
    amount: amount as Cents,
    held: held as Cents,
  }) as const;
const row = (id: string, ledger: bigint, held = 0n) =>
  ({ id: id as typeof VAULT, ledger: ledger as Cents, held: held as Cents, version: 0 }) as const;

test('the second guard refuses a negative balance, an uncovered hold and a balance beyond 2^53', (t) => {
  const mine = customerAccount(b.account(1));
  t.is(postDebit(row(mine, 5n), posting(5n), 1).ledger, 0n as Cents);
  t.throws(() => postDebit(row(mine, 5n), posting(6n), 1), { name: 'InvariantError' });
  t.throws(() => postDebit(row(mine, 5n), posting(0n, 6n), 1), { name: 'InvariantError' });
  t.throws(() => postDebit(row(mine, 5n, 1n), posting(0n, -2n), 1), { name: 'InvariantError' });
  t.throws(() => postCredit(row(VAULT, 5n), posting(6n), 1), { name: 'InvariantError' });
  t.is(postCredit(row(mine, CENTS_MAX - 1n), posting(1n), 1).ledger, CENTS_MAX);
  t.throws(() => postCredit(row(mine, CENTS_MAX), posting(1n), 1), { name: 'InvariantError' });
  t.is(postDebit(row(OPENING, 0n), posting(7n), 1).ledger, -7n as Cents);
});

test('an ill-formed entry stops the bank before anything is stored', (t) => {
  const { bank } = twins();
  const made = bank.ask(b.deposit(1, 1000));
  const [entry] = made.writes;
  const broken =
    entry?.table === 'entry'
      ? { ...made, writes: [{ ...entry, row: { ...entry.row, credit: entry.row.debit } }] }
      : made;
  t.throws(() => applyDecision(bank.state, broken, 99), { name: 'InvariantError' });
});
