/**
 * The books and the trail of the suite's own banks, opened again once they have stopped.
 *
 * @module
 */
import type { AuditHead } from '../../protocol/messages.ts';
import { type Verified, verifyBank } from '../load/verify-run.ts';
import type { OwnBank } from './own-bank.ts';

export function verified({ provisioned }: OwnBank, heads: readonly AuditHead[]): Verified {
  const seen = heads.map(({ seq, head }) => ({ seq, hash: Buffer.from(head, 'hex') }));
  return verifyBank({ bank: provisioned, history: () => [], maxAbsDelta: 0n, heads: seen });
}

/** Books and trail are told of the shared bank; what is checked is checked at all of them. */
export function merged(banks: readonly Verified[]): Verified | null {
  const shared = banks.at(-1);
  if (!shared) return null;
  const invariants = shared.invariants.map((finding) => {
    const all = banks.flatMap((bank) => bank.invariants.filter(({ id }) => id === finding.id));
    const worst = all.find(({ status }) => status === 'violated') ?? finding;
    const sum = (of: (each: typeof finding) => number) => all.reduce((total, each) => total + of(each), 0);
    const checks = sum((each) => each.checks);
    return { ...worst, checks, violations: sum((each) => each.violations) };
  });
  const broken = banks.find(({ audit }) => audit.ok === false || audit.tamperSelfTest === false);
  return { ...shared, invariants, audit: broken?.audit ?? shared.audit };
}
