import test from 'ava';
import { operationText } from '../../../bank/audit/actions.ts';
import type { Decision } from '../../../bank/commands.ts';
import type { BankPolicy } from '../../../bank/policy.ts';
import type { AccountId, CustomerId } from '../../../protocol/ids.ts';
import * as b from '../../helpers/test-bank.ts';

type Case = readonly [expected: string, act: (bank: b.TestBank) => Decision, policy?: Partial<BankPolicy>];

/** The last request of `act` is refused as expected, and for good: its repeat, too. */
const refused = test.macro({
  title: (_given, what: string) => `refused: ${what}`,
  exec(t, _what: string, [expected, act, policy]: Case) {
    const bank = b.TestBank.furnished(policy);
    const made = act(bank);
    t.is(`${made.code}: ${bank.lastAudit()}`, expected);
    t.deepEqual(made.changed, []);
    t.false(made.writes.some(({ table }) => table === 'entry'));
    const rows = [...bank.state.accounts].sort();
    const again = act(bank);
    t.is(again.code, made.code);
    t.deepEqual([...bank.state.accounts].sort(), rows);
  },
});

const elsewhere = 'A-9' as AccountId;
const notes = (denomination: number, count: number) => ({
  notes: [{ denomination: b.money(denomination), count }],
});

test(refused, 'a withdrawal above the balance', [
  'INSUFFICIENT_FUNDS: c1 | withdraw $100.00 failed - insufficient funds',
  (bank) => {
    bank.ask(b.transfer(90, 95_000));
    return bank.ask(b.authorise(1, 10_000));
  },
]);
test(refused, 'a withdrawal of what is held already', [
  'INSUFFICIENT_FUNDS: c1 | withdraw $100.00 failed - insufficient funds',
  (bank) => {
    bank.ask(b.authorise(90, 95_000, notes(5000, 19)));
    return bank.ask(b.authorise(1, 10_000));
  },
]);
test(refused, 'a transfer above what is not held', [
  'INSUFFICIENT_FUNDS: c1 | transfer $100.00 to A-2 failed - insufficient funds',
  (bank) => {
    bank.ask(b.authorise(90, 95_000, notes(5000, 19)));
    return bank.ask(b.transfer(1, 10_000));
  },
]);
test(refused, 'a withdrawal above the limit of one', [
  'EXCEEDS_AMOUNT_LIMIT: c1 | withdraw $100.00 failed - exceeds amount limit',
  (bank) => bank.ask(b.authorise(1, 10_000)),
  { withdrawMax: b.money(9999) },
]);
test(refused, 'a withdrawal above the day, holds included', [
  'EXCEEDS_AMOUNT_LIMIT: c1 | withdraw $100.00 failed - exceeds amount limit',
  (bank) => {
    bank.ask(b.authorise(90, 10_000));
    return bank.ask(b.authorise(1, 10_000));
  },
  { dayAmountMax: b.money(19_999) },
]);
test(refused, 'one withdrawal too many on a day', [
  'EXCEEDS_COUNT_LIMIT: c1 | withdraw $100.00 failed - exceeds count limit',
  (bank) => {
    bank.ask(b.authorise(90, 10_000));
    bank.ask(b.complete(91, 90, ['TAKEN', 10_000]));
    return bank.ask(b.authorise(1, 10_000));
  },
  { dayCountMax: 1 },
]);
test(refused, 'too many notes', [
  'INVALID_AMOUNT: c1 | withdraw $410.00 failed - invalid amount',
  (bank) => bank.ask(b.authorise(1, 41_000)),
]);
test(refused, 'notes that are another amount', [
  'INVALID_AMOUNT: c1 | withdraw $20.00 failed - invalid amount',
  (bank) => bank.ask(b.authorise(1, 2000, notes(1000, 3))),
]);
test(refused, 'nothing', [
  'INVALID_AMOUNT: c1 | withdraw $0.00 failed - invalid amount',
  (bank) => bank.ask(b.authorise(1, 0, { notes: [] })),
]);
test(refused, 'notes the machine has not by the books, those of open holds included', [
  'INVALID_AMOUNT: c1 | withdraw $400.00 failed - invalid amount',
  (bank) => {
    for (let id = 90; id < 102; id += 1) {
      bank.ask(b.deposit(id + 100, 40_000, { account: b.account(2) }), b.origin(2, 2));
      bank.ask(b.authorise(id, 40_000, { account: b.account(2) }), b.origin(2));
    }
    return bank.ask(b.authorise(1, 40_000));
  },
  { dayAmountMax: b.money(10_000_000) },
]);
test(refused, 'a deposit whose notes are another amount', [
  'INVALID_AMOUNT: c1 | deposit $20.00 failed - invalid amount',
  (bank) => bank.ask(b.deposit(1, 2000, notes(1000, 3))),
]);
test(refused, 'a deposit above the limit', [
  'EXCEEDS_AMOUNT_LIMIT: c1 | deposit $20.00 failed - exceeds amount limit',
  (bank) => bank.ask(b.deposit(1, 2000)),
  { depositMax: b.money(1999) },
]);
test(refused, 'a deposit that 2^53 cannot carry', [
  'EXCEEDS_AMOUNT_LIMIT: c1 | deposit $90071992547409.92 failed - exceeds amount limit',
  (bank) => {
    const amount = b.money(2n ** 53n);
    return bank.ask({ ...b.deposit(1, 0), amount, notes: [{ denomination: amount, count: 1 }] });
  },
  { depositMax: b.money(2n ** 53n) },
]);
test(refused, "another customer's account", [
  'NOT_PERMITTED: c1 | withdraw $100.00 failed - not permitted',
  (bank) => bank.ask(b.authorise(1, 10_000, { account: b.account(2) })),
]);
test(refused, 'an account that is none', [
  'UNKNOWN_ACCOUNT: c1 | deposit $10.00 failed - unknown account',
  (bank) => bank.ask(b.deposit(1, 1000, { account: elsewhere })),
]);
test(refused, 'a transfer to an account that is none', [
  'UNKNOWN_ACCOUNT: c1 | transfer $10.00 to A-9 failed - unknown account',
  (bank) => bank.ask(b.transfer(1, 1000, { to: elsewhere })),
]);
test(refused, "a transfer out of another's account", [
  'NOT_PERMITTED: c1 | transfer $10.00 to A-1 failed - not permitted',
  (bank) => bank.ask(b.transfer(1, 1000, { from: b.account(2), to: b.account(1) })),
]);
test(refused, 'a transfer onto itself', [
  'INVALID_TXN: c1 | transfer $10.00 to A-1 failed - invalid transaction',
  (bank) => bank.ask(b.transfer(1, 1000, { to: b.account(1) })),
]);
test(refused, 'anything for nobody', [
  'NOT_PERMITTED: - | withdraw $10.00 failed - not permitted',
  (bank) => bank.ask(b.authorise(1, 1000), b.origin(0)),
]);
test(refused, 'balance for nobody', [
  'NOT_PERMITTED: - | balance failed - not permitted',
  (bank) => bank.ask({ type: 'balance', rid: 1, account: b.account(1) }, b.origin(0)),
]);
test(refused, "another's history", [
  'NOT_PERMITTED: c1 | history failed - not permitted',
  (bank) => bank.ask({ type: 'history', rid: 1, account: b.account(2), cursor: null, limit: 5, kinds: [] }),
]);
test(refused, 'money out of the account of a locked customer', [
  'ACCOUNT_BLOCKED: c1 | withdraw $10.00 failed - account blocked',
  (bank) => {
    bank.run({ type: 'lockCustomer', customer: b.customer(1) });
    return bank.ask(b.authorise(1, 1000));
  },
]);
test(refused, 'a terminal that is revoked', [
  'TERMINAL_NOT_PERMITTED: c1 | deposit $10.00 failed - terminal not permitted',
  (bank) => {
    bank.run({ type: 'revokeTerminal', terminal: b.terminal(1) });
    return bank.ask(b.deposit(1, 1000));
  },
]);
test(refused, 'a terminal that was never enrolled', [
  'TERMINAL_NOT_PERMITTED: c1 | withdraw $10.00 failed - terminal not permitted',
  (bank) => bank.ask(b.authorise(1, 1000), b.origin(1, 9)),
]);
test(refused, 'a count that does not agree', [
  'RECON_ERROR: - | recon $1.00 failed - reconciliation error',
  (bank) =>
    bank.ask({ type: 'recon', rid: 1, attempt: 1, txnId: b.txn(1), cassettes: [], total: b.money(100) }),
]);

