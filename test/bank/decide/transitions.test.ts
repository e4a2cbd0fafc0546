import test from 'ava';
import type { Command, Decision } from '../../../bank/commands.ts';
import { type StepEvent, type StepState, step } from '../../../bank/steps.ts';
import type { Code } from '../../../protocol/errors.ts';
import * as b from '../../helpers/test-bank.ts';

/** The withdrawal (id 1, 400.00) brought into each state that one can be in. */
const ARRANGE: Readonly<Record<Exclude<StepState, 'posted' | 'pending'>, (bank: b.TestBank) => void>> = {
  none: () => {},
  held: (bank) => hold(bank),
  completed: (bank) => {
    hold(bank);
    bank.ask(b.complete(90, 1, ['TAKEN', 40_000]));
  },
  partial: (bank) => {
    hold(bank);
    bank.ask(b.complete(90, 1, ['PARTIAL', 10_000]));
  },
  suspense: (bank) => {
    hold(bank);
    bank.ask(b.complete(90, 1, ['UNKNOWN', 0]));
  },
  voided: (bank) => {
    hold(bank);
    bank.ask(b.reverse(90, 1));
  },
  tombstone: (bank) => {
    bank.ask(b.reverse(90, 1));
  },
  declined: (bank) => {
    bank.ask(b.authorise(1, 40_000, { account: b.account(2) }));
  },
};
const hold = (bank: b.TestBank) => bank.ask(b.authorise(1, 40_000));

interface Act {
  readonly event: StepEvent;
  readonly command: Command;
}
const advice = (request: Extract<Command, { type: 'request' }>['request']): Command => ({
  type: 'request',
  origin: b.origin(0),
  request,
});
const ACTS: Readonly<Record<string, Act>> = {
  AUTHORISE: {
    event: 'request.held',
    command: { type: 'request', origin: b.origin(), request: b.authorise(1, 40_000) },
  },
  'COMPLETE in full': { event: 'complete.full', command: advice(b.complete(2, 1, ['TAKEN', 40_000])) },
  'COMPLETE in part': { event: 'complete.part', command: advice(b.complete(2, 1, ['PARTIAL', 10_000])) },
  'COMPLETE unknown': { event: 'complete.unknown', command: advice(b.complete(2, 1, ['UNKNOWN', 0])) },
  REVERSE: { event: 'reverse.received', command: advice(b.reverse(2, 1)) },
  abandon: {
    event: 'hold.abandoned',
    command: { type: 'abandonHold', terminal: b.terminal(1), txnId: b.txn(1) },
  },
};

