import test from 'ava';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { type ChannelLimits, Inbound, LIMITS, Outbound } from '../../protocol/direction.ts';
import { clearFrame, FRAME_TYPES, type FrameType, HEADER_BYTES } from '../../protocol/frame.ts';
import { type TerminalId, terminalId } from '../../protocol/ids.ts';
import { InvariantError } from '../../protocol/invariant.ts';
import { kShared } from '../../protocol/key-schedule.ts';
import type { Entropy } from '../../protocol/ports.ts';
import { SUITE_PSK, SUITE_X25519 } from '../../protocol/suites.ts';
import {
  converse,
  ending,
  established,
  framesOf,
  K_SHARED,
  KEY_ID,
  keysOf,
  messages,
  NOW,
  pair,
  sent,
  TERMINAL,
  types,
} from '../helpers/channels.ts';
import { countedEntropy, scriptedEntropy } from '../helpers/entropy.ts';
import { plainSeal } from '../helpers/plain-seal.ts';

const CLOSED = 'closed: close from both sides';
const typeOf = (frame: Uint8Array | undefined) => frame?.[2];

test('a terminal and a bank agree, and messages go both ways', (t) => {
  const { client, server } = pair();
  client.send(['first'], NOW);
  const effects = converse({ client, server }, client.start(NOW), client);
  t.deepEqual(types(effects.client), ['send', 'send', 'established']);
  t.deepEqual(types(effects.server), ['send', 'established', 'message']);
  t.deepEqual(messages(effects.server), ['first']);
  const [up] = effects.server.filter(({ type }) => type === 'established');
  const { type: _, ...info } = up as Extract<ChannelEffect, { type: 'established' }>;
  t.like(info, { terminal: TERMINAL, keyId: KEY_ID, suite: SUITE_X25519 });
  t.deepEqual(client.agreed, info);
  t.regex(info.sessionId, /^[0-9a-f]{32}$/);
  t.deepEqual(messages(client.receive(sent(server.send(['a', 'b'], NOW)), NOW)), ['a', 'b']);
  t.deepEqual([client.phase, server.phase], ['established', 'established']);
});

test('the handshake takes 468 + 2n bytes for n offered suites, in three writes', (t) => {
  for (const suites of [[1], [2, 1], [2, 1, 3, 4, 5, 6, 7, 8]]) {
    const { client, server } = pair({ client: { suites } });
    const hello = client.start(NOW);
    const answer = server.receive(sent(hello), NOW);
    const finished = client.receive(sent(answer), NOW);
    t.deepEqual(
      [types(hello), types(answer), types(finished)],
      [['send'], ['send'], ['send', 'established']],
    );
    t.is(sent(hello).length + sent(answer).length + sent(finished).length, 468 + 2 * suites.length);
  }
});

test('many messages share a record, and several records one write', (t) => {
  const { client, server } = established();
  const small = Array.from({ length: 40 }, (_, index) => `message ${index}`);
  const one = client.send(small, NOW);
  t.is(framesOf(sent(one)).length, 1);
  t.deepEqual(messages(server.receive(sent(one), NOW)), small);
  const big = Array.from({ length: 5 }, (_, index) => `${index}`.repeat(10_000));
  const many = client.send(big, NOW);
  t.is(many.length, 1);
  t.is(framesOf(sent(many)).length, 5);
  t.deepEqual(messages(server.receive(sent(many), NOW)), big);
});

test('a Finished or Data cut out of the server flight leaves the client waiting, silent', (t) => {
  const { client, server } = pair();
  const answer = sent(server.receive(sent(client.start(NOW)), NOW));
  t.deepEqual(client.receive(answer.subarray(0, -1), NOW), []);
  t.is(client.phase, 'hello');
  t.deepEqual(types(client.receive(answer.subarray(-1), NOW)), ['send', 'established']);
});

// --- R1 … R22, by name -------------------------------------------------------------------------------------------

test('R1: the client sends nothing protected before the bank has proved itself', (t) => {
  const { client, server } = pair();
  client.send(['secret'], NOW);
  const [serverHello] = framesOf(sent(server.receive(sent(client.start(NOW)), NOW)));
  t.deepEqual(client.receive(serverHello ?? Buffer.alloc(0), NOW), []);
});

