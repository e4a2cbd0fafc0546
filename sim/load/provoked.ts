/**
 * Whether failures are the run's own doing now: while any fault is on, and for a while after, since connections come
 * back with back-off and operations end late.
 *
 * @module
 */
const TAIL_MS = 16_000;

export class Provoked {
  readonly #faults = new Set<object>();
  readonly #tell: (active: boolean) => void;
  readonly #tailMs: number;

  constructor(tell: (active: boolean) => void, tailMs = TAIL_MS) {
    this.#tell = tell;
    this.#tailMs = tailMs;
  }

  /** @returns the fault is over; its tail begins */
  begin(): () => void {
    const fault = {};
    this.#faults.add(fault);
    if (this.#faults.size === 1) this.#tell(true);
    return () => {
      setTimeout(() => {
        if (this.#faults.delete(fault) && this.#faults.size === 0) this.#tell(false);
      }, this.#tailMs).unref();
    };
  }
}
