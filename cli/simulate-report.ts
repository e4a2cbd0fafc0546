/**
 * From what the seeds of a simulation came to, to its report.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { Artifact, InvariantResult, Report, SimulationResult, SourceInfo } from '../reports/report.ts';
import { SCHEMA_NAME, SCHEMA_VERSION } from '../reports/report.ts';
import { judge } from '../reports/verdict.ts';
import { Coverage } from '../sim/check/coverage.ts';
import { INVARIANTS, type InvariantInfo } from '../sim/check/invariants.ts';
import { isFoundBy } from '../sim/plants/plant.ts';
import { MARKS } from '../sim/world/marks.ts';
import { FAILURE_CLASSES } from '../sim/world/outcome.ts';
import { classOf } from '../sim/world/sink.ts';
import { SITES } from '../sim/world/sites.ts';
import type { SeedFailure, Summary } from '../sim/world/summary.ts';
import { environmentInfo } from './environment.ts';
import type { SimulationPlan } from './simulate-plan.ts';
import { UNMEASURED } from './unmeasured.ts';

/** From so many seeds on, each mark and each invariant must have been met. */
const SEEDS_THAT_MUST_MEET_ALL = 1_000;

export interface SimulationContext {
  readonly id: string;
  readonly source: SourceInfo;
  /** As given, after `cashpoint`. */
  readonly argv: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly isInterrupted: boolean;
  /** How a replay differs from what its file says; null when it does not, or is none. */
  readonly difference: string | null;
  readonly artifacts: readonly Artifact[];
}

export function simulationReport(plan: SimulationPlan, summary: Summary, context: SimulationContext): Report {
  const invariants = invariantsOf(summary);
  const { missing, load } = whatIsMissing(plan, summary, {
    invariants,
    difference: context.difference,
  });
  const { verdict, exit } = judge({
    thresholds: [],
    invariants,
    audit: null,
    adversary: [],
    also: {
      ...(load.length > 0 ? { load } : {}),
      ...(context.isInterrupted ? { interrupted: [interruptedText(plan, summary)] } : {}),
    },
  });
  const { ok, fail, unknown } = summary.operations;
  const durationMs = Math.round(context.endedAtMs - context.startedAtMs);
  return {
    ...UNMEASURED,
    schema: { name: SCHEMA_NAME, version: SCHEMA_VERSION },
    run: {
      id: context.id,
      scenario: 'simulate',
      scenarioHash: createHash('sha256').update(plan.reproCommand).digest('hex'),
      seed: plan.seeds,
      startedAt: new Date(context.startedAtMs).toISOString(),
      endedAt: new Date(context.endedAtMs).toISOString(),
      durationMs,
      warmupMs: 0,
      argv: context.argv,
      reproCommand: reproOf(plan, summary),
      exit,
      tags: {},
    },
    source: context.source,
    environment: environmentInfo(),
    config: configOf(plan),
    verdict: {
      ...verdict,
      warnings: [...verdict.warnings, ...missing.map((message) => ({ code: 'not-met', message }))],
    },
    thresholds: [],
    totals: {
      sessions: 0,
      requests: ok + fail + unknown,
      ok,
      expectedErrors: fail + unknown,
      unexpectedErrors: 0,
      retries: 0,
      shed: 0,
      bytesTx: 0,
      bytesRx: 0,
    },
    invariants,
    money: null,
    audit: null,
    adversary: [],
    simulation: simulationOf(plan, summary, context),
    artifacts: context.artifacts,
  };
}

export function coverageOf({ transitions }: Summary): Coverage {
  const coverage = new Coverage();
  coverage.merge(Object.fromEntries(transitions));
  return coverage;
}

/** All of the table, in its order, whether checked or not; then whatever else a seed failed with. */
function invariantsOf({ checks, failures, seeds, seedsTwice, seedsSettled }: Summary): InvariantResult[] {
  const counts = new Map([...checks, ['LIVE', seedsSettled], ['NONDET', seedsTwice], ['INTERNAL', seeds]]);
  const unlisted = new Set(
    failures.map(({ invariant }) => invariant).filter((id) => !Object.hasOwn(INVARIANTS, id)),
  );
  const rows: [string, InvariantInfo][] = [
    ...Object.entries<InvariantInfo>(INVARIANTS),
    ...[...unlisted].map((id): [string, InvariantInfo] => [id, { class: classOf(id), statement: UNLISTED }]),
  ];
  return rows.map(([id, { statement, class: kind }]) => {
    const failed = failures.filter(({ invariant }) => invariant === id);
    const [first] = failed;
    const n = Math.max(counts.get(id) ?? 0, failed.length);
    const counted = { id, statement, class: kind, checks: n, violations: failed.length };
    if (!first) return { ...counted, status: n > 0 ? 'ok' : 'not-checked', evidence: {} };
    const last = failed.at(-1) ?? first;
    return {
      ...counted,
      status: 'violated',
      first: told(first),
      last: told(last),
      evidence: { 'seeds that failed': failed.length },
    };
  });
}

/** A check that the table does not know must fail a run all the same. */
const UNLISTED = 'A check outside the table holds';

const told = ({ seed, text }: SeedFailure): string => `seed ${seed}: ${text.split('\n')[0]}`;

