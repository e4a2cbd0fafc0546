import test from 'ava';
import { type DepositInput, depositMachine } from '../../actors/deposit.machine.ts';
import { TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import type { TerminalEvent } from '../../actors/terminal-command.ts';
import type { Code } from '../../protocol/errors.ts';
import { cents } from '../../protocol/money.ts';
import { after, declaredStates, explore, Walk } from '../helpers/machine-walk.ts';
import { CHECKING, notes, reply, txn } from '../helpers/terminal-bench.ts';

const input: DepositInput = {
  txnId: txn(1),
  account: CHECKING,
  amount: cents(3_000),
  notes: notes([10, 3]),
  timeouts: { ...TIMEOUTS_DEFAULT, attemptsMax: 2 },
};
const none = cents(0);
const replied = (code: Code): TerminalEvent => ({ type: 'bank.replied', reply: reply(code) });
const acknowledged = (code: Code): TerminalEvent => ({ type: 'advice.acknowledged', reply: reply(code) });
const stored: TerminalEvent = { type: 'device.stored' };
const returned: TerminalEvent = { type: 'device.returned', ok: true };
const t1 = after('replyTimeout', 'deposit.asking.awaitingReply');
const backoff = after('backoff', 'deposit.asking.backingOff');

const walk = (...events: readonly TerminalEvent[]) => new Walk(depositMachine, input).send(...events);

test('The escrow is journalled before the deposit is sent, and T1 runs', (t) => {
  const { last } = walk();
  t.deepEqual(last.delays, { replyTimeout: 10_000 });
  t.like(last.commands[0], { type: 'request', body: { type: 'deposit', amount: input.amount, attempt: 1 } });
  t.deepEqual(walk().marks, ['escrow', 'depositSent']);
});

interface Case {
  readonly events: readonly TerminalEvent[];
  readonly state: string;
  readonly marks: readonly string[];
  readonly advices?: number;
  readonly output?: object;
}
const leads = test.macro({
  exec(t, { events, state, marks, advices = 0, output }: Case) {
    const done = walk(...events);
    t.is(done.last.state, state);
    t.deepEqual(done.marks, ['escrow', 'depositSent', ...marks]);
    t.is(done.commands.filter(({ type }) => type === 'advise').length, advices);
    if (output) t.like(done.output, output);
    else t.is(done.output, undefined);
  },
  title: (what = '') => what,
});

test('An accepted deposit is stored', leads, {
  events: [replied('APPROVED'), stored],
  state: 'stored',
  marks: ['accepted', 'storing', 'stored'],
  output: { outcome: 'ok', code: 'APPROVED', cash: input.amount, settledBy: 'reply' },
});
test('A refused deposit is given back', leads, {
  events: [replied('ACCOUNT_BLOCKED'), returned],
  state: 'returned',
  marks: ['declined', 'returning', 'returned'],
  output: { outcome: 'fail', code: 'ACCOUNT_BLOCKED', cash: none, settledBy: 'reply' },
});
test('A deposit of unknown outcome with a tombstone is given back', leads, {
  events: [{ type: 'bank.lost' }, acknowledged('APPROVED'), returned],
  state: 'returned',
  marks: ['returning', 'returned'],
  advices: 1,
  output: { outcome: 'fail', code: 'TIMEOUT', cash: none, settledBy: 'reversal' },
});
test('A deposit of unknown outcome that was booked is stored', leads, {
  events: [{ type: 'bank.lost' }, acknowledged('ALREADY_COMPLETED'), stored],
  state: 'stored',
  marks: ['storing', 'stored'],
  advices: 1,
  output: { outcome: 'ok', code: 'APPROVED', cash: input.amount, settledBy: 'reversal' },
});
test('No reply in T1 is repeated, then reversed', leads, {
  events: [t1, t1],
  state: 'reversing',
  marks: [],
  advices: 1,
});
test('While it is being reversed, a late approval decides nothing', leads, {
  events: [t1, t1, replied('APPROVED')],
  state: 'reversing',
  marks: [],
  advices: 1,
});
test('BUSY to every attempt gives the notes back', leads, {
  events: [replied('BUSY'), backoff, replied('BUSY'), backoff, returned],
  state: 'returned',
  marks: ['returning', 'returned'],
  output: { outcome: 'fail', code: 'BUSY' },
});
test('BUSY does not speak for an attempt that went unanswered', leads, {
  events: [t1, replied('BUSY'), backoff],
  state: 'reversing',
  marks: [],
  advices: 1,
});
test('A reply that leaves the outcome open does not give the notes back', leads, {
  events: [replied('SYSTEM_ERROR'), backoff, replied('SYSTEM_ERROR'), backoff],
  state: 'reversing',
  marks: [],
  advices: 1,
});
test('Notes that cannot be given back are suspect', leads, {
  events: [replied('ACCOUNT_BLOCKED'), { type: 'device.returned', ok: false }],
  state: 'suspect',
  marks: ['declined', 'returning', 'escrowSuspect'],
  output: { outcome: 'unknown', code: 'DEVICE_FAULT', cash: none },
});

test('A repeat has the same id and the next attempt number', (t) => {
  const { last } = walk(t1);
  t.like(last.commands[0], { body: { txnId: input.txnId, attempt: 2 }, entries: [] });
});

const EVENTS: readonly TerminalEvent[] = [
  replied('APPROVED'),
  replied('ACCOUNT_BLOCKED'),
  replied('BUSY'),
  replied('SYSTEM_ERROR'),
  { type: 'bank.lost' },
  acknowledged('APPROVED'),
  acknowledged('ALREADY_COMPLETED'),
  stored,
  returned,
  { type: 'device.returned', ok: false },
  t1,
  backoff,
];

test('Every state is reached; notes are stored or given back, never both, and kept only when the bank has booked', (t) => {
  const { states, runs } = explore(depositMachine, input, EVENTS);
  t.deepEqual([...states].sort(), [...declaredStates(depositMachine)].sort());
  t.true(runs.length > 30, `${runs.length} runs`);
  for (const run of runs) {
    const done = walk(...run);
    const path = run.map((event) => ('reply' in event ? event.reply.code : event.type)).join(' ');
    const moved = done.commands.filter(({ type }) => type === 'store' || type === 'giveBack');
    t.true(moved.length <= 1, path);
    t.true(done.commands.filter(({ type }) => type === 'advise').length <= 1, path);
    if (moved[0]?.type === 'store') t.regex(path, /APPROVED|ALREADY_COMPLETED/);
    if (done.output) t.is(done.output.cash, moved[0]?.type === 'store' ? input.amount : none, path);
  }
});

test("The machine's events and input are typed", (t) => {
  // @ts-expect-error a return says whether it worked
  const event: TerminalEvent = { type: 'device.returned' };
  // @ts-expect-error an amount is in cents
  const wrong: DepositInput = { ...input, amount: 30 };
  t.truthy(event && wrong);
});
