/**
 * The readable twin of `protocol/seal.ts`: a sealed frame written as the specification says it (PROTOCOL §5), with
 * the IV given. The property tests keep the two in step, and the vectors are made with this one.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { RecordKeys } from '../../protocol/key-schedule.ts';
import type { RecordPlace } from '../../protocol/seal.ts';

export function plainSeal(
  keys: RecordKeys,
  place: RecordPlace,
  content: { iv: Uint8Array; plaintext: Uint8Array },
) {
  const cipher = createCipheriv('aes-128-cbc', keys.enc, content.iv);
  const ct = Buffer.concat([cipher.update(content.plaintext), cipher.final()]);
  const header = Buffer.alloc(16);
  header.set([0xa7, 0x01, place.type, 0x00]);
  header.writeUInt16BE(place.epoch, 4);
  header.writeUInt16BE(16 + ct.length + 32, 6);
  header.writeBigUInt64BE(BigInt(place.seq), 8);
  const sealed = Buffer.concat([header, content.iv, ct]);
  return Buffer.concat([sealed, createHmac('sha256', keys.mac).update(sealed).digest()]);
}

/** Null when the tag or the padding is wrong. */
export function plainOpen(keys: RecordKeys, frame: Uint8Array): Buffer | null {
  const bytes = Buffer.from(frame);
  const sealed = bytes.subarray(0, -32);
  if (!createHmac('sha256', keys.mac).update(sealed).digest().equals(bytes.subarray(-32))) return null;
  const decipher = createDecipheriv('aes-128-cbc', keys.enc, sealed.subarray(16, 32));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(32)), decipher.final()]);
  } catch {
    return null;
  }
}
