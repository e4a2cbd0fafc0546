import test from 'ava';
import { type EnquiryBody, type EnquiryInput, enquiryMachine } from '../../actors/enquiry.machine.ts';
import { TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import type { TerminalEvent } from '../../actors/terminal-command.ts';
import type { Code } from '../../protocol/errors.ts';
import { cents } from '../../protocol/money.ts';
import { after, declaredStates, explore, Walk } from '../helpers/machine-walk.ts';
import { ALICE, CHECKING, reply, SAVINGS, txn } from '../helpers/terminal-bench.ts';

const timeouts = { ...TIMEOUTS_DEFAULT, attemptsMax: 2 };
const balance: EnquiryBody = { type: 'balance', account: CHECKING };
const login: EnquiryBody = { type: 'login', user: ALICE, password: 'secret', txnId: txn(2) };
const transfer: EnquiryBody = {
  type: 'transfer',
  from: CHECKING,
  to: SAVINGS,
  amount: cents(500),
  txnId: txn(1),
  attempt: 1,
};
const replied = (code: Code): TerminalEvent => ({ type: 'bank.replied', reply: reply(code) });
const acknowledged = (code: Code): TerminalEvent => ({ type: 'advice.acknowledged', reply: reply(code) });
const lost: TerminalEvent = { type: 'bank.lost' };
const t1 = after('replyTimeout', 'enquiry.asking.awaitingReply');
const backoff = after('backoff', 'enquiry.asking.backingOff');

const walk = (body: EnquiryBody, ...events: readonly TerminalEvent[]) =>
  new Walk(enquiryMachine, { body, timeouts }).send(...events);

interface Case {
  readonly body: EnquiryBody;
  readonly events: readonly TerminalEvent[];
  readonly state: string;
  readonly marks?: readonly string[];
  readonly output?: object;
}
const leads = test.macro({
  exec(t, { body, events, state, marks = [], output }: Case) {
    const done = walk(body, ...events);
    t.is(done.last.state, state);
    t.deepEqual(done.marks, marks);
    if (output) t.like(done.output, output);
    else t.is(done.output, undefined);
  },
  title: (what = '') => what,
});

test('An answer ends a balance enquiry', leads, {
  body: balance,
  events: [replied('APPROVED')],
  state: 'answered',
  output: { outcome: 'ok', code: 'APPROVED', settledBy: 'reply' },
});
test('A refusal ends a login', leads, {
  body: login,
  events: [replied('WRONG_PASSWORD')],
  state: 'answered',
  output: { outcome: 'fail', code: 'WRONG_PASSWORD', settledBy: 'reply' },
});
test('A balance enquiry without a reply is not repeated', leads, {
  body: balance,
  events: [t1],
  state: 'unknown',
  output: { outcome: 'unknown', code: 'TIMEOUT', settledBy: null },
});
test('A login without a reply is repeated', leads, {
  body: login,
  events: [t1],
  state: 'asking.awaitingReply',
});
test('A login that is never answered stays unknown', leads, {
  body: login,
  events: [t1, t1],
  state: 'unknown',
  output: { outcome: 'unknown', code: 'TIMEOUT' },
});
test('A lost session leaves a login unknown', leads, {
  body: login,
  events: [lost],
  state: 'unknown',
  output: { outcome: 'unknown', code: 'TIMEOUT' },
});
test('A late answer to the first sending answers the repeat', leads, {
  body: login,
  events: [t1, replied('APPROVED')],
  state: 'answered',
  output: { outcome: 'ok' },
});
test('BUSY is repeated after a back-off', leads, {
  body: balance,
  events: [replied('BUSY')],
  state: 'asking.backingOff',
});
test('BUSY to every attempt is a refusal', leads, {
  body: balance,
  events: [replied('BUSY'), backoff, replied('BUSY'), backoff],
  state: 'answered',
  output: { outcome: 'fail', code: 'BUSY' },
});
test('BUSY does not speak for a login that went unanswered', leads, {
  body: login,
  events: [t1, replied('BUSY'), backoff],
  state: 'unknown',
  output: { outcome: 'unknown' },
});
test('A transfer is journalled before it is sent and when it is answered', leads, {
  body: transfer,
  events: [replied('APPROVED')],
  state: 'answered',
  marks: ['transferSent', 'transferDone'],
  output: { outcome: 'ok', code: 'APPROVED', settledBy: 'reply' },
});
test('A transfer without a reply is repeated', leads, {
  body: transfer,
  events: [t1],
  state: 'asking.awaitingReply',
  marks: ['transferSent'],
});
test('A transfer that is never answered is reversed', leads, {
  body: transfer,
  events: [t1, t1],
  state: 'reversing',
  marks: ['transferSent'],
});
test('A transfer whose session was lost is settled by the tombstone', leads, {
  body: transfer,
  events: [lost, acknowledged('APPROVED')],
  state: 'reversed',
  marks: ['transferSent'],
  output: { outcome: 'fail', code: 'TIMEOUT', settledBy: 'reversal' },
});
test('A transfer whose session was lost and that was posted is ok', leads, {
  body: transfer,
  events: [lost, acknowledged('ALREADY_COMPLETED')],
  state: 'reversed',
  marks: ['transferSent'],
  output: { outcome: 'ok', code: 'APPROVED', settledBy: 'reversal' },
});
test('A transfer that met BUSY after an unanswered attempt is reversed', leads, {
  body: transfer,
  events: [t1, replied('BUSY'), backoff],
  state: 'reversing',
  marks: ['transferSent'],
});

test('A repeat has the same id; only money carries an attempt number', (t) => {
  t.like(walk(transfer, t1).last.commands[0], { body: { txnId: txn(1), attempt: 2 } });
  t.deepEqual(walk(login, t1).last.commands[0], { type: 'request', body: login, entries: [] });
});

test('A password never reaches the journal', (t) => {
  const { commands } = walk(login, t1, replied('APPROVED'));
  t.deepEqual(
    commands.flatMap(({ entries }) => entries),
    [],
  );
});

test('Every state is reached, and only a transfer is ever reversed', (t) => {
  const events = [
    ...(['APPROVED', 'NOT_PERMITTED', 'BUSY', 'SYSTEM_ERROR'] as const).map(replied),
    lost,
    acknowledged('APPROVED'),
    acknowledged('ALREADY_COMPLETED'),
    t1,
    backoff,
  ];
  const reached = new Set<string>();
  for (const body of [balance, login, transfer]) {
    const { states, runs } = explore(enquiryMachine, { body, timeouts }, events);
    for (const state of states) reached.add(state);
    for (const run of runs) {
      const advised = walk(body, ...run).commands.some(({ type }) => type === 'advise');
      t.true(!advised || body.type === 'transfer');
    }
  }
  t.deepEqual([...reached].sort(), [...declaredStates(enquiryMachine)].sort());
});

test("The machine's input is typed", (t) => {
  // @ts-expect-error a withdrawal is no enquiry
  const wrong: EnquiryInput = { body: { type: 'authorise' }, timeouts };
  t.truthy(wrong);
});
