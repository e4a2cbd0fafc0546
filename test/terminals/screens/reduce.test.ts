import test from 'ava';
import type { Code } from '../../../protocol/errors.ts';
import type { AccountId } from '../../../protocol/ids.ts';
import { cents, ZERO } from '../../../protocol/money.ts';
import {
  type Asked,
  type AtmResult,
  DEPOSIT,
  type Intent,
  LOGIN,
  MENU,
  PASSWORD,
  type Screen,
  TRANSFER,
  WITHDRAW,
} from '../../../terminals/screens/state.ts';
import { IDLE_MS } from '../../../terminals/screens/steps.ts';
import {
  account,
  customer,
  ITEMS,
  inside,
  keys,
  NOW,
  outside,
  reply,
  result,
  session,
  txn,
  typed,
  view,
  walk,
  world,
} from '../../helpers/atm-fixture.ts';

const asked = (intents: readonly Intent[]) =>
  intents.flatMap((each) => (each.do === 'ask' ? [each.asked] : []));
const busy = (of: Asked): Screen => ({ at: 'busy', asked: of, sinceMs: NOW });
const withdrawal = { op: 'withdraw', account, amount: cents(40_00) } as const;

test('a login asks with the name, and its password is nowhere in the state', (t) => {
  const { state, intents } = typed(outside(), 'alice<enter>sesame<enter>');
  t.deepEqual(asked(intents), [{ op: 'login', user: customer }]);
  t.is(intents.filter(({ do: what }) => what === 'typeSecret').length, 6);
  t.is(state.screen.at, 'busy');
  const before = typed(outside(), 'alice<enter>sesame').state;
  t.like(before.screen, { length: 6 });
  t.notRegex(JSON.stringify(before.screen), /s.?e.?s.?a.?m/);
});

test('a login is not sent while the bank is not there, nor without name and password', (t) => {
  t.deepEqual(asked(typed(outside({ world: world({ ready: false }) }), 'alice<enter>x<enter>').intents), []);
  t.deepEqual(asked(typed(outside(), '<enter><enter><tab><enter>').intents), []);
  t.deepEqual(asked(typed(outside(), 'alice<enter><enter>').intents), []);
});

test('after a login the menu shows the accounts, and asks for its list only then', (t) => {
  const login: Asked = { op: 'login', user: customer };
  const answered = result({ reply: reply('APPROVED', { accounts: [view()] }) });
  const { state, intents } = walk(
    outside({ screen: busy(login) }),
    { type: 'result', asked: login, result: answered },
    { type: 'world', world: world() },
    { type: 'world', world: world() },
  );
  t.deepEqual(state.screen, MENU);
  t.like(state.session, { customer, account });
  t.is(asked(intents).length, 1);
  t.like(asked(intents)[0], { op: 'history', short: true, kinds: ['withdraw', 'deposit', 'transfer'] });
});

