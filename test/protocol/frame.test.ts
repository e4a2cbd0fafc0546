import test from 'ava';
import fc from 'fast-check';
import { BODY_BYTES_MAX, readHeader, sealedBodyBytes, writeHeader } from '../../protocol/frame.ts';
import { FrameReader } from '../../protocol/frame-reader.ts';

/** `A7 01 type 00`, epoch, length, seq. */
function header(type: number, epoch: number, bodyBytes: number, seq = 0): Buffer {
  const bytes = Buffer.from('a7010000000000000000000000000000', 'hex');
  bytes[2] = type;
  bytes.writeUInt16BE(epoch, 4);
  bytes.writeUInt16BE(bodyBytes, 6);
  bytes.writeBigUInt64BE(BigInt(seq), 8);
  return bytes;
}

const accepted = test.macro({
  exec(t, type: number, epoch: number, bodyBytes: number) {
    t.deepEqual<unknown, unknown>(readHeader(header(type, epoch, bodyBytes), 0), {
      type,
      epoch,
      bodyBytes,
      seq: 0,
    });
  },
  title: (_, type: number, epoch: number, bodyBytes: number) =>
    `type 0x${type.toString(16)} in epoch ${epoch} may have ${bodyBytes} bytes`,
});
const refused = test.macro({
  exec(t, bytes: Buffer, fault: string) {
    t.is(readHeader(bytes, 0), fault);
  },
  title: (name) => `R21: a header is refused before its body: ${name}`,
});

for (const n of [128, 130, 142]) test(accepted, 0x01, 0, n);
test(accepted, 0x02, 0, 86);
test(accepted, 0x15, 0, 0);
test(accepted, 0x03, 1, 96);
for (const n of [64, 80, BODY_BYTES_MAX]) test(accepted, 0x10, 1, n);
for (const type of [0x11, 0x12, 0x15]) test(accepted, type, 0xffff, 64);

const changed = (at: number, byte: number) => {
  const bytes = header(0x10, 1, 64);
  bytes[at] = byte;
  return bytes;
};
test('magic', refused, changed(0, 0xa6), 'bad magic');
test('version', refused, changed(1, 2), 'bad version');
test('reserved byte', refused, changed(3, 1), 'bad reserved byte');
test('Data in clear', refused, header(0x10, 0, 64), 'bad type');
test('ClientHello sealed', refused, header(0x01, 1, 128), 'bad type');
test('Finished in epoch 2', refused, header(0x03, 2, 96), 'bad type');
test('Finished with seq 1', refused, header(0x03, 1, 96, 1), 'bad type');
test('unknown type', refused, header(0x13, 1, 64), 'bad type');
test('ClientHello one short', refused, header(0x01, 0, 127), 'bad length');
test('ClientHello one over', refused, header(0x01, 0, 143), 'bad length');
test('ServerHello', refused, header(0x02, 0, 85), 'bad length');
test('clear Alert with a body', refused, header(0x15, 0, 1), 'bad length');
test('Data one block short', refused, header(0x10, 1, 48), 'bad length');
test('Data one block over', refused, header(0x10, 1, BODY_BYTES_MAX + 16), 'bad length');
test('Data of 65,535 bytes', refused, header(0x10, 1, 0xffff), 'bad length');
test('Data not whole blocks', refused, header(0x10, 1, 65), 'bad length');
test('Close with a block too many', refused, header(0x12, 1, 80), 'bad length');
test('Finished with a block too many', refused, header(0x03, 1, 112), 'bad length');

test('a header reads back as it was written', (t) => {
  const headers = fc.record({
    epoch: fc.integer({ min: 1, max: 0xffff }),
    blocks: fc.integer({ min: 4, max: 1027 }),
    seq: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  });
  fc.assert(
    fc.property(headers, ({ epoch, blocks, seq }) => {
      const written = { type: 0x10, epoch, bodyBytes: blocks * 16, seq } as const;
      const bytes = new Uint8Array(20);
      writeHeader(bytes, 4, written);
      t.deepEqual<unknown, unknown>(readHeader(bytes, 4), written);
    }),
  );
});

