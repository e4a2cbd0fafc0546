/**
 * What the runs of many seeds came to together. Results are added in the order of the seeds; every figure is a whole
 * number or a hash, none depends on who ran a seed, or when.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { Violation } from './outcome.ts';
import type { SeedResult } from './seed-worker.ts';

export interface SeedFailure extends Violation {
  readonly seed: string;
  readonly kind: string;
}

export class Summary {
  seeds = 0;
  seedsTwice = 0;
  /** Of which every terminal came to rest in time. */
  seedsSettled = 0;
  events = 0;
  virtualMs = 0;
  /** The longest time from the end of the faults to rest; null when no run came to rest. */
  settleMsMax: number | null = null;
  readonly operations = { ok: 0, fail: 0, unknown: 0 };
  /** Seeds by what was drawn. */
  readonly kinds = new Map<string, number>();
  readonly faults = new Map<string, number>();
  readonly marks = new Map<string, number>();
  /** By invariant. */
  readonly checks = new Map<string, number>();
  readonly transitions = new Map<string, number>();
  /** What each failing seed failed with, in the order of the seeds. */
  readonly failures: SeedFailure[] = [];
  /** What is to be said of tasks whose worker died; not part of anything above. */
  readonly lost: string[] = [];
  readonly #digests = createHash('sha256');

  add(result: SeedResult): void {
    const { seed, kind, violations, operations } = result;
    this.seeds += 1;
    this.events += result.events;
    this.virtualMs += result.virtualMs;
    if (result.settleMs !== null) {
      this.seedsSettled += 1;
      this.settleMsMax = Math.max(this.settleMsMax ?? 0, result.settleMs);
    }
    this.operations.ok += operations.ok;
    this.operations.fail += operations.fail;
    this.operations.unknown += operations.unknown;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    count(this.faults, result.faults);
    count(this.marks, result.marks);
    count(this.checks, result.checks);
    count(this.transitions, result.transitions);
    if (result.isTwice) this.seedsTwice += 1;
    // What else a run reports follows from the first; that it is not the same twice stands by itself.
    for (const [i, violation] of violations.entries()) {
      if (i === 0 || violation.invariant === 'NONDET') this.failures.push({ ...violation, seed, kind });
    }
    this.#digests.update(`${seed} ${result.digest}\n`);
  }

  /** SHA-256 over the digests of all seeds so far, in their order: 64 hex digits. */
  digest(): string {
    return this.#digests.copy().digest('hex');
  }
}

function count(totals: Map<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, n] of Object.entries(more)) totals.set(name, (totals.get(name) ?? 0) + n);
}