/** [state][act]: code, then ledger, available, cash and suspense less than at first, in hundreds; `!` raises an alert. */
const EXPECTED: Readonly<Record<keyof typeof ARRANGE, Readonly<Record<string, string>>>> = {
  none: {
    AUTHORISE: 'APPROVED 0 400 0 0',
    'COMPLETE in full': 'ORIGINAL_NOT_FOUND 0 0 400 400 !',
    'COMPLETE in part': 'ORIGINAL_NOT_FOUND 0 0 100 100 !',
    'COMPLETE unknown': 'ORIGINAL_NOT_FOUND 0 0 0 0 !',
    REVERSE: 'APPROVED 0 0 0 0',
    abandon: 'INVALID_TXN 0 0 0 0',
  },
  held: {
    AUTHORISE: 'APPROVED 0 400 0 0',
    'COMPLETE in full': 'APPROVED 400 400 400 0',
    'COMPLETE in part': 'APPROVED 100 100 100 0',
    'COMPLETE unknown': 'APPROVED 400 400 0 -400',
    REVERSE: 'APPROVED 0 0 0 0',
    abandon: 'APPROVED 400 400 0 -400 !',
  },
  completed: {
    AUTHORISE: 'ALREADY_COMPLETED 400 400 400 0',
    'COMPLETE in full': 'APPROVED 400 400 400 0',
    'COMPLETE in part': 'STATE_CONFLICT 400 400 400 0 !',
    'COMPLETE unknown': 'STATE_CONFLICT 400 400 400 0 !',
    REVERSE: 'STATE_CONFLICT 400 400 400 0 !',
    abandon: 'INVALID_TXN 400 400 400 0',
  },
  partial: {
    AUTHORISE: 'ALREADY_COMPLETED 100 100 100 0',
    'COMPLETE in full': 'STATE_CONFLICT 100 100 100 0 !',
    'COMPLETE in part': 'APPROVED 100 100 100 0',
    'COMPLETE unknown': 'STATE_CONFLICT 100 100 100 0 !',
    REVERSE: 'STATE_CONFLICT 100 100 100 0 !',
    abandon: 'INVALID_TXN 100 100 100 0',
  },
  suspense: {
    AUTHORISE: 'ALREADY_COMPLETED 400 400 0 -400',
    'COMPLETE in full': 'APPROVED 400 400 0 -400',
    'COMPLETE in part': 'APPROVED 400 400 0 -400',
    'COMPLETE unknown': 'APPROVED 400 400 0 -400',
    REVERSE: 'APPROVED 400 400 0 -400',
    abandon: 'INVALID_TXN 400 400 0 -400',
  },
  voided: {
    AUTHORISE: 'ALREADY_REVERSED 0 0 0 0',
    'COMPLETE in full': 'STATE_CONFLICT 0 0 400 400 !',
    'COMPLETE in part': 'STATE_CONFLICT 0 0 100 100 !',
    'COMPLETE unknown': 'STATE_CONFLICT 0 0 0 0 !',
    REVERSE: 'APPROVED 0 0 0 0',
    abandon: 'INVALID_TXN 0 0 0 0',
  },
  tombstone: {
    AUTHORISE: 'ALREADY_REVERSED 0 0 0 0',
    'COMPLETE in full': 'STATE_CONFLICT 0 0 400 400 !',
    'COMPLETE in part': 'STATE_CONFLICT 0 0 100 100 !',
    'COMPLETE unknown': 'STATE_CONFLICT 0 0 0 0 !',
    REVERSE: 'APPROVED 0 0 0 0',
    abandon: 'INVALID_TXN 0 0 0 0',
  },
  declined: {
    // The refused one asked for another account.
    AUTHORISE: 'DUPLICATE_MISMATCH 0 0 0 0 !',
    'COMPLETE in full': 'STATE_CONFLICT 0 0 400 400 !',
    'COMPLETE in part': 'STATE_CONFLICT 0 0 100 100 !',
    'COMPLETE unknown': 'STATE_CONFLICT 0 0 0 0 !',
    REVERSE: 'APPROVED 0 0 0 0',
    abandon: 'INVALID_TXN 0 0 0 0',
  },
};

function summary(bank: b.TestBank, made: Decision): string {
  const { ledger, available } = bank.balance(1);
  const gone = [
    100_000 - ledger,
    100_000 - available,
    500_000 - bank.ledger('cash:T1'),
    -bank.ledger('suspense:T1'),
  ];
  const money = gone.map((amount) => amount / 100 + 0).join(' ');
  return `${made.code} ${money}${made.alert ? ' !' : ''}`;
}