test('a wrong password says how many tries are left; the last locks and names the next step', (t) => {
  const login: Asked = { op: 'login', user: customer };
  const refused = (code: Code, triesLeft: number) =>
    walk(outside({ screen: busy(login) }), {
      type: 'result',
      asked: login,
      result: result({ outcome: 'fail', code, reply: reply(code, { triesLeft }) }),
    }).state.screen;
  t.like(refused('WRONG_PASSWORD', 1), { at: 'login', focus: 'password', length: 0 });
  t.regex(JSON.stringify(refused('WRONG_PASSWORD', 1)), /1 more try"/);
  t.regex(JSON.stringify(refused('WRONG_PASSWORD', 2)), /2 more tries"/);
  t.regex(JSON.stringify(refused('TRIES_EXCEEDED', 0)), /Customer locked.*unlock/);
});

test('a customer without an account is told so and logged out', (t) => {
  const login: Asked = { op: 'login', user: customer };
  const { state, intents } = walk(outside(), {
    type: 'result',
    asked: login,
    result: result({ reply: reply('APPROVED', { accounts: [] }) }),
  });
  t.like(state, { session: null, screen: { at: 'notice', title: 'No account' } });
  t.deepEqual(asked(intents), [{ op: 'logout' }]);
});

const CHOICES: readonly [string, Screen['at'], Asked['op'] | null][] = [
  ['1', 'withdraw', null],
  ['<enter>', 'withdraw', null],
  ['2', 'deposit', null],
  ['<down><enter>', 'deposit', null],
  ['3', 'transfer', null],
  ['4', 'busy', 'balance'],
  ['5', 'history', 'history'],
  ['6', 'password', null],
  ['7', 'busy', 'logout'],
  ['<up><enter>', 'busy', 'logout'],
  ['q', 'busy', 'logout'],
  ['8', 'menu', null],
];
for (const [text, at, op] of CHOICES) {
  test(`${text} in the menu leads to ${at}`, (t) => {
    const { state, intents } = typed(inside(), text);
    t.is(state.screen.at, at);
    t.deepEqual(
      asked(intents).map((each) => each.op),
      op === null ? [] : [op],
    );
  });
}

test('only amounts that these notes pay and the balance covers are offered', (t) => {
  const poor = inside(WITHDRAW, { session: session({ accounts: [view({ available: cents(70_00) })] }) });
  t.like(typed(poor, 'b').state.screen, { amount: cents(40_00), confirm: 'no' });
  t.like(typed(poor, 'd').state.screen, { amount: ZERO, confirm: null }, 'nothing above 60.00');
});

const PAID: readonly [string, Screen, string, Asked][] = [
  ['withdrawal', WITHDRAW, '4000<enter>', withdrawal],
  ['offered withdrawal', WITHDRAW, 'b', withdrawal],
  [
    'deposit',
    DEPOSIT,
    '<down>2<down>+<enter>',
    {
      op: 'deposit',
      account,
      amount: cents(120_00),
      notes: [
        { denomination: cents(50_00), count: 2 },
        { denomination: cents(20_00), count: 1 },
      ],
    },
  ],
  [
    'transfer',
    TRANSFER,
    'A-2<enter>1000<enter>',
    { op: 'transfer', from: account, to: 'A-2' as AccountId, amount: cents(10_00) },
  ],
];
for (const [name, screen, text, expected] of PAID) {
  test(`a ${name} moves money only after a Yes on purpose`, (t) => {
    t.like(typed(inside(screen), text).state.screen, { confirm: 'no' });
    t.deepEqual(asked(typed(inside(screen), text).intents), []);
    t.deepEqual(asked(typed(inside(screen), `${text}<enter>`).intents), [], 'Enter says No');
    t.deepEqual(asked(typed(inside(screen), `${text}<escape>`).intents), []);
    t.deepEqual(asked(typed(inside(screen), `${text}y`).intents), [expected]);
    t.deepEqual(asked(typed(inside(screen), `${text}<left><enter>`).intents), [expected]);
  });
}

test('an amount that the notes cannot make is not asked for', (t) => {
  t.like(typed(inside(WITHDRAW), '4501<enter>').state.screen, { amount: cents(45_01), confirm: null });
});

test('counts of notes stay within what a deposit can hold', (t) => {
  t.like(typed(inside(DEPOSIT), '99999').state.screen, { counts: [999, 0, 0, 0, 0] });
  t.like(typed(inside(DEPOSIT), '-<left>5<backspace>').state.screen, { counts: [0, 0, 0, 0, 0] });
  t.deepEqual(typed(inside(DEPOSIT), '<up>3<C-u>').state.screen, DEPOSIT);
});

test('Esc is off while money moves, and leaves only what can but be cancelled', (t) => {
  for (const stage of ['asking', 'cash'] as const) {
    const state = inside(busy(withdrawal), { world: world({ stage, ready: false }) });
    t.deepEqual(typed(state, '<escape>yq<enter>').intents, []);
    t.is(typed(state, '<escape>').state.screen.at, 'busy');
  }
  const settling = inside(busy(withdrawal), { world: world({ stage: 'settling', ready: false }) });
  t.deepEqual(typed(settling, '<escape>').intents, [{ do: 'giveUp' }]);
});

const END: readonly [string, Asked, Partial<AtmResult>, RegExp][] = [
  ['a payment', withdrawal, { cash: cents(40_00), txnId: txn }, /"receipt"/],
  [
    'a refusal',
    withdrawal,
    { outcome: 'fail', code: 'INSUFFICIENT_FUNDS' },
    /No cash was paid.*balance is too low.*smaller amount.*"withdraw"/,
  ],
  [
    'a time-out that was cancelled',
    withdrawal,
    { outcome: 'fail', code: 'TIMEOUT', settledBy: 'reversal' },
    /No cash was paid.*was cancelled: your balance is as before/,
  ],
  [
    'a time-out that is still being cancelled',
    withdrawal,
    { outcome: 'unknown', code: 'TIMEOUT' },
    /No cash was paid; the request is being cancelled\./,
  ],
  [
    'notes that nobody can count',
    withdrawal,
    { outcome: 'unknown', code: 'APPROVED' },
    /cannot tell whether all your notes came out/,
  ],
  [
    'a deposit that was refused',
    { op: 'deposit', account, notes: [], amount: ZERO },
    { outcome: 'fail', code: 'BUSY' },
    /notes are given back.*Take your notes/,
  ],
  [
    'a deposit without an answer',
    { op: 'deposit', account, notes: [], amount: ZERO },
    { outcome: 'unknown', code: 'TIMEOUT' },
    /booked or given back as soon as/,
  ],
  [
    'stuck notes',
    { op: 'deposit', account, notes: [], amount: ZERO },
    { outcome: 'unknown', code: 'DEVICE_FAULT' },
    /stuck in the machine/,
  ],
  [
    'a transfer to nobody',
    { op: 'transfer', from: account, to: account, amount: ZERO },
    { outcome: 'fail', code: 'UNKNOWN_ACCOUNT' },
    /Nothing was transferred.*Check the account/,
  ],
  [
    'a transfer without an answer',
    { op: 'transfer', from: account, to: account, amount: ZERO },
    { outcome: 'unknown', code: 'TIMEOUT' },
    /Look at your history before you try again/,
  ],
  [
    'a request that was never sent',
    { op: 'balance', account },
    { outcome: 'fail', code: null },
    /not connected/,
  ],
  ['a changed password', { op: 'passwordChange' }, {}, /Password changed/],
  [
    'a password change without an answer',
    { op: 'passwordChange' },
    { outcome: 'unknown', code: 'TIMEOUT' },
    /perhaps changed.*new one; if it is refused, with the old one/,
  ],
  [
    'a wrong old password',
    { op: 'passwordChange' },
    { outcome: 'fail', code: 'WRONG_PASSWORD', reply: reply('WRONG_PASSWORD', { triesLeft: 1 }) },
    /"password".*old password is wrong; 1 more/,
  ],
];
for (const [name, of, change, words] of END) {
  test(`${name} is told with what to do next`, (t) => {
    const event = { type: 'result', asked: of, result: result(change) } as const;
    const { state } = walk(inside(busy(of)), event);
    const text = JSON.stringify(state.screen, (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    t.regex(text, words);
    const { state: after } = typed(state, '<enter>');
    if (state.screen.at !== 'password') t.true(['menu', 'withdraw', 'transfer'].includes(after.screen.at));
  });
}

test('a push changes the balance at once; a stale one and another account change nothing', (t) => {
  const newer = view({ available: cents(1_280_00), ledger: cents(1_280_00), version: 32 });
  const push = { type: 'push', push: { type: 'balance', ...newer } } as const;
  const { state } = walk(inside(), push);
  t.deepEqual(state.session?.accounts, [newer]);
  t.deepEqual(state.session?.change, { amount: cents(40_00), atMs: NOW });
  const stale = { ...push, push: { ...push.push, available: ZERO, version: 31 } };
  t.is(walk(state, stale).state, state);
  t.is(
    walk(state, { ...push, push: { ...push.push, account: 'A-9' as AccountId, version: 99 } }).state,
    state,
  );
  t.is(walk(outside(), push).state.session, null);
});

test('several changes make one request for the list of the menu', (t) => {
  const push = (version: number) =>
    ({ type: 'push', push: { type: 'balance', ...view({ version, available: cents(version) }) } }) as const;
  const later = (ms: number) => ({ type: 'world', world: world({ nowMs: NOW + ms }) }) as const;
  const { intents } = walk(
    inside(),
    push(40),
    later(100),
    push(41),
    push(42),
    later(299),
    later(300),
    later(400),
  );
  t.is(asked(intents).length, 1);
});

test('a lost line logs out and says so; one lost in mid-transaction keeps its screen until it is settled', (t) => {
  const down = { type: 'world', world: world({ line: 'down', ready: false }) } as const;
  const idle = walk(inside(), down);
  t.like(idle.state, { session: null, screen: { at: 'notice', title: 'Connection lost' } });
  t.deepEqual(idle.intents, [{ do: 'forgetSecrets' }]);
  t.deepEqual(typed(idle.state, '<enter>').state.screen, LOGIN);
  const moving = walk(inside(busy(withdrawal)), down);
  t.is(moving.state.screen.at, 'busy');
  const ended = {
    type: 'result',
    asked: withdrawal,
    result: result({ outcome: 'fail', code: 'TIMEOUT' }),
  } as const;
  const told = walk(moving.state, ended, ...keys('<enter>'));
  t.deepEqual(told.state.screen, LOGIN);
});

test('an idle customer sees a countdown, stays by any key, and is logged out at its end', (t) => {
  const at = (ms: number) => ({ type: 'world', world: world({ nowMs: NOW + ms }) }) as const;
  const warned = walk(inside(), at(IDLE_MS - 5000));
  t.deepEqual(warned.intents, []);
  const stayed = walk(warned.state, ...keys('1'));
  t.is(stayed.state.screen.at, 'menu', 'the key only says that somebody is there');
  t.is(stayed.state.idleSinceMs, NOW + IDLE_MS - 5000);
  const gone = walk(inside(PASSWORD), at(IDLE_MS));
  t.deepEqual(gone.intents, [{ do: 'forgetSecrets' }, { do: 'ask', asked: { op: 'logout' } }]);
  const waiting = walk(inside(busy(withdrawal)), at(IDLE_MS * 2));
  t.deepEqual(waiting.intents, [], 'not while money moves');
});

test('what somebody typed at the login and left is forgotten', (t) => {
  const left = typed(outside(), 'alice<enter>secr').state;
  const { state, intents } = walk(left, { type: 'world', world: world({ nowMs: NOW + IDLE_MS }) });
  t.deepEqual(state.screen, LOGIN);
  t.deepEqual(intents, [{ do: 'forgetSecrets' }]);
});

test('the history is paged by cursors and filtered by kind', (t) => {
  const open = typed(inside(), '5');
  t.like(asked(open.intents)[0], { cursor: null, limit: 12, kinds: [], short: false });
  const answered = (items: readonly unknown[], next: number | null, of: Asked | undefined) =>
    ({
      type: 'result',
      asked: of ?? { op: 'logout' },
      result: result({ reply: reply('APPROVED', { items, next }) }),
    }) as const;
  const first = walk(open.state, answered(ITEMS, 900, asked(open.intents)[0]));
  t.like(first.state.screen, { loading: false, next: 900 });
  const second = walk(first.state, ...keys('<pagedown>'));
  t.like(asked(second.intents)[0], { cursor: 900 });
  const last = walk(second.state, answered(ITEMS.slice(1), null, asked(second.intents)[0]));
  t.deepEqual(typed(last.state, '<pagedown>').intents, [], 'there is no further page');
  t.like(asked(typed(last.state, '<pageup>').intents)[0], { cursor: null });
  t.like(asked(typed(last.state, 'f').intents)[0], { cursor: null, kinds: ['withdraw'] });
  t.deepEqual(typed(last.state, '<escape>').state.screen, MENU);
});

test('new passwords that differ are typed again', (t) => {
  const { state } = walk(inside(busy({ op: 'passwordChange' })), { type: 'passwordsDiffer' });
  t.like(state.screen, { at: 'password', focus: 'old', lengths: { old: 0, fresh: 0, again: 0 } });
});

test('a change of password wants three fields, and Esc forgets them', (t) => {
  const { state, intents } = typed(inside(PASSWORD), 'old<enter>new<enter>new');
  t.deepEqual(asked(intents), []);
  t.deepEqual(asked(typed(state, '<enter>').intents), [{ op: 'passwordChange' }]);
  t.deepEqual(typed(state, '<escape>').intents, [{ do: 'forgetSecrets' }]);
});

test('the next account is shown on demand', (t) => {
  const second = view({ account: 'A-7' as AccountId, available: cents(1) });
  const two = inside(MENU, { session: session({ accounts: [view(), second] }) });
  t.is(typed(two, 'a').state.session?.account, second.account);
  t.is(typed(two, 'aa').state.session?.account, account);
  t.is(typed(inside(), 'a').state.session?.account, account);
});

test('C-c leaves from every screen', (t) => {
  for (const state of [outside(), inside(), inside(busy(withdrawal)), inside(WITHDRAW)]) {
    t.deepEqual(typed(state, '<C-c>').intents, [{ do: 'leave' }]);
  }
});

test('a login that was not sent, or not answered, says so on the login screen', (t) => {
  const login: Asked = { op: 'login', user: customer };
  for (const [change, words] of [
    [{ outcome: 'fail', code: null }, /not connected.*Try again/s],
    [{ outcome: 'unknown', code: 'TIMEOUT' }, /did not answer in time.*Try again/s],
    [{ outcome: 'fail', code: 'TERMINAL_NOT_PERMITTED' }, /Use another machine/],
  ] as const) {
    const event = { type: 'result', asked: login, result: result(change) } as const;
    const { screen } = walk(outside({ screen: busy(login) }), event).state;
    t.regex(screen.at === 'login' ? String(screen.message) : '', words);
  }
});