test('a sealed body has an IV, a tag and one to sixteen bytes of padding', (t) => {
  t.deepEqual([0, 15, 16, 32, 16_383].map(sealedBodyBytes), [64, 64, 80, 96, BODY_BYTES_MAX]);
});

const anything = { headerFault: () => null };

/** Feeds chunks, gives the frames as copies and the fault at the end, if any. */
function read(
  reader: FrameReader,
  chunks: readonly Uint8Array[],
): { frames: string[]; fault: string | null } {
  const frames: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    let next = reader.next(anything);
    for (; next !== null; next = reader.next(anything)) {
      if (typeof next === 'string') return { frames, fault: next };
      frames.push(Buffer.from(next.bytes).toString('hex'));
    }
  }
  return { frames, fault: null };
}

/** A frame of the wire's shape, its body numbered so that bytes in the wrong place show. */
function dataFrame(blocks: number, seed: number): Buffer {
  const body = Buffer.from(Array.from({ length: blocks * 16 }, (_, at) => at * 7 + seed));
  return Buffer.concat([header(0x10, 1, body.length, seed), body]);
}

test('R20: however a stream is cut into chunks, the same frames come out', (t) => {
  const streams = fc.record({
    sizes: fc.array(fc.integer({ min: 4, max: 40 }), { minLength: 1, maxLength: 6 }),
    cuts: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 30 }),
  });
  fc.assert(
    fc.property(streams, ({ sizes, cuts }) => {
      const frames = sizes.map(dataFrame);
      const stream = Buffer.concat(frames);
      const chunks: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const length = cuts[turn % cuts.length] ?? 1;
        chunks.push(stream.subarray(at, at + length));
        at += length;
      }
      const result = read(new FrameReader(), chunks);
      t.deepEqual(result, { frames: frames.map((frame) => frame.toString('hex')), fault: null });
    }),
  );
});

test('a stream truncated at any byte gives the whole frames before it and nothing else', (t) => {
  const frames = [dataFrame(4, 1), dataFrame(5, 2)];
  const stream = Buffer.concat(frames);
  for (let length = 0; length < stream.length; length++) {
    const result = read(new FrameReader(), [stream.subarray(0, length)]);
    t.is(result.fault, null);
    t.is(result.frames.length, length >= 80 ? 1 : 0);
  }
});

test('a chunk may be overwritten once it is taken', (t) => {
  const frame = dataFrame(6, 3);
  const reader = new FrameReader();
  const chunk = Buffer.alloc(32);
  const seen: string[] = [];
  for (let at = 0; at < frame.length; at += 32) {
    frame.copy(chunk, 0, at, at + 32);
    reader.push(chunk.subarray(0, Math.min(32, frame.length - at)));
    const next = reader.next(anything);
    if (next && typeof next !== 'string') seen.push(Buffer.from(next.bytes).toString('hex'));
    chunk.fill(0xee);
  }
  t.deepEqual(seen, [frame.toString('hex')]);
});

test('R20: a reader keeps at most one frame, and nothing between whole ones', (t) => {
  const reader = new FrameReader();
  const frame = dataFrame(4, 0);
  read(reader, [frame, frame]);
  t.is(reader.heldBytes, 0);
  read(reader, [frame.subarray(0, 7)]);
  t.is(reader.heldBytes, 16);
  read(reader, [frame.subarray(7, 20)]);
  t.is(reader.heldBytes, frame.length);
  read(reader, [frame.subarray(20)]);
  t.is(reader.heldBytes, 0);
});

test('R21: a length out of bounds is refused at once and nothing is kept for it', (t) => {
  const reader = new FrameReader();
  t.deepEqual(read(reader, [header(0x10, 1, 0xfff0)]), { frames: [], fault: 'bad length' });
  t.is(reader.heldBytes, 0);
});

test('the owner of a reader can refuse a header before its body has come', (t) => {
  const reader = new FrameReader();
  reader.push(header(0x10, 9, 64).subarray(0, 10));
  t.is(reader.next({ headerFault: () => 'bad epoch' }), null);
  reader.push(header(0x10, 9, 64).subarray(10));
  t.is(reader.next({ headerFault: ({ epoch }) => (epoch === 9 ? 'bad epoch' : null) }), 'bad epoch');
});