test('what is voided or left over no longer counts towards the day', (t) => {
  const bank = b.TestBank.furnished({ dayAmountMax: b.money(10_000), dayCountMax: 2 });
  bank.ask(b.authorise(1, 10_000));
  bank.ask(b.reverse(2, 1));
  t.is(bank.ask(b.authorise(3, 10_000)).code, 'APPROVED');
  bank.ask(b.complete(4, 3, ['PARTIAL', 4000]));
  t.is(bank.ask(b.authorise(5, 6000)).code, 'APPROVED');
  t.is(bank.ask(b.authorise(6, 1000)).code, 'EXCEEDS_AMOUNT_LIMIT');
});

test('the day begins anew at midnight UTC, and a hold of yesterday does not disturb it', (t) => {
  const bank = b.TestBank.furnished({ dayAmountMax: b.money(10_000) });
  bank.ask(b.authorise(1, 10_000));
  bank.nowMs = Date.UTC(2026, 10, 25);
  t.is(bank.ask(b.authorise(2, 10_000)).code, 'APPROVED');
  bank.ask(b.reverse(3, 1));
  t.is(bank.ask(b.authorise(4, 1000)).code, 'EXCEEDS_AMOUNT_LIMIT');
});

test('the words of the trail are those a checker expects of an operation', (t) => {
  const bank = b.TestBank.furnished();
  const said = (request: Parameters<b.TestBank['ask']>[0]) => {
    bank.ask(request);
    return bank.lastAudit();
  };
  t.is(said(b.deposit(1, 4000)), 'c1 | deposit $40.00');
  t.is(said(b.authorise(2, 4000)), 'c1 | withdraw $40.00 authorised');
  t.is(said(b.complete(3, 2, ['TAKEN', 4000])), 'c1 | withdraw $40.00 completed');
  t.is(said(b.authorise(4, 4000)), 'c1 | withdraw $40.00 authorised');
  t.is(said(b.complete(5, 4, ['PARTIAL', 1000])), 'c1 | withdraw $10.00 of $40.00 completed');
  t.is(said(b.authorise(6, 4000)), 'c1 | withdraw $40.00 authorised');
  t.is(said(b.reverse(7, 6)), 'c1 | withdraw $40.00 reversed');
  t.is(said(b.reverse(8, 99)), '- | reverse of an unknown transaction');
  t.is(said(b.transfer(9, 500)), 'c1 | transfer $5.00 to A-2');
  t.is(said({ type: 'balance', rid: 1, account: b.account(1) }), 'c1 | balance');
  t.is(said({ type: 'logout', rid: 1 }), 'c1 | logout');
  const of = { amount: b.money(4000), to: 'A-2' };
  t.is(operationText('withdraw', 'APPROVED', of), 'withdraw $40.00 authorised');
  t.is(operationText('transfer', 'UNKNOWN_ACCOUNT', of), 'transfer $40.00 to A-2 failed - unknown account');
  t.is(operationText('balance', 'APPROVED', of), 'balance');
  t.is(operationText('login', 'WRONG_PASSWORD', of), 'login failed - wrong password');
  t.is(operationText('deposit', 'APPROVED', of), 'deposit $40.00');
  t.is(operationText('password', 'APPROVED', of), 'password change');
});

