/**
 * What is compared once a suite is over, beside the cases themselves: how much, and what was wrong.
 *
 * @module
 */
import type { TerminalPlan } from '../load/fleet.ts';
import type { CaseResult } from './case-result.ts';

/** What was compared, and what was not as it must be. */
export interface Compared {
  readonly checks: number;
  readonly wrong: readonly string[];
}

export type Tally = { checks: number; readonly wrong: string[] };
export const tally = (): Tally => ({ checks: 0, wrong: [] });

export function add(sum: Tally, { checks, wrong }: Compared): void {
  sum.checks += checks;
  sum.wrong.push(...wrong);
}

/** All that a report will say of these cases. */
export const toldOf = (results: Iterable<CaseResult>): string[] =>
  [...results].map((result) => JSON.stringify(result));

/** Passwords and keys of the fleet in what is told. */
export function hunted(fleet: readonly TerminalPlan[], text: string): Compared {
  const secrets = fleet.flatMap(({ terminal, kShared, kDispense, customers }) => [
    { what: `a key of ${terminal}`, secret: kShared },
    { what: `a key of ${terminal}`, secret: kDispense },
    ...customers.map(({ customer, password }) => ({ what: `the password of ${customer}`, secret: password })),
  ]);
  const wrong = secrets.filter(({ secret }) => text.includes(secret)).map(({ what }) => what);
  return { checks: secrets.length, wrong };
}
