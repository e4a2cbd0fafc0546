import test from 'ava';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { kShared } from '../../protocol/key-schedule.ts';
import { sent } from '../helpers/channels.ts';
import { countedEntropy } from '../helpers/entropy.ts';
import { BASE_KEY, KEY_ID, SmallTerminal, SmallWorld } from '../helpers/small-world.ts';

const ATM1 = 'ATM-1' as TerminalId;
const ATM2 = 'ATM-2' as TerminalId;
const NOTHING = { onOpen() {}, onData() {}, onEnd() {}, onClose() {} };

/** A session of ATM-1 that shakes hands by itself and then says what the test wants. */
function handMade(world: SmallWorld) {
  const owner = { terminal: ATM1, keyId: KEY_ID };
  const channel = new ClientChannel(
    { entropy: countedEntropy('hand-made') },
    { ...owner, kShared: kShared(BASE_KEY, owner) },
  );
  const say = (effects: readonly ChannelEffect[]) => {
    if (sent(effects).length > 0) conn.write(sent(effects));
  };
  const conn = world.net.dial('bank', {
    ...NOTHING,
    onOpen: () => say(channel.start(world.clock.now())),
    onData: (chunk) => say(channel.receive(chunk, world.clock.now())),
  });
  return { channel, conn, say };
}

test('R17: strangers who say nothing give way, the oldest first; they keep no terminal out and no session down', async (t) => {
  const world = new SmallWorld({ server: { handshakesMax: 3 } });
  await world.populate(ATM1, ATM2);
  const early = new SmallTerminal(world, ATM1);
  await early.connect();
  const dropped: number[] = [];
  for (let n = 0; n < 10; n++) {
    world.net.dial('bank', { ...NOTHING, onClose: () => dropped.push(n) });
    await world.pass(5);
  }
  t.deepEqual(dropped, [0, 1, 2, 3, 4, 5, 6]);
  t.is(world.server.sessions.open, 4);
  const startedMs = world.clock.now();
  const late = new SmallTerminal(world, ATM2);
  await late.connect();
  t.true(world.clock.now() - startedMs < 1_000);
  t.true(early.link.up);
  await world.until(() => world.server.sessions.established === 2);
  await world.pass(2_000);
  t.true(world.audit().some((line) => line.includes('too many connections')));
  t.deepEqual(world.errors, []);
  world.end();
});

test('R20: what a peer goes on to send after its connection was ended is not read for long', async (t) => {
  const world = new SmallWorld();
  let dropped = false;
  const conn = world.net.dial('bank', {
    ...NOTHING,
    onClose: () => {
      dropped = true;
    },
  });
  await world.pass(5);
  for (let n = 0; n < 10 && !dropped; n++) {
    conn.write(new Uint8Array(4_096));
    await world.pass(5);
    // The first is refused with an Alert; one more fits what is thrown away, and no third.
    t.is(dropped, n >= 2);
  }
  world.end();
});

test('a terminal that floods the bank with messages that cannot be read is dropped, and only it', async (t) => {
  const world = new SmallWorld();
  await world.populate(ATM1, ATM2);
  const good = new SmallTerminal(world, ATM2);
  await good.connect();
  const bad = handMade(world);
  await world.until(() => world.server.sessions.established === 2);
  bad.say(bad.channel.send(Array<string>(5_000).fill('x'), world.clock.now()));
  await world.until(() => world.server.sessions.established === 1);
  t.true(good.link.up);
  await world.pass(2_000);
  t.true(world.audit().some((line) => line.includes('flood of messages that cannot be read')));
  t.true(world.audit().filter((line) => line.includes('format error')).length <= 64);
  t.deepEqual(world.errors, []);
  world.end();
});

test('a session that only dribbles bytes of a frame is silent', async (t) => {
  const world = new SmallWorld();
  await world.populate(ATM1);
  const slow = handMade(world);
  await world.until(() => world.server.sessions.established === 1);
  const frame = sent(slow.channel.send(['x'.repeat(1_000)], world.clock.now()));
  for (let at = 0; at < 200 && world.server.sessions.established > 0; at++) {
    slow.conn.write(frame.subarray(at, at + 1));
    await world.pass(1_000);
  }
  t.is(world.server.sessions.established, 0);
  t.deepEqual(world.errors, []);
  world.end();
});

test('R17: who sent a good hello does not give way; then the newest is dropped', async (t) => {
  const world = new SmallWorld({ server: { handshakesMax: 2 } });
  await world.populate(ATM1);
  // Hellos arrive, Finished never does.
  world.wire.tap = (bytes, towards) => (towards === 'terminal' ? null : bytes);
  for (let n = 0; n < 2; n++) {
    new SmallTerminal(world, ATM1).link.start();
    await world.pass(5);
  }
  let dropped = false;
  world.net.dial('bank', {
    ...NOTHING,
    onClose: () => {
      dropped = true;
    },
  });
  await world.pass(5);
  t.true(dropped);
  t.is(world.server.sessions.open, 2);
  world.end();
});
