/**
 * The wire's decoders: frames, the plaintext of a record, and both sides of a whole session whose genuine bytes are
 * known. Of a session's changed bytes a side must take what is unchanged at their beginning, and nothing else.
 *
 * @module
 */
import type { Channel } from '../../protocol/channel.ts';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { FRAME_BYTES_MAX, type FrameHeader, PLAINTEXT_BYTES_MAX } from '../../protocol/frame.ts';
import { FrameReader } from '../../protocol/frame-reader.ts';
import { helloBinder } from '../../protocol/hello.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import { kBind } from '../../protocol/key-schedule.ts';
import { packMessages, unpackMessages } from '../../protocol/record.ts';
import { ServerChannel } from '../../protocol/server-channel.ts';
import type { Rng } from '../../sim/rng.ts';
import { framesOf, K_SHARED, KEY_ID, NOW, sent, TERMINAL } from '../helpers/channels.ts';
import { countedEntropy } from '../helpers/entropy.ts';
import { join, mutateBytes } from './mutate.ts';
import { promise, sizeClass, type Target } from './target.ts';

/** The first byte of an input says how the rest is cut: 0 not at all, else into pieces of so many bytes. */
function* pieces(input: Uint8Array): Generator<Uint8Array> {
  const step = input[0] || input.length;
  for (let at = 1; at < input.length; at += step) yield input.subarray(at, at + step);
}

const WHOLE = Uint8Array.of(0);
const ANY = { headerFault: (_: FrameHeader) => null };

const SUITES = [[2, 1], [1]] as const;

interface Genuine {
  readonly suites: readonly number[];
  readonly toBank: Buffer;
  readonly toTerminal: Buffer;
}

/** As the sessions were padded from which the corpus is made: its records are genuine, and must be known for it. */
const BUCKET = { bucketBytes: 256 };

const clientFor = (suites: readonly number[]) =>
  new ClientChannel(
    { entropy: countedEntropy('terminal') },
    { terminal: TERMINAL, keyId: KEY_ID, kShared: K_SHARED, suites, ...BUCKET },
  );

/** The same random bytes each time, so that a genuine session can be played to it again. */
const bank = () =>
  new ServerChannel(
    {
      entropy: countedEntropy('bank'),
      keys: {
        lookup: (terminal, keyId) =>
          terminal === TERMINAL && keyId === KEY_ID ? { kShared: K_SHARED } : null,
      },
      guard: new WindowedHelloGuard(),
    },
    BUCKET,
  );

/**
 * A session with Data, an update of the keys and Close in either direction, as it is on the wire. It is played twice: the
 * second time the bank closes it.
 */
function genuine(suites: readonly number[]): Genuine {
  const [asking, telling] = [play(suites), play(suites)];
  return {
    suites,
    toBank: Buffer.concat([asking.hello, asking.finished, talk(asking.client)]),
    toTerminal: Buffer.concat([telling.answer, talk(telling.server)]),
  };
}

function play(suites: readonly number[]) {
  const client = clientFor(suites);
  const server = bank();
  const hello = sent(client.start(NOW));
  const answer = sent(server.receive(hello, NOW));
  const finished = sent(client.receive(answer, NOW));
  server.receive(finished, NOW);
  return { client, server, hello, answer, finished };
}

const talk = (side: Channel): Buffer =>
  Buffer.concat([
    sent(side.send(['one'], NOW)),
    sent(side.send(['two', 'x'.repeat(300)], NOW)),
    sent(side.rekey(NOW)),
    sent(side.send(['three'], NOW)),
    sent(side.close(NOW)),
  ]);

const SESSIONS = SUITES.map(genuine);

/** Messages of each Data frame of {@link talk}. */
const MESSAGES_OF_DATA = [1, 2, 1];

const LENGTHS = [0, 1, 64, 86, 127, 128, 142, 143, 16_416, 16_432, 16_448, 0xfff0, 0xffff];

/** One field of one header is another. */
function withOtherHeader(rng: Rng, base: Uint8Array): Uint8Array {
  const bytes = Buffer.from(base);
  const starts: number[] = [];
  for (let at = 1; at + 16 <= bytes.length; at += 16 + bytes.readUInt16BE(at + 6)) starts.push(at);
  if (starts.length === 0) return bytes;
  const at = rng.pick(starts);
  if (rng.ratio(1, 2)) bytes.writeUInt16BE(rng.pick(LENGTHS), at + 6);
  else bytes[at + rng.below(16)] = rng.below(256);
  return bytes;
}

const frames: Target = {
  name: 'frames',
  weight: 500,
  bytesMax: 2 * FRAME_BYTES_MAX,
  seeds: SESSIONS.flatMap(({ toBank, toTerminal }) => [join(WHOLE, toBank), join(WHOLE, toTerminal)]),
  mutate: (rng, base, other) =>
    rng.ratio(1, 4) ? withOtherHeader(rng, base) : mutateBytes(rng, base, other),
  run(input) {
    const reader = new FrameReader();
    const taken: Buffer[] = [];
    let fault: string | null = null;
    for (const piece of pieces(input)) {
      reader.push(piece);
      for (let next = reader.next(ANY); next !== null; next = reader.next(ANY)) {
        if (typeof next === 'string') {
          fault = next;
          break;
        }
        promise(next.bytes.length === 16 + next.header.bodyBytes, 'a frame is header and body');
        taken.push(Buffer.from(next.bytes));
      }
      promise(reader.heldBytes <= FRAME_BYTES_MAX, 'at most one frame is kept');
      if (fault !== null) break;
    }
    const whole = Buffer.concat(taken);
    promise(whole.equals(input.subarray(1, 1 + whole.length)), 'frames are the bytes that came');
    promise(framesOf(whole).length === taken.length, 'frames are cut where they end');
    return `${fault} ${sizeClass(taken.length)} ${sizeClass(reader.heldBytes)}`;
  },
};