/** What a run of so many seeds should have met and did not: in a small one a remark, in a large one a reason. */
function whatIsMissing(
  plan: SimulationPlan,
  summary: Summary,
  { invariants, difference }: { invariants: readonly InvariantResult[]; difference: string | null },
) {
  const { plant, profile, replay } = plan;
  const load = summary.lost.map((message) => `A worker died: ${message}`);
  if (plant !== null && summary.failures.length === 0) {
    load.push(`The planted bug ${plant.name} was not caught: ${plant.invariant} proves nothing`);
  }
  const caughtBy = summary.failures[0]?.invariant;
  const unexpected = [
    ...(plant !== null && caughtBy !== undefined && !isFoundBy(plant, caughtBy)
      ? [`The planted bug ${plant.name} was caught by ${caughtBy}, not by ${plant.invariant}`]
      : []),
    ...(difference === null ? [] : [`Not as the replay says: ${difference}`]),
    ...(replay?.plant && plant === null ? [`The replay was made with a bug: --plant ${replay.plant}`] : []),
  ];
  if (profile !== 'swarm' || plant !== null || replay !== null) return { missing: unexpected, load };
  const mustMeetAll = summary.seeds >= SEEDS_THAT_MUST_MEET_ALL;
  const named = (names: readonly string[]) => (mustMeetAll ? names.join(', ') : shortened(names));
  const marks = Object.keys(MARKS).filter((mark) => !summary.marks.has(mark));
  const sites = Object.keys(SITES).filter((site) => !summary.faults.has(site));
  const unmet = [
    ...(marks.length > 0 ? [`Marks never reached: ${named(marks)}`] : []),
    ...(sites.length > 0 ? [`Faults that never happened: ${named(sites)}`] : []),
    ...(plan.coverage ? uncovered(summary, named) : []),
  ];
  if (!mustMeetAll) return { missing: summary.seeds > 1 ? unmet : [], load };
  const unchecked = invariants.filter(({ status }) => status === 'not-checked').map(({ id }) => id);
  const never =
    unchecked.length > 0 ? [`Never checked in ${summary.seeds} seeds: ${unchecked.join(', ')}`] : [];
  return { missing: [], load: [...load, ...unmet, ...never] };
}

function uncovered(summary: Summary, named: (names: readonly string[]) => string): string[] {
  const coverage = coverageOf(summary);
  const [missing, contradicted] = [coverage.missing(), coverage.contradicted()];
  return [
    ...(missing.length > 0 ? [`Transitions never seen: ${named(missing)}`] : []),
    ...(contradicted.length > 0
      ? [`Transitions seen that were held impossible: ${named(contradicted)}`]
      : []),
  ];
}

const NAMES_SHOWN = 5;
const shortened = (names: readonly string[]): string => {
  const more = names.length - NAMES_SHOWN;
  return `${names.slice(0, NAMES_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const interruptedText = ({ seedsPlanned }: SimulationPlan, { seeds }: Summary): string =>
  `Interrupted after ${seeds} of ${seedsPlanned} seeds`;

/** Of a run that failed: the first seed of the worst kind of failure. */
function reproOf(plan: SimulationPlan, { failures }: Summary): string {
  const rank = (failure: SeedFailure) => FAILURE_CLASSES.indexOf(failure.class);
  const [worst] = failures.toSorted((a, b) => rank(a) - rank(b));
  return worst === undefined ? plan.reproCommand : plan.reproOf(worst.seed);
}

function configOf({ profile, workers, only, plant }: SimulationPlan): Report['config'] {
  return {
    terminals: only?.terminals ?? 0,
    accounts: only?.customers ?? 0,
    arrival: 'closed',
    offeredRate: null,
    mix: {},
    thinkTime: { distribution: 'drawn from the seed', meanMs: only?.thinkMs ?? 0 },
    timeouts: {},
    retry: {},
    faults: [],
    thresholds: [],
    other: { profile, workers, ...(plant === null ? {} : { plant: plant.name }) },
  };
}

function simulationOf(plan: SimulationPlan, summary: Summary, context: SimulationContext): SimulationResult {
  const ms = Math.round(context.endedAtMs - context.startedAtMs);
  return {
    seeds: plan.seeds,
    seedsPlanned: plan.seedsPlanned,
    seedsRun: summary.seeds,
    seedsTwice: summary.seedsTwice,
    profile: plan.profile,
    plant: plan.plant?.name ?? null,
    digest: summary.digest(),
    events: summary.events,
    virtualMs: summary.virtualMs,
    settleMsMax: summary.settleMsMax,
    operations: summary.operations,
    kinds: sorted(summary.kinds),
    faults: sorted(summary.faults),
    marks: sorted(summary.marks),
    failures: summary.failures.map(({ seed, invariant, text, atUs, event }) => ({
      seed,
      invariant,
      text,
      atUs,
      event,
      reproCommand: plan.reproOf(seed),
    })),
    wall: {
      startedAt: new Date(context.startedAtMs).toISOString(),
      ms,
      workers: plan.workers,
      seedsPerSecond: Math.round((summary.seeds * 10_000) / Math.max(1, ms)) / 10,
      speed: Math.round((summary.virtualMs * 10) / Math.max(1, ms)) / 10,
    },
  };
}

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
