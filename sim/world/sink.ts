/**
 * Where violations go. The first one ends the run: what comes after a broken promise proves nothing more.
 *
 * @module
 */
import type { Kernel } from './kernel.ts';
import type { FailureClass, Violation } from './outcome.ts';
import type { Trace } from './trace.ts';

const CLASSES: Readonly<Record<string, FailureClass>> = {
  AUDIT: 'audit',
  PLAINTEXT: 'attack',
  NONCE: 'attack',
  KEYFRESH: 'attack',
  AGREE: 'attack',
  INTEGRITY: 'attack',
  REPLAY: 'attack',
  LOCKOUT: 'attack',
  LIVE: 'liveness',
  NONDET: 'nondeterminism',
  INTERNAL: 'internal',
};

export const classOf = (invariant: string): FailureClass => CLASSES[invariant] ?? 'safety';

export class Sink {
  readonly violations: Violation[] = [];
  readonly #kernel: Kernel;
  readonly #trace: Trace;

  constructor(kernel: Kernel, trace: Trace) {
    this.#kernel = kernel;
    this.#trace = trace;
  }

  get first(): Violation | null {
    return this.violations[0] ?? null;
  }

  readonly report = (invariant: string, text: string): void => {
    const { nowUs, events } = this.#kernel;
    this.#trace.emit('check', 'violation', `${invariant}: ${text}`);
    this.violations.push({ invariant, class: classOf(invariant), text, atUs: nowUs, event: events });
  };

  internal(who: string, error: unknown): void {
    const { message, stack = '' } = error instanceof Error ? error : { message: String(error) };
    // The first line of ours in the stack says where; more would be a path of this machine.
    const at = /\((?:file:\/\/)?[^)]*\/((?:protocol|bank|terminals|actors|sim)\/[^)]+)\)/.exec(stack)?.[1];
    this.report('INTERNAL', `${who}: ${message}${at ? ` at ${at}` : ''}`);
  }
}
