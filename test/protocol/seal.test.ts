import { createHmac } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { PLAINTEXT_BYTES_MAX } from '../../protocol/frame.ts';
import { Opener, plaintextArea, Sealer } from '../../protocol/seal.ts';
import { countedEntropy } from '../helpers/entropy.ts';
import { plainOpen, plainSeal } from '../helpers/plain-seal.ts';

const keys = { enc: Buffer.alloc(16, 0xe0), mac: Buffer.alloc(32, 0xac) };
const place = (seq: number) => ({ type: 0x10, epoch: 1, seq }) as const;

function seal(sealer: Sealer, seq: number, plaintext: Uint8Array) {
  plaintextArea.set(plaintext);
  return sealer.seal(place(seq), plaintext.length);
}

const plaintexts = fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 8 });

test('what the sealer seals, the plain twin opens, record after record', (t) => {
  fc.assert(
    fc.property(plaintexts, (list) => {
      const sealer = new Sealer(countedEntropy(), keys);
      for (const [seq, plaintext] of list.entries()) {
        t.deepEqual(plainOpen(keys, seal(sealer, seq, plaintext)), Buffer.from(plaintext));
      }
    }),
  );
});

test('the sealer writes exactly what the plain twin writes with the same IV', (t) => {
  fc.assert(
    fc.property(plaintexts, (list) => {
      const sealer = new Sealer(countedEntropy(), keys);
      for (const [seq, plaintext] of list.entries()) {
        const frame = seal(sealer, seq, plaintext);
        t.deepEqual(plainSeal(keys, place(seq), { iv: frame.subarray(16, 32), plaintext }), frame);
      }
    }),
  );
});

test('what the plain twin seals under any IV, the opener opens, record after record', (t) => {
  const records = fc.array(
    fc.record({
      iv: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      plaintext: fc.uint8Array({ maxLength: 600 }),
    }),
    { minLength: 1, maxLength: 8 },
  );
  fc.assert(
    fc.property(records, (list) => {
      const opener = new Opener(keys);
      for (const [seq, content] of list.entries()) {
        const opened = opener.open(plainSeal(keys, place(seq), content));
        t.deepEqual(Buffer.from(opened), Buffer.from(content.plaintext));
      }
    }),
  );
});

test('R7: the largest and the empty plaintext go through', (t) => {
  for (const length of [0, 1, 15, 16, 17, PLAINTEXT_BYTES_MAX]) {
    const plaintext = Buffer.alloc(length, 0x33);
    const frame = seal(new Sealer(countedEntropy(), keys), 0, plaintext);
    t.deepEqual(Buffer.from(new Opener(keys).open(frame)), plaintext);
  }
});

test('R7: a record with any one bit flipped, header included, has a bad MAC', (t) => {
  const frame = seal(new Sealer(countedEntropy(), keys), 0, Buffer.from('forty dollars'));
  const opener = new Opener(keys);
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const flipped = Buffer.from(frame);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    t.is(opener.open(flipped), 'bad mac');
  }
  t.deepEqual(
    opener.open(frame),
    Buffer.from('forty dollars'),
    'refused records leave the decipher where it was',
  );
});

test('R8: a good MAC over bad PKCS7 is refused', (t) => {
  const bad = Buffer.alloc(16, 0x11);
  for (const last of [0x00, 0x11, 0x02]) {
    bad[15] = last;
    const frame = sealWithoutPadding(bad);
    t.is(new Opener(keys).open(frame), 'padding');
  }
});

test('R6: no IV repeats, nor does a ciphertext of the same plaintext', (t) => {
  const sealer = new Sealer(countedEntropy(), keys);
  const frames = Array.from({ length: 500 }, (_, seq) => seal(sealer, seq, Buffer.alloc(16, 7)));
  const ivs = new Set(frames.map((frame) => Buffer.from(frame.subarray(16, 32)).toString('hex')));
  const texts = new Set(frames.map((frame) => Buffer.from(frame.subarray(32, 64)).toString('hex')));
  t.is(ivs.size, 500);
  t.is(texts.size, 500);
});

test('R22: the plaintext is wiped from the shared work area', (t) => {
  seal(new Sealer(countedEntropy(), keys), 0, Buffer.from('correct horse'));
  t.deepEqual(plaintextArea.subarray(0, 13), Buffer.alloc(13));
});

/** A frame whose single ciphertext block decrypts to `block` as it stands, under a right MAC. */
function sealWithoutPadding(block: Uint8Array): Buffer {
  // With an IV of `block` ⊕ PKCS7(empty) and the plaintext empty, CBC decrypts to `block` under the other IV.
  const iv = Buffer.from(block.map((byte, at) => byte ^ 0x10 ^ (at + 1)));
  const other = Buffer.from(Array.from({ length: 16 }, (_, at) => at + 1));
  const ct = plainSeal(keys, place(0), { iv: other, plaintext: Buffer.alloc(0) }).subarray(32, 48);
  return macOver(Buffer.concat([header(64), iv, ct]));
}

function header(bodyBytes: number): Buffer {
  const bytes = Buffer.from('a7011000000100000000000000000000', 'hex');
  bytes.writeUInt16BE(bodyBytes, 6);
  return bytes;
}

function macOver(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, createHmac('sha256', keys.mac).update(bytes).digest()]);
}
