/**
 * Frames as a stranger sees them: cut out of a stream, and edited without any key. Knows the 16-byte header
 * (PROTOCOL §2) and no more.
 *
 * @module
 */
import { concat, EMPTY, readU16, readU64, writeU16, writeU64 } from '../../protocol/bytes.ts';
import { BODY_BYTES_MAX, clearFrame, FRAME_TYPES, HEADER_BYTES, MAGIC } from '../../protocol/frame.ts';

/** One whole frame. Nobody may write into its bytes. */
export interface WireFrame {
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly epoch: number;
  readonly seq: number;
}

export const wireFrame = (bytes: Uint8Array): WireFrame => ({
  bytes,
  type: bytes[2] ?? 0,
  epoch: readU16(bytes, 4),
  seq: readU64(bytes, 8),
});

/** Takes a stream apart. What does not look like a frame, and all that follows it, is left as it is. */
export class FrameSplitter {
  #held = EMPTY;
  #broken = false;

  /** The frames that are whole by now, and bytes after them that are no frames. */
  split(chunk: Uint8Array): { readonly frames: readonly WireFrame[]; readonly stray: Uint8Array } {
    const bytes = this.#held.length > 0 ? concat([this.#held, chunk]) : chunk;
    this.#held = EMPTY;
    const frames: WireFrame[] = [];
    let at = 0;
    while (at < bytes.length && !this.#broken) {
      const bodyBytes = readU16(bytes, at + 6);
      const isWhole = at + HEADER_BYTES <= bytes.length && at + HEADER_BYTES + bodyBytes <= bytes.length;
      if (bytes[at] !== MAGIC || (at + 8 <= bytes.length && bodyBytes > BODY_BYTES_MAX)) this.#broken = true;
      else if (isWhole) {
        frames.push(wireFrame(bytes.subarray(at, at + HEADER_BYTES + bodyBytes)));
        at += HEADER_BYTES + bodyBytes;
      } else {
        this.#held = bytes.slice(at);
        return { frames, stray: EMPTY };
      }
    }
    return { frames, stray: bytes.subarray(at) };
  }

  /** What is held of a frame that is not whole. If anything is, nothing is taken apart from now on. */
  release(): Uint8Array {
    const held = this.#held;
    this.#held = EMPTY;
    this.#broken ||= held.length > 0;
    return held;
  }
}

/** A copy of the frame with something else in it. */
export function edited(bytes: Uint8Array, edit: (copy: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  edit(copy);
  return copy;
}

export const flipped = (bytes: Uint8Array, at: number, bit: number): Uint8Array =>
  edited(bytes, (copy) => {
    copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  });

/** Header and as much of the body as `bodyBytes` says, zeros where there was none; the header's length follows. */
export function resized(bytes: Uint8Array, bodyBytes: number): Uint8Array {
  const copy = new Uint8Array(HEADER_BYTES + bodyBytes);
  copy.set(bytes.subarray(0, copy.length));
  writeU16(copy, 6, bodyBytes);
  return copy;
}

export const renumbered = (bytes: Uint8Array, seq: number): Uint8Array =>
  edited(bytes, (copy) => writeU64(copy, 8, seq));

/** What follows `frame` in the same direction and epoch, with a body of somebody without keys. */
export function madeUp(type: number, frame: WireFrame, body: Uint8Array): Uint8Array {
  return edited(clearFrame(FRAME_TYPES.data, frame.seq + 1, body), (copy) => {
    copy[2] = type;
    writeU16(copy, 4, frame.epoch);
  });
}
