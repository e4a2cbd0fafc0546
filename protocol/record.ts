/**
 * The plaintext of a Data record (PROTOCOL §6): `(u16 len ‖ message)*`, then optionally `u16 0` and zero bytes up to
 * a bucket, so that kinds and amounts do not show in lengths.
 *
 * @module
 */
import { readU16, writeU16 } from './bytes.ts';
import { PLAINTEXT_BYTES_MAX } from './frame.ts';
import { invariant } from './invariant.ts';

export const MESSAGE_BYTES_MAX = PLAINTEXT_BYTES_MAX - 2;
/** Holds any one message but a history, a reconciliation and a login to many accounts (docs/decisions/). */
export const BUCKET_BYTES_DEFAULT = 512;

export type Message = string | Uint8Array;

export interface Packing {
  /** The first message that is to go in. */
  readonly from: number;
  /** 1 for no padding. */
  readonly bucketBytes: number;
}

/**
 * Writes as many messages as fit, at least one, and the padding into `target`, which holds a whole plaintext.
 * Answers its length and the first message that did not fit.
 */
export function packMessages(
  target: Buffer,
  messages: readonly Message[],
  { from, bucketBytes }: Packing,
): { length: number; next: number } {
  let length = 0;
  let next = from;
  for (; next < messages.length; next++) {
    const message = messages[next] ?? '';
    const bytes = typeof message === 'string' ? Buffer.byteLength(message) : message.length;
    invariant(bytes >= 1 && bytes <= MESSAGE_BYTES_MAX, 'a message has 1..16,381 bytes');
    if (length + 2 + bytes > PLAINTEXT_BYTES_MAX) break;
    writeU16(target, length, bytes);
    if (typeof message === 'string') target.write(message, length + 2, 'utf8');
    else target.set(message, length + 2);
    length += 2 + bytes;
  }
  const padded = paddedBytes(length, bucketBytes);
  target.fill(0, length, padded);
  return { length: padded, next };
}

/** The messages as views into `plaintext`, or null when it is not exactly messages and padding. */
export function unpackMessages(plaintext: Uint8Array): Uint8Array[] | null {
  const messages: Uint8Array[] = [];
  let at = 0;
  while (at < plaintext.length) {
    if (at + 2 > plaintext.length) return null;
    const bytes = readU16(plaintext, at);
    at += 2;
    if (bytes === 0) return onlyZeros(plaintext, at) ? messages : null;
    if (at + bytes > plaintext.length) return null;
    messages.push(plaintext.subarray(at, at + bytes));
    at += bytes;
  }
  return messages;
}

/** An exact fit needs no padding; a single byte left cannot hold the `u16 0`, so the next bucket it is. */
function paddedBytes(length: number, bucketBytes: number): number {
  const target = Math.ceil(length / bucketBytes) * bucketBytes;
  const padded = target - length === 1 ? target + bucketBytes : target;
  const capped = Math.min(padded, PLAINTEXT_BYTES_MAX);
  return capped - length === 1 ? length : capped;
}

function onlyZeros(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}
