import test from 'ava';
import type { TerminalId } from '../../protocol/ids.ts';
import { cents } from '../../protocol/money.ts';
import {
  alice,
  aliceAccount,
  bob,
  bobAccount,
  CASH,
  SmallTerminal,
  SmallWorld,
} from '../helpers/small-world.ts';

const ATM1 = 'ATM-1' as TerminalId;
const ATM2 = 'ATM-2' as TerminalId;

async function worldWith(...terminals: TerminalId[]): Promise<SmallWorld> {
  const world = new SmallWorld();
  await world.populate(...terminals);
  return world;
}

test('a customer logs in, withdraws and sees the balance; each action is in the audit trail', async (t) => {
  const world = await worldWith(ATM1);
  const atm = new SmallTerminal(world, ATM1);
  await atm.connect();
  t.is((await atm.login(alice)).code, 'APPROVED');
  const paid = await atm.withdraw(aliceAccount, cents(40_00));
  t.is(paid.outcome, 'ok');
  t.is(paid.cash, cents(40_00));
  const seen = await atm.does((done) => atm.host.balance(aliceAccount, done));
  t.is(seen.account?.available, cents(60_00));
  const refused = await atm.withdraw(aliceAccount, cents(100_00));
  t.is(refused.code, 'INSUFFICIENT_FUNDS');
  await atm.does((done) => atm.host.logout(done));
  await world.until(() => atm.host.openAdvices === 0);
  t.is(atm.host.counted(), (CASH - cents(40_00)) as typeof CASH);
  const trail = world.audit();
  for (const line of [
    'alice | login',
    'alice | withdraw $40.00 authorised',
    'alice | withdraw $40.00 completed',
    'alice | balance',
    'alice | withdraw $100.00 failed - insufficient funds',
    'alice | logout',
  ]) {
    t.is(trail.filter((each) => each === line).length, 1, line);
  }
  t.deepEqual(world.errors, []);
  world.end();
});

test('a deposit at one terminal is pushed to the same customer at another, and to nobody else', async (t) => {
  const world = await worldWith(ATM1, ATM2, 'ATM-3' as TerminalId);
  const [one, two, three] = [ATM1, ATM2, 'ATM-3' as TerminalId].map((id) => new SmallTerminal(world, id));
  if (!one || !two || !three) throw new Error('three terminals');
  for (const atm of [one, two, three]) await atm.connect();
  await one.login(alice);
  await two.login(alice);
  await three.login(bob);
  await two.does((done) => two.host.deposit(aliceAccount, [{ denomination: cents(20_00), count: 2 }], done));
  await world.until(() => one.pushes.length > 0);
  t.is(one.pushes[0]?.available, cents(140_00));
  await world.pass(50);
  t.is(one.pushes.length, 1);
  t.is(two.pushes.length, 0);
  t.is(three.pushes.length, 0);
  world.end();
});

test('an account of somebody else is refused, whatever the message says', async (t) => {
  const world = await worldWith(ATM1);
  const atm = new SmallTerminal(world, ATM1);
  await atm.connect();
  await atm.login(alice);
  const seen = await atm.does((done) => atm.host.balance(bobAccount, done));
  t.is(seen.outcome, 'fail');
  t.is(seen.account, null);
  world.end();
});

test('no answer leaves the bank before its commit', async (t) => {
  const world = await worldWith(ATM1);
  const atm = new SmallTerminal(world, ATM1);
  await atm.connect();
  await atm.login(alice);
  const commit = world.store.commit.bind(world.store);
  let release: (() => void) | null = null;
  world.store.commit = (batch, done) => {
    release = () => commit(batch, done);
  };
  let answered = false;
  atm.host.balance(aliceAccount, () => {
    answered = true;
  });
  await world.until(() => release !== null);
  await world.pass(1_000);
  t.false(answered);
  (release as unknown as () => void)();
  await world.until(() => answered);
  t.true(answered);
  world.end();
});

test('a bank killed after its commit and before its answer: the withdrawal is reversed, the deposit is kept', async (t) => {
  const world = await worldWith(ATM1, ATM2);
  const [one, two] = [new SmallTerminal(world, ATM1), new SmallTerminal(world, ATM2)];
  for (const atm of [one, two]) await atm.connect();
  await one.login(alice);
  await two.login(bob);
  // Answers are lost on the wire from here on.
  world.wire.tap = (bytes, towards) => (towards === 'terminal' ? null : bytes);
  const withdrawal = one.does((done) => one.host.withdraw(aliceAccount, cents(20_00), done));
  const deposit = two.does((done) =>
    two.host.deposit(bobAccount, [{ denomination: cents(50_00), count: 1 }], done),
  );
  await world.pass(50);
  world.crashBank();
  await world.pass(500);
  world.wire.tap = (bytes) => bytes;
  world.restartBank();
  const [taken, stored] = await Promise.all([withdrawal, deposit]);
  t.is(taken.outcome, 'fail');
  t.is(taken.cash, cents(0));
  t.is(taken.settledBy, 'reversal');
  t.is(stored.outcome, 'ok');
  t.is(stored.settledBy, 'reversal');
  t.is(stored.cash, cents(50_00));
  t.is(one.host.counted(), CASH);
  t.is(two.host.counted(), (CASH + cents(50_00)) as typeof CASH);
  const ledger = (id: string) => world.store.load().accounts.find((row) => row.id === id);
  t.is(ledger('customer:A-1')?.ledger, cents(100_00));
  t.is(ledger('customer:A-1')?.held, cents(0));
  t.is(ledger('customer:A-2')?.ledger, cents(150_00));
  world.end();
});