test('R1: the bank refuses Data that comes before the client Finished', (t) => {
  const { client, server } = pair();
  client.send(['too early'], NOW);
  const answer = sent(server.receive(sent(client.start(NOW)), NOW));
  const [, data] = framesOf(sent(client.receive(answer, NOW)));
  const effects = server.receive(data ?? Buffer.alloc(0), NOW);
  t.is(ending(effects), 'violation: bad step');
  t.deepEqual(messages(effects), []);
});

test('R1: the bank holds what it has to say until the client Finished', (t) => {
  const { client, server } = pair();
  const answer = server.receive(sent(client.start(NOW)), NOW);
  t.deepEqual(server.send(['early'], NOW), []);
  const effects = server.receive(sent(client.receive(sent(answer), NOW)), NOW);
  t.deepEqual(types(effects), ['send', 'established']);
  t.deepEqual(messages(client.receive(sent(effects), NOW)), ['early']);
});

test('R1: a Finished under the right keys but over another transcript is refused', (t) => {
  const { client, server } = pair({ client: { suites: [SUITE_PSK] } });
  const clientHello = sent(client.start(NOW));
  const answer = sent(server.receive(clientHello, NOW));
  const [hello] = framesOf(answer);
  const forged = plainSeal(
    keysOf([clientHello, answer]).server,
    { type: FRAME_TYPES.finished, epoch: 1, seq: 0 },
    { iv: Buffer.alloc(16, 3), plaintext: Buffer.alloc(32, 3) },
  );
  t.is(
    ending(client.receive(Buffer.concat([hello ?? Buffer.alloc(0), forged]), NOW)),
    'violation: bad finished',
  );
});

const transcript = test.macro({
  exec(t, at: number) {
    const { client, server } = pair({ client: { suites: [SUITE_PSK] } });
    const answer = sent(server.receive(sent(client.start(NOW)), NOW));
    answer[HEADER_BYTES + at] = (answer[HEADER_BYTES + at] ?? 0) ^ 1;
    t.is(ending(client.receive(answer, NOW)), 'violation: bad mac');
  },
  title: (name) => `R2: a changed ${name} in ServerHello changes every key`,
});
test('nonce', transcript, 0);
test('session id', transcript, 85);

test('R3: no key is shared: a frame reflected to its sender is refused by either side', (t) => {
  for (const side of ['client', 'server'] as const) {
    const both = established();
    const effects = both[side].receive(sent(both[side].send(['mine'], NOW)), NOW);
    t.is(ending(effects), 'violation: bad mac', side);
    t.deepEqual(messages(effects), []);
  }
});

const sequence = test.macro({
  exec(t, order: readonly number[], delivered: readonly string[], end: string) {
    const { client, server } = established();
    const frames = ['0', '1', '2'].map((text) => sent(client.send([text], NOW)));
    const effects = order.flatMap((index) => server.receive(frames[index] ?? Buffer.alloc(0), NOW));
    t.deepEqual(messages(effects), [...delivered]);
    t.is(ending(effects), end);
  },
  title: (name) => `R4: a ${name} record is refused and the session ends`,
});
test('repeated', sequence, [0, 0], ['0'], 'violation: bad seq');
test('skipped', sequence, [0, 2], ['0'], 'violation: bad seq');
test('reordered', sequence, [1, 0], [], 'violation: bad seq');

test('R5: the sequence restarts exactly with the keys', (t) => {
  const { client, server } = established();
  const before = sent(client.send(['a'], NOW));
  const after = Buffer.concat([sent(client.rekey(NOW)), sent(client.send(['b'], NOW))]);
  const places = framesOf(Buffer.concat([before, after])).map((frame) => [
    frame.readUInt16BE(4),
    Number(frame.readBigUInt64BE(8)),
  ]);
  t.deepEqual(places, [
    [1, 1],
    [1, 2],
    [2, 0],
  ]);
  t.deepEqual(messages(server.receive(Buffer.concat([before, after]), NOW)), ['a', 'b']);
});

test('R6: equal messages never look alike', (t) => {
  const { client } = established();
  const frames = Array.from({ length: 50 }, () => sent(client.send(['same'], NOW)).subarray(16));
  t.is(new Set(frames.map((frame) => frame.toString('hex'))).size, 50);
  t.is(new Set(frames.map((frame) => frame.subarray(0, 16).toString('hex'))).size, 50);
});

