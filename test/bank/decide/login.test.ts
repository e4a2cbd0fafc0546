import test from 'ava';
import * as b from '../../helpers/test-bank.ts';

const tries = (bank: b.TestBank) => bank.state.customers.get(b.customer(1))?.tries;

test('a right password logs in with the accounts and clears the tries', (t) => {
  const bank = b.TestBank.furnished();
  bank.login(b.login(1, 'c1'), false);
  const made = bank.login(b.login(2, 'c1'), true);
  t.is(made.code, 'APPROVED');
  t.is(made.loggedIn, b.customer(1));
  t.deepEqual(
    made.fields.accounts?.map(({ account, ledger }) => [account, ledger]),
    [[b.account(1), b.money(100_000)]],
  );
  t.is(tries(bank), 0);
  t.is(bank.lastAudit(), 'c1 | login');
});

test('three wrong passwords lock, across terminals and restarts; an operator unlocks', (t) => {
  const bank = b.TestBank.furnished();
  const left = [1, 2, 3].map((id) => {
    bank.restart();
    const made = bank.login(b.login(id, 'c1'), false, b.origin(0, 1 + (id % 2)));
    t.is(made.code, 'WRONG_PASSWORD');
    return made.fields.triesLeft;
  });
  t.deepEqual(left, [2, 1, 0]);
  t.is(bank.lastAudit(), 'c1 | login failed - wrong password');
  const locked = bank.login(b.login(4, 'c1'), true);
  t.is(locked.code, 'TRIES_EXCEEDED');
  t.is(locked.loggedIn, undefined);
  t.is(bank.lastAudit(), 'c1 | login failed - tries exceeded');
  bank.run({ type: 'unlockCustomer', customer: b.customer(1) });
  t.is(bank.login(b.login(5, 'c1'), true).code, 'APPROVED');
});

test('the try is booked before the hash: of many parallel guesses three are hashed', (t) => {
  const bank = b.TestBank.furnished();
  const guesses = [1, 2, 3, 4, 5].map((id) => ({
    type: 'loginBegin' as const,
    origin: b.origin(0),
    request: b.login(id, 'c1'),
  }));
  t.deepEqual(
    bank.batch(guesses).map(({ verify }) => verify !== undefined),
    [true, true, true, false, false],
  );
});

test('the third wrong guess locks out a right one that was still being hashed', (t) => {
  const bank = b.TestBank.furnished();
  for (const id of [1, 2, 3])
    bank.run({ type: 'loginBegin', origin: b.origin(0), request: b.login(id, 'c1') });
  t.is(
    bank.run({ type: 'loginFinish', origin: b.origin(0), request: b.login(1, 'c1'), ok: false }).code,
    'WRONG_PASSWORD',
  );
  const right = bank.run({ type: 'loginFinish', origin: b.origin(0), request: b.login(2, 'c1'), ok: true });
  t.is(right.code, 'TRIES_EXCEEDED');
  t.is(right.loggedIn, undefined);
});

test('the repeat of one attempt counts once and is never another guess', (t) => {
  const bank = b.TestBank.furnished();
  const first = b.login(1, 'c1');
  const begin = (request = first) => bank.run({ type: 'loginBegin', origin: b.origin(0), request });
  t.truthy(begin().verify);
  const during = begin({ ...first, password: 'another' });
  t.is(during.code, 'IN_PROGRESS');
  t.is(during.verify, undefined);
  bank.run({ type: 'loginFinish', origin: b.origin(0), request: first, ok: false });
  const after = begin({ ...first, password: 'another' });
  t.is(after.code, 'WRONG_PASSWORD');
  t.deepEqual(after.fields, { triesLeft: 2 });
  t.is(after.verify, undefined);
  t.is(tries(bank), 1);
});

test('the repeat of a login that succeeded logs nobody in, whatever password it carries', (t) => {
  const bank = b.TestBank.furnished();
  bank.login(b.login(1, 'c1'), true);
  for (const password of ['guess', 'anything']) {
    const made = bank.login({ ...b.login(1, 'c1'), password }, true);
    t.is(made.code, 'ALREADY_COMPLETED');
    t.is(made.loggedIn, undefined);
    t.is(made.fields.accounts, undefined);
  }
});

