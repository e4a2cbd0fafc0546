import test from 'ava';
import type { BankSession } from '../../actors/bank-session.ts';
import { RequestRouter } from '../../actors/request-router.ts';
import { decodeBankMessage } from '../../protocol/decode.ts';
import type { CustomerId, TerminalId } from '../../protocol/ids.ts';
import type { Reply } from '../../protocol/messages.ts';
import { alice, aliceAccount, bobAccount, SmallWorld } from '../helpers/small-world.ts';

const ATM1 = 'ATM-1' as TerminalId;

/** A session as the router sees it. */
class FakeSession {
  terminal = ATM1;
  customer: CustomerId | null = null;
  ridLast = 0;
  inFlight = 0;
  readonly replies: Reply[] = [];
  queue(text: string): void {
    const decoded = decodeBankMessage(Buffer.from(text));
    if (decoded.ok && decoded.message.type === 'reply') this.replies.push(decoded.message);
  }
}

interface Setup {
  readonly world: SmallWorld;
  readonly session: FakeSession;
  /** Passwords that wait to be verified; call to say whether right. */
  readonly hashing: ((ok: boolean) => void)[];
  /** How often the session was to end for it. */
  nonsense(): number;
  send(message: object): void;
  codeOf(rid: number | null): string | undefined;
}

async function setUp(options = {}, terminals = [ATM1]): Promise<Setup> {
  const world = new SmallWorld(options);
  await world.populate(...terminals);
  const session = new FakeSession();
  const hashing: ((ok: boolean) => void)[] = [];
  let nonsense = 0;
  const router = new RequestRouter({
    bank: world.actor,
    passwords: {
      hash: (password, done) => done(password),
      verify: (_password, _encoded, done) => hashing.push(done),
    },
    onQueued: () => {},
    onChanged: () => {},
    onLogin: (_, customer) => {
      session.customer = customer;
    },
    onLogout: () => {
      session.customer = null;
    },
    onRefused: () => {},
    onNonsense: () => {
      nonsense += 1;
    },
  });
  return {
    world,
    session,
    hashing,
    nonsense: () => nonsense,
    send: (message) => router.handle(session as unknown as BankSession, Buffer.from(JSON.stringify(message))),
    codeOf: (rid) => session.replies.find((reply) => reply.rid === rid)?.code,
  };
}

const login = (rid: number) => ({
  type: 'login',
  rid,
  txnId: String(rid).padStart(32, '0'),
  user: 'alice',
  password: 'alice-pw',
});
const balance = (rid: number, account: string = aliceAccount) => ({ type: 'balance', rid, account });
const reverse = (rid: number) => ({
  type: 'reverse',
  rid,
  txnId: String(rid).padStart(32, 'a'),
  attempt: 1,
  origTxnId: 'b'.repeat(32),
  reason: 'timeout',
});

test('echo is answered without the bank', async (t) => {
  const { world, send, codeOf } = await setUp();
  const before = world.audit().length;
  send({ type: 'echo', rid: 1 });
  t.is(codeOf(1), 'APPROVED');
  t.is(world.audit().length, before);
  world.end();
});

test('a message that does not decode is answered FORMAT_ERROR, with its number where it has one, and audited', async (t) => {
  const { world, send, session } = await setUp();
  send({ type: 'balance', rid: 1, account: aliceAccount, customer: 'bob' });
  send({ type: 'nonsense', rid: 2 });
  send([]);
  await world.until(() => session.replies.length === 3);
  t.true(session.replies.every(({ code }) => code === 'FORMAT_ERROR'));
  const lines = world.audit().filter((line) => line.includes('message from ATM-1 failed - format error'));
  t.is(lines.length, 3);
  t.is(session.inFlight, 0);
  world.end();
});