const oneFailure = test.macro({
  exec(t, change: (frame: Buffer) => void, detail: string) {
    const { client, server } = established();
    const frame = sent(client.send(['hello'], NOW));
    change(frame);
    const effects = server.receive(frame, NOW);
    t.deepEqual(types(effects), ['send', 'closed']);
    t.is(ending(effects), `violation: ${detail}`);
    const alert = sent(effects);
    t.is(alert.length, 80);
    t.is(typeOf(alert), FRAME_TYPES.alert);
    t.is(ending(client.receive(alert, NOW)), 'alert: alert from the peer');
    t.deepEqual(server.receive(frame, NOW), [], 'nothing more is accepted');
    t.deepEqual(server.send(['x'], NOW), []);
  },
  title: (name) => `R8: one failure for a changed ${name}`,
});
const flip = (at: number) => (frame: Buffer) => {
  frame[at < 0 ? frame.length + at : at] = (frame[at < 0 ? frame.length + at : at] ?? 0) ^ 1;
};
test('tag', oneFailure, flip(-1), 'bad mac');
test('IV', oneFailure, flip(20), 'bad mac');
test('seq', oneFailure, flip(15), 'bad seq');
test('epoch', oneFailure, (frame) => frame.writeUInt16BE(2, 4), 'bad epoch');
test('epoch, to clear', oneFailure, flip(5), 'bad type');
test('type, to KeyUpdate', oneFailure, flip(2), 'bad length');
test('magic', oneFailure, flip(0), 'bad magic');
test('version', oneFailure, flip(1), 'bad version');
test('reserved byte', oneFailure, flip(3), 'bad reserved byte');
test('length', oneFailure, flip(7), 'bad length');
test('type, to an unknown one', oneFailure, (frame) => frame.writeUInt8(0x14, 2), 'bad type');
test('type, to Finished', oneFailure, (frame) => frame.writeUInt8(0x03, 2), 'bad type');

test('R4: the type is under the MAC: a KeyUpdate is not taken for a Close', (t) => {
  const { client, server } = established();
  server.receive(sent(client.send(['x'], NOW)), NOW);
  const update = sent(client.rekey(NOW));
  update[2] = FRAME_TYPES.close;
  t.is(ending(server.receive(update, NOW)), 'violation: bad mac');
});

test('R8: authentic padding that is not zero is refused like everything else', (t) => {
  const { server, flights } = established({ client: { suites: [SUITE_PSK] } });
  const plaintext = Buffer.from('00016100000001', 'hex');
  const frame = plainSeal(
    keysOf(flights).client,
    { type: FRAME_TYPES.data, epoch: 1, seq: 1 },
    { iv: Buffer.alloc(16, 1), plaintext },
  );
  const effects = server.receive(frame, NOW);
  t.is(ending(effects), 'violation: padding');
  t.deepEqual(messages(effects), []);
});

test('R8: an authentic Close that carries something is refused', (t) => {
  const { server, flights } = established({ client: { suites: [SUITE_PSK] } });
  const frame = plainSeal(
    keysOf(flights).client,
    { type: FRAME_TYPES.close, epoch: 1, seq: 1 },
    { iv: Buffer.alloc(16, 1), plaintext: Buffer.from('x') },
  );
  t.is(ending(server.receive(frame, NOW)), 'violation: bad length');
});

const badHello = test.macro({
  exec(t, client: Parameters<typeof pair>[0], detail: string) {
    const both = pair(client);
    const effects = both.server.receive(sent(both.client.start(NOW)), NOW);
    t.is(ending(effects), `violation: ${detail}`);
    t.deepEqual(sent(effects), Buffer.from(clearFrame(FRAME_TYPES.alert, 0, Buffer.alloc(0))));
    t.is(ending(both.client.receive(sent(effects), NOW)), 'alert: alert from the peer');
  },
  title: (name) => `R9: the same clear Alert for ${name}`,
});
test(
  'an unknown terminal',
  badHello,
  { client: { terminal: terminalId('ATM-0002') as TerminalId } },
  'unknown terminal',
);
test('a bad binder', badHello, { client: { kShared: Buffer.alloc(32, 1) } }, 'bad binder');
test('a key id that is not current (R10)', badHello, { client: { keyId: 8 } }, 'unknown terminal');
test('a revoked terminal (R10)', badHello, { deps: { keys: { lookup: () => null } } }, 'unknown terminal');
test(
  'a suite below the floor (R12)',
  badHello,
  { client: { suites: [1] }, server: { suiteFloor: 2 } },
  'suite below floor',
);
test('no common suite (R12)', badHello, { client: { suites: [0x7a7a] } }, 'no common suite');
test('a stale hello (R18)', badHello, { deps: { guard: { fresh: () => 'stale' } } }, 'stale hello');
test('a replayed hello', badHello, { deps: { guard: { fresh: () => 'replayed' } } }, 'replayed hello');

