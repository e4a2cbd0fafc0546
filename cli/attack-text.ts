/**
 * What `cashpoint attack` says, as text: the list of attacks, a line as each is over, the scoreboard.
 *
 * @module
 */
import { grouped, plural, span } from '../reports/format.ts';
import type { Report } from '../reports/report.ts';
import type { Attack } from '../sim/attack/attack.ts';
import type { AttackPlant } from '../sim/attack/attack-plant.ts';
import type { CaseResult } from '../sim/attack/case-result.ts';
import { RULES } from '../sim/attack/rules.ts';

const MARK = { held: 'held', through: 'THROUGH', 'not-checked': 'not checked' } as const;

export function listText(attacks: readonly Attack[]): string {
  const width = Math.max(...attacks.map(({ name }) => name.length));
  return attacks
    .map(({ number, name, rules, sentence }) => {
      const tested = RULES.filter(({ caught }) => caught === name).map(({ rule }) => rule);
      const all = [...new Set([...rules, ...tested])].join(' ');
      return `${String(number).padStart(2)}  ${name.padEnd(width)}  ${all.padEnd(15)}  ${sentence}`;
    })
    .join('\n');
}

export function plantsText(plants: readonly AttackPlant[]): string {
  const width = Math.max(...plants.map(({ name }) => name.length));
  return plants
    .map(({ name, caught, bug }) => `${name.padEnd(width)}  ${caught.padEnd(20)}  ${bug}`)
    .join('\n');
}

/** One line, as soon as the case is over. */
export function playedText(result: CaseResult, number: number): string {
  const { name, status, attempts, accepted, answers, reason, ms } = result;
  const told = Object.entries(answers).map(([answer, n]) => `${answer} ${grouped(n)}`);
  const what =
    status === 'not-checked'
      ? (reason ?? '')
      : `${plural(attempts, 'attempt')}, ${grouped(accepted)} through (${told.join(', ')}), ${span(ms)}`;
  return `${String(number).padStart(2)} ${name.padEnd(22)} ${MARK[status].padEnd(12)} ${what}`;
}

/** What got through, attack by attack, and the points. */
export function scoreboardText({ adversary, scoreboard }: Report): string {
  const of = (status: CaseResult['status']) => adversary.filter((row) => row.status === status);
  const lines = of('through').flatMap(({ attack, property, earned, faults = [] }) => [
    `${attack}  ${property}  ${earned} points`,
    ...faults.slice(0, FAULTS_SHOWN).map((text) => `    ${text.split('\n')[0]}`),
    ...(faults.length > FAULTS_SHOWN ? [`    and ${faults.length - FAULTS_SHOWN} more`] : []),
  ]);
  const attempts = adversary.reduce((sum, row) => sum + row.attempts, 0);
  const { correctness, crash, accepted } = scoreboard?.weights ?? { correctness: 0, crash: 0, accepted: 0 };
  return [
    ...lines,
    `${plural(adversary.length, 'attack')}, ${plural(attempts, 'attempt')}: ${of('held').length} held, ` +
      `${of('through').length} got through, ${of('not-checked').length} not checked`,
    `adversary ${grouped(scoreboard?.earned ?? 0)} of ${grouped(scoreboard?.possible ?? 0)} points ` +
      `(correctness ${correctness}, crash ${crash}, confidentiality, integrity, availability ${accepted} each)`,
  ].join('\n');
}

const FAULTS_SHOWN = 3;
