/**
 * A connection of the adversary's own to the bank: says any bytes, hears whole frames. Knows no key.
 *
 * @module
 */
import type { Conn } from '../../protocol/ports.ts';
import { FrameSplitter, type WireFrame } from '../world/byzantine-frames.ts';
import { REACTION_MS } from './middle.ts';
import { dialFrom } from './net.ts';
import { type Reaction, reactionOf, Watch } from './watch.ts';

export class Caller {
  /** Whole frames the bank said, oldest first. */
  readonly said: WireFrame[] = [];
  readonly watch = new Watch();
  /** Why the connection is gone; null while it is there. */
  gone: string | null = null;
  #open = false;
  #ended = false;
  readonly #conn: Conn;

  constructor(address: string, source: string | null, onFrame: (frame: WireFrame) => void = () => {}) {
    const splitter = new FrameSplitter();
    this.#conn = dialFrom(source, address, {
      onOpen: () => {
        this.#open = true;
        this.watch.tell();
      },
      onData: (chunk) => {
        for (const frame of splitter.split(Uint8Array.from(chunk)).frames) {
          this.said.push(frame);
          onFrame(frame);
        }
        this.watch.tell();
      },
      onEnd: () => {
        this.#ended = true;
        this.watch.tell();
        // The bank has said its last word, and waits for ours.
        this.#conn.end();
      },
      onClose: (reason) => {
        this.gone = reason;
        this.#ended = true;
        this.watch.tell();
      },
    });
  }

  get isOpen(): boolean {
    return this.#open && this.gone === null;
  }

  hasEnded = (): boolean => this.#ended;

  /** False when the bank did not take the call. */
  opened(withinMs = REACTION_MS): Promise<boolean> {
    return this.watch.until(() => this.#open || this.gone !== null, withinMs).then(() => this.#open);
  }

  say(...parts: readonly Uint8Array[]): void {
    for (const bytes of parts) this.#conn.write(bytes);
  }

  /** @see reactionOf */
  reaction(withinMs = REACTION_MS): Promise<Reaction> {
    return reactionOf(this, withinMs);
  }

  until(is: () => boolean, withinMs = REACTION_MS): Promise<boolean> {
    return this.watch.until(is, withinMs);
  }

  /** FIN. */
  end(): void {
    this.#conn.end();
  }

  destroy(): void {
    this.#conn.destroy();
  }
}
