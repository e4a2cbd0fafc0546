/**
 * The chain over sealed records. Its hash takes no key, so that a reviewer can verify the whole trail without one:
 * h_n = SHA-256(h_{n−1} ‖ seq u64 ‖ key id u32 ‖ IV ‖ CT ‖ MAC), h_0 = 32 zero bytes.
 *
 * @module
 */
import { hash } from 'node:crypto';
import type { AuditRow } from '../model.ts';

export interface Head {
  readonly seq: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** Before the first record. */
export const GENESIS: Head = { seq: 0, hash: new Uint8Array(32) };

export function chainHash(previous: Uint8Array, row: Omit<AuditRow, 'hash'>): Uint8Array {
  return hash('sha256', Buffer.concat([previous, sealedBytes(row)]), 'buffer');
}

/** seq u64 ‖ key id u32 ‖ IV ‖ CT ‖ MAC. */
function sealedBytes({ seq, keyId, iv, ct, mac }: Omit<AuditRow, 'hash'>): Uint8Array {
  return Buffer.concat([numbers(seq, keyId), iv, ct, mac]);
}

/** What the MAC covers: a sealed record cannot be moved to another place or key. */
export const macInput = ({ seq, keyId, iv, ct }: Omit<AuditRow, 'hash' | 'mac'>): Uint8Array =>
  Buffer.concat([numbers(seq, keyId), iv, ct]);

function numbers(seq: number, keyId: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(12);
  bytes.writeBigUInt64BE(BigInt(seq));
  bytes.writeUInt32BE(keyId, 8);
  return bytes;
}
