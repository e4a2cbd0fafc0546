import test from 'ava';
import fc from 'fast-check';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { FRAME_TYPES } from '../../protocol/frame.ts';
import { ending, established, framesOf, messages, NOW, pair, sent } from '../helpers/channels.ts';

const texts = fc.array(fc.string({ minLength: 1, maxLength: 400, unit: 'binary' }), {
  minLength: 1,
  maxLength: 6,
});

test('however the bytes are cut, the same messages arrive', (t) => {
  const inputs = fc.record({
    batches: fc.array(texts, { minLength: 1, maxLength: 5 }),
    rekeys: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    cuts: fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 10 }),
  });
  fc.assert(
    fc.property(inputs, ({ batches, rekeys, cuts }) => {
      const { client, server } = established();
      const stream = Buffer.concat(
        batches.flatMap((batch, index) => [
          sent(client.send(batch, NOW)),
          rekeys[index] ? sent(client.rekey(NOW)) : Buffer.alloc(0),
        ]),
      );
      const effects: ChannelEffect[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const length = cuts[turn % cuts.length] ?? 1;
        effects.push(...server.receive(stream.subarray(at, at + length), NOW));
        at += length;
      }
      t.deepEqual(messages(effects), batches.flat());
    }),
    { numRuns: 50 },
  );
});

test('whatever is done to a stream of records, only an unbroken beginning of it is ever delivered', (t) => {
  const attacks = fc.record({
    count: fc.integer({ min: 1, max: 6 }),
    at: fc.nat(),
    other: fc.nat(),
    bit: fc.nat(),
    kind: fc.constantFrom('flip', 'drop', 'repeat', 'swap', 'reflect', 'cut', 'splice'),
  });
  fc.assert(
    fc.property(attacks, ({ count, at, other, bit, kind }) => {
      const both = established();
      const all = Array.from({ length: count + 1 }, (_, index) => `message ${index}`);
      const frames = all.map((text) => sent(both.client.send([text], NOW)));
      const i = at % count;
      const j = i + 1 + (other % (count - i));
      const frame = frames[i] ?? Buffer.alloc(0);
      if (kind === 'flip') frame[bit % frame.length] = (frame[bit % frame.length] ?? 0) ^ (1 << (bit % 8));
      else if (kind === 'drop') frames.splice(i, 1);
      else if (kind === 'repeat') frames.splice(j, 0, frame);
      else if (kind === 'swap') [frames[i], frames[j]] = [frames[j] ?? frame, frame];
      else if (kind === 'reflect') frames[i] = sent(both.server.send(['mine'], NOW));
      else if (kind === 'cut') frames[i] = frame.subarray(0, bit % frame.length);
      else frames[i] = sent(established({ name: 'other' }).client.send(['of another session'], NOW));
      const effects = both.server.receive(Buffer.concat(frames), NOW);
      const delivered = messages(effects);
      // A frame repeated later than next to itself lets those between through; nothing of the rest.
      const limit = kind === 'repeat' ? j : i;
      t.deepEqual(delivered, all.slice(0, limit), kind);
      t.true(kind === 'cut' || ending(effects)?.startsWith('violation'), kind);
    }),
    { numRuns: 300 },
  );
});

test('a handshake with any one bit flipped on its way never ends with both sides up', (t) => {
  const flights = fc.record({
    flight: fc.constantFrom(0, 1, 2),
    bit: fc.nat(),
    suites: fc.constantFrom([1], [2, 1]),
  });
  fc.assert(
    fc.property(flights, ({ flight, bit, suites }) => {
      const { client, server } = pair({ client: { suites } });
      const change = (bytes: Buffer, index: number) => {
        if (index === flight) {
          const at = (bit >> 3) % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
        }
        return bytes;
      };
      const hello = change(sent(client.start(NOW)), 0);
      const answer = change(sent(server.receive(hello, NOW)), 1);
      const finished = change(sent(client.receive(answer, NOW)), 2);
      if (finished.length > 0) server.receive(finished, NOW);
      t.not(server.phase, 'established');
    }),
    { numRuns: 200 },
  );
});

test('no bytes make a channel throw, and none before a handshake make it speak of anything but an alert', (t) => {
  const noise = fc.uint8Array({ minLength: 1, maxLength: 400 });
  const framed = fc
    .tuple(fc.constantFrom(...Object.values(FRAME_TYPES)), fc.nat({ max: 2 }), fc.nat({ max: 200 }), noise)
    .map(([type, epoch, length, rest]) =>
      Buffer.concat([Buffer.of(0xa7, 1, type, 0, 0, epoch, 0, length, 0, 0, 0, 0, 0, 0, 0, 0), rest]),
    );
  fc.assert(
    fc.property(fc.array(fc.oneof(noise, framed), { minLength: 1, maxLength: 4 }), (chunks) => {
      const fresh = pair();
      fresh.client.start(NOW);
      const { client, server } = established();
      for (const channel of [fresh.client, fresh.server, client, server]) {
        const effects = chunks.flatMap((chunk) => channel.receive(chunk, NOW));
        t.deepEqual(messages(effects), []);
        for (const frame of framesOf(sent(effects))) t.is(frame[2], FRAME_TYPES.alert);
      }
    }),
    { numRuns: 100 },
  );
});
