/**
 * The four lights of a report: money, audit, adversary, thresholds. What was not looked at says so and is never green.
 *
 * @module
 */
import { grouped, money, plural } from './format.ts';
import type { InvariantResult, Report } from './report.ts';

export interface Light {
  readonly name: 'Money' | 'Audit' | 'Adversary' | 'Thresholds';
  readonly state: 'ok' | 'bad' | 'not-run';
  /** Short, for people. */
  readonly text: string;
}

export const lights = (report: Report): readonly Light[] => [
  moneyLight(report),
  auditLight(report),
  adversaryLight(report),
  thresholdLight(report),
];

/** The invariants of a simulation that one light stands for. */
const ofClass = ({ invariants }: Report, ...classes: readonly InvariantResult['class'][]) =>
  invariants.filter((i) => classes.includes(i.class));

function moneyLight(report: Report): Light {
  const name = 'Money';
  const { money: sums } = report;
  const invariants = ofClass(report, undefined, 'safety');
  const broken = invariants.filter((i) => i.status === 'violated');
  if (sums !== null && sums.delta !== '0') return { name, state: 'bad', text: `off by ${money(sums.delta)}` };
  if (broken.length > 0)
    return { name, state: 'bad', text: `${plural(broken.length, 'invariant')} violated` };
  const checks = invariants.reduce((n, i) => n + i.checks, 0);
  if (checks === 0) return { name, state: 'not-run', text: 'not checked' };
  const open = invariants.filter((i) => i.status === 'not-checked').length;
  const but = open > 0 ? `, ${plural(open, 'promise')} not checked` : '';
  return { name, state: 'ok', text: `no cent astray in ${plural(checks, 'check')}${but}` };
}

/** A light for invariants that a simulation checked in place of a section of their own. */
function checkedLight(name: Light['name'], invariants: readonly InvariantResult[]): Light {
  const broken = invariants.filter((i) => i.status === 'violated');
  const checks = invariants.reduce((n, i) => n + i.checks, 0);
  if (broken.length > 0)
    return { name, state: 'bad', text: `${broken.map((i) => i.id).join(', ')} violated` };
  return checks === 0
    ? { name, state: 'not-run', text: 'not checked' }
    : { name, state: 'ok', text: `held in ${plural(checks, 'check')}` };
}

function auditLight(report: Report): Light {
  const name = 'Audit';
  const { audit } = report;
  if (report.simulation) return checkedLight(name, ofClass(report, 'audit'));
  if (audit === null || audit.ok === null) return { name, state: 'not-run', text: 'not verified' };
  if (!audit.ok) return { name, state: 'bad', text: audit.fault ?? 'does not verify' };
  if (audit.tamperSelfTest === false) return { name, state: 'bad', text: 'the verifier accepted a forgery' };
  return { name, state: 'ok', text: `${plural(audit.records, 'record')} verified` };
}

function adversaryLight(report: Report): Light {
  const name = 'Adversary';
  const { adversary } = report;
  if (report.simulation) return checkedLight(name, ofClass(report, 'attack'));
  const sum = (of: (a: Report['adversary'][number]) => number) => adversary.reduce((n, a) => n + of(a), 0);
  const attempts = sum((a) => a.attempts);
  const accepted = sum((a) => a.accepted);
  if (accepted > 0)
    return { name, state: 'bad', text: `${grouped(accepted)} of ${grouped(attempts)} got through` };
  const wrong = adversary.filter((a) => a.status === 'through').length;
  if (wrong > 0) return { name, state: 'bad', text: `${plural(wrong, 'attack')} not taken as they must be` };
  if (attempts === 0) return { name, state: 'not-run', text: 'not run' };
  if (adversary.some((a) => !a.positiveControlOk && a.status !== 'not-checked')) {
    return { name, state: 'bad', text: 'a control failed: refusals prove nothing' };
  }
  return { name, state: 'ok', text: `${plural(attempts, 'attempt')}, all refused` };
}

function thresholdLight({ thresholds, verdict }: Report): Light {
  const name = 'Thresholds';
  if (thresholds.length === 0) return { name, state: 'not-run', text: 'none set' };
  const missed = thresholds.filter((t) => t.ok === false).length;
  if (missed > 0) return { name, state: 'bad', text: `${missed} of ${thresholds.length} missed` };
  if (thresholds.some((t) => t.ok === null)) return { name, state: 'not-run', text: 'not judged' };
  if (verdict.status === 'invalid') return { name, state: 'not-run', text: 'met, by a run that is invalid' };
  return { name, state: 'ok', text: `${thresholds.length} of ${thresholds.length} met` };
}
