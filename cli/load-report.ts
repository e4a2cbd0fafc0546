/**
 * From a load run's outcome to its report: the one place where both sides are known.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TIMEOUTS_DEFAULT } from '../actors/operation.ts';
import { LINK_TIMEOUTS } from '../actors/terminal-link.machine.ts';
import { decodeHistogram, mergeHistograms } from '../reports/histogram.ts';
import { distOf, distOfHistogram, latencyOf } from '../reports/latency.ts';
import type { Artifact, BankResult, ErrorResult, FaultResult, Report, Series } from '../reports/report.ts';
import { SCHEMA_NAME, SCHEMA_VERSION } from '../reports/report.ts';
import { evaluate } from '../reports/thresholds.ts';
import { judge } from '../reports/verdict.ts';
import { noChecks } from '../sim/check/index.ts';
import { isOpen, rateAt, stagesOf, stageText } from '../sim/load/executor.ts';
import { FAULTS } from '../sim/load/fault-spec.ts';
import { opsOf } from '../sim/load/figures.ts';
import type { LoadOutcome } from '../sim/load/load-outcome.ts';
import { JOURNAL } from '../sim/load/run-journal.ts';
import { scenarioText } from '../sim/load/scenario-text.ts';
import { attackRow, scoreboardOf } from './attack-report.ts';
import { environmentInfo, sourceInfo } from './environment.ts';
import { seriesOf, sessionsOf, statesOf, windowsOf } from './load-series.ts';

export interface ReportContext {
  readonly id: string;
  readonly directory: string;
  /** As given, after `cashpoint`. */
  readonly argv: readonly string[];
  readonly reproCommand: string;
  /** What else is to be printed with the configuration: durability settings, journal mode. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

export function loadReport(outcome: LoadOutcome, context: ReportContext): Report {
  const { options, collector, verified } = outcome;
  const ops = opsOf(collector, outcome.loadMs);
  const totals = totalsOf(outcome);
  const achieved = collector.seconds.timeline.series(['achievedRate'], outcome.loadMs);
  const thresholds = options.thresholds
    .map((threshold) => evaluate(threshold, { ops, totals }))
    .map((result) => (outcome.isKilled ? { ...result, ok: null } : result));
  // Without a verification the books were not ours to read: a foreign bank.
  const invariants = verified?.invariants ?? noChecks();
  const audit = verified?.audit ?? null;
  const adversary = (outcome.attacks ?? []).map(attackRow);
  const { verdict, exit } = judge({
    thresholds,
    invariants,
    audit,
    adversary,
    expectChecks: verified !== null,
    also: alsoOf(outcome),
  });
  return {
    schema: { name: SCHEMA_NAME, version: SCHEMA_VERSION },
    run: {
      id: context.id,
      scenario: options.scenario,
      scenarioHash: scenarioHash(options),
      seed: options.seed,
      startedAt: new Date(outcome.startedAtMs).toISOString(),
      endedAt: new Date(outcome.endedAtMs).toISOString(),
      durationMs: outcome.loadMs,
      warmupMs: 0,
      argv: context.argv,
      reproCommand: context.reproCommand,
      exit,
      tags: options.tags,
    },
    source: sourceInfo(),
    environment: environmentInfo(),
    config: configOf(outcome, context),
    verdict: {
      ...verdict,
      warnings: [
        ...verdict.warnings,
        ...outcome.unplanned.map((message) => ({ code: 'bank-restarted', message })),
        ...droppedWarning(outcome),
      ],
    },
    thresholds,
    totals,
    ops,
    series: seriesOf(outcome),
    ...windowsOf(outcome),
    states: statesOf(outcome),
    errors: outcome.errors.map((error): ErrorResult => ({ ...error })),
    invariants,
    money: verified?.money ?? null,
    audit,
    adversary,
    ...(outcome.attacks && { scoreboard: scoreboardOf(outcome.attacks) }),
    faults: collector.faults.map((fault) => {
      // One that was on when everything ended.
      const endMs = fault.endMs ?? Math.max(fault.startMs, outcome.loadMs);
      return { ...fault, endMs, recoveryMs: recoveryMs({ ...fault, endMs }, achieved) };
    }),
    events: collector.events,
    bank: bankOf(outcome),
    generator: generatorOf(outcome),
    sessions: sessionsOf(outcome),
    artifacts: artifactsOf(context.directory),
  };
}

/** Of what shapes the load: what is expected of it, and what it is called, may change from run to run. */
const scenarioHash = (options: LoadOutcome['options']): string =>
  createHash('sha256')
    .update(scenarioText({ ...options, scenario: '', thresholds: [], tags: {} }))
    .digest('hex');

function generatorOf(outcome: LoadOutcome): Report['generator'] {
  const { workers, saturated, generatorCpuPct, isKilled = false } = outcome;
  const lag = mergeHistograms(workers.map(({ loopLagUs }) => decodeHistogram(loopLagUs)));
  return {
    loopLagUs: isKilled ? null : distOfHistogram(lag),
    cpuPct: isKilled ? null : distOf([generatorCpuPct]),
    saturated,
    droppedSamples: 0,
    ...cannonOf(outcome),
  };
}

/** What autocannon measured itself, beside what the operations show. */
function cannonOf({ workers }: LoadOutcome): Pick<Report['generator'], 'autocannon'> {
  const parts = workers.flatMap(({ autocannon }) => autocannon ?? []);
  if (parts.length === 0) return {};
  const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((n, part) => n + of(part), 0);
  const latency = mergeHistograms(parts.map((part) => decodeHistogram(part.latency)));
  return {
    autocannon: {
      posts: sum(({ posts }) => posts),
      refused: sum(({ refused }) => refused),
      errors: sum(({ errors }) => errors),
      latencyUs: latencyOf(latency),
    },
  };
}