test('history shows both sides of a transfer, each with its own balance, and refusals to their customer only', (t) => {
  const bank = b.TestBank.furnished();
  bank.ask(b.transfer(1, 5000));
  bank.ask(b.transfer(2, 999_000));
  const page = (n: number) =>
    bank
      .ask(
        { type: 'history', rid: 1, account: b.account(n), cursor: null, limit: 50, kinds: [] },
        b.origin(n),
      )
      .fields.items?.map(({ kind, amount, balance, code }) => [kind, Number(amount), balance, code]);
  t.deepEqual(page(1), [
    ['transfer', -999_000, null, 'INSUFFICIENT_FUNDS'],
    ['transfer', -5000, b.money(95_000), 'APPROVED'],
  ]);
  t.deepEqual(page(2), [['transfer', 5000, b.money(105_000), 'APPROVED']]);
});

test('history pages do not lose or repeat an item', (t) => {
  const bank = b.TestBank.furnished();
  for (let id = 1; id <= 7; id += 1) bank.ask(b.deposit(id, id * 1000));
  const seen: number[] = [];
  let cursor: number | null = null;
  do {
    const { fields }: Decision = bank.ask({
      type: 'history',
      rid: 1,
      account: b.account(1),
      cursor,
      limit: 3,
      kinds: [],
    });
    seen.push(...(fields.items ?? []).map(({ amount }) => Number(amount) / 1000));
    cursor = fields.next ?? null;
  } while (cursor !== null);
  t.deepEqual(seen, [7, 6, 5, 4, 3, 2, 1]);
});

test('inquiry says the state and decides nothing', (t) => {
  const bank = b.TestBank.furnished();
  const state = () => bank.ask({ type: 'inquiry', rid: 1, txnId: b.txn(1) }, b.origin(0));
  t.is(state().code, 'ORIGINAL_NOT_FOUND');
  t.is(bank.ask(b.authorise(1, 1000)).code, 'APPROVED');
  t.is(state().fields.state, 'held');
});

