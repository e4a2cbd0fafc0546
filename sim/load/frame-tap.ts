/**
 * A terminal's network with an ear for frame headers, while somebody looks at that terminal: type, epoch, sequence and
 * length, as anyone on the line could read them. Bodies are skipped. Costs a look at a field otherwise.
 *
 * @module
 */
import { type FrameHeader, HEADER_BYTES, readHeader } from '../../protocol/frame.ts';
import type { Conn, ConnHandlers, Net } from '../../protocol/ports.ts';

export type Ear = (header: FrameHeader, sent: boolean) => void;

export class FrameTap implements Net {
  /** Null: nobody listens. */
  ear: Ear | null = null;
  readonly #net: Net;

  constructor(net: Net) {
    this.#net = net;
  }

  dial(address: string, handlers: ConnHandlers): Conn {
    const [sent, heard] = [new Skimmer(), new Skimmer()];
    const conn = this.#net.dial(address, {
      onOpen: () => handlers.onOpen(),
      onData: (chunk) => {
        if (this.ear !== null) heard.skim(chunk, this.ear, false);
        handlers.onData(chunk);
      },
      onEnd: () => handlers.onEnd(),
      onClose: (reason) => handlers.onClose(reason),
    });
    return {
      remote: conn.remote,
      get bufferedBytes() {
        return conn.bufferedBytes;
      },
      write: (bytes) => {
        if (this.ear !== null) sent.skim(bytes, this.ear, true);
        conn.write(bytes);
      },
      end: () => conn.end(),
      destroy: () => conn.destroy(),
    };
  }
}

/** Finds the headers in one direction's stream. Who begins in the midst of a frame waits for a chunk that starts one. */
class Skimmer {
  #ear: Ear | null = null;
  /** Bytes of a body that are still to come. */
  #skip = 0;
  /** A header that was cut. */
  #cut = new Uint8Array(0);

  skim(chunk: Uint8Array, ear: Ear, sent: boolean): void {
    if (ear !== this.#ear) {
      this.#ear = ear;
      this.#lose();
    }
    let bytes = chunk;
    if (this.#cut.length > 0) {
      bytes = new Uint8Array(this.#cut.length + chunk.length);
      bytes.set(this.#cut);
      bytes.set(chunk, this.#cut.length);
      this.#cut = new Uint8Array(0);
    }
    let at = this.#skip;
    while (at + HEADER_BYTES <= bytes.length) {
      const header = readHeader(bytes, at);
      if (typeof header === 'string') return this.#lose();
      ear(header, sent);
      at += HEADER_BYTES + header.bodyBytes;
    }
    this.#skip = Math.max(0, at - bytes.length);
    // The chunk is used again by its owner.
    if (at < bytes.length) this.#cut = bytes.slice(at);
  }

  #lose(): void {
    this.#skip = 0;
    this.#cut = new Uint8Array(0);
  }
}
