/**
 * What the adversary tried and how it was taken: the scoreboard, a row an attack, and what went wrong in words.
 *
 * @module
 */
import { grouped, plural } from '../format.ts';
import type { AttackResult, Report, ScoreboardResult } from '../report.ts';
import { code, facts, type Html, html, type Section, table } from './markup.ts';
import { met } from './met.ts';

export function adversary({ adversary: rows, scoreboard }: Report): Section {
  const body = html`${scoreboard && board(rows, scoreboard)}${attacks(rows)}${stories(rows)}`;
  return {
    id: 'adversary',
    title: 'Adversary',
    lede: 'Did anyone on the wire get what is not theirs?',
    body:
      rows.length > 0
        ? body
        : html`<p>The adversary did not run. This says nothing about how the bank would have answered it.</p>`,
  };
}

const isThrough = ({ status, accepted }: AttackResult): boolean => status === 'through' || accepted > 0;

function board(rows: readonly AttackResult[], { weights, earned, possible }: ScoreboardResult): Html {
  const through = rows.filter(isThrough).length;
  const skipped = rows.filter(({ status }) => status === 'not-checked').length;
  const { correctness, crash, accepted } = weights;
  return facts([
    [
      'Points of the adversary',
      met(earned === 0, [`0 of ${grouped(possible)}`, `${grouped(earned)} of ${grouped(possible)}`, '']),
    ],
    ['Attacks that held', `${rows.length - through - skipped} of ${rows.length}`],
    ['Not checked', grouped(skipped)],
    [
      'Weights',
      `correctness ${correctness}, crash ${crash}, confidentiality, integrity, availability ${accepted} each`,
    ],
  ]);
}

function attacks(rows: readonly AttackResult[]): Html {
  const isTold = rows.some(({ sentence }) => sentence !== undefined);
  return table({
    id: 'adversary-table',
    caption:
      'A control is the same exchange without the attack: only if it succeeds does a refusal mean anything.',
    columns: [
      { head: 'Attack' },
      ...(isTold ? [{ head: 'What is tried', wrap: true }, { head: 'At stake' }] : []),
      { head: 'Result' },
      { head: 'Attempts', num: true },
      { head: 'Refused', num: true },
      { head: 'Got through', num: true },
      { head: 'Expected', wrap: true },
      { head: 'Answers', wrap: true },
      { head: 'Control' },
    ],
    rows: rows.map((a) => {
      const isOpen = a.status === 'not-checked' || a.attempts === 0;
      return [
        a.number === undefined ? a.attack : `${a.number} ${a.attack}`,
        ...(isTold ? [a.sentence ?? '', a.property ?? ''] : []),
        met(isOpen ? null : !isThrough(a), ['held', 'got through', a.reason ? 'not checked' : 'not run']),
        grouped(a.attempts),
        grouped(a.rejected),
        grouped(a.accepted),
        a.expectedCode ?? 'none',
        Object.entries(a.codes)
          .map(([name, n]) => `${name} ${grouped(n)}`)
          .join(', '),
        met(isOpen ? null : a.positiveControlOk, ['worked', 'failed', '']),
      ];
    }),
  });
}

/** Faults and reasons, by attack. */
function stories(rows: readonly AttackResult[]): Html | null {
  const told = rows.filter(({ faults = [], reason }) => faults.length > 0 || reason !== undefined);
  if (told.length === 0) return null;
  return html`<h3>In words</h3><ul>${told.map(
    ({ attack, faults = [], reason }) =>
      html`<li>${code(attack)}${reason ? `: not checked, ${reason}` : `: ${plural(faults.length, 'fault')}`}${faults.length > 0 && html`<ul>${faults.map((text) => html`<li>${text}</li>`)}</ul>`}</li>`,
  )}</ul>`;
}
