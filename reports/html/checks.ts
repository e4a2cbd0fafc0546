/**
 * What was checked: thresholds, invariants with their evidence, the books, the audit trail; the adversary is told in its own file.
 *
 * @module
 */

import { grouped, measured, money, NONE, plural, readable } from '../format.ts';
import type { AuditResult, InvariantResult, MoneyResult, Report } from '../report.ts';
import { adversary } from './adversary.ts';
import { code, facts, type Html, html, type Section, spaced, table } from './markup.ts';
import { met } from './met.ts';

export const checkSections = (report: Report): readonly Section[] => [
  thresholds(report),
  invariants(report),
  books(report),
  audit(report),
  adversary(report),
];

function thresholds({ thresholds: rows }: Report): Section {
  const withBase = rows.some((t) => t.baseline !== undefined);
  const withNotes = rows.some((t) => t.note !== undefined);
  const body = table({
    id: 'thresholds-table',
    caption: 'Latencies are from the intended start. A threshold with too few samples is missed.',
    columns: [
      { head: 'Threshold' },
      { head: 'Measured', num: true },
      ...(withBase ? [{ head: 'Baseline', num: true }] : []),
      { head: 'Result' },
      ...(withNotes ? [{ head: 'Because', wrap: true }] : []),
    ],
    rows: rows.map(({ metric, condition, actual, unit, baseline, ok, note }) => [
      html`${metric} ${readable(condition)}`,
      measured(actual, unit),
      ...(withBase ? [measured(baseline ?? null, unit)] : []),
      met(ok, ['met', 'missed', 'not judged']),
      ...(withNotes ? [note ?? ''] : []),
    ]),
  });
  return {
    id: 'thresholds',
    title: 'Thresholds',
    lede: 'Was it as fast and as reliable as asked?',
    body: rows.length > 0 ? body : html`<p>None were set.</p>`,
  };
}

const STATUS = { ok: true, violated: false, 'not-checked': null } as const;

export function invariants({ invariants: rows }: Report): Section {
  const violated = rows.filter((i) => i.status === 'violated');
  return {
    id: 'invariants',
    title: 'Invariants',
    lede: 'Was a cent lost, made up or paid twice? Each promise, how often it was checked, and what was found.',
    body: html`${violated.length > 0 && html`<div class="cards">${violated.map(violation)}</div>`}
${
  rows.length === 0
    ? html`<p>None were checked.</p>`
    : table({
        id: 'invariants-table',
        caption: 'All promises. One that was checked 0 times proves nothing.',
        columns: [
          { head: 'Promise', wrap: true },
          { head: 'Result' },
          { head: 'Checks', num: true },
          { head: 'Violations', num: true },
          { head: 'Evidence' },
        ],
        rows: rows.map((i) => [
          html`${i.statement}<br><span class="quiet">${code(i.id)}</span>`,
          met(STATUS[i.status], ['held', 'violated', 'not checked']),
          grouped(i.checks),
          i.status === 'not-checked' ? NONE : grouped(i.violations),
          evidence(i).map((e) => html`<div>${e}</div>`),
        ]),
      })
}`,
  };
}

function violation(i: InvariantResult): Html {
  const seen = (['first', 'worst', 'last'] as const).flatMap((k) =>
    i[k] === undefined ? [] : [html`<li>${k}: ${i[k]}</li>`],
  );
  return html`<article class="card violated"><header><h3>${i.statement}</h3><span class="bad">✗ ${plural(i.violations, 'violation')} in ${plural(i.checks, 'check')}</span></header><ul>${seen}</ul></article>`;
}

const evidence = (i: InvariantResult) =>
  Object.entries(i.evidence).map(
    ([name, value]) =>
      html`${spaced(name)}: ${/^-?[0-9]+(\.[0-9]+)?$/.test(String(value)) ? grouped(value) : value}`,
  );

function books({ money: sums }: Report): Section {
  return {
    id: 'money',
    title: 'Money',
    lede: 'Do the books close? Amounts in major units, to the cent.',
    body: sums === null ? html`<p>The books were not counted.</p>` : sumsTable(sums),
  };
}

function sumsTable(m: MoneyResult): Html {
  const rows: [string, string, Html | string][] = [
    ['Cash brought in before the run', m.initial, ''],
    ['Cash brought in during the run', m.minted, ''],
    ['Customers’ accounts at the end', m.accounts, ''],
    ['Cash in the terminals at the end', m.terminalCash, ''],
    ['In flight at the end: held or in suspense', m.inFlight, ''],
    ['Difference: all cash minus all that is owed', m.delta, met(m.delta === '0', ['closed', 'off', ''])],
    ['Largest difference at any check', m.maxAbsDelta, met(m.maxAbsDelta === '0', ['closed', 'off', ''])],
  ];
  return table({
    id: 'money-table',
    caption:
      'Counted after the run had come to rest. Every cent in the vault and the terminals is owed to someone: accounts, suspense, opening capital.',
    columns: [{ head: 'What', wrap: true }, { head: 'Amount', num: true }, { head: 'Result' }],
    rows: rows.map(([what, amount, result]) => [what, money(amount), result]),
  });
}

function audit({ audit: trail }: Report): Section {
  return {
    id: 'audit',
    title: 'Audit trail',
    lede: 'Is every action on record, in order, unaltered?',
    body:
      trail === null ? html`<p>The trail was not at hand, so it was not verified.</p>` : trailFacts(trail),
  };
}

function trailFacts(a: AuditResult): Html {
  const range =
    a.verifiedFrom === null || a.verifiedTo === null
      ? NONE
      : `#${grouped(a.verifiedFrom)} to #${grouped(a.verifiedTo)}`;
  return html`${a.fault !== undefined && html`<p><span class="bad">✗ ${a.fault}</span></p>`}${facts([
    ['Result', met(a.ok, ['verifies', 'does not verify', 'not verified'])],
    ['Records', grouped(a.records)],
    ['Verified', range],
    ['Gaps', grouped(a.gaps)],
    ['Forged copy refused', met(a.tamperSelfTest, ['yes', 'no', 'not tried'])],
    ['Verifier', `${a.verifier.name} ${a.verifier.version}`],
    ['Algorithm', a.algorithm],
  ])}<p class="note">Head of the chain, #${grouped(a.head.seq)}: ${code(a.head.hash)}</p>`;
}
