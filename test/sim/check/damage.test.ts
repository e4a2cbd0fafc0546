import test from 'ava';
import { cashAccount, customerAccount, OPENING, suspenseAccount, VAULT } from '../../../bank/model.ts';
import type { AccountId, CustomerId, TxnId } from '../../../protocol/ids.ts';
import { cents, ZERO } from '../../../protocol/money.ts';
import { type InvariantId, runChecks } from '../../../sim/check/index.ts';
import {
  drawer,
  entriesOf,
  inputOf,
  op,
  row,
  TERMINALS,
  type TinyRun,
  tinyRun,
} from '../../helpers/tiny-run.ts';

type Damage = (run: TinyRun) => void;

const caught = test.macro({
  exec: (t, id: InvariantId, { damage, says }: { damage: Damage; says: RegExp }) => {
    const run = tinyRun();
    damage(run);
    const finding = runChecks(inputOf(run)).find((one) => one.id === id);
    t.is(finding?.status, 'violated');
    t.regex(finding?.first ?? '', says);
    t.true((finding?.violations ?? 0) > 0);
  },
  title: (what, id) => `${id} notices ${what}`,
});

const alice = customerAccount('alice' as AccountId);
const bob = customerAccount('bob' as AccountId);
const [atm1 = '' as never, atm2 = '' as never] = TERMINALS;
const TAKEN = 0;
const JAM = 2;
const LATE = 3;
const SUSPENDED = 4;
const REFUSED = 5;
const FOUND_PAID = 6;
const PENDING = 10;

const account = (run: TinyRun, id: string) => {
  const found = run.accounts.find((one) => one.id === id);
  if (!found) throw new Error(`Expected account ${id}`);
  return found;
};
/** An entry of the operation, written as if the bank had decided it: books and stored rows agree with it. */
const post = (run: TinyRun, like: Partial<TinyRun['entries'][number]>) => {
  const seq = run.entries.length + 1;
  const entry = {
    seq,
    phase: 'post',
    kind: 'deposit',
    debit: cashAccount(atm1),
    credit: alice,
    amount: ZERO,
    held: ZERO,
    terminal: atm1,
    txnId: null,
    auditSeq: 1,
    atMs: 0,
    ...like,
  } as const;
  run.entries.push(entry);
  const [debit, credit] = [account(run, entry.debit), account(run, entry.credit)];
  const sign = (id: string) => (id === VAULT || id.startsWith('cash:') ? 1n : -1n);
  debit.ledger = cents(debit.ledger + sign(debit.id) * entry.amount);
  debit.held = cents(debit.held + entry.held);
  debit.version = seq;
  credit.ledger = cents(credit.ledger - sign(credit.id) * entry.amount);
  if (entry.amount > 0n) credit.version = seq;
};
const first = <T>(list: readonly T[]): T => {
  const [found] = list;
  if (!found) throw new Error('Expected at least one');
  return found;
};

test('a balance that is not the sum of its entries', caught, 'CONSERVE', {
  damage: (run) => {
    account(run, alice).ledger = cents(account(run, alice).ledger + 1n);
  },
  says: /customer:alice is stored as \d+, its entries say \d+/,
});
test('a hold that is stored and has no entry', caught, 'CONSERVE', {
  damage: (run) => {
    account(run, bob).held = cents(5);
  },
  says: /customer:bob is stored with 5 held/,
});
test('money made from nothing', caught, 'CONSERVE', {
  damage: (run) =>
    post(run, { kind: 'opening', debit: OPENING, credit: alice, amount: cents(1), terminal: null }),
  says: /accounts were opened with 200001, not 200000/,
});
test('a vault that was funded twice', caught, 'CONSERVE', {
  damage: (run) =>
    post(run, { kind: 'opening', debit: VAULT, credit: OPENING, amount: cents(7), terminal: null }),
  says: /vault was funded with 1000007, not 1000000/,
});
test('a transfer that takes from one and gives to nobody', caught, 'CONSERVE', {
  damage: (run) => {
    account(run, bob).ledger = cents(account(run, bob).ledger - 1_500n);
  },
  says: /customer:bob/,
});
test('an acknowledged deposit that is booked with another amount', caught, 'CONSERVE', {
  damage: (run) => {
    first(entriesOf(run, op(run, 'deposit'))).amount = cents(1);
  },
  says: /./,
});
test('an acknowledged deposit that is booked on another account', caught, 'CONSERVE', {
  damage: (run) => {
    op(run, 'deposit').account = 'bob' as AccountId;
  },
  says: /ATM-1\/0*3, a deposit of customer:bob, is booked on customer:alice/,
});
test('an entry without a transaction', caught, 'CONSERVE', {
  damage: (run) => post(run, { txnId: 'ff'.repeat(16) as TxnId, amount: cents(100) }),
  says: /ATM-1\/(ff)+ has entries and no transaction/,
});
test('an entry that was taken out', caught, 'CONSERVE', {
  damage: (run) => {
    run.entries.splice(8, 1);
  },
  says: /entry 10 stands where 9 should/,
});

