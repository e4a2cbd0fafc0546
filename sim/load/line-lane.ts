/**
 * One direction of a line that faults can slow, hold and damage: what goes in comes out in order, later. While nothing
 * is wrong it goes straight through.
 *
 * @module
 */
import type { Clock, TimerId } from '../../protocol/ports.ts';

/** What is wrong with a line now; all zero when nothing is. */
export interface LineTrouble {
  readonly delayMs: number;
  /** Up to so much more, drawn for each chunk. */
  readonly jitterMs: number;
  /** Of the chunks, one bit of which is flipped; 0..100. */
  readonly corruptPct: number;
  /** Null: as much as there is. */
  readonly bytesPerSecond: number | null;
  /** Nothing passes. */
  readonly cut: boolean;
}

export const NO_TROUBLE: LineTrouble = {
  delayMs: 0,
  jitterMs: 0,
  corruptPct: 0,
  bytesPerSecond: null,
  cut: false,
};

export interface LaneDeps {
  readonly clock: Clock;
  trouble(): LineTrouble;
  /** Uniform integer 0..n−1. */
  below(n: number): number;
}

interface Waiting {
  readonly dueMs: number;
  readonly bytes: number;
  go(): void;
}

export class LineLane {
  /** Bytes that wait here. */
  bufferedBytes = 0;
  readonly #deps: LaneDeps;
  #queue: Waiting[] = [];
  #timer: TimerId | null = null;
  #lastDueMs = 0;
  /** Until when what went before takes up the bandwidth. */
  #busyMs = 0;

  constructor(deps: LaneDeps) {
    this.#deps = deps;
  }

  /** Passes bytes; they are copied when they must wait or change. */
  send(chunk: Uint8Array, deliver: (chunk: Uint8Array) => void): void {
    const trouble = this.#deps.trouble();
    if (this.#queue.length === 0 && trouble === NO_TROUBLE) return deliver(chunk);
    const own = Uint8Array.from(chunk);
    if (own.length > 0 && trouble.corruptPct > 0 && this.#deps.below(100_000) < 1000 * trouble.corruptPct) {
      const at = this.#deps.below(own.length);
      own[at] = (own[at] ?? 0) ^ (1 << this.#deps.below(8));
    }
    this.#wait(own.length, () => deliver(own));
  }

  /** Passes what is not bytes, in its order among them: an opening, an end. */
  signal(go: () => void): void {
    if (this.#queue.length === 0 && this.#deps.trouble() === NO_TROUBLE) go();
    else this.#wait(0, go);
  }

  /** What waits never arrives. */
  clear(): void {
    this.#queue = [];
    this.bufferedBytes = 0;
    this.#stopTimer();
  }

  /** Trouble has changed: what was held may go now. */
  pump(): void {
    this.#stopTimer();
    const { clock, trouble } = this.#deps;
    for (;;) {
      const [next] = this.#queue;
      if (next === undefined || trouble().cut) return;
      const leftMs = next.dueMs - clock.now();
      if (leftMs > 0) {
        this.#timer = clock.setTimeout(() => this.pump(), leftMs);
        return;
      }
      this.#queue.shift();
      this.bufferedBytes -= next.bytes;
      next.go();
    }
  }

  #wait(bytes: number, go: () => void): void {
    const { clock, trouble, below } = this.#deps;
    const { delayMs, jitterMs, bytesPerSecond } = trouble();
    const free = Math.max(clock.now(), this.#busyMs);
    this.#busyMs = free + (bytesPerSecond === null ? 0 : (1000 * bytes) / bytesPerSecond);
    const dueMs = Math.ceil(this.#busyMs) + delayMs + (jitterMs > 0 ? below(jitterMs + 1) : 0);
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs);
    this.#queue.push({ dueMs: this.#lastDueMs, bytes, go });
    this.bufferedBytes += bytes;
    if (this.#queue.length === 1 || this.#timer === null) this.pump();
  }

  #stopTimer(): void {
    if (this.#timer !== null) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