test('R9: the dummy key of unknown terminals opens nothing', (t) => {
  const both = pair({
    client: { terminal: terminalId('ATM-0002') as TerminalId, kShared: new Uint8Array(32) },
  });
  t.is(ending(both.server.receive(sent(both.client.start(NOW)), NOW)), 'violation: unknown terminal');
});

test('R19: of a bad hello the bank makes two HMACs and a hash, no share and no random bytes', (t) => {
  const drawn: string[] = [];
  const none = countedEntropy('bank');
  const entropy: Entropy = {
    bytes(n, label) {
      drawn.push(label);
      return none.bytes(n, label);
    },
  };
  const refused = pair({ client: { kShared: Buffer.alloc(32, 1) }, deps: { entropy } });
  t.is(ending(refused.server.receive(sent(refused.client.start(NOW)), NOW)), 'violation: bad binder');
  t.deepEqual(drawn, []);
  const taken = pair({ deps: { entropy } });
  taken.server.receive(sent(taken.client.start(NOW)), NOW);
  t.true(drawn.includes('eph_s'));
});

test('R10: during a rotation both key ids work, each with its own key', (t) => {
  const newKey = Buffer.alloc(32, 0x99);
  const keys = {
    lookup: (_: TerminalId, keyId: number) =>
      keyId === 7 ? { kShared: K_SHARED } : keyId === 8 ? { kShared: newKey } : null,
  };
  t.is(established({ deps: { keys } }).server.phase, 'established');
  t.is(established({ client: { keyId: 8, kShared: newKey }, deps: { keys } }).server.phase, 'established');
  t.is(established({ client: { keyId: 8 }, deps: { keys } }).server.phase, 'closed');
});

const badAnswer = test.macro({
  exec(t, change: (hello: Buffer) => void, detail: string) {
    const { client, server } = pair({ client: { suites: [SUITE_X25519] } });
    const [hello] = framesOf(sent(server.receive(sent(client.start(NOW)), NOW)));
    const changed = Buffer.from(hello ?? []);
    change(changed.subarray(HEADER_BYTES));
    const effects = client.receive(changed, NOW);
    t.is(ending(effects), `violation: ${detail}`);
    const alert = sent(effects);
    t.deepEqual(alert, Buffer.from(clearFrame(FRAME_TYPES.alert, 1, Buffer.alloc(0))));
    t.is(ending(server.receive(alert, NOW)), 'truncated: clear alert');
  },
  title: (name) => `R12, R13: the client refuses ${name}`,
});
test('a suite it did not offer', badAnswer, (hello) => hello.writeUInt16BE(1, 64), 'suite not offered');
test('another key id', badAnswer, (hello) => hello.writeUInt32BE(8, 66), 'bad key id');
test('a DH suite without a share', badAnswer, (hello) => hello.fill(0, 32, 64), 'missing share');
test('a share of low order', badAnswer, (hello) => hello.fill(0, 32, 64).fill(1, 32, 33), 'all-zero secret');

test('R11: a key of less than 256 bits is our own broken promise', (t) => {
  t.throws(() => pair({ client: { kShared: new Uint8Array(31) } }), { instanceOf: InvariantError });
  const short = () => kShared(new Uint8Array(31), { terminal: TERMINAL, keyId: KEY_ID });
  t.throws(short, { instanceOf: InvariantError });
});

