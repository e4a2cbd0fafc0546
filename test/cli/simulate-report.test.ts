import test from 'ava';
import { planOf, type SimulateFlags } from '../../cli/simulate-plan.ts';
import { type SimulationContext, simulationReport } from '../../cli/simulate-report.ts';
import { renderHtml } from '../../reports/html/render.ts';
import { renderJunit } from '../../reports/junit.ts';
import { renderMarkdown } from '../../reports/markdown.ts';
import type { Report, SourceInfo } from '../../reports/report.ts';
import { checkReport } from '../../reports/schema.ts';
import { INVARIANTS, type SimInvariant } from '../../sim/check/invariants.ts';
import { ROWS } from '../../sim/check/refine.ts';
import { MARKS } from '../../sim/world/marks.ts';
import type { SeedResult } from '../../sim/world/seed-worker.ts';
import { SITES } from '../../sim/world/sites.ts';
import { Summary } from '../../sim/world/summary.ts';

const SOURCE: SourceInfo = {
  commit: '0123456789abcdef0123456789abcdef01234567',
  dirty: false,
  lockfileSha256: null,
  protocolVersion: 'ATMB/1',
  suite: '-',
};
const CONTEXT: SimulationContext = {
  id: 'simulate-test',
  source: SOURCE,
  argv: ['simulate'],
  startedAtMs: 1_767_225_600_000,
  endedAtMs: 1_767_225_602_000,
  isInterrupted: false,
  difference: null,
  artifacts: [],
};

const planFor = (flags: Partial<SimulateFlags>) => planOf({ workers: 1, ...flags }, SOURCE);

/** A run that met everything, and failed these. */
function result(seed: string, ...broken: SimInvariant[]): SeedResult {
  const all = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]));
  return {
    seed,
    kind: 'swarm',
    violations: broken.map((invariant) => ({
      invariant,
      class: INVARIANTS[invariant].class,
      text: `${invariant} in words`,
      atUs: 1_500,
      event: 13,
    })),
    digest: seed.padEnd(64, '0'),
    events: 100,
    virtualMs: 60_000,
    settleMs: 10,
    marks: all(Object.keys(MARKS)),
    checks: all(Object.keys(INVARIANTS)),
    operations: { ok: 3, fail: 2, unknown: 1 },
    transitions: {},
    isTwice: false,
    faults: all(Object.keys(SITES)),
  };
}

function reportOf(
  flags: Partial<SimulateFlags>,
  results: readonly SeedResult[],
  context: Partial<SimulationContext> = {},
): Report {
  const summary = new Summary();
  for (const one of results) summary.add(one);
  return simulationReport(planFor(flags), summary, { ...CONTEXT, ...context });
}

const exits = test.macro<[SimInvariant, number, 'fail' | 'invalid']>({
  exec(t, invariant, code, status) {
    const report = reportOf({ seeds: { from: 1, to: 3 } }, [
      result('1'),
      result('2', invariant),
      result('3'),
    ]);
    t.is(report.run.exit.code, code);
    t.is(report.verdict.status, status);
    t.regex(report.run.exit.reason, new RegExp(`^${invariant} violated in .*seed 2: ${invariant} in words`));
    t.is(report.run.reproCommand, 'cashpoint simulate --seed 2 --profile swarm');
  },
  title: (_, invariant, code) => `${invariant}: exit ${code}`,
});
const CODES = { audit: 116, safety: 110, attack: 112, nondeterminism: 115, liveness: 114, internal: 109 };
for (const [id, { class: kind }] of Object.entries(INVARIANTS)) {
  test(exits, id as SimInvariant, CODES[kind], kind === 'internal' ? 'invalid' : 'fail');
}

test('of several failures the worst decides the exit code, and is the one to repeat', (t) => {
  const results = [
    result('1', 'LIVE'),
    result('2', 'NONDET'),
    result('3', 'REPLAY'),
    result('4', 'ONCE'),
    result('5', 'AUDIT'),
  ];
  const seeds = { from: 1, to: 5 };
  const expected = [114, 115, 112, 110, 116];
  for (const [i, code] of expected.entries()) {
    const { run } = reportOf({ seeds }, results.slice(0, i + 1));
    t.is(run.exit.code, code);
    t.is(run.reproCommand, `cashpoint simulate --seed ${i + 1} --profile swarm`);
  }
});

test('a seed fails with its first violation, and with nondeterminism beside it; the order is that of the seeds', (t) => {
  const report = reportOf({ seeds: { from: 1, to: 3 } }, [
    result('1', 'ONCE'),
    result('2'),
    result('3', 'ONCE', 'LIVE', 'NONDET'),
  ]);
  const once = report.invariants.find(({ id }) => id === 'ONCE');
  t.is(once?.violations, 2);
  t.is(once?.first, 'seed 1: ONCE in words');
  t.is(once?.last, 'seed 3: ONCE in words');
  t.deepEqual(
    report.simulation?.failures.map(({ seed, invariant }) => `${seed} ${invariant}`),
    ['1 ONCE', '3 ONCE', '3 NONDET'],
  );
});

test('nothing checked is INVALID, never a pass', (t) => {
  const report = reportOf({ seeds: { from: 1, to: 1 } }, []);
  t.is(report.verdict.status, 'invalid');
  t.is(report.run.exit.code, 113);
  t.regex(report.run.exit.reason, /No invariant was checked/);
});

const many = (one: (seed: string) => SeedResult) =>
  Array.from({ length: 1_000 }, (_, i) => one(String(i + 1)));
const without = (name: string) => (seed: string) => {
  const { marks, faults, checks, ...rest } = result(seed);
  const rid = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).filter(([key]) => key !== name));
  return { ...rest, isTwice: true, marks: rid(marks), faults: rid(faults), checks: rid(checks) };
};

