import test from 'ava';
import type { Code } from '../../protocol/errors.ts';
import type { AccountView } from '../../protocol/messages.ts';
import { cents } from '../../protocol/money.ts';
import { newCassettes, totalCash } from '../../terminals/cassettes.ts';
import { ALICE, Bench, CHECKING, notes, reply, SAVINGS, txn } from '../helpers/terminal-bench.ts';

const LOADED = 90_000n;
const FORTY = cents(4_000);
const none = cents(0);
const view: AccountView = { account: CHECKING, ledger: cents(500), available: cents(400), version: 9 };

test('A withdrawal pays, is ok at once, and its completion is acknowledged later', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  t.is(bench.host.state, 'transaction');
  bench.link.answer(reply('APPROVED', { dispenseToken: 'aa'.repeat(32), account: view }));
  t.like(bench.result, { op: 'withdraw', outcome: 'ok', code: 'APPROVED', amount: FORTY, cash: FORTY });
  t.like(bench.result, { settledBy: 'reply', sentUs: 1, repliedUs: 2, doneUs: 3, account: view });
  t.is(bench.taken.get(bench.result.txnId ?? txn(0)), FORTY);
  t.is(bench.host.counted(), cents(LOADED - 4_000n));
  t.is(bench.host.openAdvices, 1);
  t.like(bench.link.bodies[1], { type: 'complete', disposition: 'TAKEN', dispensed: FORTY, attempt: 1 });
  bench.link.answer(reply('APPROVED'));
  t.is(bench.host.openAdvices, 0);
  t.is(bench.host.state, 'idle');
  t.deepEqual(bench.errors, []);
  t.is(bench.clock.pending, 0);
});

test('A refused withdrawal moves nothing', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  bench.link.answer(reply('INSUFFICIENT_FUNDS'));
  t.like(bench.result, { outcome: 'fail', code: 'INSUFFICIENT_FUNDS', cash: none, settledBy: 'reply' });
  t.is(bench.host.openAdvices, 0);
  t.is(bench.taken.size, 0);
});

test('What the notes cannot pay is refused at the terminal and never sent', (t) => {
  const bench = new Bench();
  bench.withdraw(30);
  t.like(bench.result, { outcome: 'fail', code: 'NOT_DISPENSABLE', settledBy: 'device', sentUs: null });
  bench.withdraw(2_000);
  t.is(bench.result.code, 'OUT_OF_CASH');
  t.is(bench.link.sent.length, 0);
});

test('No reply in T1: no cash, a reversal is sent, and a late approval is journalled and dropped', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  bench.clock.advance(9_999);
  t.deepEqual(bench.link.types, ['authorise']);
  bench.clock.advance(1);
  t.deepEqual(bench.link.types, ['authorise', 'reverse']);
  bench.approve();
  t.is(bench.results.length, 0);
  bench.link.answer(reply('APPROVED'), 'reverse');
  t.like(bench.result, {
    outcome: 'fail',
    code: 'TIMEOUT',
    cash: none,
    settledBy: 'reversal',
    repliedUs: null,
  });
  t.deepEqual(bench.journal.marks, ['intent', 'authoriseSent', 'adviceQueued', 'late', 'adviceDone']);
  t.is(bench.taken.size, 0);
});

test('A session lost while authorising is reversed on the next session', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  bench.link.drop();
  t.is(bench.host.state, 'offline');
  t.deepEqual(bench.link.types, ['authorise']);
  bench.link.raise();
  t.deepEqual(bench.link.types, ['authorise', 'reverse']);
  bench.link.answer(reply('APPROVED'), 'reverse');
  t.like(bench.result, { outcome: 'fail', code: 'TIMEOUT', settledBy: 'reversal' });
});

test('A session lost while notes are on their way changes nothing for the customer', (t) => {
  const bench = new Bench();
  bench.dispenser.script({ type: 'notTaken', taken: 0 });
  bench.withdraw(40);
  bench.approve();
  bench.link.drop();
  bench.clock.advance(30_000);
  t.is(totalCash(bench.cassettes), cents(LOADED));
  bench.link.raise();
  t.like(bench.link.bodies.at(-1), { type: 'reverse', reason: 'retracted' });
  bench.link.answer(reply('APPROVED'), 'reverse');
  t.like(bench.result, { outcome: 'fail', code: 'CANCELLED', settledBy: 'reversal' });
});

test('Without a session nobody is served, and it was surely not sent', (t) => {
  const bench = new Bench();
  bench.link.drop();
  bench.withdraw(40);
  t.like(bench.result, { outcome: 'fail', code: null, sentUs: null, settledBy: null });
  t.deepEqual(bench.journal.marks, []);
});