const BASELINE_MS = 5_000;
const RECOVERED = 0.8;

/**
 * From the end of a fault to the first second at four fifths of what went through in the seconds before it. In a load so
 * long that its series has longer steps, to the step.
 */
function recoveryMs(
  { startMs, endMs }: Pick<FaultResult, 'startMs' | 'endMs'>,
  { stepMs, rows }: Series,
): number | null {
  const rates = rows.map(([rate]) => rate ?? 0);
  const first = Math.floor(startMs / stepMs);
  const before = rates.slice(Math.max(0, first - Math.ceil(BASELINE_MS / stepMs)), first);
  if (before.length === 0) return null;
  const baseline = before.reduce((sum, rate) => sum + rate, 0) / before.length;
  const from = Math.ceil(endMs / stepMs);
  const back = rates.slice(from).findIndex((rate) => rate >= RECOVERED * baseline);
  return back < 0 || baseline === 0 ? null : (from + back) * stepMs - endMs;
}

/** Latency is only of what began: those that never did are told beside it. */
function droppedWarning({ collector }: LoadOutcome): { code: string; message: string }[] {
  const { droppedThere = 0, planned = 0 } = collector.arrivals ?? {};
  if (droppedThere === 0) return [];
  const message = `${droppedThere} of ${planned} arrivals were given up while the bank did not answer; latency is without them`;
  return [{ code: 'arrivals-dropped', message }];
}

function alsoOf({ interrupted, faulted, loadProblems, aborted }: LoadOutcome) {
  return {
    ...(aborted === null ? {} : { threshold: [aborted] }),
    ...(faulted.length > 0 ? { internal: faulted } : {}),
    ...(loadProblems.length > 0 ? { load: loadProblems } : {}),
    ...(interrupted === null ? {} : { interrupted: [interrupted] }),
  };
}

function totalsOf({ collector, workers, errors }: LoadOutcome): Report['totals'] {
  const { ok, fail, unknown } = collector.total;
  const { arrivals } = collector;
  const sum = (of: (worker: LoadOutcome['workers'][number]) => number) =>
    workers.reduce((total, worker) => total + of(worker), 0);
  const unexpectedErrors = errors.reduce((total, { expected, count }) => total + (expected ? 0 : count), 0);
  return {
    sessions: sum(({ sessions }) => sessions),
    requests: ok + fail + unknown,
    ok,
    expectedErrors: fail + unknown - unexpectedErrors,
    unexpectedErrors,
    retries: sum(({ retries }) => retries),
    shed: errors.reduce((total, { code, count }) => total + (code === 'BUSY' ? count : 0), 0),
    ...(arrivals && { dropped: arrivals.droppedHere + arrivals.droppedThere, late: arrivals.late }),
    bytesTx: sum(({ bytesTx }) => bytesTx),
    bytesRx: sum(({ bytesRx }) => bytesRx),
  };
}

function bankOf({ collector }: LoadOutcome): BankResult {
  const { bank } = collector;
  if (bank.last === null) {
    return { mailbox: null, batch: null, fsyncUs: null, loopLagUs: null, rssMB: null, cpuPct: null };
  }
  return {
    mailbox: distOfHistogram(bank.mailbox),
    batch: distOfHistogram(bank.batches),
    fsyncUs: distOfHistogram(bank.commitUs),
    loopLagUs: distOfHistogram(bank.loopLagUs),
    rssMB: distOfHistogram(bank.rssMB),
    cpuPct: distOfHistogram(bank.cpuPct),
  };
}

function configOf({ options }: LoadOutcome, { settings }: ReportContext): Report['config'] {
  const { executor, think } = options;
  const open = isOpen(executor);
  return {
    terminals: options.terminals,
    accounts: options.accounts,
    arrival: open ? 'open' : 'closed',
    offeredRate: rateAt(executor, options.durationMs),
    mix: options.mix,
    thinkTime: open
      ? { distribution: `none: ${options.arrivals} arrivals`, meanMs: 0 }
      : { distribution: think.distribution, meanMs: think.meanMs },
    timeouts: timeoutsOf(),
    retry: { backOffMinMs: LINK_TIMEOUTS.backOffMinMs, backOffMaxMs: LINK_TIMEOUTS.backOffMaxMs },
    faults: options.faults.map(({ kind, target, atMs, forMs, params }, i) => ({
      id: `${kind}-${i + 1}`,
      kind,
      target,
      params: { ...params },
      startMs: atMs,
      durationMs: FAULTS[kind].lasts === 'none' ? 0 : forMs,
    })),
    thresholds: options.thresholds,
    other: {
      workers: options.workers,
      executor: executor.type,
      stages: stagesOf(executor).map(stageText).join(' ') || 'none',
      drainMs: options.drainMs,
      ...settings,
    },
  };
}

/** Of link and terminal, all in ms; counts and back-off are told under `retry`. */
function timeoutsOf(): Record<string, number> {
  const { backOffMinMs: _min, backOffMaxMs: _max, ...link } = LINK_TIMEOUTS;
  return { ...link, replyMs: TIMEOUTS_DEFAULT.replyMs, takeMs: TIMEOUTS_DEFAULT.takeMs };
}

function artifactsOf(directory: string): Artifact[] {
  const kinds = { 'history.jsonl.gz': 'history', 'scenario.json': 'scenario', [JOURNAL]: 'log' } as const;
  return Object.entries(kinds).flatMap(([path, kind]) => {
    const file = join(directory, path);
    if (!existsSync(file)) return [];
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return { path, sha256, bytes: statSync(file).size, kind };
  });
}
