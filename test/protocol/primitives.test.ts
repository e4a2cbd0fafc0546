import { hkdfSync } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { hmac } from '../../protocol/hmac.ts';
import { expandLabel, handshakeSecret } from '../../protocol/key-schedule.ts';
import { plaintextArea, Sealer } from '../../protocol/seal.ts';
import { keyShare, sharedSecret } from '../../protocol/x25519.ts';
import { randomBlocksFor, scriptedEntropy } from '../helpers/entropy.ts';
import { plainSeal } from '../helpers/plain-seal.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const toHex = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString('hex');

const rfc4231 = test.macro({
  exec(t, _case: number, key: Buffer, data: Buffer, tag: string) {
    t.is(toHex(hmac(key, data)), tag);
  },
  title: (_, number) => `RFC 4231 case ${number}: HMAC-SHA256`,
});
test(
  rfc4231,
  1,
  Buffer.alloc(20, 0x0b),
  Buffer.from('Hi There'),
  'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
);
test(
  rfc4231,
  2,
  Buffer.from('Jefe'),
  Buffer.from('what do ya want for nothing?'),
  '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
);
test(
  rfc4231,
  3,
  Buffer.alloc(20, 0xaa),
  Buffer.alloc(50, 0xdd),
  '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
);
test(
  rfc4231,
  4,
  hex('0102030405060708090a0b0c0d0e0f10111213141516171819'),
  Buffer.alloc(50, 0xcd),
  '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
);
test(
  rfc4231,
  6,
  Buffer.alloc(131, 0xaa),
  Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
  '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
);

test('RFC 5869 case 1: extract, and the first block of expand', (t) => {
  const prk = handshakeSecret(hex('000102030405060708090a0b0c'), Buffer.alloc(22, 0x0b));
  t.is(toHex(prk), '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
  t.is(
    toHex(hmac(prk, hex('f0f1f2f3f4f5f6f7f8f9'), Buffer.of(1))),
    '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf',
  );
});

test("Expand-Label is HKDF-Expand of Node's own HKDF", (t) => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
  const labels = fc.constantFrom('enc', 'mac', 'upd', 'c traffic', 's finished', 'term');
  fc.assert(
    fc.property(
      fc.record({
        salt: bytes,
        ikm: bytes,
        label: labels,
        context: bytes,
        n: fc.integer({ min: 1, max: 32 }),
      }),
      ({ salt, ikm, label, context, n }) => {
        const info = Buffer.concat([
          Buffer.of(0, n, label.length + 6),
          Buffer.from(`atmb1 ${label}`),
          Buffer.of(context.length),
          context,
        ]);
        const ours = expandLabel(handshakeSecret(salt, ikm), { label, context, bytes: n });
        t.is(toHex(ours), toHex(new Uint8Array(hkdfSync('sha256', ikm, salt, info, n))));
      },
    ),
  );
});

test('RFC 7748 §6.1: X25519 public keys and shared secret', (t) => {
  const alice = keyShare(hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'));
  const bob = keyShare(hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));
  t.is(toHex(alice.publicKey), '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
  t.is(toHex(bob.publicKey), 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
  const secret = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
  t.is(toHex(sharedSecret(alice.privateKey, bob.publicKey)), secret);
  t.is(toHex(sharedSecret(bob.privateKey, alice.publicKey)), secret);
});

const lowOrder = test.macro({
  exec(t, point: string) {
    const { privateKey } = keyShare(Buffer.alloc(32, 0x77));
    t.is(sharedSecret(privateKey, hex(point)), null);
  },
  title: (_, point: string) => `R13: the low-order point ${point.slice(0, 8)}… gives no secret`,
});
test(lowOrder, '00'.repeat(32));
test(lowOrder, `01${'00'.repeat(31)}`);
test(lowOrder, 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800');
test(lowOrder, '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157');
test(lowOrder, `ec${'ff'.repeat(30)}7f`);
test(lowOrder, `ed${'ff'.repeat(30)}7f`);
test(lowOrder, `ee${'ff'.repeat(30)}7f`);

test('SP 800-38A F.2.1: the long-lived cipher and its twin are AES-128-CBC', (t) => {
  const keys = { enc: hex('2b7e151628aed2a6abf7158809cf4f3c'), mac: Buffer.alloc(32, 1) };
  const iv = hex('000102030405060708090a0b0c0d0e0f');
  const plaintext = hex(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
      '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  );
  const ciphertext =
    '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2' +
    '73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7';
  const place = { type: 0x10, epoch: 1, seq: 0 } as const;
  const twin = plainSeal(keys, place, { iv, plaintext });
  t.is(twin.subarray(32, 96).toString('hex'), ciphertext);
  const sealer = new Sealer(scriptedEntropy({ iv: randomBlocksFor(keys.enc, [twin]) }), keys);
  plaintextArea.set(plaintext);
  t.is(toHex(sealer.seal(place, plaintext.length)), toHex(twin));
});
