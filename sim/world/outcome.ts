/**
 * What one simulated run came to, as plain JSON: it crosses a thread boundary.
 *
 * @module
 */

import type { WorldConfig } from './config.ts';
import type { FiredFault } from './decisions.ts';

/** How a failure is classed, the worst first; each has its exit code (`reports/exit-codes.ts`). */
export const FAILURE_CLASSES = [
  'audit',
  'safety',
  'attack',
  'nondeterminism',
  'liveness',
  'internal',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export interface Violation {
  /** `DURABLE`, `LIVE`, …; `INTERNAL` for a broken promise of our own code. */
  readonly invariant: string;
  readonly class: FailureClass;
  readonly text: string;
  readonly atUs: number;
  /** Number of the event in which it was found. */
  readonly event: number;
}

export interface WorldOutcome {
  readonly config: WorldConfig;
  /** First is what the run failed with; empty for a run that held. */
  readonly violations: readonly Violation[];
  /** SHA-256 over the trace, 64 hex digits. */
  readonly digest: string;
  readonly events: number;
  readonly virtualMs: number;
  /** From the end of the faults until every terminal had finished; null when it was not reached. */
  readonly settleMs: number | null;
  readonly fired: readonly FiredFault[];
  /** How often each "sometimes" mark was reached. */
  readonly marks: Readonly<Record<string, number>>;
  /** How much each invariant checked. */
  readonly checks: Readonly<Record<string, number>>;
  /** Operations by outcome. */
  readonly operations: { readonly ok: number; readonly fail: number; readonly unknown: number };
  /** Transitions seen, `machine|from|event|to` → count; empty unless asked for. */
  readonly transitions: Readonly<Record<string, number>>;
  /** The trace, one event a line; empty unless asked for. */
  readonly trace: readonly TraceEvent[];
}

/** One line of `trace.jsonl`: what happened where. No secret, no wall time, nothing that depends on the process. */
export interface TraceEvent {
  readonly atUs: number;
  readonly event: number;
  /** Lane of the diagram: a terminal's name, `wire`, `bank`, `disk`, `operator`, `adversary`, `check`. */
  readonly lane: string;
  /** `send`, `deliver`, `commit`, `durable`, `crash`, `fault`, `operation`, … */
  readonly what: string;
  /** More words; for `send` and `deliver` the other lane stands in `peer` and the same `id` at both ends. */
  readonly text: string;
  readonly peer?: string;
  readonly id?: string;
}
