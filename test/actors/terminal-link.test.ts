import test from 'ava';
import { LINK_TIMEOUTS } from '../../actors/terminal-link.machine.ts';
import { SecureLink } from '../../actors/terminal-link.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { kShared } from '../../protocol/key-schedule.ts';
import type { Reply } from '../../protocol/messages.ts';
import { Rng } from '../../sim/rng.ts';
import { BASE_KEY, KEY_ID, SmallWorld } from '../helpers/small-world.ts';

const ATM1 = 'ATM-1' as TerminalId;

async function setUp() {
  const world = new SmallWorld();
  await world.populate(ATM1);
  const told: string[] = [];
  const rng = new Rng('link', 'entropy');
  const link = new SecureLink(
    {
      clock: world.clock,
      entropy: { bytes: (n) => rng.bytes(n) },
      net: world.net,
      onError: (error) => world.errors.push(error),
    },
    {
      address: 'bank:1',
      terminal: ATM1,
      keyId: KEY_ID,
      kShared: kShared(BASE_KEY, { terminal: ATM1, keyId: KEY_ID }),
    },
    { onUp: () => told.push('up'), onDown: () => told.push('down'), onPush: () => told.push('push') },
  );
  const echo = () => {
    const results: (Reply | 'lost')[] = [];
    link.request({ type: 'echo' }, (result) => results.push(result));
    return results;
  };
  return { world, link, told, echo };
}

test('a request without a session is lost at once; with one it is answered', async (t) => {
  const { world, link, told, echo } = await setUp();
  t.deepEqual(echo(), ['lost']);
  t.false(link.connecting);
  link.start();
  t.true(link.connecting);
  await world.until(() => link.up);
  t.false(link.connecting);
  const answered = echo();
  await world.until(() => answered.length > 0);
  t.like(answered[0], { code: 'APPROVED', rid: 1 });
  t.deepEqual(told, ['up']);
  t.deepEqual(world.errors, []);
  world.end();
});

test('replies go to whoever asked, also when they come in another order', async (t) => {
  const { world, link } = await setUp();
  link.start();
  await world.until(() => link.up);
  const order: string[] = [];
  // A refused one waits for its audit record to be durable; an echo does not.
  link.request({ type: 'balance', account: 'A-1' as never }, (reply) =>
    order.push(`balance ${reply === 'lost' ? reply : reply.rid}`),
  );
  link.request({ type: 'echo' }, (reply) => order.push(`echo ${reply === 'lost' ? reply : reply.rid}`));
  await world.until(() => order.length === 2);
  t.deepEqual(order.sort(), ['balance 1', 'echo 2']);
  world.end();
});

test('what was asked on a connection that is cut is lost, once, and the line comes back', async (t) => {
  const { world, link, told, echo } = await setUp();
  link.start();
  await world.until(() => link.up);
  world.wire.tap = (bytes, towards) => (towards === 'terminal' ? null : bytes);
  const pending = [echo(), echo()];
  await world.pass(20);
  t.deepEqual(pending, [[], []]);
  world.wire.tap = (bytes) => bytes;
  for (const line of [...world.wire.open]) line.cut();
  await world.pass(1);
  t.deepEqual(pending, [['lost'], ['lost']]);
  await world.until(() => link.up);
  t.deepEqual(told, ['up', 'down', 'up']);
  t.is(link.counts.sessions, 2);
  const answered = echo();
  await world.until(() => answered.length > 0);
  t.like(answered[0], { rid: 1 }, 'numbers begin anew with the session');
  t.deepEqual(pending, [['lost'], ['lost']]);
  world.end();
});

test('silence is broken by an echo; keys are renewed at their age; neither ends the session', async (t) => {
  const { world, link, told } = await setUp();
  link.start();
  await world.until(() => link.up);
  const quiet = link.counts.bytesTx;
  world.clock.advance(LINK_TIMEOUTS.echoMs - 100);
  t.is(link.counts.bytesTx, quiet);
  await world.pass(200);
  t.true(link.counts.bytesTx > quiet);
  for (let ms = 0; ms < LINK_TIMEOUTS.rekeyMs * 2; ms += 1_000) {
    world.clock.advance(1_000);
    await Promise.resolve();
  }
  t.deepEqual(told, ['up']);
  t.true(link.up);
  t.is(link.counts.sessions, 1);
  t.is(world.server.sessions.established, 1);
  world.end();
});