test('Login and logout set the customer; a lost session logs out', (t) => {
  const bench = new Bench();
  bench.host.login(ALICE, 'secret', bench.done);
  t.is(bench.host.state, 'login');
  bench.link.answer(reply('APPROVED', { accounts: [view] }));
  t.is(bench.host.customer, ALICE);
  t.deepEqual(bench.result.reply?.accounts, [view]);
  bench.host.logout(bench.done);
  bench.link.answer(reply('APPROVED'));
  t.is(bench.host.customer, null);
  bench.host.login(ALICE, 'secret', bench.done);
  bench.link.answer(reply('APPROVED'));
  bench.link.drop();
  t.is(bench.host.customer, null);
  t.notRegex(JSON.stringify(bench.journal.marks), /secret/);
});

test('A refused login leaves nobody logged in', (t) => {
  const bench = new Bench();
  bench.host.login(ALICE, 'wrong', bench.done);
  bench.link.answer(reply('WRONG_PASSWORD', { triesLeft: 2 }));
  t.like(bench.result, { outcome: 'fail', code: 'WRONG_PASSWORD', reply: { triesLeft: 2 } });
  t.is(bench.host.customer, null);
});

test('Balance, history and password change carry what was asked, and the answer comes back', (t) => {
  const bench = new Bench();
  bench.host.balance(CHECKING, bench.done);
  bench.link.answer(reply('APPROVED', { account: view }));
  t.deepEqual(bench.result.account, view);
  bench.host.history(CHECKING, { cursor: 5, limit: 10, kinds: ['deposit'] }, bench.done);
  t.like(bench.link.bodies[1], { type: 'history', account: CHECKING, cursor: 5, limit: 10 });
  bench.link.answer(reply('APPROVED', { items: [], next: null }));
  t.deepEqual(bench.result.reply?.items, []);
  bench.host.changePassword({ old: 'a', new: 'b' }, bench.done);
  t.like(bench.link.bodies[2], { type: 'passwordChange', old: 'a', new: 'b', attempt: 1 });
  bench.link.answer(reply('APPROVED'));
  t.like(bench.result, { op: 'passwordChange', outcome: 'ok' });
});

test('BUSY is repeated with back-off and the same id', (t) => {
  const bench = new Bench();
  bench.host.transfer({ from: CHECKING, to: SAVINGS, amount: FORTY }, bench.done);
  bench.link.answer(reply('BUSY'));
  bench.clock.advance(249);
  t.is(bench.link.sent.length, 1);
  bench.clock.advance(1);
  bench.link.answer(reply('BUSY'));
  bench.clock.advance(500);
  t.is(bench.link.sent.length, 3);
  const [first, , third] = bench.link.bodies;
  t.like(third, { txnId: first && 'txnId' in first ? first.txnId : '', attempt: 3 });
  bench.link.answer(reply('APPROVED'));
  t.like(bench.result, { op: 'transfer', outcome: 'ok', amount: FORTY, cash: none });
});

test('An unanswered transfer is repeated with its id until answered', (t) => {
  const bench = new Bench();
  bench.host.transfer({ from: CHECKING, to: SAVINGS, amount: FORTY }, bench.done);
  bench.clock.advance(20_000);
  t.deepEqual(bench.link.types, ['transfer', 'transfer', 'transfer']);
  t.is(new Set(bench.link.bodies.map((body) => ('txnId' in body ? body.txnId : ''))).size, 1);
  bench.link.answer(reply('APPROVED'));
  t.like(bench.result, { outcome: 'ok', settledBy: 'reply' });
});

test('A transfer whose session was lost is settled by a reversal', (t) => {
  const bench = new Bench();
  bench.host.transfer({ from: CHECKING, to: SAVINGS, amount: FORTY }, bench.done);
  bench.link.drop();
  bench.link.raise();
  bench.link.answer(reply('ALREADY_COMPLETED'), 'reverse');
  t.like(bench.result, { outcome: 'ok', code: 'APPROVED', settledBy: 'reversal' });
});

test('An accepted deposit is in the cassettes', (t) => {
  const bench = new Bench();
  bench.host.deposit(CHECKING, notes([50, 1], [10, 2]), bench.done);
  t.like(bench.link.bodies[0], { type: 'deposit', amount: cents(7_000) });
  t.is(bench.host.counted(), cents(LOADED));
  bench.link.answer(reply('APPROVED', { account: view }));
  t.like(bench.result, { outcome: 'ok', cash: cents(7_000), settledBy: 'reply' });
  t.is(bench.host.counted(), cents(LOADED + 7_000n));
});