test('R12: a share with a suite that has none is refused', (t) => {
  const { client, server } = pair({ client: { suites: [SUITE_PSK] } });
  const answer = sent(server.receive(sent(client.start(NOW)), NOW));
  answer[HEADER_BYTES + 40] = 1;
  t.is(ending(client.receive(answer, NOW)), 'violation: unexpected share');
});

test('R12: suites cut from the hello on its way are noticed', (t) => {
  const { client, server } = pair();
  const hello = sent(client.start(NOW));
  hello.writeUInt16BE(SUITE_PSK, HEADER_BYTES + 93);
  t.is(ending(server.receive(hello, NOW)), 'violation: bad binder');
});

test('R13: X25519 is chosen unless the terminal cannot', (t) => {
  t.is(established().client.agreed?.suite, SUITE_X25519);
  t.is(established({ client: { suites: [SUITE_PSK] } }).client.agreed?.suite, SUITE_PSK);
});

test('R14: each direction updates its own keys, the other goes on', (t) => {
  const { client, server } = established();
  client.receive(sent(server.send(['a'], NOW)), NOW);
  const updated = Buffer.concat([sent(server.rekey(NOW)), sent(server.send(['b'], NOW))]);
  t.deepEqual(messages(client.receive(updated, NOW)), ['b']);
  const [frame] = framesOf(sent(client.send(['still epoch 1'], NOW)));
  t.is(frame?.readUInt16BE(4), 1);
  t.deepEqual(messages(server.receive(frame ?? Buffer.alloc(0), NOW)), ['still epoch 1']);
});

test('R14: an update is not sent twice without Data between, and refused when it is', (t) => {
  const { client, server, flights } = established({ client: { suites: [SUITE_PSK] } });
  t.deepEqual(client.rekey(NOW), [], 'nothing was sent under these keys yet');
  const keys = keysOf(flights).client;
  const next = keysOf(flights).clientNext;
  const update = (of: typeof keys, epoch: number, seq: number) =>
    plainSeal(
      of,
      { type: FRAME_TYPES.keyUpdate, epoch, seq },
      { iv: Buffer.alloc(16), plaintext: Buffer.alloc(0) },
    );
  t.deepEqual(server.receive(update(keys, 1, 1), NOW), []);
  t.is(ending(server.receive(update(next, 2, 0), NOW)), 'violation: bad key update');
  const second = established();
  second.client.send(['data'], NOW);
  t.is(second.client.rekey(NOW).length, 1);
  t.deepEqual(second.client.rekey(NOW), []);
});

const softRekey = test.macro({
  exec(t, limits: Partial<ChannelLimits>, laterMs: number) {
    const { client, server } = established({ client: { limits } });
    const first = sent(client.send(['1'], NOW));
    const second = sent(client.send(['2'], NOW + laterMs));
    t.deepEqual(framesOf(first).map(typeOf), [FRAME_TYPES.data]);
    t.deepEqual(framesOf(second).map(typeOf), [FRAME_TYPES.keyUpdate, FRAME_TYPES.data]);
    t.deepEqual(messages(server.receive(Buffer.concat([first, second]), NOW)), ['1', '2']);
  },
  title: (name) => `R15: keys are updated before the next Data after ${name}`,
});
test('so many records', softRekey, { softRecords: 2 }, 0);
test('so many bytes', softRekey, { softBytes: 400 }, 0);
test('so much time', softRekey, { softAgeMs: 60_000 }, 60_000);

test('R15: within the limits keys stay', (t) => {
  const { client } = established();
  for (let i = 0; i < 100; i++) t.is(framesOf(sent(client.send(['x'], NOW + i * 8000))).length, 1);
});

test('R15: a long stream of messages is updated on its way', (t) => {
  const { client, server } = established({ client: { limits: { softRecords: 3 } } });
  const texts = Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(9000, '.'));
  const bytes = sent(client.send(texts, NOW));
  t.deepEqual(framesOf(bytes).filter((frame) => typeOf(frame) === FRAME_TYPES.keyUpdate).length, 4);
  t.deepEqual(messages(server.receive(bytes, NOW)), texts);
});