test('holds are asked for at T_hold, and abandoned when the terminal is revoked or silent', (t) => {
  const bank = b.TestBank.furnished();
  bank.ask(b.authorise(1, 1000));
  const stale = () => [...bank.state.staleHolds(b.terminal(1), bank.nowMs)].length;
  const abandoned = () => [...bank.state.abandonedHolds(bank.nowMs)].length;
  t.deepEqual([stale(), abandoned()], [0, 0]);
  bank.nowMs += bank.policy.tHoldMs;
  t.deepEqual([stale(), abandoned()], [1, 0]);
  bank.nowMs += bank.policy.silentMs;
  t.is(abandoned(), 1);
  bank.nowMs = b.START_MS;
  bank.run({ type: 'revokeTerminal', terminal: b.terminal(1) });
  t.is(abandoned(), 1);
});

test('administration refuses what makes no sense', (t) => {
  const bank = b.TestBank.furnished();
  const customer = 'zoe' as CustomerId;
  const add = (opening: number | bigint, id = 'A-7') =>
    bank.run({
      type: 'addCustomer',
      customer,
      password: 'x',
      accounts: [{ id: id as AccountId, opening: b.money(opening) }],
    });
  t.is(
    bank.run({ type: 'addCustomer', customer: b.customer(1), password: 'x', accounts: [] }).code,
    'INVALID_TXN',
  );
  t.is(add(-1).code, 'INVALID_AMOUNT');
  t.is(add(2n ** 53n + 1n).code, 'INVALID_AMOUNT');
  t.is(add(500, 'A-1').code, 'APPROVED');
  t.is(bank.balance(1).ledger, 100_000);
  t.is(bank.run({ type: 'lockCustomer', customer: 'no' as CustomerId }).code, 'INVALID_TXN');
  t.is(bank.run({ type: 'revokeTerminal', terminal: b.terminal(9) }).code, 'INVALID_TXN');
  t.is(bank.run({ type: 'fundVault', amount: b.money(0) }).code, 'INVALID_AMOUNT');
  t.is(bank.run({ type: 'fundVault', amount: b.money(2n ** 53n) }).code, 'INVALID_AMOUNT');
  const load = (at: number, amount: number | bigint) =>
    bank.run({ type: 'loadCash', terminal: b.terminal(at), amount: b.money(amount) }).code;
  t.is(load(9, 1), 'TERMINAL_NOT_PERMITTED');
  t.is(load(1, -1), 'INVALID_AMOUNT');
  t.is(load(1, 10_000_001), 'INSUFFICIENT_FUNDS');
  t.is(load(1, 1), 'APPROVED');
});

test('a terminal keeps two key ids for a rotation; revoked, it comes back under another key only', (t) => {
  const bank = b.TestBank.furnished();
  const keys = () => bank.state.terminals.get(b.terminal(1))?.keyIds;
  const enrol = (keyId: number) => bank.run({ type: 'enrolTerminal', terminal: b.terminal(1), keyId }).code;
  enrol(2);
  t.deepEqual(keys(), [1, 2]);
  enrol(3);
  t.deepEqual(keys(), [2, 3]);
  bank.run({ type: 'revokeTerminal', terminal: b.terminal(1) });
  t.is(enrol(3), 'SECURITY_VIOLATION');
  t.true(bank.state.terminals.get(b.terminal(1))?.revoked);
  t.is(enrol(4), 'APPROVED');
  t.deepEqual(keys(), [4]);
});

test('a retired key is taken from every terminal, and what its sessions still ask is refused', (t) => {
  const bank = b.TestBank.furnished();
  const asked = (id: number, keyId: number) =>
    bank.run({ type: 'request', origin: { ...b.origin(), keyId }, request: b.authorise(id, 1000) });
  bank.run({ type: 'enrolTerminal', terminal: b.terminal(1), keyId: 2 });
  const held = asked(1, 1);
  t.is(typeof held.fields.dispenseToken, 'string');
  t.is(bank.run({ type: 'retireKey', keyId: 1 }).code, 'APPROVED');
  t.deepEqual(bank.state.terminals.get(b.terminal(1))?.keyIds, [2]);
  t.deepEqual(bank.state.terminals.get(b.terminal(2))?.keyIds, []);
  t.is(asked(2, 1).code, 'TERMINAL_NOT_PERMITTED');
  t.is(asked(1, 1).fields.dispenseToken, undefined);
  t.is(asked(3, 2).code, 'APPROVED');
});
