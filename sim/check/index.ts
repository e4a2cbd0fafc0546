/**
 * The checks after every run. Pure: a run's history and the bank's data in, findings out; no I/O, no clock.
 *
 * @module
 */
import { checkAudit } from './audit.ts';
import { checkConserve } from './conserve.ts';
import { checkDispense } from './dispense.ts';
import { checkDurable } from './durable.ts';
import { type Finding, type InvariantId, STATEMENTS } from './finding.ts';
import type { CheckInput } from './input.ts';
import { checkLinear } from './linear.ts';
import { checkNonneg } from './nonneg.ts';
import { checkOnce } from './once.ts';
import { collectTransactions } from './transactions.ts';

export type { Finding, InvariantId } from './finding.ts';
export type { CheckInput } from './input.ts';

/** All invariants as not checked, for a run whose bank's data are out of reach. */
export function noChecks(): readonly Finding[] {
  return (Object.keys(STATEMENTS) as InvariantId[]).map((id) => ({
    id,
    statement: STATEMENTS[id],
    checks: 0,
    violations: 0,
    status: 'not-checked',
    evidence: {},
  }));
}

/** One finding an invariant, always all of them, always in this order. */
export function runChecks(input: CheckInput): readonly Finding[] {
  const transactions = collectTransactions(input);
  return [
    checkConserve(input, transactions),
    checkNonneg(input),
    checkOnce(transactions),
    checkDurable(transactions),
    checkAudit(input, transactions),
    checkDispense(input, transactions),
    checkLinear(input, transactions),
  ];
}