test('a try that was booked when the bank stopped is hashed after the restart, charged once', (t) => {
  const bank = b.TestBank.furnished();
  bank.run({ type: 'loginBegin', origin: b.origin(0), request: b.login(1, 'c1') });
  bank.restart();
  t.is(tries(bank), 1);
  const made = bank.login(b.login(1, 'c1'), true);
  t.is(made.code, 'APPROVED');
  t.is(tries(bank), 0);
});

test('the same id with another user is a mismatch', (t) => {
  const bank = b.TestBank.furnished();
  bank.login(b.login(1, 'c1'), false);
  t.is(bank.login(b.login(1, 'c2'), true).code, 'DUPLICATE_MISMATCH');
});

test('a name that is nobody answers like a customer, to the lock and past a restart', (t) => {
  const answers = (user: string) => {
    const bank = b.TestBank.furnished();
    return [1, 2, 3, 4].map((id) => {
      bank.restart();
      const { code, fields } = bank.login(b.login(id, user), user === 'nobody');
      return { code, fields, said: bank.lastAudit().split(' | ')[1] };
    });
  };
  t.deepEqual(answers('nobody'), answers('c1'));
});

test('guessing names does not grow the table beyond its bound', (t) => {
  const bank = b.TestBank.furnished({ strangersMax: 8, terminalFailuresMax: 1e6 });
  for (let id = 1; id <= 100; id += 1) bank.login(b.login(id, `guess${id}`), false);
  t.is(bank.store.load().customers.filter(({ password }) => password === null).length, 8);
});

test('a terminal with too many failures in an hour is refused before customers are charged', (t) => {
  const bank = b.TestBank.furnished({ terminalFailuresMax: 4 });
  for (let id = 1; id <= 4; id += 1) bank.login(b.login(id, `guess${id}`), false);
  t.is(bank.login(b.login(5, 'c1'), true).code, 'TERMINAL_NOT_PERMITTED');
  t.is(tries(bank), 0);
  t.is(bank.login(b.login(5, 'c1'), true, b.origin(0, 2)).code, 'APPROVED');
  bank.nowMs += 3_600_000;
  t.is(bank.login(b.login(6, 'c1'), true).code, 'APPROVED');
});

const change = (bank: b.TestBank, id: number, password: string | null, from = b.origin()) => {
  const request = b.passwordChange(id);
  const begun = bank.run({ type: 'passwordBegin', origin: from, request });
  return begun.verify ? bank.run({ type: 'passwordFinish', origin: from, request, password }) : begun;
};

test('a password change takes effect once; its repeat is acknowledged', (t) => {
  const bank = b.TestBank.furnished();
  t.is(change(bank, 1, 'hash-two').code, 'APPROVED');
  t.is(bank.lastAudit(), 'c1 | password change');
  t.is(change(bank, 1, 'hash-three').code, 'APPROVED');
  t.is(bank.store.load().customers.find(({ id }) => id === b.customer(1))?.password, 'hash-two');
});

test('a wrong old password counts as a try, and the third locks', (t) => {
  const bank = b.TestBank.furnished();
  t.deepEqual(
    [1, 2, 3].map((id) => change(bank, id, null).fields.triesLeft),
    [2, 1, 0],
  );
  t.is(change(bank, 4, 'hash-two').code, 'TRIES_EXCEEDED');
  t.is(bank.login(b.login(5, 'c1'), true).code, 'TRIES_EXCEEDED');
});

test('nobody cannot change a password; a change cut off by a restart goes on', (t) => {
  const bank = b.TestBank.furnished();
  t.is(change(bank, 1, 'x', b.origin(0)).code, 'NOT_PERMITTED');
  bank.run({ type: 'passwordBegin', origin: b.origin(), request: b.passwordChange(2) });
  t.is(change(bank, 2, 'x').code, 'IN_PROGRESS');
  bank.restart();
  t.is(change(bank, 2, 'hash-two').code, 'APPROVED');
});
