import test from 'ava';
import type { Command, Decision } from '../../../../bank/commands.ts';
import type { CustomerId } from '../../../../protocol/ids.ts';
import type { Deposit } from '../../../../protocol/messages.ts';
import { cents } from '../../../../protocol/money.ts';
import { Integrity } from '../../../../sim/check/live/integrity.ts';
import { isSame } from '../../../../sim/check/live/same.ts';
import {
  ALICE,
  ATM,
  addAlice,
  Bench,
  BOB,
  decision,
  deposit,
  login,
  reply,
  unnumbered,
  wire,
} from '../../../helpers/live-watches.ts';

const LINE = 'L1';
/** Of the bank's front. */
const at = (line: string, message: object) => ({ line, terminal: ATM, message: wire(message) });

class Story extends Bench {
  readonly integrity = new Integrity(this.judge);

  issued(request = deposit()) {
    this.integrity.see({ type: 'issued', terminal: ATM, request: unnumbered(request) });
  }
  said(message: object = deposit(), line = LINE) {
    this.integrity.said({ from: 'terminal', ...at(line, message) });
  }
  heard(message: object = deposit(), line = LINE) {
    this.integrity.heard({ from: 'terminal', ...at(line, message) });
  }
  submitted(command: Command) {
    this.integrity.see({ type: 'submitted', command });
  }
  decided(command: Command, made: Decision = decision()) {
    this.integrity.see({ type: 'decided', command, decision: made });
  }
  answered(message: object = reply(), line = LINE) {
    this.integrity.said({ from: 'bank', ...at(line, message) });
  }
  delivered(message: object = reply(), line = LINE) {
    this.integrity.heard({ from: 'bank', ...at(line, message) });
  }
  believed(answer = reply(), request = deposit()) {
    this.integrity.see({ type: 'believed', terminal: ATM, request: unnumbered(request), reply: answer });
  }

  /** Alice is a customer and logged in on the line. */
  loggedIn(line = LINE): this {
    const request = login();
    const origin = { terminal: ATM, customer: null };
    this.decided(addAlice);
    this.integrity.see({ type: 'issued', terminal: ATM, request: unnumbered(request) });
    this.said(request, line);
    this.heard(request, line);
    this.submitted({ type: 'loginBegin', origin, request });
    this.decided({ type: 'loginFinish', origin, request, ok: true }, decision({ loggedIn: ALICE }));
    return this;
  }

  /** A deposit from the host's issue to the bank's front. */
  asked(request = deposit()): this {
    this.issued(request);
    this.said(request);
    this.heard(request);
    return this;
  }
}

const request = (over: Partial<Deposit> = {}, customer: CustomerId | null = ALICE): Command => ({
  type: 'request',
  origin: { terminal: ATM, customer },
  request: deposit(over),
});

test('a deposit from its issue to the belief in its answer is as it should be', (t) => {
  const story = new Story().loggedIn().asked();
  const command = request();
  story.submitted(command);
  story.decided(command);
  story.answered();
  story.answered({ type: 'balance', account: 'A-1' });
  story.delivered();
  story.believed();
  t.deepEqual(story.reports, []);
  t.true(story.judge.count('INTEGRITY') > 0);
  t.true(story.judge.count('REPLAY') > 0);
});

test('an answer with a head of the trail that does not cover it is told of at the end', (t) => {
  const heads = (seq: number) => {
    const story = new Story();
    story.decided(addAlice, decision({ audit: { customer: ALICE, action: 'added' } }));
    story.asked();
    story.answered(reply({ audit: { seq, head: 'ab'.repeat(32) } }));
    const before = story.reports.length;
    story.integrity.finish();
    return { before, told: story.reports };
  };
  t.deepEqual(heads(1), { before: 0, told: [] });
  const { before, told } = heads(0);
  t.is(before, 0);
  t.regex(told.join(), /AUDIT.*has the head 0 of a trail of 1 records/);
});

test('what was lost before it was said may be issued and said again', (t) => {
  const story = new Story().loggedIn();
  const lost = unnumbered(deposit());
  story.integrity.see({ type: 'issued', terminal: ATM, request: lost });
  story.integrity.see({ type: 'believed', terminal: ATM, request: lost, reply: 'lost' });
  story.asked();
  story.submitted(request());
  story.said({ type: 'echo', rid: 9 });
  t.deepEqual(story.reports, []);
});

test('a deposit that is repeated without a login is approved for who asked first', (t) => {
  const story = new Story().loggedIn().asked();
  story.submitted(request());
  const again = deposit({ rid: 1, attempt: 2 });
  story.issued(again);
  story.said(again, 'L2');
  story.heard(again, 'L2');
  const command: Command = { type: 'request', origin: { terminal: ATM, customer: null }, request: again };
  story.submitted(command);
  story.decided(command);
  t.deepEqual(story.reports, []);
});

const bad = test.macro({
  exec(t, invariant: string, act: (story: Story) => void) {
    const story = new Story().loggedIn();
    act(story);
    t.deepEqual(story.violated, [invariant], JSON.stringify(story.reports));
  },
  title: (claim = '', invariant) => `${invariant}: ${claim}`,
});