for (const [from, arrange] of Object.entries(ARRANGE) as [
  keyof typeof ARRANGE,
  (bank: b.TestBank) => void,
][]) {
  for (const [name, { event, command }] of Object.entries(ACTS)) {
    test(`${name} on a transaction that is ${from}`, (t) => {
      const bank = b.TestBank.furnished();
      arrange(bank);
      const before = bank.store.transaction(b.terminal(1), b.txn(1));
      t.is(before?.state ?? 'none', from);
      const made = bank.run(command);
      t.is(summary(bank, made), EXPECTED[from][name] ?? 'no expectation');
      t.truthy(made.audit);
      const after = bank.store.transaction(b.terminal(1), b.txn(1));
      // A late authorisation is refused where the table has a step for a refusal only.
      const late = name === 'AUTHORISE' && from === 'tombstone';
      t.is(after?.state ?? 'none', step(from, late ? 'request.refused' : event) ?? from);
      if (before && after) t.is(after.seq, before.seq);
      t.is('dispenseToken' in made.fields, name === 'AUTHORISE' && (from === 'none' || from === 'held'));
    });

    test(`${name} repeated on a transaction that was ${from} changes nothing, also after a restart`, (t) => {
      const bank = b.TestBank.furnished();
      arrange(bank);
      const first = bank.run(command);
      const rows = [...bank.state.accounts].sort();
      const entries = [...bank.store.entries()].length;
      bank.restart();
      const again = bank.run(command);
      if (command.type === 'request') {
        const { code, fields } = again;
        t.deepEqual({ code, fields }, { code: first.code, fields: first.fields });
        t.deepEqual(again.writes, []);
        t.regex(again.audit?.action ?? '', / - repeat$|duplicate mismatch$/);
      }
      t.deepEqual([...bank.state.accounts].sort(), rows);
      t.is([...bank.store.entries()].length, entries);
    });
  }
}

test('a repeat in the very batch of its original gets the same answer, after it', (t) => {
  const bank = b.TestBank.furnished();
  const command = { type: 'request', origin: b.origin(), request: b.deposit(1, 4000) } as const;
  const [first, second] = bank.batch([command, command]);
  t.deepEqual(second?.fields, first?.fields);
  t.is(bank.balance(1).ledger, 104_000);
  t.is(bank.lastAudit(), 'c1 | deposit $40.00 - repeat');
});

const mismatch = test.macro({
  title: (_given, what: string) => `the same id with another ${what} is a mismatch and has no effect`,
  exec(t, _what: string, first: Command, second: Command) {
    const bank = b.TestBank.furnished();
    bank.run(first);
    const rows = [...bank.state.accounts].sort();
    const made = bank.run(second);
    t.is(made.code, 'DUPLICATE_MISMATCH');
    t.deepEqual(made.writes, []);
    t.truthy(made.alert);
    t.deepEqual([...bank.state.accounts].sort(), rows);
  },
});
const by = (n: number, request: Extract<Command, { type: 'request' }>['request']): Command => ({
  type: 'request',
  origin: b.origin(n),
  request,
});
const D = b.deposit(1, 4000);
test(mismatch, 'amount', by(1, D), by(1, b.deposit(1, 5000)));
test(mismatch, 'note mix', by(1, D), by(1, { ...D, notes: [{ denomination: b.money(2000), count: 2 }] }));
test(mismatch, 'customer', by(1, D), by(2, D));
test(mismatch, 'kind', by(1, D), by(1, b.authorise(1, 4000)));
test(mismatch, 'nonce', by(1, b.authorise(1, 4000)), by(1, b.authorise(1, 4000, { nonce: '00'.repeat(16) })));
test(mismatch, 'customer on a hold', by(1, b.authorise(1, 4000)), by(0, b.authorise(1, 4000)));
test(mismatch, 'payee', by(1, b.transfer(1, 4000)), by(1, b.transfer(1, 4000, { to: b.account(1) })));
test(mismatch, 'reason', by(0, b.reverse(1, 9)), by(0, b.reverse(1, 9, { reason: 'restart' })));
test(mismatch, 'original', by(0, b.reverse(1, 9)), by(0, b.reverse(1, 8)));

test('attempt and rid are not part of the request; another terminal has its own ids', (t) => {
  const bank = b.TestBank.furnished();
  bank.ask(D);
  t.is(bank.ask({ ...D, rid: 9, attempt: 3 }).code, 'APPROVED');
  t.is(bank.balance(1).ledger, 104_000);
  t.is(bank.ask(D, b.origin(1, 2)).code, 'APPROVED');
  t.is(bank.balance(1).ledger, 108_000);
});

test('a terminal cannot advise on the transaction of another', (t) => {
  const bank = b.TestBank.furnished();
  bank.ask(b.authorise(1, 40_000));
  bank.ask(b.reverse(2, 1), b.origin(0, 2));
  t.is(bank.balance(1).available, 60_000);
});