const missed = test.macro<[string, RegExp]>({
  exec(t, name, says) {
    const seeds = { from: 1, to: 1_000 };
    const large = reportOf({ seeds }, many(without(name)));
    t.is(large.run.exit.code, 113);
    t.regex(large.run.exit.reason, says);
    const small = reportOf({ seeds: { from: 1, to: 999 } }, many(without(name)).slice(1));
    t.is(small.run.exit.code, 0);
    t.true(small.verdict.warnings.some(({ message }) => message.includes(name)));
    t.is(reportOf({ seeds, profile: 'all' }, many(without(name))).run.exit.code, 0);
  },
  title: (_, name) => `${name} never met: a remark below 1,000 seeds of swarm, exit 113 from there on`,
});
test(missed, Object.keys(MARKS)[0] ?? '', /^Marks never reached: /);
test(missed, 'net.reset', /^Faults that never happened: net.reset$/);
test(missed, 'LOCKOUT', /^Never checked in 1000 seeds: LOCKOUT$/);

test('asked for coverage, a thousand seeds that missed a transition are invalid', (t) => {
  const seeds = { from: 1, to: 1_000 };
  const [row = '', ...others] = [...ROWS];
  const covered = (rows: readonly string[]) =>
    many((seed) => ({
      ...result(seed),
      isTwice: true,
      transitions: Object.fromEntries(rows.map((one) => [one, 1])),
    }));
  const { run } = reportOf({ seeds, coverage: true }, covered(others));
  t.is(run.exit.code, 113);
  t.true(run.exit.reason.startsWith(`Transitions never seen: ${row}`));
  t.is(reportOf({ seeds }, covered(others)).run.exit.code, 0);
});

test('a thousand seeds that met everything pass', (t) => {
  const twice = many((seed) => ({ ...result(seed), isTwice: true }));
  const report = reportOf({ seeds: { from: 1, to: 1_000 } }, twice);
  t.is(report.run.exit.code, 0);
  t.deepEqual(report.verdict.warnings, []);
});

test('an interrupted run is incomplete, and a failure outweighs that', (t) => {
  const seeds = { from: 1, to: 100 };
  const cut = reportOf({ seeds }, [result('1')], { isInterrupted: true });
  t.is(cut.run.exit.code, 105);
  t.is(cut.run.exit.reason, 'Interrupted after 1 of 100 seeds');
  t.is(reportOf({ seeds }, [result('1', 'LIVE')], { isInterrupted: true }).run.exit.code, 114);
});

test('a planted bug that is not caught proves nothing; one caught by another check is told', (t) => {
  const plant = 'ack-before-sync';
  const missedOne = reportOf({ plant }, [result('1')]);
  t.is(missedOne.run.exit.code, 113);
  t.regex(missedOne.run.exit.reason, /ack-before-sync was not caught: DURABLE proves nothing/);
  const other = reportOf({ plant }, [result('1', 'ONCE')]);
  t.is(other.run.exit.code, 110);
  t.true(other.verdict.warnings.some(({ message }) => /caught by ONCE, not by DURABLE/.test(message)));
  const right = reportOf({ plant }, [result('1', 'DURABLE')]);
  t.false(right.verdict.warnings.some(({ message }) => /caught by/.test(message)));
  t.is(right.run.reproCommand, 'cashpoint simulate --seed 1 --profile swarm --plant ack-before-sync');
});

test('the report fits its schema and renders', (t) => {
  const report = reportOf({ seeds: { from: 1, to: 2 } }, [result('1', 'DURABLE'), result('2')]);
  const checked = checkReport(report);
  t.deepEqual('report' in checked ? [] : checked.problems, []);
  const page = renderHtml(report);
  t.regex(page, /Failing seeds/);
  t.regex(page, /DURABLE in words/);
  t.notRegex(page, /NaN|undefined/);
  t.regex(renderMarkdown(report), /^# FAIL: simulate/);
  t.regex(renderJunit(report), /failure message="1 violations in 2 checks"/);
});

test('equal seeds give equal reports but for the wall', (t) => {
  const results = [result('1', 'DURABLE'), result('2')];
  const seeds = { from: 1, to: 2 };
  const first = reportOf({ seeds }, results).simulation;
  const context = { endedAtMs: CONTEXT.endedAtMs + 9 };
  const second = reportOf({ seeds, workers: 7 }, results, context).simulation;
  t.is(second?.wall.workers, 7);
  t.deepEqual({ ...second, wall: null }, { ...first, wall: null });
});

const planned = test.macro<[Partial<SimulateFlags>, string, number, string]>({
  exec(t, flags, seeds, count, repro) {
    const plan = planFor(flags);
    t.is(plan.seeds, seeds);
    t.is(plan.seedsPlanned, count);
    t.is(plan.reproCommand, `cashpoint simulate ${repro}`);
  },
  title: (claim) => claim ?? '',
});
test(
  'no flag: 200 seeds of the commit',
  planned,
  {},
  '0123456789ab/1..200',
  200,
  '--seed 0123456789ab --seeds 1..200 --profile swarm',
);
test(
  '--seeds N',
  planned,
  { seeds: { from: 1, to: 9 }, profile: 'all' },
  '1..9',
  9,
  '--seeds 1..9 --profile all',
);
test(
  '--seed X --seeds A..B',
  planned,
  { seed: 'x', seeds: { from: 4, to: 5 } },
  'x/4..5',
  2,
  '--seed x --seeds 4..5 --profile swarm',
);
test('--seed X', planned, { seed: "it's odd" }, "it's odd", 1, "--seed 'it'\\''s odd' --profile swarm");
