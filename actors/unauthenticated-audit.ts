/**
 * Failures of unauthenticated peers, and BUSY, on their way into the audit trail: at most one record a reason and
 * second, with count, source and first and last time, so that nobody can fill the disk (ARCHITECTURE "Audit trail").
 *
 * @module
 */
import type { Clock } from '../protocol/ports.ts';

const WINDOW_MS = 1_000;
/** Distinct (reason, source) pairs kept apart in one window; further ones are counted under `others`. */
const PAIRS_MAX = 64;

interface Tally {
  count: number;
  readonly firstMs: number;
  lastMs: number;
}

export class UnauthenticatedAudit {
  readonly #clock: Clock;
  readonly #write: (action: string) => void;
  #tallies = new Map<string, Tally>();

  constructor(clock: Clock, write: (action: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** `source` is the peer's host without its port; `reason` comes from our own table of details. */
  note(reason: string, source: string): void {
    const nowMs = this.#clock.now();
    if (this.#tallies.size === 0) this.#clock.setTimeout(() => this.flush(), WINDOW_MS);
    const key = `${reason} from ${source}`;
    const tally = this.#tallies.get(key) ?? (this.#tallies.size < PAIRS_MAX ? undefined : this.#others());
    if (tally) {
      tally.count++;
      tally.lastMs = nowMs;
    } else {
      this.#tallies.set(key, { count: 1, firstMs: nowMs, lastMs: nowMs });
    }
  }

  flush(): void {
    const tallies = this.#tallies;
    this.#tallies = new Map();
    for (const [key, { count, firstMs, lastMs }] of tallies) {
      const times = count === 1 ? '' : ` - ${count} times within ${lastMs - firstMs} ms`;
      this.#write(`session refused - ${key}${times}`);
    }
  }

  #others(): Tally {
    const key = 'other reasons from others';
    const nowMs = this.#clock.now();
    const tally = this.#tallies.get(key) ?? { count: 0, firstMs: nowMs, lastMs: nowMs };
    this.#tallies.set(key, tally);
    return tally;
  }
}