test('a terminal says what its host did not issue', bad, 'INTEGRITY', (story) => story.said());
test('a terminal says another amount than its host issued', bad, 'INTEGRITY', (story) => {
  story.issued();
  story.said(deposit({ amount: cents(50_00) }));
});
test('a terminal says once more what its host issued', bad, 'REPLAY', (story) => {
  story.issued();
  story.said();
  story.said(deposit({ rid: 3 }));
});
test('the bank carries out what nobody sent', bad, 'INTEGRITY', (story) => story.submitted(request()));
test('the bank carries out another amount', bad, 'INTEGRITY', (story) => {
  story.asked();
  story.submitted(request({ amount: cents(50_00) }));
});
test('the bank carries out what has not arrived', bad, 'INTEGRITY', (story) => {
  story.issued();
  story.said();
  story.submitted(request());
});
test('the bank carries out one record twice', bad, 'REPLAY', (story) => {
  story.asked();
  story.submitted(request());
  story.submitted(request());
});
test('the bank carries out a record out of its place', bad, 'REPLAY', (story) => {
  story.issued();
  story.said();
  story.integrity.strayed({ from: 'terminal', ...at(LINE, deposit()) });
  story.submitted(request());
});
test('the bank takes a request for that of another customer', bad, 'INTEGRITY', (story) => {
  story.asked();
  story.submitted(request({}, BOB));
});
test('the bank takes a request for that of one who has logged out', bad, 'INTEGRITY', (story) => {
  const logout = { type: 'logout', rid: 2 } as const;
  story.integrity.see({ type: 'issued', terminal: ATM, request: { type: 'logout' } });
  story.said(logout);
  story.heard(logout);
  const command: Command = { type: 'request', origin: { terminal: ATM, customer: ALICE }, request: logout };
  story.submitted(command);
  story.decided(command);
  story.asked(deposit({ rid: 3 }));
  story.submitted(request({ rid: 3 }));
});
test('a login holds on a line where there was none', bad, 'INTEGRITY', (story) => {
  story.issued();
  story.said(deposit(), 'L2');
  story.heard(deposit(), 'L2');
  story.submitted(request());
});
test('a login makes somebody else of a customer', bad, 'INTEGRITY', (story) => {
  const origin = { terminal: ATM, customer: null };
  story.decided({ type: 'loginFinish', origin, request: login(), ok: true }, decision({ loggedIn: BOB }));
});
test('a deposit to the account of somebody else', bad, 'INTEGRITY', (story) => {
  const other = { account: 'A-2' as Deposit['account'] };
  story.asked(deposit(other));
  const command = request(other);
  story.submitted(command);
  story.decided(command);
});
test('a deposit without a login that nobody asked for before', bad, 'INTEGRITY', (story) => {
  story.decided(request({}, null));
});
test('a balance goes where its owner never logged in', bad, 'INTEGRITY', (story) => {
  story.answered({ type: 'balance', account: 'A-1' }, 'L2');
});
test('the bank answers what nobody asked', bad, 'INTEGRITY', (story) => story.answered());
test('the bank cannot read what a terminal wrote', bad, 'INTEGRITY', (story) => {
  story.asked();
  story.answered(reply({ rid: null, code: 'FORMAT_ERROR' }));
});
test('the bank answers a request twice', bad, 'REPLAY', (story) => {
  story.asked();
  story.answered();
  story.answered(reply({ code: 'BUSY' }));
});
test('the bank finds the number of a request used', bad, 'REPLAY', (story) => {
  story.asked();
  story.answered(reply({ code: 'FORMAT_ERROR' }));
});
test('a terminal believes what the bank did not say', bad, 'INTEGRITY', (story) => {
  story.asked();
  story.believed();
});
test('a terminal believes another code than the bank said', bad, 'INTEGRITY', (story) => {
  story.asked();
  story.answered();
  story.delivered();
  story.believed(reply({ code: 'BUSY' }));
});
test('a terminal believes an answer twice', bad, 'REPLAY', (story) => {
  story.asked();
  story.answered();
  story.delivered();
  story.believed();
  story.believed();
});
test('a terminal believes an answer that came out of its place', bad, 'REPLAY', (story) => {
  story.asked();
  story.answered();
  story.integrity.strayed({ from: 'bank', ...at(LINE, reply()) });
  story.believed();
});
test('a terminal takes an answer for one to another request', bad, 'INTEGRITY', (story) => {
  story.asked();
  story.answered();
  story.delivered();
  story.believed(reply(), deposit({ amount: cents(50_00) }));
});

test('messages are compared field by field, amounts as digits', (t) => {
  t.true(isSame(wire(deposit()), deposit()));
  t.true(isSame(wire(deposit({ rid: 7 })), unnumbered(deposit()), 'rid'));
  t.true(isSame({ a: null, b: [1, 'x'] }, { b: [1, 'x'], a: null, c: undefined }));
  for (const [one, other] of [
    [{ a: '1' }, { a: 1 }],
    [{ a: 1 }, { a: 1n }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [[1, 2], [1]],
    [[], {}],
    [null, {}],
    [{}, null],
  ])
    t.false(isSame(one, other));
});
