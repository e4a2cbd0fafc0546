/**
 * Asserts promises of our own code, in production too. A peer's bytes must never reach one: they get a
 * typed result instead (ARCHITECTURE "House rules").
 *
 * @module
 */

/** A broken promise of our own code; whoever catches it must end the process or fail the run. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws {@link InvariantError} unless `condition` holds. `message` states the promise, not the failure. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(`Expected that ${message}`);
}

/** Makes a `switch` over a union exhaustive at compile time, and loud at run time. */
export function unreachable(value: never): never {
  throw new InvariantError(`Expected that every case is handled, got ${JSON.stringify(value)}`);
}
