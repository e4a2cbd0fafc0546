/**
 * JUnit XML of a report: one test case a threshold, invariant, attack and compared metric, one for the audit trail, under names that
 * stay the same from run to run, with the failure's text in the body.
 *
 * @module
 */
import { changeText, intervalText } from './compare/apply.ts';
import { EXIT } from './exit-codes.ts';
import { grouped, measured, readable } from './format.ts';
import type { Delta, Report } from './report.ts';

export function renderJunit(report: Report): string {
  const suites = [
    { name: 'run', cases: [runCase(report)] },
    { name: 'thresholds', cases: report.thresholds.map(thresholdCase) },
    { name: 'invariants', cases: report.invariants.map(invariantCase) },
    { name: 'audit', cases: [auditCase(report)] },
    { name: 'adversary', cases: report.adversary.map(attackCase) },
    { name: 'comparison', cases: (report.baseline?.deltas ?? []).map(deltaCase) },
  ].filter((s) => s.cases.length > 0);
  const all = suites.flatMap((s) => s.cases);
  const seconds = (report.run.durationMs / 1000).toFixed(3);
  const body = suites.map((s) => suite(s.name, s.cases, report)).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="cashpoint" ${tally(all)} time="${seconds}">
${body}
</testsuites>
`;
}

interface Case {
  readonly name: string;
  readonly failure?: { readonly message: string; readonly body: string };
  readonly skipped?: string;
}

function suite(name: string, cases: readonly Case[], { run }: Report): string {
  const head = `name="cashpoint.${name}" ${tally(cases)} timestamp="${xml(run.startedAt)}"`;
  return `  <testsuite ${head}>\n${cases.map((c) => testCase(name, c)).join('\n')}\n  </testsuite>`;
}

function testCase(suiteName: string, { name, failure, skipped }: Case): string {
  const open = `    <testcase classname="cashpoint.${suiteName}" name="${xml(name)}"`;
  if (failure) {
    return `${open}>\n      <failure message="${xml(failure.message)}">${xml(failure.body)}</failure>\n    </testcase>`;
  }
  if (skipped) return `${open}>\n      <skipped message="${xml(skipped)}"/>\n    </testcase>`;
  return `${open}/>`;
}

const tally = (cases: readonly Case[]) =>
  `tests="${cases.length}" failures="${cases.filter((c) => c.failure).length}" skipped="${cases.filter((c) => c.skipped).length}"`;

/** What the other cases fail for. */
const CARRIED: readonly number[] = [
  EXIT.threshold,
  EXIT.invariant,
  EXIT.attack,
  EXIT.audit,
  EXIT.regression,
].map((e) => e.code);

/** Fails for the rest: a run that is invalid, was cut short, did not come to rest. */
function runCase({ verdict, run }: Report): Case {
  const name = 'the run is valid and complete';
  if (verdict.status === 'pass' || CARRIED.includes(run.exit.code)) return { name };
  const body = [...verdict.reasons, `repeat: ${run.reproCommand}`].join('\n');
  return { name, failure: { message: `${verdict.status}: ${run.exit.reason}`, body } };
}

function thresholdCase({
  id,
  metric,
  condition,
  actual,
  unit,
  ok,
  note,
}: Report['thresholds'][number]): Case {
  if (ok === true) return { name: id };
  if (ok === null) return { name: id, skipped: 'not judged' };
  const message = `${metric} was ${measured(actual, unit)}, expected ${readable(condition)}`;
  return { name: id, failure: { message, body: note ? `${message}\n${note}` : message } };
}

function invariantCase(i: Report['invariants'][number]): Case {
  if (i.status === 'ok') return { name: i.id };
  if (i.status === 'not-checked') return { name: i.id, skipped: 'not checked' };
  const lines = [
    i.statement,
    ...(['first', 'worst', 'last'] as const).flatMap((k) => (i[k] === undefined ? [] : [`${k}: ${i[k]}`])),
    ...Object.entries(i.evidence).map(([key, value]) => `${key}: ${value}`),
  ];
  const message = `${grouped(i.violations)} violations in ${grouped(i.checks)} checks`;
  return { name: i.id, failure: { message, body: lines.join('\n') } };
}

function auditCase({ audit }: Report): Case {
  const name = 'the audit trail is complete and verifies';
  if (audit === null || audit.ok === null) return { name, skipped: 'not verified' };
  if (audit.ok && audit.tamperSelfTest !== false) return { name };
  const message = audit.ok ? 'the verifier accepted a forged trail' : (audit.fault ?? 'does not verify');
  const body = `${message}\n${grouped(audit.records)} records, ${audit.gaps} gaps, head #${audit.head.seq} ${audit.head.hash}`;
  return { name, failure: { message, body } };
}

function attackCase(a: Report['adversary'][number]): Case {
  const codes = Object.entries(a.codes).map(([code, n]) => `${code}: ${n}`);
  const { status, reason, faults = [] } = a;
  const body = [`expected ${a.expectedCode ?? 'no answer'}`, ...codes, ...faults].join('\n');
  if (status === 'not-checked') return { name: a.attack, skipped: reason ?? 'not checked' };
  if (a.accepted > 0) {
    return { name: a.attack, failure: { message: `${a.accepted} of ${a.attempts} got through`, body } };
  }
  if (status === 'through') {
    return { name: a.attack, failure: { message: faults[0] ?? 'not taken as it must be', body } };
  }
  if (a.positiveControlOk) return { name: a.attack };
  return {
    name: a.attack,
    failure: { message: 'the positive control failed: a refusal proves nothing', body },
  };
}

function deltaCase(d: Delta): Case {
  if (d.verdict !== 'worse') return { name: d.metric };
  const body = `95 % interval ${intervalText(d)}, of interest from ${d.minEffect ?? 0}`;
  return { name: d.metric, failure: { message: changeText(d), body } };
}

/** XML 1.0 allows no control characters but tab and line ends. */
function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, '\uFFFD');
}
