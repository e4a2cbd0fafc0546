/**
 * Counts what the live checks look at and hands on what is wrong. Texts name lines, terminals and transactions, and
 * never carry a secret: they end up in traces and reports.
 *
 * @module
 */
import type { Report } from '../observation.ts';

/** The invariants that are decided while a run goes on, from what crosses the ports of honest parties. */
export const LIVE_INVARIANTS = [
  'PLAINTEXT',
  'NONCE',
  'KEYFRESH',
  'AGREE',
  'INTEGRITY',
  'REPLAY',
  'LOCKOUT',
  'ONCE',
  'DISPENSE',
  'BOUND',
  'LINEAR',
  'AUDIT',
] as const;
export type LiveInvariant = (typeof LIVE_INVARIANTS)[number];

export class Judge {
  readonly #report: Report;
  readonly #counts = new Map<LiveInvariant, number>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Answers `ok`, so that what follows may depend on it. */
  check(invariant: LiveInvariant, ok: boolean, text: () => string): boolean {
    this.#counts.set(invariant, this.count(invariant) + 1);
    if (!ok) this.#report(invariant, text());
    return ok;
  }

  fail(invariant: LiveInvariant, text: string): void {
    this.check(invariant, false, () => text);
  }

  /** Checks made so far. */
  count(invariant: LiveInvariant): number {
    return this.#counts.get(invariant) ?? 0;
  }
}
