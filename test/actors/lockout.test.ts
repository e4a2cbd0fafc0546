import test from 'ava';
import type { CustomerId, TerminalId, TxnId } from '../../protocol/ids.ts';
import type { Reply } from '../../protocol/messages.ts';
import type { PasswordHash } from '../../protocol/ports.ts';
import type { ManualClock } from '../helpers/manual-clock.ts';
import { alice, bob, SmallTerminal, SmallWorld } from '../helpers/small-world.ts';

const ATM1 = 'ATM-1' as TerminalId;
const ATM2 = 'ATM-2' as TerminalId;
const carol = 'carol' as CustomerId;

async function worldWith(...ids: TerminalId[]): Promise<{ world: SmallWorld; atms: SmallTerminal[] }> {
  return populated(new SmallWorld(), ids);
}

async function populated(
  world: SmallWorld,
  ids: readonly TerminalId[],
): Promise<{ world: SmallWorld; atms: SmallTerminal[] }> {
  await world.populate(...ids);
  const atms = ids.map((id) => new SmallTerminal(world, id));
  for (const atm of atms) await atm.connect();
  return { world, atms };
}

async function killAndRestart(world: SmallWorld, atms: readonly SmallTerminal[]): Promise<void> {
  world.crashBank();
  await world.until(() => atms.every(({ link }) => !link.up));
  world.restartBank();
  await world.until(() => atms.every(({ link }) => link.up));
}

let attempts = 0;
/** A login as it goes over the wire; several may be under way. */
function guess(
  atm: SmallTerminal,
  user: CustomerId,
  password: string,
  id = ++attempts,
): Promise<Reply | 'lost'> {
  const txnId = id.toString(16).padStart(32, '0') as TxnId;
  return new Promise((done) => atm.link.request({ type: 'login', txnId, user, password }, done));
}

async function answered<T>(world: SmallWorld, question: Promise<T>): Promise<T> {
  let answer: { value: T } | null = null;
  void question.then((value) => {
    answer = { value };
  });
  await world.until(() => answer !== null);
  return (answer as unknown as { value: T }).value;
}

async function codeOf(world: SmallWorld, question: Promise<Reply | 'lost'>): Promise<string> {
  const reply = await answered(world, question);
  return reply === 'lost'
    ? 'lost'
    : reply.triesLeft === undefined
      ? reply.code
      : `${reply.code} ${reply.triesLeft}`;
}

test('three wrong passwords lock, over terminals, sessions and a killed bank, until somebody unlocks', async (t) => {
  const { world, atms } = await worldWith(ATM1, ATM2);
  const [one, two] = atms as [SmallTerminal, SmallTerminal];
  t.is(await codeOf(world, guess(one, alice, 'no')), 'WRONG_PASSWORD 2');
  t.is(await codeOf(world, guess(two, alice, 'no')), 'WRONG_PASSWORD 1');
  await killAndRestart(world, atms);
  t.is(await codeOf(world, guess(one, alice, 'no')), 'WRONG_PASSWORD 0');
  t.is(await codeOf(world, guess(two, alice, 'alice-pw')), 'TRIES_EXCEEDED 0');
  t.is((await one.login(bob)).code, 'APPROVED');
  await world.ask({ type: 'unlockCustomer', customer: alice });
  t.is((await two.login(alice)).code, 'APPROVED');
  t.deepEqual(
    world.audit().filter((line) => line.startsWith('alice | ')),
    [
      'alice | customer added',
      'alice | login failed - wrong password',
      'alice | login failed - wrong password',
      'alice | login failed - wrong password',
      'alice | login failed - tries exceeded',
      'alice | customer unlocked',
      'alice | login',
    ],
  );
  t.deepEqual(world.errors, []);
  world.end();
});

test('guesses side by side are booked before they are tried: the right one among them comes too late', async (t) => {
  const { world, atms } = await worldWith(ATM1);
  const [one] = atms as [SmallTerminal];
  const codes = await answered(
    world,
    Promise.all(Array.from({ length: 8 }, (_, at) => guess(one, alice, at === 7 ? 'alice-pw' : 'no'))),
  );
  const counts = Map.groupBy(codes, (reply) => (reply === 'lost' ? reply : reply.code));
  t.deepEqual([...counts.keys()].sort(), ['TRIES_EXCEEDED', 'WRONG_PASSWORD']);
  t.is(world.actor.state.customers.get(alice)?.tries, 3);
  t.true(world.actor.state.customers.get(alice)?.locked);
  world.end();
});

