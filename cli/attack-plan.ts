/**
 * From the flags of `cashpoint attack` to what is to be played against what, with every contradiction refused.
 *
 * @module
 */
import { unknown } from '../reports/thresholds.ts';
import type { Attack } from '../sim/attack/attack.ts';
import { ATTACKS, attackNamed } from '../sim/attack/catalogue.ts';
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
  only?: string[];
  list?: boolean;
  out?: string;
  json?: boolean;
  quiet?: boolean;
}

export interface AttackPlan {
  readonly attacks: readonly Attack[];
  readonly target: (typeof TARGETS)[number];
  readonly rule: RuleSwitch | null;
  readonly foreign: ForeignTarget | null;
  /** Of the sources of bank and terminals. */
  readonly patches: readonly Patch[];
  /** Repeats all of it. */
  readonly reproCommand: string;
}

export function attackPlan(flags: AttackFlags, argv: readonly string[]): AttackPlan {
  const rule = flags.ruleOff === undefined ? null : ruleOf(flags.ruleOff);
  if (flags.bank !== undefined && (rule !== null || flags.target === 'seed')) {
    throw new CommandError('usage', 'Sources are changed in an embedded bank only; leave out --bank');
  }
  if (rule !== null && flags.target === 'seed') {
    throw new CommandError('usage', 'Seed mode has no rules to turn off; leave out --rule-off or --target');
  }
  if (flags.credentials !== undefined && flags.bank === undefined) {
    throw new CommandError('usage', '--credentials are those of a bank that runs; give --bank HOST:PORT');
  }
  const attacks = attacksOf(flags.only);
  return {
    attacks,
    target: flags.target,
    rule,
    foreign: flags.bank === undefined ? null : foreignOf(flags.bank, flags.credentials, attacks),
    patches: rule?.patches ?? (flags.target === 'seed' ? SEED_MODE : []),
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

/** Its terminals are dealt to the cases; those for whom none are left are told to be not checked. */
function foreignOf(address: string, path: string | undefined, attacks: readonly Attack[]): ForeignTarget {
  const { terminals } = readAllCredentials(address, path);
  const least = Math.min(...attacks.map(terminalsOf));
  if (terminals.length < least) {
    throw new CommandError('usage', `${path} has ${terminals.length} terminals; an attack needs ${least}`);
  }
  return { address, fleet: terminals, data: null };
}
