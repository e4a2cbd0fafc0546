import test from 'ava';
import fc from 'fast-check';
import { PLAINTEXT_BYTES_MAX } from '../../protocol/frame.ts';
import { InvariantError } from '../../protocol/invariant.ts';
import { MESSAGE_BYTES_MAX, type Message, packMessages, unpackMessages } from '../../protocol/record.ts';

const area = Buffer.alloc(PLAINTEXT_BYTES_MAX);

function pack(messages: readonly Message[], bucketBytes = 256, from = 0) {
  const { length, next } = packMessages(area, messages, { from, bucketBytes });
  return { plaintext: Buffer.from(area.subarray(0, length)), next };
}
const texts = (plaintext: Uint8Array) =>
  unpackMessages(plaintext)?.map((message) => Buffer.from(message).toString()) ?? null;

test('what is packed unpacks, over as many records as it takes, each in whole buckets', (t) => {
  const inputs = fc.record({
    lengths: fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 8 }),
    bucketBytes: fc.constantFrom(1, 2, 16, 256, 4096),
  });
  fc.assert(
    fc.property(inputs, ({ lengths, bucketBytes }) => {
      const messages = lengths.map((length, index) => String(index).repeat(length).slice(0, length));
      const unpacked: string[] = [];
      for (let from = 0; from < messages.length; ) {
        const { plaintext, next } = pack(messages, bucketBytes, from);
        t.true(next > from);
        t.true(plaintext.length % bucketBytes === 0 || plaintext.length >= PLAINTEXT_BYTES_MAX - 1);
        unpacked.push(...(texts(plaintext) ?? []));
        from = next;
      }
      t.deepEqual(unpacked, messages);
    }),
  );
});

test('strings are packed as UTF-8, counted in bytes', (t) => {
  const { plaintext } = pack(['£5', Buffer.from('raw')], 1);
  t.is(
    plaintext.toString('hex'),
    `0003${Buffer.from('£5').toString('hex')}0003${Buffer.from('raw').toString('hex')}`,
  );
});

const bucket = test.macro({
  exec(t, messageBytes: number, plaintextBytes: number) {
    const { plaintext } = pack(['x'.repeat(messageBytes)]);
    t.is(plaintext.length, plaintextBytes);
    t.deepEqual(texts(plaintext), ['x'.repeat(messageBytes)]);
  },
  title: (_, messageBytes: number, plaintextBytes: number) =>
    `a message of ${messageBytes} bytes makes a plaintext of ${plaintextBytes}`,
});
test(bucket, 1, 256);
test(bucket, 252, 256);
test(bucket, 253, 512); // one byte left cannot hold the u16 0
test(bucket, 254, 256); // exact fit
test(bucket, 255, 512);
test(bucket, 16_200, PLAINTEXT_BYTES_MAX);
test(bucket, MESSAGE_BYTES_MAX - 1, PLAINTEXT_BYTES_MAX - 1);
test(bucket, MESSAGE_BYTES_MAX, PLAINTEXT_BYTES_MAX);

test('a message of no bytes or one too many is our own broken promise', (t) => {
  t.throws(() => pack(['']), { instanceOf: InvariantError });
  t.throws(() => pack(['x'.repeat(MESSAGE_BYTES_MAX + 1)]), { instanceOf: InvariantError });
});

const unpacks = test.macro({
  exec(t, hex: string, expected: string[] | null) {
    t.deepEqual(texts(Buffer.from(hex, 'hex')), expected);
  },
  title: (name, _hex, expected: string[] | null) => `${expected ? 'taken' : 'R8: refused'}: ${name}`,
});
test('an empty plaintext', unpacks, '', []);
test('padding alone', unpacks, '000000', []);
test('two messages', unpacks, '000161000162', ['a', 'b']);
test('a message and padding', unpacks, '0001610000000000', ['a']);
test('a stray byte', unpacks, '00016100', null);
test('a length beyond the end', unpacks, '000261', null);
test('a length beyond any end', unpacks, 'ffff61', null);
test('a non-zero padding byte', unpacks, '00016100000001', null);
test('a message after the padding began', unpacks, '00016100000001620000', null);
