import test from 'ava';
import type { Command, Decision } from '../../../../bank/commands.ts';
import type { Deposit } from '../../../../protocol/messages.ts';
import { cents } from '../../../../protocol/money.ts';
import { Bound } from '../../../../sim/check/live/bound.ts';
import { Once } from '../../../../sim/check/live/once.ts';
import {
  ALICE,
  ATM,
  Bench,
  decision,
  deposit,
  entry,
  login,
  txn,
  unnumbered,
} from '../../../helpers/live-watches.ts';

class Story extends Bench {
  readonly once = new Once(this.judge);

  issued(over: Partial<Deposit> = {}) {
    this.once.see({ type: 'issued', terminal: ATM, request: unnumbered(deposit(over)) });
  }
  decided(made: Partial<Decision> = {}, command: Command = depositCommand()) {
    this.once.see({ type: 'decided', command, decision: decision(made) });
  }
}

const origin = { terminal: ATM, customer: ALICE };
const depositCommand = (over: Partial<Deposit> = {}): Command => ({
  type: 'request',
  origin,
  request: deposit(over),
});

test('a repeat that has no effect and a withdrawal in two steps are as they should be', (t) => {
  const story = new Story();
  story.issued();
  story.issued({ attempt: 2 });
  story.decided({ writes: [entry('hold')] });
  story.decided({ writes: [entry('settle')] });
  story.decided({}, depositCommand({ rid: 9, attempt: 2 }));
  story.decided({ writes: [entry('post', { debit: `suspense:${ATM}` })] });
  story.once.see({
    type: 'issued',
    terminal: ATM,
    request: { type: 'reverse', txnId: txn(7), attempt: 2, origTxnId: txn(0), reason: 'restart' },
  });
  t.deepEqual(story.reports, []);
  t.true(story.judge.count('ONCE') > 0);
});

const bad = test.macro({
  exec(t, act: (story: Story) => void) {
    const story = new Story();
    act(story);
    t.deepEqual(story.violated, ['ONCE']);
  },
  title: (claim = '') => `ONCE: ${claim}`,
});

test('money moves twice for one id', bad, (story) => {
  story.decided({ writes: [entry('post')] });
  story.decided({ writes: [entry('post')] });
});
test('a hold is settled twice', bad, (story) => {
  story.decided({ writes: [entry('settle')] });
  story.decided({ writes: [entry('settle')] });
});
test('one id is approved for two amounts', bad, (story) => {
  story.decided();
  story.decided({}, depositCommand({ amount: cents(60_00) }));
});
test('one login is approved twice', bad, (story) => {
  const command: Command = { type: 'loginFinish', origin, request: login(), ok: true };
  story.decided({ loggedIn: ALICE }, command);
  story.decided({ loggedIn: ALICE }, command);
});
test('a request is sent again under another id', bad, (story) => {
  story.issued();
  story.issued({ txnId: txn(1), attempt: 2 });
});
test('a request is sent again for another amount', bad, (story) => {
  story.issued();
  story.issued({ amount: cents(60_00), attempt: 2 });
});

test('BOUND: a gauge at its most is fine, one above is not', (t) => {
  const bench = new Bench();
  const bound = new Bound(bench.judge);
  bound.see({ type: 'gauge', name: 'mailbox', value: 4, max: 4 });
  t.deepEqual(bench.reports, []);
  bound.see({ type: 'gauge', name: 'mailbox', value: 5, max: 4 });
  t.deepEqual(bench.violated, ['BOUND']);
});