const depositUnknown = test.macro({
  exec(t, code: Code, kept: number) {
    const bench = new Bench();
    bench.host.deposit(CHECKING, notes([10, 2]), bench.done);
    bench.link.drop();
    bench.link.raise();
    bench.link.answer(reply(code), 'reverse');
    t.like(bench.result, { outcome: kept ? 'ok' : 'fail', cash: cents(kept), settledBy: 'reversal' });
    t.is(bench.host.counted(), cents(LOADED + BigInt(kept)));
    bench.acceptor.accept(txn(99), notes([10, 1]), (counted) => t.not(counted, null, 'the escrow is free'));
  },
  title: (_, code, kept) =>
    `An unknown deposit whose reversal says ${code} is ${kept ? 'kept' : 'given back'}`,
});
test(depositUnknown, 'APPROVED', 0);
test(depositUnknown, 'ALREADY_REVERSED', 0);
test(depositUnknown, 'ALREADY_COMPLETED', 2_000);

test('A note acceptor that fails gives the notes back and tells the customer', (t) => {
  const bench = new Bench();
  bench.acceptor.script('acceptFails');
  bench.host.deposit(CHECKING, notes([10, 2]), bench.done);
  t.like(bench.result, { outcome: 'fail', code: 'DEVICE_FAULT', settledBy: 'device', sentUs: null });
  t.is(bench.host.state, 'error');
});

test('A jam with nothing out is reversed, and the terminal shows the fault until the next success', (t) => {
  const bench = new Bench();
  bench.dispenser.script({ type: 'jam', after: 0 });
  bench.withdraw(40);
  bench.approve();
  t.like(bench.link.bodies[1], { type: 'reverse', reason: 'hardware' });
  bench.link.answer(reply('APPROVED'), 'reverse');
  t.like(bench.result, { outcome: 'fail', code: 'DEVICE_FAULT', cash: none, settledBy: 'reversal' });
  t.is(bench.host.state, 'error');
  bench.host.balance(CHECKING, bench.done);
  bench.link.answer(reply('APPROVED'));
  t.is(bench.host.state, 'idle');
});

test('A jam after one note pays it and completes PARTIAL', (t) => {
  const bench = new Bench();
  bench.dispenser.script({ type: 'jam', after: 1 });
  bench.withdraw(40);
  bench.approve();
  t.like(bench.result, { outcome: 'ok', code: 'APPROVED_PARTIAL', cash: cents(2_000), settledBy: 'device' });
  t.like(bench.link.bodies[1], { type: 'complete', disposition: 'PARTIAL', dispensed: cents(2_000) });
  t.is(bench.taken.get(bench.result.txnId ?? txn(0)), cents(2_000));
});

test('Notes partly taken in T3 are completed PARTIAL, the rest is in the reject bin', (t) => {
  const bench = new Bench();
  bench.dispenser.script({ type: 'notTaken', taken: 1 });
  bench.withdraw(40);
  bench.approve();
  bench.clock.advance(30_000);
  t.like(bench.result, { outcome: 'ok', code: 'APPROVED_PARTIAL', cash: cents(2_000) });
  t.is(bench.host.counted(), cents(LOADED - 2_000n));
});

test('A dispense nobody can judge is completed UNKNOWN, never reversed', (t) => {
  const bench = new Bench();
  bench.dispenser.script({ type: 'presentUnknown', taken: 2 });
  bench.withdraw(40);
  bench.approve();
  t.like(bench.result, { outcome: 'unknown', code: 'DEVICE_FAULT', cash: none, settledBy: null });
  t.like(bench.link.bodies[1], { type: 'complete', disposition: 'UNKNOWN' });
  t.false(bench.link.types.includes('reverse'));
});

test('A token the dispenser does not know is reversed', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  bench.link.answer(reply('APPROVED', { dispenseToken: 'bb'.repeat(32) }));
  bench.link.answer(reply('APPROVED'), 'reverse');
  t.like(bench.result, { outcome: 'fail', code: 'SECURITY_VIOLATION', cash: none });
  t.is(bench.taken.size, 0);
});

test('A settle question about a finished transaction repeats its advice', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  bench.approve();
  bench.link.answer(reply('APPROVED'), 'complete');
  const [, complete] = bench.link.bodies;
  bench.host.onPush({ type: 'settle', txnId: bench.result.txnId ?? txn(0) });
  t.deepEqual(bench.link.bodies[2], { ...complete, attempt: 2 });
});

