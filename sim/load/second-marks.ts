/**
 * What is sampled once a second beside the operations: terminals by state, and the bank from inside.
 *
 * @module
 */
import type { BankFigures } from '../../actors/node/bank-process.ts';
import { STATE_CODES, type TerminalState } from '../../terminals/dashboard/model.ts';

/** One second of the bank; null where it reported nothing. */
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

export class SecondMarks {
  /** Terminals in each of {@link STATES}; a hole where nobody looked. */
  readonly states: (readonly number[])[] = [];
  readonly bank: BankSecond[] = [];

  /** @param look one character of STATE_CODES a terminal; the first look in a second that sees any counts */
  markStates(second: number, look: () => string): void {
    if (this.states[second] !== undefined) return;
    const states = look();
    if (states === '') return;
    const counts = new Map<string, number>();
    for (const code of states) counts.set(code, (counts.get(code) ?? 0) + 1);
    this.states[second] = STATES.map((state) => counts.get(STATE_CODES[state]) ?? 0);
  }

  addFigures(second: number, { batches, commitUs, loopLagUs }: BankFigures): void {
    const before = this.bank[second];
    this.bank[second] = {
      commits: (before?.commits ?? 0) + commitUs.length,
      commands: batches.reduce((sum, n) => sum + n, before?.commands ?? 0),
      commitUs: commitUs.reduce((sum, us) => sum + us, before?.commitUs ?? 0),
      commitMaxUs: commitUs.reduce((most, us) => Math.max(most, us), before?.commitMaxUs ?? 0),
      loopLagUs: Math.max(loopLagUs, before?.loopLagUs ?? 0),
    };
  }
}
