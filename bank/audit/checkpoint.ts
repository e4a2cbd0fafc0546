/**
 * Signed checkpoints: the head of the audit chain at a time, under an Ed25519 key, one line each in a file apart from
 * the database. Whoever rolls the database back cannot take these back too.
 *
 * @module
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import type { Head } from './chain.ts';

export interface Checkpoint extends Head {
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** `cashpoint-checkpoint/1 <seq> <64 hex> <ISO time> <base64 signature over what is before it>`, without a newline. */
export function signCheckpoint({ seq, hash, atMs }: Checkpoint, privateKey: KeyObject): string {
  const text = `cashpoint-checkpoint/1 ${seq} ${Buffer.from(hash).toString('hex')} ${new Date(atMs).toISOString()}`;
  return `${text} ${sign(null, Buffer.from(text), privateKey).toString('base64')}`;
}

/** The checkpoint, or null for a line that is not one or not signed by that key. */
export function openCheckpoint(line: string, publicKey: KeyObject): Checkpoint | null {
  const match = LINE.exec(line);
  if (!match) return null;
  const [, text = '', seq = '', hex = '', time = '', signature = ''] = match;
  if (!verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))) return null;
  return { seq: Number(seq), hash: Buffer.from(hex, 'hex'), atMs: Date.parse(time) };
}

const LINE =
  /^(cashpoint-checkpoint\/1 (0|[1-9][0-9]{0,15}) ([0-9a-f]{64}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)) ([A-Za-z0-9+/]{86}==)$/;
