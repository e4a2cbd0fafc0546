import test from 'ava';
import { TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import type { TerminalEvent } from '../../actors/terminal-command.ts';
import { type WithdrawalInput, withdrawalMachine } from '../../actors/withdrawal.machine.ts';
import type { Code } from '../../protocol/errors.ts';
import { cents } from '../../protocol/money.ts';
import { after, declaredStates, explore, Walk } from '../helpers/machine-walk.ts';
import { CHECKING, GOOD_TOKEN, notes, reply, txn } from '../helpers/terminal-bench.ts';

const input: WithdrawalInput = {
  txnId: txn(1),
  account: CHECKING,
  amount: cents(4_000),
  notes: notes([20, 2]),
  nonce: 'cc'.repeat(16),
  timeouts: { ...TIMEOUTS_DEFAULT, attemptsMax: 2 },
};
const count = (dispensed: number, rejected = 0) => [{ denomination: cents(2_000), dispensed, rejected }];
const replied = (code: Code): TerminalEvent => ({ type: 'bank.replied', reply: reply(code) });
const acknowledged = (code: Code): TerminalEvent => ({ type: 'advice.acknowledged', reply: reply(code) });

const approved: TerminalEvent = {
  type: 'bank.replied',
  reply: reply('APPROVED', { dispenseToken: GOOD_TOKEN }),
};
const stacked: TerminalEvent = { type: 'device.stacked', counts: count(2) };
const presented: TerminalEvent = { type: 'device.presented' };
const t1 = after('replyTimeout', 'withdrawal.authorising');
const t3 = after('takeTimeout', 'withdrawal.presented');
const backoff = after('backoff', 'withdrawal.backingOff');

const walk = (...events: readonly TerminalEvent[]) => new Walk(withdrawalMachine, input).send(...events);

test('The intent is journalled before the authorisation is sent, and T1 runs', (t) => {
  const { last } = walk();
  t.is(last.state, 'authorising');
  t.deepEqual(last.delays, { replyTimeout: 10_000 });
  t.like(last.commands[0], { type: 'request', body: { type: 'authorise', attempt: 1, nonce: input.nonce } });
  t.deepEqual(walk().marks, ['intent', 'authoriseSent']);
});

test('An approval pays, each mark before its side effect', (t) => {
  const done = walk(approved, stacked, presented, { type: 'device.notesTaken' });
  t.deepEqual(
    done.commands.map(({ type, entries }) => [type, ...entries.map(({ mark }) => mark)]),
    [
      ['request', 'intent', 'authoriseSent'],
      ['stack', 'approved', 'stacking'],
      ['present', 'presenting'],
      ['record', 'presented'],
      ['advise', 'taken'],
    ],
  );
  t.like(done.commands[1], { order: { token: GOOD_TOKEN, nonce: input.nonce, amount: input.amount } });
  t.like(done.commands[4], { advice: { type: 'complete', disposition: 'TAKEN', dispensed: cents(4_000) } });
  t.like(done.output, { outcome: 'ok', code: 'APPROVED', cash: cents(4_000), settledBy: 'reply' });
});

test('T3 runs while notes are presented', (t) => {
  t.deepEqual(walk(approved, stacked, presented).last.delays, { takeTimeout: 30_000 });
});

interface Case {
  readonly events: readonly TerminalEvent[];
  readonly state: string;
  /** Of the last advice. */
  readonly advice?: object;
  readonly output?: object;
}
const leads = test.macro({
  exec(t, { events, state, advice, output }: Case) {
    const done = walk(...events);
    t.is(done.last.state, state);
    const advices = done.commands.flatMap((command) => (command.type === 'advise' ? [command.advice] : []));
    t.is(advices.length, advice ? 1 : 0);
    if (advice) t.like(advices[0], advice);
    if (output) t.like(done.output, output);
    else t.is(done.output, undefined);
  },
  title: (what = '') => what,
});

const reverse = (reason: string) => ({ type: 'reverse', origTxnId: input.txnId, reason });
const none = cents(0);

test('A refusal is final', leads, {
  events: [replied('INSUFFICIENT_FUNDS')],
  state: 'declined',
  output: { outcome: 'fail', code: 'INSUFFICIENT_FUNDS', cash: none, settledBy: 'reply' },
});
test('No reply in T1 is reversed', leads, { events: [t1], state: 'reversing', advice: reverse('timeout') });
test('A lost session is reversed', leads, {
  events: [{ type: 'bank.lost' }],
  state: 'reversing',
  advice: reverse('timeout'),
});
test('A reply that leaves the outcome open is reversed', leads, {
  events: [replied('SYSTEM_ERROR'), acknowledged('APPROVED')],
  state: 'reversed',
  advice: reverse('timeout'),
  output: { outcome: 'fail', code: 'SYSTEM_ERROR', settledBy: 'reversal' },
});
test('A partial approval is not what was asked and is reversed', leads, {
  events: [replied('APPROVED_PARTIAL')],
  state: 'reversing',
  advice: reverse('timeout'),
});
test('A late approval is dropped: no cash', leads, {
  events: [t1, approved, acknowledged('APPROVED')],
  state: 'reversed',
  advice: reverse('timeout'),
  output: { outcome: 'fail', code: 'TIMEOUT', cash: none, settledBy: 'reversal' },
});
test('BUSY is repeated after a back-off', leads, { events: [replied('BUSY')], state: 'backingOff' });
test('A session lost between two attempts is reversed', leads, {
  events: [replied('BUSY'), { type: 'bank.lost' }],
  state: 'reversing',
  advice: reverse('timeout'),
});
test('BUSY to the last attempt is a refusal', leads, {
  events: [replied('BUSY'), backoff, replied('BUSY')],
  state: 'declined',
  output: { outcome: 'fail', code: 'BUSY' },
});
test('A refused token is reversed', leads, {
  events: [approved, { type: 'device.orderRefused' }],
  state: 'reversing',
  advice: reverse('token'),
});
test('A jam with nothing out is reversed', leads, {
  events: [approved, { type: 'device.jammed' }, acknowledged('APPROVED')],
  state: 'reversed',
  advice: reverse('hardware'),
  output: { outcome: 'fail', code: 'DEVICE_FAULT', cash: none, settledBy: 'reversal' },
});
test('Fewer notes than asked are paid and completed as PARTIAL', leads, {
  events: [approved, { type: 'device.stacked', counts: count(1) }, presented, { type: 'device.notesTaken' }],
  state: 'paid',
  advice: { type: 'complete', disposition: 'PARTIAL', dispensed: cents(2_000) },
  output: { outcome: 'ok', code: 'APPROVED_PARTIAL', cash: cents(2_000), settledBy: 'device' },
});
test('A present that failed is reversed', leads, {
  events: [approved, stacked, { type: 'device.presentFailed' }],
  state: 'reversing',
  advice: reverse('hardware'),
});
test('A present that nobody can judge is completed as UNKNOWN and never reversed', leads, {
  events: [approved, stacked, { type: 'device.presentUnknown' }],
  state: 'suspect',
  advice: { type: 'complete', disposition: 'UNKNOWN', dispensed: none },
  output: { outcome: 'unknown', code: 'DEVICE_FAULT', cash: none, settledBy: null },
});
test('Notes not taken in T3 and all back are reversed', leads, {
  events: [
    approved,
    stacked,
    presented,
    t3,
    { type: 'device.retracted', counts: count(0, 2) },
    acknowledged('APPROVED'),
  ],
  state: 'reversed',
  advice: reverse('retracted'),
  output: { outcome: 'fail', code: 'CANCELLED', cash: none, settledBy: 'reversal' },
});
test('Notes partly taken are completed as PARTIAL', leads, {
  events: [approved, stacked, presented, t3, { type: 'device.retracted', counts: count(1, 1) }],
  state: 'paid',
  advice: { type: 'complete', disposition: 'PARTIAL', dispensed: cents(2_000), cassettes: count(1, 1) },
  output: { outcome: 'ok', code: 'APPROVED_PARTIAL', cash: cents(2_000) },
});
test('A retract without a count is completed as UNKNOWN', leads, {
  events: [approved, stacked, presented, t3, { type: 'device.retracted', counts: null }],
  state: 'suspect',
  advice: { type: 'complete', disposition: 'UNKNOWN' },
  output: { outcome: 'unknown', code: 'DEVICE_FAULT' },
});
test('A reversal that contradicts the books leaves the outcome unknown', leads, {
  events: [t1, acknowledged('STATE_CONFLICT')],
  state: 'reversed',
  advice: reverse('timeout'),
  output: { outcome: 'unknown', code: 'STATE_CONFLICT', settledBy: null },
});

test('An approval without a token is never stacked with a good one', (t) => {
  t.like(walk(replied('APPROVED')).last.commands[0], { type: 'stack', order: { token: '' } });
});

test('A repeat after BUSY has the same id and no second intent', (t) => {
  const { last } = walk(replied('BUSY'), backoff);
  t.like(last.commands[0], { body: { txnId: input.txnId, attempt: 2 }, entries: [] });
});

const EVENTS: readonly TerminalEvent[] = [
  approved,
  replied('INSUFFICIENT_FUNDS'),
  replied('BUSY'),
  replied('SYSTEM_ERROR'),
  { type: 'bank.lost' },
  acknowledged('APPROVED'),
  acknowledged('STATE_CONFLICT'),
  stacked,
  { type: 'device.stacked', counts: count(1) },
  { type: 'device.jammed' },
  { type: 'device.orderRefused' },
  presented,
  { type: 'device.presentFailed' },
  { type: 'device.presentUnknown' },
  { type: 'device.notesTaken' },
  { type: 'device.retracted', counts: null },
  { type: 'device.retracted', counts: count(0, 2) },
  { type: 'device.retracted', counts: count(1, 1) },
  t1,
  t3,
  backoff,
];

test('Every state is reached, and on every way one advice at most is given, a completion exactly for cash', (t) => {
  const { states, runs } = explore(withdrawalMachine, input, EVENTS);
  t.deepEqual([...states].sort(), [...declaredStates(withdrawalMachine)].sort());
  t.true(runs.length > 40, `${runs.length} runs`);
  for (const run of runs) {
    const done = walk(...run);
    const advices = done.commands.flatMap((command) => (command.type === 'advise' ? [command.advice] : []));
    const path = run.map(({ type }) => type).join(' ');
    t.true(advices.length <= 1, path);
    const { output } = done;
    if (!output) continue;
    t.is(advices.length === 0, done.last.state === 'declined', path);
    const paid = advices[0]?.type === 'complete' ? advices[0].dispensed : none;
    t.is(output.cash, paid, path);
    t.true(output.cash === none || done.commands.some(({ type }) => type === 'stack'), path);
    if (output.outcome === 'ok') t.true(output.cash > 0n, path);
  }
});

test("The machine's events, input and output are typed", (t) => {
  // @ts-expect-error no such event
  const event: TerminalEvent = { type: 'bank.exploded' };
  // @ts-expect-error an amount is in cents
  const wrong: WithdrawalInput = { ...input, amount: 40 };
  t.truthy(event && wrong);
});