test('A settle question about what the journal does not know is answered UNKNOWN', (t) => {
  const bench = new Bench();
  bench.host.onPush({ type: 'settle', txnId: txn(77) });
  t.like(bench.link.bodies[0], { type: 'complete', origTxnId: txn(77), disposition: 'UNKNOWN' });
  bench.host.onPush({ type: 'settle', txnId: txn(77) });
  t.is(bench.host.openAdvices, 1);
});

test('A settle question about what is under way waits for its end', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  const [authorise] = bench.link.bodies;
  bench.host.onPush({ type: 'settle', txnId: authorise && 'txnId' in authorise ? authorise.txnId : txn(0) });
  t.deepEqual(bench.link.types, ['authorise']);
});

test('A terminal drains once its operation is over and its advices are acknowledged', (t) => {
  const bench = new Bench();
  let drained = 0;
  bench.withdraw(40);
  bench.host.drain(() => drained++);
  bench.approve();
  t.is(drained, 0);
  bench.link.answer(reply('APPROVED'), 'complete');
  t.is(drained, 1);
  bench.host.drain(() => drained++);
  t.is(drained, 2);
});

test('A terminal has handed out the last result before it says it is drained', (t) => {
  const bench = new Bench();
  t.plan(1);
  bench.withdraw(40);
  bench.host.drain(() => t.is(bench.results.length, 1));
  bench.link.answer(reply('INSUFFICIENT_FUNDS'));
});

const givesUp = test.macro({
  exec(t, prepare: (bench: Bench) => void) {
    const bench = new Bench();
    prepare(bench);
    bench.host.giveUp();
    t.like(bench.result, { outcome: 'unknown', code: 'TIMEOUT', settledBy: null });
    t.false(bench.host.ready);
    bench.clock.advance(30_000);
    t.is(bench.host.openAdvices, 1);
    bench.link.raise();
    t.is(bench.link.types.at(-1), 'reverse');
    bench.link.answer(reply('APPROVED'), 'reverse');
    t.is(bench.results.length, 1);
    t.true(bench.host.ready);
    t.deepEqual(bench.errors, []);
  },
  title: (what = '') => `Giving up ${what} hands out unknown once and still tells the bank`,
});
test('an authorisation that waits for its answer', givesUp, (bench) => bench.withdraw(40));
test('an authorisation between two attempts', givesUp, (bench) => {
  bench.withdraw(40);
  bench.link.answer(reply('BUSY'));
});
test('a reversal that waits for a session', givesUp, (bench) => {
  bench.withdraw(40);
  bench.link.drop();
});
test('notes that wait to be taken', givesUp, (bench) => {
  bench.dispenser.script({ type: 'notTaken', taken: 0 });
  bench.withdraw(40);
  bench.approve();
});
test('a deposit', givesUp, (bench) => bench.host.deposit(CHECKING, notes([20, 1]), bench.done));

test('Giving up what moves no money just ends it', (t) => {
  const bench = new Bench();
  bench.host.balance(CHECKING, bench.done);
  bench.host.giveUp();
  t.like(bench.result, { outcome: 'unknown', code: 'TIMEOUT' });
  t.true(bench.host.ready);
  bench.host.giveUp();
  t.is(bench.results.length, 1);
});

test('A second operation beside one under way is a broken promise', (t) => {
  const bench = new Bench();
  bench.withdraw(40);
  t.throws(() => bench.withdraw(40), { message: /one operation at a time/ });
});

test('Nothing is sent or moved before its journal entries are durable', (t) => {
  const bench = new Bench();
  bench.journal.held = true;
  bench.withdraw(40);
  t.deepEqual(bench.link.types, []);
  bench.journal.flush();
  t.deepEqual(bench.link.types, ['authorise']);
  bench.approve();
  t.is(totalCash(bench.cassettes), cents(LOADED));
  bench.journal.flush();
  t.is(totalCash(bench.cassettes), cents(LOADED - 4_000n));
  t.is(bench.taken.size, 0);
  bench.journal.flush();
  t.is(bench.taken.size, 1);
  t.deepEqual(bench.link.types, ['authorise']);
  bench.journal.flush();
  t.deepEqual(bench.link.types, ['authorise', 'complete']);
});

test('An error in a device is reported, not swallowed', (t) => {
  const bench = new Bench({ cassettes: newCassettes(notes([20, 2])) });
  bench.withdraw(40);
  for (const box of bench.cassettes) box.count = 0;
  bench.approve();
  t.regex(String(bench.errors[0]), /no cassette pays more/);
});
