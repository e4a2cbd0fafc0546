/**
 * From the flags of `cashpoint attack` to what is to be played against what, with every contradiction refused.
 *
 * @module
 */
import { unknown } from '../reports/thresholds.ts';
import type { Attack } from '../sim/attack/attack.ts';
import { ATTACKS, attackNamed } from '../sim/attack/catalogue.ts';
import { ATTACK_PLANTS, type AttackPlant, attackPlantNamed } from '../sim/attack/plants.ts';
import { RULES, type RuleSwitch, ruleNamed } from '../sim/attack/rules.ts';
import { SEED_MODE } from '../sim/attack/seed-mode.ts';
import { type ForeignTarget, terminalsOf } from '../sim/attack/suite.ts';
import type { Patch } from '../sim/plants/index.ts';
import { readAllCredentials } from './credentials.ts';
import { CommandError } from './fail.ts';

export const TARGETS = ['bank', 'seed'] as const;

export interface AttackFlags {
  bank?: string;
  credentials?: string;
  target: (typeof TARGETS)[number];
  ruleOff?: string;
  plant?: string;
  only?: string[];
  list?: boolean;
  listPlants?: boolean;
  out?: string;
  json?: boolean;
  quiet?: boolean;
}

export interface AttackPlan {
  readonly attacks: readonly Attack[];
  readonly target: (typeof TARGETS)[number];
  readonly rule: RuleSwitch | null;
  readonly plant: AttackPlant | null;
  readonly foreign: ForeignTarget | null;
  /** Of the sources of bank and terminals. */
  readonly patches: readonly Patch[];
  /** Repeats all of it. */
  readonly reproCommand: string;
}

export function attackPlan(flags: AttackFlags, argv: readonly string[]): AttackPlan {
  const rule = flags.ruleOff === undefined ? null : ruleOf(flags.ruleOff);
  const plant = flags.plant === undefined ? null : plantOf(flags.plant);
  const changes = [rule !== null, plant !== null, flags.target === 'seed'].filter((is) => is).length;
  if (flags.bank !== undefined && changes > 0) {
    throw new CommandError('usage', 'Sources are changed in an embedded bank only; leave out --bank');
  }
  if (changes > 1) {
    throw new CommandError('usage', 'One change at a time: --target seed, --rule-off or --plant');
  }
  if (flags.credentials !== undefined && flags.bank === undefined) {
    throw new CommandError('usage', '--credentials are those of a bank that runs; give --bank HOST:PORT');
  }
  const attacks = attacksOf(flags.only);
  return {
    attacks,
    target: flags.target,
    rule,
    plant,
    foreign: flags.bank === undefined ? null : foreignOf(flags.bank, flags.credentials, attacks),
    patches: rule?.patches ?? plant?.patches ?? (flags.target === 'seed' ? SEED_MODE : []),
    reproCommand: ['cashpoint', ...argv].join(' '),
  };
}

function attacksOf(only: readonly string[] | undefined): readonly Attack[] {
  if (only === undefined) return ATTACKS;
  const chosen = only.map((name) => {
    const found = attackNamed(name) ?? ATTACKS.find(({ number }) => String(number) === name);
    if (found) return found;
    throw new CommandError(
      'usage',
      unknown(
        'attack',
        name,
        ATTACKS.map((attack) => attack.name),
      ),
    );
  });
  return ATTACKS.filter((attack) => chosen.includes(attack));
}

function ruleOf(name: string): RuleSwitch {
  const rule = ruleNamed(name);
  if (rule) return rule;
  throw new CommandError(
    'usage',
    unknown(
      'rule',
      name,
      RULES.map((one) => one.rule),
    ),
  );
}

function plantOf(name: string): AttackPlant {
  const plant = attackPlantNamed(name);
  if (plant) return plant;
  throw new CommandError(
    'usage',
    unknown(
      'plant',
      name,
      ATTACK_PLANTS.map((one) => one.name),
    ),
  );
}

/** Its terminals are dealt to the cases; those for whom none are left are told to be not checked. */
function foreignOf(address: string, path: string | undefined, attacks: readonly Attack[]): ForeignTarget {
  const { terminals } = readAllCredentials(address, path);
  const least = Math.min(...attacks.map(terminalsOf));
  if (terminals.length < least) {
    throw new CommandError('usage', `${path} has ${terminals.length} terminals; an attack needs ${least}`);
  }
  return { address, fleet: terminals, data: null };
}
