/**
 * SHA-256 and HMAC-SHA256, at the price of one-shot hashes.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { concat } from './bytes.ts';

const HASH_BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const ZERO_BLOCK = new Uint8Array(HASH_BLOCK_BYTES);
/** The outer padded key ‖ the inner digest, for all: nothing here is asynchronous. */
const outer = Buffer.alloc(HASH_BLOCK_BYTES + DIGEST_BYTES);

/** HMAC-SHA256 (RFC 2104) as two one-shot hashes: a third of what `createHmac` costs. */
export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  if (key.length > HASH_BLOCK_BYTES) return hmac(sha256(key), ...parts);
  const inner = concat([ZERO_BLOCK, ...parts]);
  for (let at = 0; at < HASH_BLOCK_BYTES; at++) {
    const byte = key[at] ?? 0;
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  }
  outer.write(hash('sha256', inner, 'binary'), HASH_BLOCK_BYTES, 'binary');
  const mac = hash('sha256', outer, 'buffer');
  inner.fill(0);
  outer.fill(0);
  return mac;
}

export const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');