test('R15: the last number of an epoch goes to Close, and the channel is exhausted', (t) => {
  const limits = { hardRecords: 4 };
  const { client, server } = established({ client: { limits }, server: { limits } });
  const bytes = ['1', '2'].map((text) => sent(client.send([text], NOW)));
  const last = client.send(['3'], NOW);
  t.deepEqual(types(last), ['send', 'closed']);
  t.is(ending(last), 'exhausted: no sequence number is left');
  const effects = server.receive(Buffer.concat([...bytes, sent(last)]), NOW);
  t.deepEqual(messages(effects), ['1', '2']);
  t.is(ending(effects), CLOSED);
});

test('R15: a record beyond the hard stop is refused', (t) => {
  const { client, server } = established({ server: { limits: { hardRecords: 3 } } });
  server.receive(Buffer.concat([sent(client.send(['1'], NOW)), sent(client.send(['2'], NOW))]), NOW);
  t.is(ending(server.receive(sent(client.send(['3'], NOW)), NOW)), 'violation: bad seq');
});

test('R15: after 24 h the bank sends its replies and then Close', (t) => {
  const { client, server } = established();
  const day = NOW + 24 * 3_600_000;
  t.is(
    framesOf(sent(server.send(['before'], day - 1)))
      .map(typeOf)
      .includes(FRAME_TYPES.close),
    false,
  );
  const young = established();
  const effects = young.server.send(['last'], day);
  t.is(framesOf(sent(effects)).map(typeOf).at(-1), FRAME_TYPES.close);
  t.is(young.server.phase, 'closing');
  const answer = young.client.receive(sent(effects), day);
  t.deepEqual(messages(answer), ['last']);
  t.is(ending(answer), CLOSED);
  t.is(ending(young.server.receive(sent(answer), day)), CLOSED);
  t.is(client.phase, 'established');
});

test('R16: Close is answered after what came before it was delivered', (t) => {
  const { client, server } = established();
  const bytes = Buffer.concat([sent(client.send(['a'], NOW)), sent(client.close(NOW))]);
  t.is(client.phase, 'closing');
  const effects = server.receive(bytes, NOW);
  t.deepEqual(types(effects), ['message', 'send', 'closed']);
  t.is(ending(effects), CLOSED);
  t.is(ending(client.receive(sent(effects), NOW)), CLOSED);
  t.deepEqual(client.eof(NOW), []);
});

test('R16: while our Close is on its way the peer is still heard, and we say no more', (t) => {
  const { client, server } = established();
  const late = sent(server.send(['late'], NOW));
  client.close(NOW);
  t.deepEqual(client.send(['too late'], NOW), []);
  t.deepEqual(client.rekey(NOW), []);
  t.deepEqual(client.close(NOW), []);
  t.deepEqual(messages(client.receive(late, NOW)), ['late']);
});

test('R16: both may close at once', (t) => {
  const { client, server } = established();
  const [a, b] = [sent(client.close(NOW)), sent(server.close(NOW))];
  t.deepEqual(types(client.receive(b, NOW)), ['closed']);
  t.deepEqual(types(server.receive(a, NOW)), ['closed']);
});

test('R16: an end of stream without Close is a truncation, at any moment', (t) => {
  const detail = 'truncated: end of stream without Close';
  const fresh = pair();
  t.is(ending(fresh.server.eof(NOW)), detail);
  const half = pair();
  half.server.receive(sent(half.client.start(NOW)), NOW);
  t.is(ending(half.server.eof(NOW)), detail);
  const { client, server } = established();
  t.is(ending(server.eof(NOW)), detail);
  client.close(NOW);
  t.is(ending(client.eof(NOW)), detail);
  t.deepEqual(client.eof(NOW), []);
});

test('R16: a clear Alert proves nothing once there are keys: it counts as a truncation', (t) => {
  const { client, server } = established();
  const alert = clearFrame(FRAME_TYPES.alert, 1, Buffer.alloc(0));
  t.is(ending(client.receive(alert, NOW)), 'truncated: clear alert');
  t.is(ending(server.receive(alert, NOW)), 'truncated: clear alert');
});

