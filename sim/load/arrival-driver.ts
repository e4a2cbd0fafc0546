/**
 * Plays a worker's share of the schedule: one timer, always armed for the next arrival; what is overdue when it fires is
 * delivered with the time at which it was due.
 *
 * @module
 */
import type { Clock, TimerId } from '../../protocol/ports.ts';
import type { Arrival } from './arrivals.ts';

export interface ArrivalDriverDeps {
  readonly clock: Clock;
  /** Microseconds since the start of the load. */
  readonly ticks: () => number;
  onArrival(arrival: Arrival): void;
}

export class ArrivalDriver {
  readonly #deps: ArrivalDriverDeps;
  readonly #schedule: Iterator<Arrival>;
  #next: Arrival | null;
  #timer: TimerId | null = null;

  constructor(deps: ArrivalDriverDeps, schedule: Iterable<Arrival>) {
    this.#deps = deps;
    this.#schedule = schedule[Symbol.iterator]();
    this.#next = this.#pull();
  }

  start(): void {
    this.#play();
  }

  /** Delivers what is due by now, and nothing after. */
  stop(): void {
    this.#play();
    if (this.#timer !== null) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#next = null;
  }

  #play(): void {
    const { clock, ticks, onArrival } = this.#deps;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = null;
    const nowUs = ticks();
    while (this.#next !== null && this.#next.atUs <= nowUs) {
      onArrival(this.#next);
      this.#next = this.#pull();
    }
    if (this.#next === null) return;
    // Rounded up: a timer that fires early would only be armed again.
    const waitMs = Math.max(1, Math.ceil((this.#next.atUs - ticks()) / 1000));
    this.#timer = clock.setTimeout(() => this.#play(), waitMs);
  }

  #pull(): Arrival | null {
    const { done, value } = this.#schedule.next();
    return done ? null : value;
  }
}
