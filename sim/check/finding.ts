/**
 * What a checker says: how much it checked, how much of that was wrong, and where to look. Zero checks prove nothing
 * and say so. The shape is the report's.
 *
 * @module
 */
import { type Cents, formatAmount } from '../../protocol/money.ts';
import type { InvariantResult } from '../../reports/report.ts';

/** The invariants that are decided from a run's history and the bank's data (docs/TESTING.md "Invariants"). */
export const STATEMENTS = {
  CONSERVE: 'Debits equal credits, every balance is the sum of its entries, and no money came from nowhere',
  NONNEG: 'No balance was ever below zero or above 2^53, and no holds above their balance',
  ONCE: 'Each transaction id has at most one money effect and exactly one final state',
  DURABLE: 'Everything the bank acknowledged is there after it was opened again',
  AUDIT:
    'The audit chain verifies, holds a record of every acknowledged action, and contains every head a terminal saw',
  DISPENSE: 'Cash changed hands exactly as booked, or the difference lies in suspense',
  LINEAR: 'Every reply equals the books at its version, and versions respect real time',
} as const;
export type InvariantId = keyof typeof STATEMENTS;

export type Finding = InvariantResult & { readonly id: InvariantId };

/** An amount of minor units as evidence shows it. */
export const readable = (amount: number | bigint): string => formatAmount(BigInt(amount) as Cents);

/** Counts checks of one invariant; keeps the first, the largest and the last violation in words. */
export class Tally {
  readonly id: InvariantId;
  private checks = 0;
  private violations = 0;
  private first = '';
  private worst = '';
  private worstSize = -1n;
  private last = '';

  constructor(id: InvariantId) {
    this.id = id;
  }

  /** @param text what is wrong, naming the transaction, account or terminal; @param size cents at stake */
  check(ok: boolean, text: () => string, size = 0n): void {
    this.checks += 1;
    if (ok) return;
    const violation = text();
    const magnitude = size < 0n ? -size : size;
    if (this.violations === 0) this.first = violation;
    if (magnitude > this.worstSize) {
      this.worst = violation;
      this.worstSize = magnitude;
    }
    this.last = violation;
    this.violations += 1;
  }

  finding(evidence: Finding['evidence'] = {}): Finding {
    const { id, checks, violations, first, worst, last } = this;
    const counted = { id, statement: STATEMENTS[id], checks, violations };
    if (violations > 0) return { ...counted, status: 'violated', first, worst, last, evidence };
    return { ...counted, status: checks > 0 ? 'ok' : 'not-checked', evidence };
  }
}