const misplaced = test.macro({
  exec(t, side: 'client' | 'server', type: FrameType, bodyBytes: number) {
    const { [side]: channel } = established();
    for (const seq of [0, 1]) {
      const both = established();
      const effects = both[side].receive(clearFrame(type, seq, Buffer.alloc(bodyBytes)), NOW);
      t.regex(ending(effects) ?? '', /^violation: bad (seq|step)$/);
    }
    t.is(channel.phase, 'established');
  },
  title: (name) => `a handshake step is not taken twice: ${name}`,
});
test('ClientHello to the bank', misplaced, 'server', FRAME_TYPES.clientHello, 130);
test('ServerHello to the bank', misplaced, 'server', FRAME_TYPES.serverHello, 86);
test('ServerHello to the client', misplaced, 'client', FRAME_TYPES.serverHello, 86);
test('ClientHello to the client', misplaced, 'client', FRAME_TYPES.clientHello, 130);

test('a handshake step is not skipped: sealed frames before the hellos are refused', (t) => {
  const { client } = established();
  const data = sent(client.send(['x'], NOW));
  const fresh = pair();
  t.is(ending(fresh.server.receive(data, NOW)), 'violation: bad epoch');
  fresh.client.start(NOW);
  t.is(ending(fresh.client.receive(data, NOW)), 'violation: bad epoch');
  t.is(
    ending(pair().client.receive(clearFrame(FRAME_TYPES.serverHello, 0, Buffer.alloc(86)), NOW)),
    'violation: bad step',
  );
});

test('a second Finished is refused', (t) => {
  const { client, server } = pair();
  const finished = sent(client.receive(sent(server.receive(sent(client.start(NOW)), NOW)), NOW));
  server.receive(finished, NOW);
  t.is(ending(server.receive(finished, NOW)), 'violation: bad step');
});

test('closing before the session is up just ends it, with nothing sent', (t) => {
  const { client } = pair();
  client.start(NOW);
  t.deepEqual(client.close(NOW), [{ type: 'closed', reason: 'closed', detail: 'before the session' }]);
  t.is(client.phase, 'closed');
});

test('R8: what breaks while our Close is on its way ends without an Alert', (t) => {
  const { client } = established();
  client.close(NOW);
  t.deepEqual(types(client.receive(Buffer.alloc(16), NOW)), ['closed']);
});

test('R20: a peer that announces the largest frame and trickles holds one frame, no more', (t) => {
  const { server } = established();
  const header = Buffer.from('a7011000000140300000000000000001', 'hex');
  t.deepEqual(server.receive(header, NOW), []);
  for (let i = 0; i < 1000; i++) t.deepEqual(server.receive(Buffer.of(0), NOW), []);
});

test('R20: before the handshake no sealed frame is even waited for', (t) => {
  const header = Buffer.from('a7011000000140300000000000000001', 'hex');
  t.is(ending(pair().server.receive(header, NOW)), 'violation: bad epoch');
});

test('R22: traffic secrets are wiped when keys change and when the direction ends', (t) => {
  const [sending, receiving] = [Buffer.alloc(32, 7), Buffer.alloc(32, 7)];
  const outbound = new Outbound({ entropy: countedEntropy(), limits: LIMITS }, sending, NOW);
  const inbound = new Inbound(receiving, LIMITS);
  outbound.update(NOW);
  inbound.update();
  t.deepEqual([sending, receiving], [Buffer.alloc(32), Buffer.alloc(32)]);
  const last = Buffer.alloc(32, 7);
  new Inbound(last, LIMITS).destroy();
  t.deepEqual(last, Buffer.alloc(32));
});

test('R22: a channel that has ended neither reads nor writes', (t) => {
  const { client } = established();
  client.eof(NOW);
  t.deepEqual(client.send(['x'], NOW), []);
  t.deepEqual(client.rekey(NOW), []);
  t.deepEqual(client.close(NOW), []);
  t.deepEqual(client.receive(Buffer.alloc(100), NOW), []);
});

test('a channel asks its entropy port for nothing but what the specification names', (t) => {
  const asked: Record<string, number> = {};
  const counting = (name: string) => {
    const source = countedEntropy(name);
    return {
      bytes(n: number, label: string) {
        asked[`${label} ${n}`] = (asked[`${label} ${n}`] ?? 0) + 1;
        return source.bytes(n, label);
      },
    };
  };
  established({
    client: {},
    deps: { entropy: counting('server') },
  });
  t.deepEqual(asked, { 'eph_s 32': 1, 'nonce_s 32': 1, 'session_id 16': 1, 'iv 16': 1 });
  t.throws(() => scriptedEntropy({}).bytes(1, 'iv'));
});
