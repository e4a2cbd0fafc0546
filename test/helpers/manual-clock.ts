/**
 * A clock that stands still until told: `advance` fires what is due, time by time, ties in the order they were set, so
 * that a timer set by a timer counts from the right instant.
 *
 * @module
 */
import type { Clock, TimerId } from '../../protocol/ports.ts';

interface Timer {
  readonly fn: () => void;
  readonly atMs: number;
  readonly order: number;
}

export class ManualClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #timers = new Map<TimerId, Timer>();

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  now = (): number => this.#nowMs;

  setTimeout = (fn: () => void, ms: number): TimerId => {
    const id = {} as TimerId;
    this.#timers.set(id, { fn, atMs: this.#nowMs + Math.max(0, ms), order: this.#order++ });
    return id;
  };

  clearTimeout = (id: TimerId): void => {
    this.#timers.delete(id);
  };

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      const [id, timer] = next;
      this.#timers.delete(id);
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.fn();
    }
    this.#nowMs = endMs;
  }

  #next(endMs: number): [TimerId, Timer] | undefined {
    const due = [...this.#timers].filter(([, { atMs }]) => atMs <= endMs);
    return due.sort(([, a], [, b]) => a.atMs - b.atMs || a.order - b.order)[0];
  }
}