test('a deposit is settled by REVERSE: unknown → tombstone, posted → ALREADY_COMPLETED', (t) => {
  const bank = b.TestBank.furnished();
  t.is(bank.ask(b.reverse(10, 1), b.origin(0)).fields.state, 'tombstone');
  t.is(bank.ask(b.deposit(1, 4000)).code, 'ALREADY_REVERSED');
  bank.ask(b.deposit(2, 4000));
  t.is(bank.ask(b.reverse(11, 2), b.origin(0)).code, 'ALREADY_COMPLETED');
  t.is(bank.balance(1).ledger, 104_000);
  // A new session, nobody logged in: the terminal still learns what became of it.
  t.is(bank.ask(b.deposit(2, 4000), b.origin(0)).code, 'APPROVED');
  t.is(bank.balance(1).ledger, 104_000);
});

test('an advice that is its own original is invalid', (t) => {
  const bank = b.TestBank.furnished();
  t.is(bank.ask(b.reverse(1, 1)).code, 'INVALID_TXN');
  t.is(bank.ask(b.complete(2, 2, ['TAKEN', 4000])).code, 'INVALID_TXN');
  bank.ask(b.authorise(3, 4000));
  t.is(bank.ask(b.complete(3, 3, ['TAKEN', 4000])).code, 'DUPLICATE_MISMATCH');
});

test('a completion that cannot be true of its hold goes to suspense with an alert', (t) => {
  for (const [how, amount] of [
    ['TAKEN', 30_000],
    ['TAKEN', 50_000],
    ['PARTIAL', 40_000],
    ['PARTIAL', 0],
  ] as const) {
    const bank = b.TestBank.furnished();
    hold(bank);
    const made = bank.ask(b.complete(2, 1, [how, amount]));
    t.is(made.fields.state, 'suspense');
    t.truthy(made.alert);
    t.is(bank.ledger('suspense:T1'), 40_000);
  }
});

test('a completion for more cash than was ever in the machine is an alert and stays off the books', (t) => {
  const bank = b.TestBank.furnished();
  const cassettes = [{ denomination: b.money(2n ** 53n), dispensed: 2000, rejected: 0 }];
  t.is(bank.ask(b.complete(2, 1, ['UNKNOWN', 0], { cassettes })).code, 'ORIGINAL_NOT_FOUND');
  t.is(bank.ask(b.complete(4, 3, ['TAKEN', 500_001])).code, 'ORIGINAL_NOT_FOUND');
  t.is(bank.ledger('cash:T1'), 500_000);
  t.is(bank.store.transaction(b.terminal(1), b.txn(1))?.settled, b.money(0));
});

const resolves = test.macro({
  title: (_given, what: string) => `suspense resolved: ${what}`,
  exec(t, _what: string, [arrange, paid, expected]: readonly [(bank: b.TestBank) => void, boolean, string]) {
    const bank = b.TestBank.furnished();
    arrange(bank);
    const made = bank.run({ type: 'resolveSuspense', terminal: b.terminal(1), txnId: b.txn(1), paid });
    t.is(summary(bank, made), expected);
    const again = bank.run({ type: 'resolveSuspense', terminal: b.terminal(1), txnId: b.txn(1), paid });
    t.is<Code, Code>(again.code, 'INVALID_TXN');
  },
});
const contradicted = (bank: b.TestBank) => {
  ARRANGE.voided(bank);
  bank.ask(b.complete(91, 1, ['TAKEN', 40_000]));
};
test(resolves, 'the hold was paid out', [ARRANGE.suspense, true, 'APPROVED 400 400 400 0']);
test(resolves, 'the hold was not paid out', [ARRANGE.suspense, false, 'APPROVED 0 0 0 0']);
test(resolves, 'cash without a hold was paid out', [contradicted, true, 'APPROVED 400 400 400 0']);
test(resolves, 'cash without a hold never left', [contradicted, false, 'APPROVED 0 0 0 0']);
test(resolves, 'nothing is in suspense', [ARRANGE.completed, true, 'INVALID_TXN 400 400 400 0']);