test('right logins of one customer that come together are all let in, and leave no try charged', async (t) => {
  const { world, atms } = await worldWith(ATM1, ATM2);
  const codes = await answered(
    world,
    Promise.all(
      Array.from({ length: 12 }, (_, at) => guess(atms[at % 2] as SmallTerminal, alice, 'alice-pw')),
    ),
  );
  t.deepEqual(new Set(codes.map((reply) => (reply === 'lost' ? reply : reply.code))), new Set(['APPROVED']));
  t.is(world.actor.state.customers.get(alice)?.tries, 0);
  world.end();
});

test('the repeat of one attempt counts once', async (t) => {
  const { world, atms } = await worldWith(ATM1);
  const [one] = atms as [SmallTerminal];
  const id = 0xabc;
  t.is(await codeOf(world, guess(one, alice, 'no', id)), 'WRONG_PASSWORD 2');
  t.is(await codeOf(world, guess(one, alice, 'no', id)), 'WRONG_PASSWORD 2');
  t.is(await codeOf(world, guess(one, alice, 'no')), 'WRONG_PASSWORD 1');
  world.end();
});

test('a name that is nobody is answered just as a customer is, over a killed bank too', async (t) => {
  const { world, atms } = await worldWith(ATM1);
  const [one] = atms as [SmallTerminal];
  for (const expected of ['WRONG_PASSWORD 2', 'WRONG_PASSWORD 1']) {
    t.is(await codeOf(world, guess(one, carol, 'no')), expected);
    t.is(await codeOf(world, guess(one, alice, 'no')), expected);
  }
  await killAndRestart(world, atms);
  for (const expected of ['WRONG_PASSWORD 0', 'TRIES_EXCEEDED 0']) {
    t.is(await codeOf(world, guess(one, carol, 'no')), expected);
    t.is(await codeOf(world, guess(one, alice, 'no')), expected);
  }
  world.end();
});

const spray = (n: number) => `nobody-${n}` as CustomerId;

test('a terminal that guesses is refused before a customer is charged; others serve on; an hour ends it', async (t) => {
  const { world, atms } = await worldWith(ATM1, ATM2);
  const [one, two] = atms as [SmallTerminal, SmallTerminal];
  for (let n = 0; n < 20; n++) {
    t.is(await codeOf(world, guess(one, spray(n), 'no')), 'WRONG_PASSWORD 2');
  }
  t.is(await codeOf(world, guess(one, alice, 'no')), 'TERMINAL_NOT_PERMITTED');
  t.is(world.actor.state.customers.get(alice)?.tries, 0);
  await killAndRestart(world, atms);
  t.is(await codeOf(world, guess(one, alice, 'alice-pw')), 'TERMINAL_NOT_PERMITTED');
  t.is((await two.login(alice)).code, 'APPROVED');
  world.clock.advance(3_600_000);
  await world.until(() => one.link.up);
  t.is((await one.login(bob)).code, 'APPROVED');
  world.end();
});

test('a terminal that guesses side by side gets no more tries than one that does it in turn', async (t) => {
  const { world, atms } = await worldWith(ATM1);
  const [one] = atms as [SmallTerminal];
  const codes = await answered(
    world,
    Promise.all(Array.from({ length: 50 }, (_, n) => guess(one, spray(n), 'no'))),
  );
  const counts = Map.groupBy(codes, (reply) => (reply === 'lost' ? reply : reply.code));
  t.is(counts.get('WRONG_PASSWORD')?.length, 20);
  t.is(counts.get('TERMINAL_NOT_PERMITTED')?.length, 30);
  world.end();
});

test('a login whose line dies while its password is hashed, or while it waits its turn, counts and leaves nothing behind', async (t) => {
  const slow = (clock: ManualClock): PasswordHash => ({
    hash: (password, done) => done(password),
    verify: (password, encoded, done) => void clock.setTimeout(() => done(password === encoded), 1_000),
  });
  const { world, atms } = await populated(new SmallWorld({ passwords: slow }), [ATM1, ATM2]);
  const [one, two] = atms as [SmallTerminal, SmallTerminal];
  const tries = [guess(one, alice, 'alice-pw'), guess(one, alice, 'no')];
  await world.pass(100);
  one.link.stop(() => {});
  await world.until(() => world.server.sessions.established === 1);
  t.deepEqual(await Promise.all(tries.map((tried) => answered(world, tried))), ['lost', 'lost']);
  await world.pass(5_000);
  t.is(world.server.sessions.accounts, 0);
  t.is(await codeOf(world, guess(two, alice, 'no')), 'WRONG_PASSWORD 1');
  t.deepEqual(world.errors, []);
  world.end();
});
