/**
 * `cashpoint attack --json` as a process of its own, and what it says.
 *
 * @module
 */
import type { Report } from '../../reports/report.ts';
import { cashpoint, type Ended } from './cashpoint.ts';

export type Told = Pick<Report, 'verdict' | 'invariants' | 'adversary'> &
  Required<Pick<Report, 'scoreboard'>>;

export async function attacked(...words: string[]): Promise<Ended & { readonly told: Told }> {
  const ended = await cashpoint('attack', '--json', '--quiet', ...words);
  return { ...ended, told: JSON.parse(ended.stdout || '{"adversary":[],"invariants":[]}') };
}

export const only = (names: readonly string[]): string[] => names.flatMap((name) => ['--only', name]);

/** Attacks that got through. */
export const through = ({ adversary }: Told): string[] =>
  adversary.filter(({ status }) => status === 'through').map(({ attack }) => attack);
