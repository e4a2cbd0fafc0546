/**
 * What comes of a case: plain data, for whoever reports it. Types only.
 *
 * @module
 */

/** `crash`: the bank or a terminal broke a promise of its own. `correctness`: refused, yet not as it must be. */
export type FaultKind = 'accepted' | 'crash' | 'correctness';

export interface Fault {
  readonly kind: FaultKind;
  readonly text: string;
}

export type Status = 'held' | 'through' | 'not-checked';

export interface CaseResult {
  readonly name: string;
  readonly status: Status;
  readonly attempts: number;
  readonly accepted: number;
  /** What the victims did, by name: `Alert`, `closed`, a reply code. */
  readonly answers: Readonly<Record<string, number>>;
  /** Exchanges without the attack, and what was wrong with those that did not succeed. */
  readonly controls: number;
  readonly controlFaults: readonly string[];
  readonly faults: readonly Fault[];
  /** Audit records that were compared with those expected; null where the trail cannot be read. */
  readonly records: number | null;
  /** Why it was not checked. */
  readonly reason?: string;
  readonly ms: number;
}
