/**
 * Sealing and opening of one direction and epoch (PROTOCOL §5): AES-128-CBC, then HMAC-SHA256 over header ‖ IV ‖ CT,
 * the tag compared whole before anything is decrypted (R7). `test/helpers/plain-seal.ts` is the readable twin.
 *
 * Three shapes make it fast. One cipher lives as long as the epoch: it goes on in CBC over a random block R and then
 * the plaintext, and the first block it gives *is* the IV on the wire (RFC 4346 §6.2.3.2 (2)(b)): encrypted
 * randomness, unpredictable (R6), and any plain receiver decrypts it. HMAC is two one-shot hashes over inputs that
 * start with the padded key. The work areas below are shared by all, since nothing here is asynchronous.
 *
 * @module
 */
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type Decipheriv,
  hash,
  timingSafeEqual,
} from 'node:crypto';
import {
  BLOCK_BYTES,
  FRAME_BYTES_MAX,
  type FrameType,
  HEADER_BYTES,
  PLAINTEXT_BYTES_MAX,
  sealedBodyBytes,
  TAG_BYTES,
  writeHeader,
} from './frame.ts';
import { invariant } from './invariant.ts';
import type { RecordKeys } from './key-schedule.ts';
import type { Entropy } from './ports.ts';

export interface RecordPlace {
  readonly type: FrameType;
  readonly epoch: number;
  readonly seq: number;
}

const HASH_BLOCK_BYTES = 64;
/** R ‖ plaintext ‖ PKCS7. */
const plainWork = Buffer.alloc(BLOCK_BYTES + PLAINTEXT_BYTES_MAX + 1);
/** Padded MAC key ‖ header ‖ IV ‖ CT. */
const macWork = Buffer.alloc(HASH_BLOCK_BYTES + FRAME_BYTES_MAX - TAG_BYTES);
const tagWork = Buffer.alloc(TAG_BYTES);
const zeroIv = Buffer.alloc(BLOCK_BYTES);

/** Where the plaintext of the next `seal` is put, and nothing may come between; wiped by it. */
export const plaintextArea = plainWork.subarray(BLOCK_BYTES, BLOCK_BYTES + PLAINTEXT_BYTES_MAX);

export class Sealer {
  readonly #entropy: Entropy;
  readonly #cipher: Cipheriv;
  readonly #mac: MacKey;

  constructor(entropy: Entropy, keys: RecordKeys) {
    this.#entropy = entropy;
    this.#cipher = createCipheriv('aes-128-cbc', createSecretKey(keys.enc), zeroIv).setAutoPadding(false);
    this.#mac = new MacKey(keys.mac);
  }

  /** The whole frame around the first `plaintextBytes` of {@link plaintextArea}; the array is the caller's. */
  seal(place: RecordPlace, plaintextBytes: number): Uint8Array {
    invariant(plaintextBytes <= PLAINTEXT_BYTES_MAX, 'a plaintext fits its record');
    const padBytes = BLOCK_BYTES - (plaintextBytes % BLOCK_BYTES);
    const workBytes = BLOCK_BYTES + plaintextBytes + padBytes;
    plainWork.fill(padBytes, workBytes - padBytes, workBytes);
    plainWork.set(this.#entropy.bytes(BLOCK_BYTES, 'iv'));
    const sealed = this.#cipher.update(plainWork.subarray(0, workBytes));
    plainWork.fill(0, 0, workBytes);
    const bodyBytes = sealedBodyBytes(plaintextBytes);
    writeHeader(macWork, HASH_BLOCK_BYTES, { ...place, bodyBytes });
    macWork.set(sealed, HASH_BLOCK_BYTES + HEADER_BYTES);
    const tagAt = HEADER_BYTES + bodyBytes - TAG_BYTES;
    const frame = Buffer.allocUnsafe(tagAt + TAG_BYTES);
    macWork.copy(frame, 0, HASH_BLOCK_BYTES, HASH_BLOCK_BYTES + tagAt);
    frame.write(this.#mac.tag(tagAt), tagAt, 'binary');
    return frame;
  }

  /** Best effort (R22): the MAC key is overwritten, the cipher context freed, which cleanses its key. */
  destroy(): void {
    this.#cipher.final();
    this.#mac.destroy();
  }
}

export class Opener {
  readonly #decipher: Decipheriv;
  readonly #mac: MacKey;

  constructor(keys: RecordKeys) {
    this.#decipher = createDecipheriv('aes-128-cbc', createSecretKey(keys.enc), zeroIv).setAutoPadding(false);
    this.#mac = new MacKey(keys.mac);
  }

  /**
   * The plaintext of a frame whose header has been checked, in an array of its own, or in words why there is none.
   * Nothing is decrypted under a bad tag.
   */
  open(frame: Uint8Array): Uint8Array | 'bad mac' | 'padding' {
    const tagAt = frame.length - TAG_BYTES;
    macWork.set(frame.subarray(0, tagAt), HASH_BLOCK_BYTES);
    tagWork.write(this.#mac.tag(tagAt), 'binary');
    if (!timingSafeEqual(tagWork, frame.subarray(tagAt))) return 'bad mac';
    // The decipher goes on in CBC from the record before, so what comes out for the IV block means nothing.
    const plain = this.#decipher.update(frame.subarray(HEADER_BYTES, tagAt));
    const padBytes = plain[plain.length - 1] ?? 0;
    if (padBytes < 1 || padBytes > BLOCK_BYTES) return 'padding';
    for (let at = plain.length - padBytes; at < plain.length; at++)
      if (plain[at] !== padBytes) return 'padding';
    return plain.subarray(BLOCK_BYTES, plain.length - padBytes);
  }

  destroy(): void {
    this.#decipher.final();
    this.#mac.destroy();
  }
}

/** HMAC (RFC 2104) as two hashes. The inner digest is written behind the outer padded key. */
class MacKey {
  // Out of Node's pool: a buffer of its own would cost an established session five times its bytes, four times over.
  readonly #inner = Buffer.allocUnsafe(HASH_BLOCK_BYTES).fill(0x36);
  readonly #outer = Buffer.allocUnsafe(HASH_BLOCK_BYTES + TAG_BYTES).fill(0x5c);

  constructor(key: Uint8Array) {
    for (let at = 0; at < key.length; at++) {
      this.#inner[at] = (key[at] ?? 0) ^ 0x36;
      this.#outer[at] = (key[at] ?? 0) ^ 0x5c;
    }
  }

  /** Over `bytes` of macWork behind its key block, as a latin1 string: half the price of a Buffer a digest. */
  tag(bytes: number): string {
    macWork.set(this.#inner);
    const inner = hash('sha256', macWork.subarray(0, HASH_BLOCK_BYTES + bytes), 'binary');
    this.#outer.write(inner, HASH_BLOCK_BYTES, 'binary');
    return hash('sha256', this.#outer, 'binary');
  }

  destroy(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }
}
