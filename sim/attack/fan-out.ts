/**
 * Many tries side by side, so many at each terminal of the case as the bank lets one shake hands.
 *
 * @module
 */
import type { TerminalPlan } from '../load/fleet.ts';
import type { Stage } from './stage.ts';

/** Of four half-open sessions a terminal may have (R17), one stays free. */
const AT_ONCE = 3;

export async function inBatches<T>(
  stage: Stage,
  tries: readonly T[],
  work: (one: T, plan: TerminalPlan) => Promise<void>,
): Promise<void> {
  const left = [...tries];
  const hand = async (plan: TerminalPlan) => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one, plan);
  };
  const plans = stage.fleet.flatMap((plan) => Array.from({ length: AT_ONCE }, () => plan));
  await Promise.all(plans.map(hand));
}

export const eachOf = <T extends object>(table: T): readonly (keyof T)[] => Object.keys(table) as (keyof T)[];
