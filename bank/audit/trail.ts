/**
 * Seals audit records: AES-128-CBC under a key derived from AUDIT_KEY, then HMAC-SHA256, then the keyless chain
 * (ARCHITECTURE "Audit trail"). Keeps the head of the chain; the rows it returns belong into the same commit as what
 * they record.
 *
 * @module
 */
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { hmac } from '../../protocol/hmac.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { AuditNote } from '../commands.ts';
import type { AuditRow } from '../model.ts';
import { chainHash, GENESIS, type Head, macInput } from './chain.ts';
import { type AuditRecord, formatRecord, parseRecord } from './record.ts';

export interface AuditKey {
  readonly id: number;
  readonly enc: KeyObject;
  /** 32 bytes. */
  readonly mac: Uint8Array;
}

/** @param secret AUDIT_KEY, at least 32 bytes; copied. @param id 1..2^32-1, kept in each record. */
export function auditKey(secret: Uint8Array, id: number): AuditKey {
  invariant(secret.byteLength >= 32, 'AUDIT_KEY has at least 256 bits');
  invariant(Number.isInteger(id) && id > 0 && id < 2 ** 32, 'a key id is a positive u32');
  const derive = (label: string) => hmac(secret, Buffer.from(`cashpoint audit ${label}`));
  return {
    id,
    enc: createSecretKey(derive('enc').subarray(0, 16)),
    mac: derive('mac'),
  };
}

export class AuditTrail {
  #key: AuditKey;
  /**
   * One cipher for the life of the key: the first output block of `update(random ‖ padded text)` is an unpredictable
   * IV for the blocks after it (RFC 4346 §6.2.3.2), at a third of the cost of a new cipher a record.
   */
  #cipher: Cipheriv;
  #head: Head;

  /** @param head the last stored record's, {@link GENESIS} for a new trail. */
  constructor({ key, head = GENESIS }: { readonly key: AuditKey; readonly head?: Head }) {
    this.#key = key;
    this.#cipher = cipherOf(key);
    this.#head = head;
  }

  /** Seals what comes from now on under another key; what is sealed stays under the key it names. */
  rekey(key: AuditKey): void {
    this.#key = key;
    this.#cipher = cipherOf(key);
  }

  /** Of the last sealed record, committed or not. */
  get head(): Head {
    return this.#head;
  }

  /** @param random 16 fresh unpredictable bytes. */
  seal(note: AuditNote, atMs: number, random: Uint8Array): AuditRow {
    invariant(random.byteLength === 16, 'an audit record takes 16 random bytes');
    const sealed = this.#cipher.update(padded(formatRecord(note, atMs), random));
    const seq = this.#head.seq + 1;
    const open = { seq, keyId: this.#key.id, iv: sealed.subarray(0, 16), ct: sealed.subarray(16) };
    const row = { ...open, mac: hmac(this.#key.mac, macInput(open)) };
    const hash = chainHash(this.#head.hash, row);
    this.#head = { seq, hash };
    return { ...row, hash };
  }
}

/** The contents of a record; null when the MAC or the form is wrong, or it was sealed under another key. */
export function openRecord(row: AuditRow, key: AuditKey): AuditRecord | null {
  if (row.keyId !== key.id || row.iv.length !== 16 || row.ct.length === 0 || row.ct.length % 16 !== 0)
    return null;
  const mac = hmac(key.mac, macInput(row));
  if (row.mac.length !== mac.length || !timingSafeEqual(mac, row.mac)) return null;
  const cipher = createDecipheriv('aes-128-cbc', key.enc, row.iv);
  return parseRecord(Buffer.concat([cipher.update(row.ct), cipher.final()]).toString());
}

const cipherOf = ({ enc }: AuditKey): Cipheriv =>
  createCipheriv('aes-128-cbc', enc, Buffer.alloc(16)).setAutoPadding(false);

/** random ‖ UTF-8 ‖ PKCS#7 padding (RFC 5652 §6.3). */
function padded(text: string, random: Uint8Array): Uint8Array {
  const length = Buffer.byteLength(text);
  const pad = 16 - (length % 16);
  const bytes = Buffer.allocUnsafe(16 + length + pad);
  bytes.set(random);
  bytes.write(text, 16);
  return bytes.fill(pad, 16 + length);
}
