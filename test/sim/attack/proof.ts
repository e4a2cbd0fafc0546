/**
 * A change of the source and the case that must then fail, played as a user would.
 *
 * @module
 */
import type { AttackPlant } from '../../../sim/attack/plants.ts';
import type { RuleSwitch } from '../../../sim/attack/rules.ts';
import { attacked, through } from '../../helpers/attacked.ts';

export interface Proof {
  readonly name: string;
  readonly bug: string;
  readonly caught: string;
  /** What the case must say; anything when empty. */
  readonly says: string;
  readonly words: readonly string[];
}

export const ruleProof = ({ rule, off, caught }: RuleSwitch): Proof => ({
  name: rule,
  bug: off,
  caught,
  says: '',
  words: ['--rule-off', rule],
});

export const plantProof = ({ name, bug, caught, says }: AttackPlant): Proof => ({
  name,
  bug,
  caught,
  says,
  words: ['--plant', name],
});

/** An attack got through; or worse, it left books or trail that do not verify. */
const FAILED = [110, 112, 116];

export async function proven({ caught, says, words }: Proof) {
  const { code, told, last } = await attacked(...words, '--only', caught);
  const faults = told.adversary[0]?.faults ?? [];
  const said = faults.find((fault) => fault.replace(/^\w+: /, '').startsWith(says));
  const isCaught = FAILED.includes(code ?? 0) && through(told).includes(caught) && said !== undefined;
  return { isCaught, why: isCaught ? said : [faults[0], last].join('\n'), told };
}
