import test from 'ava';
import { EXIT, type RunExit, WORST_FIRST, worst } from '../../reports/exit-codes.ts';
import type { VerdictStatus } from '../../reports/report.ts';
import { type Findings, judge } from '../../reports/verdict.ts';
import { failReport, passReport } from '../helpers/report-fixture.ts';

const good = (): Findings => ({ ...passReport(), also: {} });

test('the worst exit code wins, in the order 116 110 112 115 114 109 113 99 111 105', (t) => {
  const codes = WORST_FIRST.map((name) => EXIT[name].code);
  t.deepEqual(codes, [116, 110, 112, 115, 114, 109, 113, 99, 111, 105, 0]);
  t.is(worst([]), 'pass');
  for (const [i, name] of WORST_FIRST.entries()) t.is(worst(WORST_FIRST.slice(i).toReversed()), name);
});

test('no finding is a pass', (t) => {
  const { verdict, exit } = judge(good());
  t.deepEqual(verdict, { status: 'pass', reasons: [], warnings: [] });
  t.is(exit.code, 0);
});

const found = test.macro<[what: string, change: Partial<Findings>, name: RunExit, status: VerdictStatus]>({
  exec(t, _what, change, name, status) {
    const { verdict, exit } = judge({ ...good(), ...change });
    t.is(exit.code, EXIT[name].code);
    t.is(verdict.status, status);
    t.deepEqual([exit.reason], verdict.reasons.slice(0, 1));
  },
  title: (_, what, _change, name) => `${what} exits ${EXIT[name].code}`,
});

const { invariants, audit, thresholds, adversary } = passReport();
const auditWith = (change: object) => audit && { ...audit, ...change };
const attacks = failReport().adversary.map((a) => ({ ...a, accepted: 0, rejected: a.attempts }));

test(found, 'a broken audit trail', { audit: auditWith({ ok: false }) }, 'audit', 'fail');
test(
  found,
  'a verifier that takes forgeries',
  { audit: auditWith({ tamperSelfTest: false }) },
  'audit',
  'fail',
);
test(found, 'a violated invariant', { invariants: failReport().invariants }, 'invariant', 'fail');
test(found, 'an accepted attack', { adversary: failReport().adversary }, 'attack', 'fail');
test(
  found,
  'an attack without a positive control',
  { adversary: attacks.map((a) => ({ ...a, positiveControlOk: false })) },
  'load',
  'invalid',
);
test(found, 'a run without invariants', { invariants: [] }, 'load', 'invalid');
test(
  found,
  '0 violations of 0 checks of one invariant',
  { invariants: invariants.map((i, n) => (n === 0 ? { ...i, checks: 0 } : i)) },
  'load',
  'invalid',
);
test(
  found,
  'a missed threshold',
  { thresholds: thresholds.map((x) => ({ ...x, ok: false })) },
  'threshold',
  'fail',
);
test(
  found,
  'a threshold nobody judged',
  { thresholds: thresholds.map((x) => ({ ...x, ok: null })) },
  'load',
  'invalid',
);
test(found, 'a dead worker', { also: { load: ['A worker died'] } }, 'load', 'invalid');
test(found, 'an interruption', { also: { interrupted: ['Interrupted'] } }, 'interrupted', 'incomplete');
test(found, 'a fault of ours', { also: { internal: ['x'] } }, 'internal', 'invalid');

test('what a run that was cut short did not come to is no fault of it; what it found out stays one', (t) => {
  const none = {
    ...good(),
    invariants: invariants.map((each) => ({ ...each, checks: 0 })),
    thresholds: thresholds.map((each) => ({ ...each, ok: false, actual: null, note: 'too few samples: 0' })),
  };
  t.is(judge(none).exit.code, 113);
  const { verdict, exit } = judge({ ...none, also: { interrupted: ['Ctrl-C'] } });
  t.deepEqual([exit.code, verdict.status], [105, 'incomplete']);
  const missed = { ...good(), thresholds: thresholds.map((each) => ({ ...each, ok: false })) };
  t.is(judge({ ...missed, also: { interrupted: ['Ctrl-C'] } }).exit.code, 99);
});

test('an attack that proves nothing in a run that was cut short is told as a warning, one that got through is 112', (t) => {
  const unproven = attacks.map((each) => ({ ...each, positiveControlOk: false }));
  t.is(judge({ ...good(), adversary: unproven }).exit.code, 113);
  const cut = { ...good(), adversary: unproven, also: { interrupted: ['Ctrl-C'] } };
  const { verdict, exit } = judge(cut);
  t.is(exit.code, 105);
  const names = unproven.map(({ attack }) => attack).join(', ');
  t.deepEqual(verdict.warnings, [{ code: 'not-proven', message: `Proves nothing: ${names}` }]);
  t.is(judge({ ...cut, adversary: unproven.map((each) => ({ ...each, accepted: 1 })) }).exit.code, 112);
});

test('all reasons are kept, the worst first', (t) => {
  const { verdict } = judge({ ...good(), ...failReport(), adversary, also: { interrupted: ['Ctrl-C'] } });
  t.regex(verdict.reasons[0] ?? '', /exactly-once violated in 3 of/);
  t.is(verdict.reasons.at(-1), 'Ctrl-C');
  t.true(verdict.reasons.length > 2);
});

test('an invariant that could not be checked is a warning beside those that were', (t) => {
  const some = invariants.map((i, n) => (n === 0 ? { ...i, checks: 0, status: 'not-checked' as const } : i));
  const { verdict } = judge({ ...good(), invariants: some });
  t.is(verdict.status, 'pass');
  t.deepEqual(verdict.warnings, [{ code: 'not-checked', message: 'Not checked: conservation' }]);
});

test('a bank whose books are not ours: nothing checked is a warning, and the rest still counts', (t) => {
  const none = invariants.map((each) => ({ ...each, checks: 0, status: 'not-checked' as const }));
  const foreign = { ...good(), invariants: none, audit: null, expectChecks: false };
  const { verdict, exit } = judge(foreign);
  t.is(exit.code, 0);
  t.is(verdict.status, 'pass');
  t.regex(verdict.warnings[0]?.message ?? '', /^Not checked: conservation, /);
  const missed = thresholds.map((each) => ({ ...each, ok: false }));
  t.is(judge({ ...foreign, thresholds: missed }).exit.code, EXIT.threshold.code);
  t.is(judge({ ...foreign, expectChecks: true }).exit.code, EXIT.load.code);
});
