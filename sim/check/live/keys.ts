/**
 * The keys and records of docs/PROTOCOL.md §4 and §5, computed a second time and in the plainest way: HMAC as RFC 2104
 * has it, Expand-Label as one HMAC. Imports nothing of `protocol/`, so a mistake there is not repeated here.
 *
 * @module
 */
import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type Decipheriv,
  diffieHellman,
  hash,
} from 'node:crypto';

const NO_IV = Buffer.alloc(16);
const TAG_BYTES = 32;

export const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  hash('sha256', Buffer.concat(parts), 'buffer');

/** `key` has at most 64 bytes. The inner digest passes as text, one character a byte: half the price of a Buffer. */
export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const outer = padded(key, 0x5c, 32);
  outer.write(hash('sha256', Buffer.concat([padded(key, 0x36), ...parts]), 'binary'), 64, 'binary');
  return hash('sha256', outer, 'buffer');
}

/** The key, padded to a block and XORed with `pad`, and room behind it. */
function padded(key: Uint8Array, pad: number, room = 0): Buffer {
  const block = Buffer.allocUnsafe(64 + room);
  for (let at = 0; at < 64; at++) block[at] = pad ^ (key[at] ?? 0);
  return block;
}

function expandLabel(secret: Uint8Array, label: string, context: Uint8Array, bytes = 32): Buffer {
  const name = Buffer.from(`atmb1 ${label}`);
  const head = Uint8Array.of(0, bytes, name.length);
  return hmac(secret, head, name, Uint8Array.of(context.length), context, Uint8Array.of(1)).subarray(
    0,
    bytes,
  );
}

const keyIdBytes = (keyId: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(keyId);
  return bytes;
};

/** The binder a hello must carry. @param tid 16 bytes */
export function binderOf(
  kShared: Uint8Array,
  { tid, keyId, bound }: { tid: Uint8Array; keyId: number; bound: Uint8Array },
): Buffer {
  const context = Buffer.concat([tid, keyIdBytes(keyId)]);
  return hmac(expandLabel(kShared, 'binder', context), sha256(bound));
}

/** Everything of a PKCS #8 or SPKI structure but the 32 bytes at its end (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');

/** X25519 of a drawn private key and the other side's share; null when it is all zero (RFC 7748 §6.1). */
export function agree(drawn: Uint8Array, share: Uint8Array): { own: Buffer; secret: Buffer } | null {
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8, drawn]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, share]), format: 'der', type: 'spki' });
  const { x } = privateKey.export({ format: 'jwk' });
  try {
    return {
      own: Buffer.from(x ?? '', 'base64url'),
      secret: diffieHellman({ privateKey, publicKey }),
    };
  } catch {
    return null;
  }
}

/** What one side of a session speaks under. */
export interface Voice {
  readonly traffic: Buffer;
  /** The plaintext of its Finished. */
  readonly finished: Buffer;
}

export interface Agreed {
  readonly kShared: Uint8Array;
  readonly nonceC: Uint8Array;
  readonly nonceS: Uint8Array;
  /** Null for the base suite. */
  readonly dh: Uint8Array | null;
  readonly transcript: Uint8Array;
}

export function voicesOf({ kShared, nonceC, nonceS, dh, transcript }: Agreed): {
  terminal: Voice;
  bank: Voice;
} {
  const master = hmac(kShared, nonceC, nonceS);
  const secret = dh ? hmac(master, dh) : master;
  const voice = (letter: 'c' | 's'): Voice => ({
    traffic: expandLabel(secret, `${letter} traffic`, transcript),
    finished: hmac(expandLabel(secret, `${letter} finished`, transcript), transcript),
  });
  return { terminal: voice('c'), bank: voice('s') };
}

/** One direction of a session, epoch by epoch. */
export class Direction {
  epoch = 1;
  seq = 0n;
  readonly finished: Buffer;
  /** The last ciphertext block of this epoch; zero before the first. */
  tail: Buffer = NO_IV;
  #traffic: Buffer;
  #mac: Buffer;
  #enc: Buffer;
  #decipher: Decipheriv;

  constructor({ traffic, finished }: Voice) {
    this.finished = finished;
    this.#traffic = traffic;
    this.#enc = expandLabel(traffic, 'enc', Buffer.alloc(0), 16);
    this.#mac = expandLabel(traffic, 'mac', Buffer.alloc(0));
    this.#decipher = decipherOf(this.#enc);
  }

  /** Of the present epoch. */
  get keys(): { readonly traffic: Buffer; readonly enc: Buffer; readonly mac: Buffer } {
    return { traffic: this.#traffic, enc: this.#enc, mac: this.#mac };
  }

  verifies(frame: Buffer): boolean {
    return isTagged(this.#mac, frame);
  }

  /**
   * Decrypts a frame that verifies; each once, in order, for the cipher goes on from record to record: that gives,
   * in place of the IV, the block of which the IV is the encryption. `plaintext` is null when the padding is wrong.
   */
  open(frame: Buffer): { readonly block: Buffer; readonly plaintext: Buffer | null } {
    const plain = this.#decipher.update(frame.subarray(16, -TAG_BYTES));
    this.tail = frame.subarray(-TAG_BYTES - 16, -TAG_BYTES);
    const pad = plain[plain.length - 1] ?? 0;
    const padding = plain.subarray(plain.length - pad);
    const isPadded = pad >= 1 && pad <= 16 && padding.every((byte) => byte === pad);
    return {
      block: plain.subarray(0, 16),
      plaintext: isPadded ? plain.subarray(16, plain.length - pad) : null,
    };
  }

  /** After a KeyUpdate. */
  update(): void {
    const none = Buffer.alloc(0);
    this.#traffic = expandLabel(this.#traffic, 'upd', none);
    this.#enc = expandLabel(this.#traffic, 'enc', none, 16);
    this.#mac = expandLabel(this.#traffic, 'mac', none);
    this.#decipher = decipherOf(this.#enc);
    this.tail = NO_IV;
    this.epoch += 1;
    this.seq = 0n;
  }
}

export const isTagged = (mac: Uint8Array, frame: Buffer): boolean =>
  hmac(mac, frame.subarray(0, -TAG_BYTES)).equals(frame.subarray(-TAG_BYTES));

const decipherOf = (enc: Buffer): Decipheriv =>
  createDecipheriv('aes-128-cbc', createSecretKey(enc), NO_IV).setAutoPadding(false);