test('a balance below zero for one moment', caught, 'NONNEG', {
  damage: (run) => {
    const funding = first(run.entries);
    run.entries.splice(0, 1);
    run.entries.push({ ...funding, seq: run.entries.length + 2 });
  },
  says: /vault is -50000 after entry \d+/,
});
test('a hold above the balance', caught, 'NONNEG', {
  damage: (run) =>
    post(run, {
      phase: 'hold',
      kind: 'withdraw',
      debit: bob,
      credit: cashAccount(atm1),
      held: cents(10n ** 9n),
    }),
  says: /customer:bob holds 1000000000 of \d+ after entry \d+/,
});
test('a balance above 2^53', caught, 'NONNEG', {
  damage: (run) => post(run, { amount: cents(2n ** 53n) }),
  says: /above 2\^53, after entry/,
});
test('a hold released twice', caught, 'NONNEG', {
  damage: (run) =>
    post(run, { phase: 'release', kind: 'withdraw', debit: bob, credit: cashAccount(atm1), held: cents(-1) }),
  says: /customer:bob holds -1 after entry/,
});
test('a stored balance below zero', caught, 'NONNEG', {
  damage: (run) => {
    account(run, VAULT).ledger = cents(-1);
  },
  says: /vault is -1 as stored/,
});

test('a deposit that is booked twice', caught, 'ONCE', {
  damage: (run) => {
    const { txnId, terminal } = op(run, 'deposit');
    post(run, { txnId, terminal, amount: cents(40_000) });
  },
  says: /ATM-1\/0*3 moved money 2 times, 80000 in all/,
});
test('a withdrawal that is held twice', caught, 'ONCE', {
  damage: (run) => {
    const { txnId, terminal } = op(run, 'withdraw', PENDING);
    const hold = first(entriesOf(run, op(run, 'withdraw', PENDING)));
    post(run, { ...hold, seq: run.entries.length + 1, txnId, terminal });
  },
  says: /was held 2 times/,
});
test('a settlement without a hold', caught, 'ONCE', {
  damage: (run) => {
    const hold = first(entriesOf(run, op(run, 'withdraw', TAKEN)));
    run.entries.splice(run.entries.indexOf(hold), 1);
  },
  says: /settled or released more than it held/,
});
test('one id for two operations', caught, 'ONCE', {
  damage: (run) => {
    run.history.push({ ...op(run, 'deposit'), amount: '5' });
  },
  says: /stands for operations that differ/,
});
test('an operation with two final states', caught, 'ONCE', {
  damage: (run) => {
    run.history.push({ ...op(run, 'deposit'), outcome: 'fail' });
  },
  says: /ATM-1\/0*3 has 2 final states in the history/,
});
test('a refused withdrawal that moved money', caught, 'ONCE', {
  damage: (run) => {
    const { txnId, terminal } = op(run, 'withdraw', REFUSED);
    post(run, {
      kind: 'withdraw',
      debit: alice,
      credit: cashAccount(atm1),
      txnId,
      terminal,
      amount: cents(10),
    });
  },
  says: /is declined with 1 movements of money|failed and moved 10/,
});
test('a hold that a voided withdrawal left open', caught, 'ONCE', {
  damage: (run) => {
    const release = entriesOf(run, op(run, 'withdraw', JAM))[1];
    run.entries.splice(run.entries.indexOf(release ?? first(run.entries)), 1);
  },
  says: /is voided with 0 movements of money and 4000 held/,
});

