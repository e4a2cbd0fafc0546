/**
 * Where violations go. The first one ends the run: what comes after a broken promise proves nothing more.
 *
 * @module
 */
import { INVARIANTS, type InvariantInfo } from '../check/invariants.ts';
import type { Kernel } from './kernel.ts';
import type { FailureClass, Violation } from './outcome.ts';
import type { Trace } from './trace.ts';

const TABLE: Readonly<Record<string, InvariantInfo>> = INVARIANTS;

export const classOf = (invariant: string): FailureClass => TABLE[invariant]?.class ?? 'safety';

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
