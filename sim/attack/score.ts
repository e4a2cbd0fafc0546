/**
 * The scoreboard, with the weights of Build-It Break-It (Ruef et al., CCS 2016): what a breaker earns for a bug in
 * correctness, a crash, and a violation of confidentiality, integrity or availability.
 *
 * @module
 */
import type { CaseResult, FaultKind } from './case-result.ts';

export const WEIGHTS = { correctness: 25, crash: 50, accepted: 100 } as const satisfies Record<
  FaultKind,
  number
>;

/** What the adversary earned with one case: its worst fault, once. */
export const earned = ({ faults }: Pick<CaseResult, 'faults'>): number =>
  Math.max(0, ...faults.map(({ kind }) => WEIGHTS[kind]));

export interface Score {
  readonly earned: number;
  /** Every case that was played, broken. */
  readonly possible: number;
}

export function scoreOf(results: readonly CaseResult[]): Score {
  const played = results.filter(({ status }) => status !== 'not-checked');
  return {
    earned: played.reduce((sum, result) => sum + earned(result), 0),
    possible: played.length * WEIGHTS.accepted,
  };
}
