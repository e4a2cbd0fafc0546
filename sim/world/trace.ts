/**
 * The trace of a run: every event in order, into a rolling SHA-256 and, when it is wanted, into a list. Two runs are
 * the same when their digests are.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { Kernel } from './kernel.ts';
import type { TraceEvent } from './outcome.ts';

/** Lines are hashed in blocks of about this many characters. */
const BLOCK_CHARS = 16_384;

export interface TraceLink {
  readonly peer: string;
  readonly id: string;
}

export class Trace {
  readonly events: TraceEvent[] = [];
  readonly #kernel: Kernel;
  readonly #isKept: boolean;
  readonly #hash = createHash('sha256');
  #block = '';

  constructor(kernel: Kernel, { isKept }: { readonly isKept: boolean }) {
    this.#kernel = kernel;
    this.#isKept = isKept;
  }

  /** @param link ties a `send` to its `deliver`: the other lane, and an id that both share */
  emit(lane: string, what: string, text = '', link?: TraceLink): void {
    const { nowUs, events } = this.#kernel;
    this.#block += `${nowUs} ${lane} ${what} ${text}${link ? ` ${link.peer} ${link.id}` : ''}\n`;
    if (this.#block.length >= BLOCK_CHARS) this.#flush();
    if (this.#isKept) this.events.push({ atUs: nowUs, event: events, lane, what, text, ...link });
  }

  /** 64 hex digits; the trace is over. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#block);
    this.#block = '';
  }
}