test('a request that was just sent on a quiet line is no silence of the bank; one that stays unanswered is', async (t) => {
  const { world, link, told, echo } = await setUp();
  link.start();
  await world.until(() => link.up);
  world.wire.tap = (bytes, towards) => (towards === 'terminal' ? null : bytes);
  world.clock.advance(LINK_TIMEOUTS.echoMs - 100);
  const asked = echo();
  world.clock.advance(200);
  t.deepEqual(told, ['up']);
  t.deepEqual(asked, []);
  world.clock.advance(LINK_TIMEOUTS.echoMs);
  t.deepEqual(told, ['up', 'down']);
  t.deepEqual(asked, ['lost']);
  world.end();
});

test('bytes are no answer: a frame whose length was raised on the way does not keep a deaf line', async (t) => {
  const { world, link, told, echo } = await setUp();
  link.start();
  await world.until(() => link.up);
  let raised = 0;
  world.wire.tap = (bytes, towards) => {
    if (towards === 'bank' || raised++ > 0) return bytes;
    const longer = Uint8Array.from(bytes);
    longer[6] = (longer[6] ?? 0) | 0x20;
    return longer;
  };
  const asked = [echo()];
  for (let ms = 0; ms < 2 * LINK_TIMEOUTS.echoMs; ms += 5_000) {
    await world.pass(5_000);
    if (link.up && told.length < 2) asked.push(echo());
  }
  t.true(raised > 5, 'the bank went on answering');
  t.deepEqual(told.slice(0, 2), ['up', 'down']);
  t.deepEqual(new Set(asked.flat()), new Set(['lost']));
  await world.until(() => link.up);
  world.end();
});

test('a bank that is not there is dialled again, less and less often, until it is', async (t) => {
  const { world, link } = await setUp();
  world.wire.refusing = true;
  link.start();
  await world.pass(2_000);
  const early = link.counts.failures;
  await world.pass(20_000);
  const later = link.counts.failures - early;
  t.true(early >= 3, `${early} tries in two seconds`);
  t.true(later >= 2 && later <= early, `${later} tries in the next twenty`);
  t.true(link.connecting);
  world.wire.refusing = false;
  await world.until(() => link.up, LINK_TIMEOUTS.backOffMaxMs + 1_000);
  t.is(link.counts.sessions, 1);
  world.end();
});

test('a stop closes with Close and stays offline; it is told once, wherever the link is', async (t) => {
  for (const moment of ['offline', 'dialling', 'established', 'back-off'] as const) {
    const { world, link } = await setUp();
    if (moment === 'back-off') world.wire.refusing = true;
    if (moment !== 'offline') link.start();
    if (moment === 'established') await world.until(() => link.up);
    if (moment === 'back-off') await world.pass(20);
    let stopped = 0;
    link.stop(() => stopped++);
    await world.until(() => stopped > 0, 10_000);
    world.wire.refusing = false;
    await world.pass(20_000);
    t.is(stopped, 1, moment);
    t.false(link.up || link.connecting, moment);
    t.is(world.server.sessions.open, 0, moment);
    t.false(
      world.audit().some((line) => line.includes('truncated')),
      moment,
    );
    world.end();
  }
});

test('a stopped link can be started again', async (t) => {
  const { world, link, echo } = await setUp();
  link.start();
  await world.until(() => link.up);
  let stopped = false;
  link.stop(() => {
    stopped = true;
  });
  await world.until(() => stopped);
  link.start();
  await world.until(() => link.up);
  const answered = echo();
  await world.until(() => answered.length > 0);
  t.like(answered[0], { code: 'APPROVED' });
  world.end();
});

test('a stop is told when the bank does not answer Close either', async (t) => {
  const { world, link } = await setUp();
  link.start();
  await world.until(() => link.up);
  world.wire.tap = () => null;
  let stopped = 0;
  link.stop(() => stopped++);
  await world.until(() => stopped > 0, LINK_TIMEOUTS.closeMs + 1_000);
  await world.pass(1_000);
  t.is(stopped, 1);
  t.false(link.up || link.connecting);
  world.end();
});
