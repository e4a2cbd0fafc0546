/**
 * From what was found to what is said: verdict, reasons, exit code. The worst finding wins, and nothing that was not
 * checked counts as good: "0 violations of 0 checks" is INVALID.
 *
 * @module
 */
import { EXIT, type RunExit, WORST_FIRST, worst } from './exit-codes.ts';
import { grouped, measured, plural, readable } from './format.ts';
import type { InvariantResult, Report, RunInfo, Verdict, VerdictStatus } from './report.ts';

export interface Findings extends Pick<Report, 'thresholds' | 'invariants' | 'audit' | 'adversary'> {
  /** False for a bank whose books are not ours to read: that nothing was checked is then a warning, not INVALID. @default true */
  readonly expectChecks?: boolean;
  /** Findings that no section carries, by the exit they lead to, e.g. `load: ['a worker died']`. */
  readonly also: { readonly [E in Exclude<RunExit, 'pass'>]?: readonly string[] };
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly exit: RunInfo['exit'];
}

export function judge(findings: Findings): Judgement {
  const found = [...sections(findings), ...others(findings)];
  const exit = worst(found.map((f) => f.exit));
  const reasons = WORST_FIRST.flatMap((e) => found.filter((f) => f.exit === e).map((f) => f.reason));
  const unchecked = findings.invariants.filter((i) => i.status === 'not-checked');
  // That nothing at all was checked is a reason of its own, unless nothing was to be expected.
  const isTold = unchecked.length === findings.invariants.length && findings.expectChecks !== false;
  const message = `Not checked: ${unchecked.map((i) => i.id).join(', ')}`;
  const skipped = findings.adversary.filter(({ status }) => status === 'not-checked');
  // In a run that was cut short it is no finding that an attack proves nothing, but it is not hidden either.
  const unproven = findings.adversary.filter((row) => row.status !== 'not-checked' && !row.positiveControlOk);
  const isCutShort = findings.also.interrupted !== undefined;
  const warnings = [
    ...(unchecked.length > 0 && !isTold ? [{ code: 'not-checked', message }] : []),
    ...(isCutShort && unproven.length > 0
      ? [
          {
            code: 'not-proven',
            message: `Proves nothing: ${unproven.map(({ attack }) => attack).join(', ')}`,
          },
        ]
      : []),
    ...(skipped.length > 0
      ? [{ code: 'not-checked', message: `Not attacked: ${skipped.map(({ attack }) => attack).join(', ')}` }]
      : []),
  ];
  return {
    verdict: { status: statusOf(exit), reasons, warnings },
    exit: { code: EXIT[exit].code, reason: reasons[0] ?? EXIT[exit].doc },
  };
}

interface Finding {
  readonly exit: RunExit;
  readonly reason: string;
}

const EXIT_OF = {
  audit: 'audit',
  safety: 'invariant',
  attack: 'attack',
  nondeterminism: 'nondeterminism',
  liveness: 'liveness',
  internal: 'internal',
} as const satisfies Record<NonNullable<InvariantResult['class']>, RunExit>;

function* sections({
  thresholds,
  invariants,
  audit,
  adversary,
  also,
  expectChecks = true,
}: Findings): Iterable<Finding> {
  if (audit?.ok === false) {
    yield {
      exit: 'audit',
      reason: `The audit trail does not verify${audit.fault ? `: ${audit.fault}` : ''}`,
    };
  }
  if (audit?.tamperSelfTest === false) {
    yield { exit: 'audit', reason: 'The audit verifier accepted a forged trail' };
  }
  // A run that was cut short is incomplete, never a pass: what it did not come to is no fault of its own.
  const isCutShort = also.interrupted !== undefined;
  for (const { attack, accepted, attempts, positiveControlOk, status, faults = [] } of adversary) {
    if (status === 'not-checked') continue;
    if (accepted > 0)
      yield {
        exit: 'attack',
        reason: `${attack} got through, ${grouped(accepted)} of ${plural(attempts, 'attempt')}`,
      };
    else if (status === 'through')
      yield { exit: 'attack', reason: `${attack} was not taken as it must be: ${faults[0] ?? 'no reason'}` };
    else if (!positiveControlOk && !isCutShort) {
      yield { exit: 'load', reason: `${attack} proves nothing: the same exchange failed without the attack` };
    }
  }
  for (const { id, class: kind = 'safety', status, violations, checks, first } of invariants) {
    if (status === 'ok' && checks === 0 && !isCutShort) {
      yield { exit: 'load', reason: `${id}: no violations of no checks` };
    }
    if (status === 'violated') {
      const times = `${grouped(violations)} of ${plural(checks, 'check')}`;
      yield { exit: EXIT_OF[kind], reason: `${id} violated in ${times}${first ? `, first: ${first}` : ''}` };
    }
  }
  if (expectChecks && !isCutShort && invariants.every((i) => i.checks === 0)) {
    yield { exit: 'load', reason: 'No invariant was checked' };
  }
  for (const { id, metric, condition, actual, unit, ok, note } of thresholds) {
    if (ok === null && !isCutShort) yield { exit: 'load', reason: `${id} was not judged` };
    if (ok === false && !(isCutShort && note !== undefined)) {
      const said = `${metric} was ${measured(actual, unit)}, expected ${readable(condition)}`;
      yield { exit: 'threshold', reason: note === undefined ? said : `${said}: ${note}` };
    }
  }
}

function* others({ also }: Findings): Iterable<Finding> {
  for (const exit of WORST_FIRST) {
    if (exit !== 'pass') for (const reason of also[exit] ?? []) yield { exit, reason };
  }
}

function statusOf(exit: RunExit): VerdictStatus {
  switch (exit) {
    case 'pass':
      return 'pass';
    case 'interrupted':
      return 'incomplete';
    case 'load':
    case 'internal':
      return 'invalid';
    default:
      return 'fail';
  }
}