test('an acknowledged deposit that is gone', caught, 'DURABLE', {
  damage: (run) => {
    run.txns.splice(run.txns.indexOf(row(run, op(run, 'deposit'))), 1);
  },
  says: /ATM-1\/0*3, deposit of 40000, was acknowledged and is missing/,
});
test('an acknowledged refusal that is gone', caught, 'DURABLE', {
  damage: (run) => {
    run.txns.splice(run.txns.indexOf(row(run, op(run, 'withdraw', REFUSED))), 1);
  },
  says: /withdraw of 20000000, was refused with EXCEEDS_AMOUNT_LIMIT and is missing/,
});
test('a refusal that turned into an approval', caught, 'DURABLE', {
  damage: (run) => {
    row(run, op(run, 'withdraw', REFUSED)).state = 'held';
  },
  says: /was refused with EXCEEDS_AMOUNT_LIMIT and is authorise held/,
});
test('a reversal that was acknowledged and forgotten', caught, 'DURABLE', {
  damage: (run) => {
    row(run, op(run, 'withdraw', LATE)).state = 'held';
  },
  says: /was acknowledged as reversed and is authorise held/,
});
test('a deposit kept with another amount', caught, 'DURABLE', {
  damage: (run) => {
    row(run, op(run, 'deposit')).amount = cents(1);
  },
  says: /deposit of 40000, was acknowledged/,
});
test('a login that is gone', caught, 'DURABLE', {
  damage: (run) => {
    run.txns.splice(run.txns.indexOf(row(run, op(run, 'login'))), 1);
  },
  says: /login of 0, was acknowledged and is missing/,
});

const flip = (bytes: Uint8Array) => bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte));

test('an audit record that was edited', caught, 'AUDIT', {
  damage: (run) => {
    const record = run.audit[9];
    if (record) record.ct = flip(record.ct);
  },
  says: /audit record 10 does not follow from the one before/,
});
test('an audit record that was deleted', caught, 'AUDIT', {
  damage: (run) => {
    run.audit.splice(9, 1);
  },
  says: /audit record 11 stands where 10 should/,
});
test('an audit trail that was cut, head and all', caught, 'AUDIT', {
  damage: (run) => {
    run.audit.splice(-3);
    const last = run.audit.at(-1);
    if (last) run.auditHead = { seq: last.seq, hash: last.hash };
  },
  says: /saw head \d+, the audit trail ends at \d+/,
});
test('an audit trail that is not the one the terminals saw', caught, 'AUDIT', {
  damage: (run) => {
    op(run, 'deposit').audit = { seq: 12, head: '00'.repeat(32) };
  },
  says: /ATM-1\/0*3 saw head 12 as 0{16}…, the trail has another/,
});
test('a trail that ends elsewhere than the bank says', caught, 'AUDIT', {
  damage: (run) => {
    run.auditHead = { ...run.auditHead, seq: run.auditHead.seq + 1 };
  },
  says: /the audit trail ends at \d+, its head is \d+/,
});
test('a refusal that has no record of its own', caught, 'AUDIT', {
  damage: (run) => {
    const refused = row(run, op(run, 'withdraw', REFUSED));
    refused.seq = row(run, op(run, 'deposit')).seq;
    refused.settledSeq = refused.seq;
  },
  says: /withdraw|authorise declined, (names|is audited)|which is another transaction's/,
});
test('a record with other words than the transaction', caught, 'AUDIT', {
  damage: (run) => {
    row(run, op(run, 'deposit')).amount = cents(41_000);
  },
  says: /deposit posted, is audited at \d+ as "deposit \$400.00"/,
});
test("a record under another customer's name", caught, 'AUDIT', {
  damage: (run) => {
    row(run, op(run, 'deposit')).customer = 'bob' as CustomerId;
  },
  says: /deposit posted, of bob is audited at \d+ as alice's/,
});
test('a question that was answered and not recorded', caught, 'AUDIT', {
  damage: (run) => {
    run.history.push({ ...op(run, 'history') });
  },
  says: /the audit trail lacks 1 of "alice \| history"/,
});
test('a record that does not open', caught, 'AUDIT', {
  damage: (run) => {
    const record = run.audit[3];
    if (record) record.mac = flip(record.mac);
  },
  says: /audit record 4/,
});