test('a deposit that never reached the bank gives the notes back', async (t) => {
  const world = await worldWith(ATM1);
  const atm = new SmallTerminal(world, ATM1);
  await atm.connect();
  await atm.login(alice);
  world.wire.tap = (bytes, towards) => (towards === 'bank' ? null : bytes);
  const deposit = atm.does((done) =>
    atm.host.deposit(aliceAccount, [{ denomination: cents(50_00), count: 1 }], done),
  );
  await world.pass(50);
  world.crashBank();
  world.wire.tap = (bytes) => bytes;
  world.restartBank();
  const result = await deposit;
  t.is(result.outcome, 'fail');
  t.is(result.cash, cents(0));
  t.is(atm.host.counted(), CASH);
  t.is(world.store.load().accounts.find((row) => row.id === 'customer:A-1')?.ledger, cents(100_00));
  world.end();
});

test('a flipped byte on the wire ends the session; the terminal comes back and nothing is executed twice', async (t) => {
  const world = await worldWith(ATM1);
  const atm = new SmallTerminal(world, ATM1);
  await atm.connect();
  await atm.login(alice);
  let flipped = false;
  world.wire.tap = (bytes, towards) => {
    if (towards === 'bank' && !flipped) {
      flipped = true;
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    }
    return bytes;
  };
  const result = await atm.withdraw(aliceAccount, cents(20_00));
  t.is(result.outcome, 'fail');
  await world.pass(2_000);
  t.is(atm.link.counts.sessions, 2);
  t.true(world.audit().some((line) => line.startsWith('- | session refused - violation: bad mac')));
  t.is(world.store.load().accounts.find((row) => row.id === 'customer:A-1')?.ledger, cents(100_00));
  world.end();
});

test('an unknown terminal and a wrong key are answered alike, and audited once a second', async (t) => {
  const world = await worldWith(ATM1);
  const heard: string[][] = [];
  for (const [id, key] of [
    ['ATM-9', undefined],
    ['ATM-1', new Uint8Array(32)],
  ] as const) {
    const bytes: string[] = [];
    world.wire.tap = (sent, towards) => {
      if (towards === 'terminal') bytes.push(Buffer.from(sent).toString('hex'));
      return sent;
    };
    const atm = new SmallTerminal(world, id as TerminalId, key);
    atm.link.start();
    await world.pass(100);
    atm.link.stop(() => {});
    heard.push(bytes);
    await world.pass(1_100);
  }
  t.deepEqual(heard[0], heard[1]);
  t.is(heard[0]?.length, 1);
  t.is(world.audit().filter((line) => line.startsWith('- | session refused')).length, 2);
  world.end();
});

test('R17: the oldest of five half-open sessions of a terminal gives way; established ones stay', async (t) => {
  const world = await worldWith(ATM1);
  const established = new SmallTerminal(world, ATM1);
  await established.connect();
  // Hellos arrive, Finished never does.
  const hellos = Array.from({ length: 5 }, () => new SmallTerminal(world, ATM1));
  world.wire.tap = (bytes, towards) => (towards === 'terminal' ? null : bytes);
  for (const atm of hellos) {
    atm.link.start();
    await world.pass(5);
  }
  t.is(world.server.sessions.open, 5);
  t.is(world.server.sessions.established, 1);
  t.true(established.link.up);
  world.end();
});

test('a stopped bank answers what is under way, closes with Close, and is not audited as truncation', async (t) => {
  const world = await worldWith(ATM1);
  const atm = new SmallTerminal(world, ATM1);
  await atm.connect();
  await atm.login(alice);
  const balance = atm.does((done) => atm.host.balance(aliceAccount, done));
  await world.pass(1);
  let stopped = false;
  world.server.stop(() =>
    world.actor.stop(() => {
      stopped = true;
    }),
  );
  t.is((await balance).code, 'APPROVED');
  await world.until(() => stopped);
  t.false(world.audit().some((line) => line.includes('truncated')));
  t.is(world.server.sessions.open, 0);
  world.end();
});

test('a full mailbox answers BUSY to requests and still takes advices', async (t) => {
  const world = new SmallWorld({ mailboxMax: 2 });
  await world.populate(ATM1);
  const origin = { terminal: ATM1, customer: alice };
  const balance = {
    type: 'request',
    origin,
    request: { type: 'balance', rid: 1, account: aliceAccount },
  } as const;
  t.true(world.actor.submit(balance, () => {}));
  t.true(world.actor.submit(balance, () => {}));
  t.false(world.actor.submit(balance, () => {}));
  const advice = {
    type: 'request',
    origin,
    request: {
      type: 'reverse',
      rid: 2,
      txnId: 'a'.repeat(32),
      attempt: 1,
      origTxnId: 'b'.repeat(32),
      reason: 'timeout',
    },
  } as never;
  t.true(world.actor.submit(advice, () => {}));
  await world.pass(10);
  t.is(world.actor.mailboxDepth, 0);
  world.end();
});
