/**
 * Splits a byte stream into frames, however it is cut into chunks (PROTOCOL §2). Whole frames are views into the
 * chunk; of a cut one, at most its announced length is kept, and nothing is allocated from a length before the
 * header has been checked (R20, R21). Each byte is copied at most twice.
 *
 * @module
 */
import { EMPTY } from './bytes.ts';
import { type FrameHeader, HEADER_BYTES, readHeader } from './frame.ts';

export interface Frame {
  readonly header: FrameHeader;
  /** Header and body. Valid until the reader is used again: it may be a view into the caller's chunk. */
  readonly bytes: Uint8Array;
}

/** Who reads says what may come next; asked once a frame, before its body is awaited. */
export interface HeaderCheck {
  /** What is wrong with this header here and now, or null. */
  headerFault(header: FrameHeader): string | null;
}

export class FrameReader {
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** A cut frame: 16 bytes while its header is incomplete, then the whole frame's length. */
  #cut: Uint8Array | null = null;
  #cutHeader: FrameHeader | null = null;
  #filled = 0;

  /** Bytes kept between chunks, at most one frame. */
  get heldBytes(): number {
    return this.#cut?.length ?? 0;
  }

  /** Takes the next chunk; `next` must have answered null for the one before. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next frame; null when more bytes are needed; a text when the stream is broken for good. */
  next(check: HeaderCheck): Frame | string | null {
    if (this.#cut) return this.#continue(this.#cut, check);
    const left = this.#chunk.length - this.#at;
    if (left < HEADER_BYTES) return this.#keep(null, HEADER_BYTES);
    const header = checkedHeader(this.#chunk, this.#at, check);
    if (typeof header === 'string') return header;
    const frameBytes = HEADER_BYTES + header.bodyBytes;
    if (left < frameBytes) return this.#keep(header, frameBytes);
    const start = this.#at;
    this.#at = start + frameBytes;
    return { header, bytes: this.#chunk.subarray(start, this.#at) };
  }

  /** Starts a cut frame with what is left of the chunk, if anything is. */
  #keep(header: FrameHeader | null, length: number): null {
    if (this.#chunk.length > this.#at) {
      this.#cut = new Uint8Array(length);
      this.#cutHeader = header;
      this.#filled = 0;
      this.#fill(this.#cut);
    }
    this.#chunk = EMPTY;
    this.#at = 0;
    return null;
  }

  #continue(cut: Uint8Array, check: HeaderCheck): Frame | string | null {
    this.#fill(cut);
    if (this.#filled < cut.length) return this.#drained();
    let header = this.#cutHeader;
    let bytes = cut;
    if (!header) {
      const checked = checkedHeader(cut, 0, check);
      if (typeof checked === 'string') return checked;
      header = this.#cutHeader = checked;
      bytes = this.#cut = new Uint8Array(HEADER_BYTES + header.bodyBytes);
      bytes.set(cut);
      this.#fill(bytes);
      if (this.#filled < bytes.length) return this.#drained();
    }
    this.#cut = null;
    this.#cutHeader = null;
    return { header, bytes };
  }

  #drained(): null {
    this.#chunk = EMPTY;
    this.#at = 0;
    return null;
  }

  #fill(target: Uint8Array): void {
    const count = Math.min(target.length - this.#filled, this.#chunk.length - this.#at);
    target.set(this.#chunk.subarray(this.#at, this.#at + count), this.#filled);
    this.#filled += count;
    this.#at += count;
  }
}

function checkedHeader(bytes: Uint8Array, at: number, check: HeaderCheck): FrameHeader | string {
  const header = readHeader(bytes, at);
  return typeof header === 'string' ? header : (check.headerFault(header) ?? header);
}