test('cash paid out for a refused withdrawal', caught, 'DISPENSE', {
  damage: (run) => {
    op(run, 'withdraw', REFUSED).cash = '1000';
  },
  says: /ATM-1\/\w+, declined: 1000 paid out, 0 booked/,
});
test('cash paid out for a voided withdrawal', caught, 'DISPENSE', {
  damage: (run) => {
    op(run, 'withdraw', JAM).cash = '4000';
  },
  says: /voided: 4000 paid out, 0 booked/,
});
test('a completed withdrawal that paid nothing', caught, 'DISPENSE', {
  damage: (run) => {
    op(run, 'withdraw', TAKEN).cash = '0';
  },
  says: /completed: 0 paid out, 10000 booked/,
});
test('notes kept for a deposit that was not booked', caught, 'DISPENSE', {
  damage: (run) => {
    Object.assign(op(run, 'deposit', 1), { cash: '21001' });
  },
  says: /posted: 21001 kept, 21000 booked/,
});
test('a note missing from the drawer', caught, 'DISPENSE', {
  damage: (run) => {
    drawer(run).counted = `${Number(drawer(run).counted) - 1_000}`;
  },
  says: /ATM-1: loaded 50000 − paid \d+ \+ kept \d+ = \d+, counted \d+/,
});
test('a suspense that does not explain the difference', caught, 'DISPENSE', {
  damage: (run) => {
    op(run, 'withdraw', SUSPENDED).cash = '3001';
  },
  says: /suspense: 3001 paid out, 0 booked/,
});
test('a payout that waits for an advice at a terminal that has none to send', caught, 'DISPENSE', {
  damage: (run) => {
    drawer(run).open = 0;
  },
  says: /held: 2000 paid out, 0 booked/,
});
test('cash booked out of a terminal with no operation', caught, 'DISPENSE', {
  damage: (run) =>
    post(run, {
      debit: suspenseAccount(atm2),
      credit: cashAccount(atm2),
      amount: cents(500),
      terminal: null,
    }),
  says: /ATM-2: booked \d+, counted \d+/,
});

test('a reply that is not the balance at its version', caught, 'LINEAR', {
  damage: (run) => {
    op(run, 'balance').ledger = '1';
  },
  says: /ATM-1 balance says ledger 1 of alice at version \d+, the books say 100000/,
});
test('a reply that forgets a hold', caught, 'LINEAR', {
  damage: (run) => {
    const { ledger } = op(run, 'withdraw', TAKEN);
    op(run, 'withdraw', TAKEN).available = ledger;
  },
  says: /says available \d+ of alice/,
});
test('a version that never was', caught, 'LINEAR', {
  damage: (run) => {
    op(run, 'balance', 1).version = 9_999;
  },
  says: /ATM-2 balance names version 9999 of bob, which never was/,
});
test('a stale read', caught, 'LINEAR', {
  damage: (run) => {
    const { version, ledger, available } = op(run, 'transfer', 1);
    Object.assign(op(run, 'balance', 1), { version, ledger, available });
  },
  says: /ATM-2 balance saw version \d+ of customer:bob, sent after ATM-2\/\w+ had shown version \d+/,
});
test('a change that was committed before another that had been answered by then', caught, 'LINEAR', {
  damage: (run) => {
    const early = op(run, 'withdraw', TAKEN);
    const late = op(run, 'transfer');
    const { sentUs, repliedUs } = early;
    Object.assign(early, { sentUs: late.sentUs, repliedUs: late.repliedUs });
    Object.assign(late, { sentUs, repliedUs });
  },
  says: /sent after ATM-1\/\w+ had shown version \d+/,
});
test('a change that its own reply does not show', caught, 'LINEAR', {
  damage: (run) => {
    const { version, ledger, available } = op(run, 'balance');
    Object.assign(op(run, 'deposit'), { version, ledger, available });
  },
  says: /ATM-1\/0*3 on customer:alice does not see its own entry \d+/,
});

test('a suspense that was resolved as paid and had not been', caught, 'DISPENSE', {
  damage: (run) => {
    op(run, 'withdraw', FOUND_PAID).cash = '0';
  },
  says: /ATM-2\/\w+, completed: 0 paid out, 2000 booked/,
});

test('no history and no books: every check says that nothing was checked', (t) => {
  const none = { history: [], entries: [], txns: [], accounts: [], audit: [] };
  const run = { ...tinyRun(), ...none, auditHead: { seq: 0, hash: new Uint8Array(32) } };
  for (const finding of runChecks(inputOf(run))) {
    t.is(finding.status, 'not-checked', finding.id);
    t.is(finding.checks, 0);
  }
});

test('without the audit key the chain is checked and the contents are said not to be', (t) => {
  const input = inputOf(tinyRun());
  const audit = runChecks({ ...input, bank: { ...input.bank, openAudit: null } }).find(
    ({ id }) => id === 'AUDIT',
  );
  t.is(audit?.status, 'ok');
  t.is(audit?.evidence['contents'], 'not opened');
});

test('first, worst and last violation are told apart', (t) => {
  const run = tinyRun();
  account(run, alice).ledger = cents(account(run, alice).ledger + 5n);
  account(run, bob).ledger = cents(account(run, bob).ledger - 900n);
  const found = runChecks(inputOf(run)).find(({ id }) => id === 'CONSERVE');
  t.regex(found?.first ?? '', /customer:alice/);
  t.regex(found?.worst ?? '', /customer:bob/);
  t.regex(found?.last ?? '', /debits are/);
});