test('request numbers increase: a repeated or a lower one is refused and does nothing', async (t) => {
  const { world, send, session } = await setUp();
  session.customer = alice;
  send(balance(5));
  send(balance(5));
  send(balance(4));
  send(balance(6));
  await world.until(() => session.replies.length === 4);
  const codes = session.replies.map(({ rid, code }) => `${rid} ${code}`);
  t.deepEqual(codes.sort(), ['4 FORMAT_ERROR', '5 APPROVED', '5 FORMAT_ERROR', '6 APPROVED']);
  world.end();
});

test('who asks is the session’s customer: nobody before a login, and never the owner of another account', async (t) => {
  const { world, send, session, codeOf } = await setUp();
  send(balance(1));
  await world.until(() => session.replies.length === 1);
  t.not(codeOf(1), 'APPROVED');
  session.customer = alice;
  send(balance(2));
  send(balance(3, bobAccount));
  await world.until(() => session.replies.length === 3);
  t.is(codeOf(2), 'APPROVED');
  t.not(codeOf(3), 'APPROVED');
  world.end();
});

test('the 65th request under way is BUSY; an advice is taken all the same', async (t) => {
  const { world, send, session, codeOf } = await setUp();
  session.customer = alice;
  for (let rid = 1; rid <= 65; rid++) send(balance(rid));
  send(reverse(66));
  t.is(codeOf(65), 'BUSY');
  t.is(session.replies.length, 1, 'BUSY does not wait for a commit');
  await world.until(() => session.replies.length === 66);
  t.is(codeOf(64), 'APPROVED');
  t.is(codeOf(66), 'APPROVED');
  t.is(session.inFlight, 0);
  world.end();
});

test('a login is answered after its password was verified, and makes the session the customer’s', async (t) => {
  for (const ok of [true, false]) {
    const { world, send, session, hashing, codeOf } = await setUp();
    send(login(1));
    await world.until(() => hashing.length === 1);
    t.is(session.replies.length, 0);
    t.is(session.inFlight, 1);
    hashing[0]?.(ok);
    await world.until(() => session.replies.length === 1);
    t.is(codeOf(1) === 'APPROVED', ok);
    t.is(String(session.customer), ok ? 'alice' : 'null');
    t.is(session.inFlight, 0);
    world.end();
  }
});

test('while 256 passwords are hashed a further login is BUSY, and the second half of one is not', async (t) => {
  const terminals = Array.from({ length: 16 }, (_, i) => `ATM-${i + 1}` as TerminalId);
  const { world, send, session, hashing, codeOf } = await setUp({ mailboxMax: 1 }, terminals);
  for (let rid = 1; rid <= 256; rid++) {
    // Each of another session and few of one terminal, else limits of those would speak first.
    session.inFlight = 0;
    session.terminal = terminals[rid % terminals.length] ?? ATM1;
    send({ ...login(rid), user: `nobody-${rid}` });
    await world.until(() => hashing.length === rid);
  }
  send(login(257));
  t.is(codeOf(257), 'BUSY');
  const full = { type: 'note', customer: '-', action: 'fills the mailbox' } as const;
  world.actor.submit(full, () => {});
  hashing[0]?.(false);
  await world.until(() => codeOf(1) !== undefined);
  t.is(codeOf(1), 'WRONG_PASSWORD');
  world.end();
});

test('a logout ends the login before its answer', async (t) => {
  const { world, send, session, codeOf } = await setUp();
  session.customer = alice;
  send({ type: 'logout', rid: 1 });
  await world.until(() => codeOf(1) !== undefined);
  t.is(codeOf(1), 'APPROVED');
  t.is(String(session.customer), 'null');
  world.end();
});

test('the 65th message under way that cannot be read ends the session; the mailbox holds 64 notes', async (t) => {
  const { world, send, nonsense } = await setUp();
  for (let rid = 1; rid <= 64; rid++) send({ type: 'nonsense', rid });
  t.is(nonsense(), 0);
  send({ type: 'nonsense', rid: 65 });
  t.is(nonsense(), 1);
  t.is(world.actor.mailboxDepth, 64);
  world.end();
});
