/**
 * What a reviewer needs beside the audit rows, read from files: the keys that open them, the heads of the chain that were
 * signed, and those that terminals saw.
 *
 * @module
 */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Head } from '../../bank/audit/chain.ts';
import { openCheckpoint } from '../../bank/audit/checkpoint.ts';
import type { AuditRecord } from '../../bank/audit/record.ts';
import { type AuditKey, auditKey, openRecord } from '../../bank/audit/trail.ts';
import type { AuditRow } from '../../bank/model.ts';
import { KeyRing } from './key-ring.ts';

/** The audit keys of a data directory by id; empty for a reviewer who has none. Throws KeyFileError. */
export function auditKeys(data: string): ReadonlyMap<number, AuditKey> {
  const ring = KeyRing.find(join(data, 'keys'), 'audit');
  const keys = ring?.ids.flatMap((id) => ring.get(id) ?? []) ?? [];
  return new Map(keys.map(({ id, key }) => [id, auditKey(key, id)]));
}

/** Opens a record with the key that it names; null for one that does not open or whose key is not there. */
export function auditOpener(data: string): (row: AuditRow) => AuditRecord | null {
  const keys = auditKeys(data);
  return (row) => {
    const key = keys.get(row.keyId);
    return key ? openRecord(row, key) : null;
  };
}

/** Signed heads, or what is wrong with the first line that is not signed by that key. */
export function checkpointHeads(path: string, publicKeyPath: string): readonly Head[] | string {
  const publicKey = createPublicKey(readFileSync(publicKeyPath));
  const heads: Head[] = [];
  for (const [at, line] of lines(path).entries()) {
    const checkpoint = openCheckpoint(line, publicKey);
    if (checkpoint === null) return `${path} line ${at + 1} is not a checkpoint signed by ${publicKeyPath}`;
    heads.push(checkpoint);
  }
  return heads;
}

/** Heads that came with replies, as a terminal's journal keeps them. Lines that are torn or without one are passed over. */
export function journalHeads(path: string): readonly Head[] {
  return lines(path).flatMap((line) => {
    const match = /"audit":\{"seq":([0-9]{1,15}),"head":"([0-9a-f]{64})"\}/.exec(line);
    return match ? [{ seq: Number(match[1]), hash: Buffer.from(match[2] ?? '', 'hex') }] : [];
  });
}

/** Whole lines only: power loss may tear off the last one. */
function lines(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '');
}
