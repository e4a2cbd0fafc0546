/**
 * What is sampled once a second beside the operations: terminals by state, and the bank from inside.
 *
 * @module
 */
import type { BankFigures } from '../../actors/node/bank-process.ts';
import { STATE_CODES, type TerminalState } from '../../terminals/dashboard/model.ts';

/** One second of the bank. */
export interface BankSecond {
  /** Commits, and commands in them. */
  readonly commits: number;
  readonly commands: number;
  /** All commits together, and the longest. */
  readonly commitUs: number;
  readonly commitMaxUs: number;
  readonly loopLagUs: number;
}

export const STATES = Object.keys(STATE_CODES) as readonly TerminalState[];

/** Terminals in each of {@link STATES}; null when there are none. @param states a character of STATE_CODES each */
export function countStates(states: string): readonly number[] | null {
  if (states === '') return null;
  const counts = new Map<string, number>();
  for (const code of states) counts.set(code, (counts.get(code) ?? 0) + 1);
  return STATES.map((state) => counts.get(STATE_CODES[state]) ?? 0);
}

/** The bank reports more than once a second. */
export function addFigures(
  before: BankSecond | null,
  { batches, commitUs, loopLagUs }: Pick<BankFigures, 'batches' | 'commitUs' | 'loopLagUs'>,
): BankSecond {
  return {
    commits: (before?.commits ?? 0) + commitUs.length,
    commands: batches.reduce((sum, n) => sum + n, before?.commands ?? 0),
    commitUs: commitUs.reduce((sum, us) => sum + us, before?.commitUs ?? 0),
    commitMaxUs: commitUs.reduce((most, us) => Math.max(most, us), before?.commitMaxUs ?? 0),
    loopLagUs: Math.max(loopLagUs, before?.loopLagUs ?? 0),
  };
}
