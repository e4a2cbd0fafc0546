/**
 * The 16-byte frame header (PROTOCOL §2): layout, types, and every bound that can be checked before a body is read.
 *
 * ```
 *  0  u8  0xA7 magic        4  u16 epoch (0 = clear, 1.. = protected)
 *  1  u8  0x01 version      6  u16 body length
 *  2  u8  type              8  u64 seq (per direction and epoch, from 0)
 *  3  u8  0x00
 * ```
 *
 * @module
 */
import { readU16, readU64, writeU16, writeU64 } from './bytes.ts';
import { invariant } from './invariant.ts';

export const MAGIC = 0xa7;
export const VERSION = 0x01;
export const HEADER_BYTES = 16;

export const FRAME_TYPES = {
  clientHello: 0x01,
  serverHello: 0x02,
  finished: 0x03,
  data: 0x10,
  keyUpdate: 0x11,
  close: 0x12,
  alert: 0x15,
} as const;
export type FrameType = (typeof FRAME_TYPES)[keyof typeof FRAME_TYPES];

export const BLOCK_BYTES = 16;
export const TAG_BYTES = 32;
/** Of a Data record, before PKCS7: 1,024 blocks less the one byte PKCS7 needs. */
export const PLAINTEXT_BYTES_MAX = 16_383;
/** IV ‖ CT ‖ TAG. */
export const BODY_BYTES_MAX = BLOCK_BYTES + PLAINTEXT_BYTES_MAX + 1 + TAG_BYTES;
export const FRAME_BYTES_MAX = HEADER_BYTES + BODY_BYTES_MAX;

invariant((PLAINTEXT_BYTES_MAX + 1) % BLOCK_BYTES === 0, 'the largest record fills its last block');
invariant(BODY_BYTES_MAX <= 0xffff, 'a body length fits u16');

export interface FrameHeader {
  readonly type: FrameType;
  readonly epoch: number;
  readonly bodyBytes: number;
  readonly seq: number;
}

export function writeHeader(target: Uint8Array, at: number, header: FrameHeader): void {
  target[at] = MAGIC;
  target[at + 1] = VERSION;
  target[at + 2] = header.type;
  target[at + 3] = 0;
  writeU16(target, at + 4, header.epoch);
  writeU16(target, at + 6, header.bodyBytes);
  writeU64(target, at + 8, header.seq);
}

/** A clear frame (epoch 0) around `body`. */
export function clearFrame(type: FrameType, seq: number, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + body.length);
  writeHeader(frame, 0, { type, epoch: 0, bodyBytes: body.length, seq });
  frame.set(body, HEADER_BYTES);
  return frame;
}

/**
 * Reads the 16 bytes at `at`, which must be there. Gives the header, or in words what is wrong with it: those
 * words go to the audit trail and never to the peer (R8).
 */
export function readHeader(bytes: Uint8Array, at: number): FrameHeader | string {
  if (bytes[at] !== MAGIC) return 'bad magic';
  if (bytes[at + 1] !== VERSION) return 'bad version';
  if (bytes[at + 3] !== 0) return 'bad reserved byte';
  const epoch = readU16(bytes, at + 4);
  const bodyBytes = readU16(bytes, at + 6);
  const seq = readU64(bytes, at + 8);
  const type = (bytes[at + 2] ?? 0) as FrameType;
  const bounds = epoch === 0 ? CLEAR_BODY_BYTES.get(type) : SEALED_BODY_BYTES.get(type);
  if (!bounds) return 'bad type';
  if (type === FRAME_TYPES.finished && (epoch !== 1 || seq !== 0)) return 'bad type';
  if (bodyBytes < bounds.min || bodyBytes > bounds.max) return 'bad length';
  if (epoch !== 0 && bodyBytes % BLOCK_BYTES !== 0) return 'bad length';
  return { type, epoch, bodyBytes, seq };
}

/** Body length of a sealed record with `plaintextBytes` before PKCS7. */
export const sealedBodyBytes = (plaintextBytes: number): number =>
  BLOCK_BYTES + (Math.floor(plaintextBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES + TAG_BYTES;

interface Bounds {
  readonly min: number;
  readonly max: number;
}
const exactly = (bytes: number): Bounds => ({ min: bytes, max: bytes });

const CLEAR_BODY_BYTES: ReadonlyMap<number, Bounds> = new Map([
  [FRAME_TYPES.clientHello, { min: 128, max: 142 }],
  [FRAME_TYPES.serverHello, exactly(86)],
  [FRAME_TYPES.alert, exactly(0)],
]);

const SEALED_BODY_BYTES: ReadonlyMap<number, Bounds> = new Map([
  [FRAME_TYPES.finished, exactly(sealedBodyBytes(32))],
  [FRAME_TYPES.data, { min: sealedBodyBytes(0), max: BODY_BYTES_MAX }],
  [FRAME_TYPES.keyUpdate, exactly(sealedBodyBytes(0))],
  [FRAME_TYPES.close, exactly(sealedBodyBytes(0))],
  [FRAME_TYPES.alert, exactly(sealedBodyBytes(0))],
]);