const area = Buffer.alloc(PLAINTEXT_BYTES_MAX);
function packed(messages: readonly string[], bucketBytes: number): Uint8Array {
  return Uint8Array.from(area.subarray(0, packMessages(area, messages, { from: 0, bucketBytes }).length));
}

const plaintext: Target = {
  name: 'plaintext',
  weight: 250,
  bytesMax: PLAINTEXT_BYTES_MAX,
  seeds: [
    packed(['one'], 256),
    packed(['one', 'two', 'three'], 1),
    packed(['x'.repeat(253)], 256),
    packed(Array<string>(100).fill('y'), 4096),
    packed(['z'.repeat(16_381)], 256),
  ],
  mutate: mutateBytes,
  run(input) {
    const messages = unpackMessages(input);
    if (messages === null) return 'refused';
    const again = Buffer.concat(
      messages.flatMap((message) => [Buffer.from([message.length >> 8, message.length]), message]),
    );
    promise(
      messages.every(({ length }) => length > 0),
      'no message is empty',
    );
    promise(again.equals(input.subarray(0, again.length)), 'messages are the bytes that came');
    const padding = input.subarray(again.length);
    promise(padding.length !== 1 && padding.every((byte) => byte === 0), 'padding is u16 0 and zeros');
    return `${sizeClass(messages.length)} ${padding.length > 0}`;
  },
};

interface Side {
  readonly name: string;
  readonly weight: number;
  stream(session: Genuine): Buffer;
  /** A channel that awaits that stream. */
  open(session: Genuine): Channel;
  /** Whether it takes the stream of any session, not only of the one it began. */
  readonly takesAny: boolean;
}

/** A hello and a Finished come before Data, either way. */
const HANDSHAKE_FRAMES = 2;

/** The second byte of an input chooses the session, the third on is its stream. */
function sessionTarget({ name, weight, stream, open, takesAny }: Side): Target {
  const ends = SESSIONS.map((session) => endsOf(stream(session)));
  return {
    name,
    weight,
    bytesMax: 4096,
    seeds: SESSIONS.map((session, index) => join(Uint8Array.of(0, index), stream(session))),
    mutate(rng, base, other) {
      const bytes = mutateBytes(rng, base, other);
      return rng.ratio(1, 2) ? bound(rng, bytes) : bytes;
    },
    run(input) {
      const index = (input[1] ?? 0) % SESSIONS.length;
      const session = SESSIONS[index] as Genuine;
      const channel = open(session);
      const effects: ChannelEffect[] = [];
      const rest = input.length > 2 ? join(input.subarray(0, 1), input.subarray(2)) : new Uint8Array();
      for (const piece of pieces(rest)) effects.push(...channel.receive(piece, NOW));
      // A bank takes either terminal, whichever was meant.
      const due = SESSIONS.map((one, at) => {
        const unchanged = one === session || takesAny ? commonLength(rest.subarray(1), stream(one)) : 0;
        return (ends[at] ?? []).filter(({ end }) => end <= unchanged);
      }).reduce((a, b) => (b.length > a.length ? b : a));
      const taken = effects.filter(({ type }) => type === 'message').length;
      promise(taken === due.reduce((sum, { messages }) => sum + messages, 0), 'what is genuine, and no more');
      promise(sent(effects).length <= 468, 'few bytes are answered');
      const last = effects.at(-1);
      promise(
        effects.findIndex(({ type }) => type === 'closed') ===
          (last?.type === 'closed' ? effects.length - 1 : -1),
        'nothing comes after the end',
      );
      promise((last?.type === 'closed') === (channel.phase === 'closed'), 'an end is told');
      const how = last?.type === 'closed' ? `${last.reason}: ${last.detail}` : channel.phase;
      return `${how} after ${due.length}`;
    },
  };
}

/** Where each frame after the handshake ends, and the messages it carries. */
function endsOf(stream: Buffer): { end: number; messages: number }[] {
  let end = 0;
  let data = 0;
  return framesOf(stream).flatMap((frame, index) => {
    end += frame.length;
    const isData = index >= HANDSHAKE_FRAMES && frame[2] === 0x10;
    return isData ? [{ end, messages: MESSAGES_OF_DATA[data++] ?? 0 }] : [];
  });
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

/** With a length and a binder that fit, so that what is behind them is reached. */
function bound(rng: Rng, input: Uint8Array): Uint8Array {
  const hello = Buffer.from(input.subarray(2));
  if (hello.length < 16 + 128) return input;
  const count = hello[16 + 92] ?? 0;
  const end = 16 + 94 + 2 * count + 32;
  if (count > 8 || hello.length < end || rng.ratio(1, 8)) return input;
  hello.writeUInt16BE(end - 16, 6);
  const bindKey = kBind(K_SHARED, { terminal: TERMINAL, keyId: KEY_ID });
  hello.set(helloBinder(hello.subarray(0, end), bindKey), end - 32);
  return join(input.subarray(0, 2), hello);
}

const bankSide = sessionTarget({
  name: 'bank-stream',
  weight: 12,
  stream: ({ toBank }) => toBank,
  open: () => bank(),
  takesAny: true,
});

const terminalSide = sessionTarget({
  name: 'terminal-stream',
  weight: 12,
  stream: ({ toTerminal }) => toTerminal,
  open({ suites }) {
    const client = clientFor(suites);
    client.start(NOW);
    return client;
  },
  takesAny: false,
});

export const WIRE_TARGETS: readonly Target[] = [frames, plaintext, bankSide, terminalSide];
