/**
 * From what the cases of a suite came to, to the report's rows, invariants and verdict.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type {
  AttackResult,
  InvariantResult,
  Report,
  ScoreboardResult,
  SourceInfo,
} from '../reports/report.ts';
import { SCHEMA_NAME, SCHEMA_VERSION } from '../reports/report.ts';
import { judge } from '../reports/verdict.ts';
import type { CaseResult } from '../sim/attack/case-result.ts';
import { attackNamed } from '../sim/attack/catalogue.ts';
import { earned, scoreOf, WEIGHTS } from '../sim/attack/score.ts';
import type { SuiteOutcome } from '../sim/attack/suite.ts';
import { noChecks } from '../sim/check/index.ts';
import type { AttackPlan } from './attack-plan.ts';
import { environmentInfo } from './environment.ts';
import { UNMEASURED } from './unmeasured.ts';

export interface AttackContext {
  readonly id: string;
  readonly source: SourceInfo;
  readonly argv: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export function attackReport(plan: AttackPlan, outcome: SuiteOutcome, context: AttackContext): Report {
  const { results, bank } = outcome;
  const invariants = [...(bank?.invariants ?? noChecks()), ...suiteInvariants(outcome)];
  const adversary = results.map(attackRow);
  const audit = bank?.audit ?? null;
  const missing = plan.attacks.length - results.length;
  const { verdict, exit } = judge({
    thresholds: [],
    invariants,
    audit,
    adversary,
    expectChecks: bank !== null,
    also: {
      ...(outcome.interrupted && {
        interrupted: [`Interrupted after ${results.length} of ${plan.attacks.length} attacks`],
      }),
      ...(missing > 0 && !outcome.interrupted && { load: [`${missing} attacks were not played`] }),
    },
  });
  const sum = (of: (row: AttackResult) => number) => adversary.reduce((total, row) => total + of(row), 0);
  const durationMs = Math.round(context.endedAtMs - context.startedAtMs);
  return {
    ...UNMEASURED,
    schema: { name: SCHEMA_NAME, version: SCHEMA_VERSION },
    run: {
      id: context.id,
      scenario: 'attack',
      scenarioHash: createHash('sha256').update(plan.reproCommand).digest('hex'),
      seed: 'none: attacks are played on real sockets',
      startedAt: new Date(context.startedAtMs).toISOString(),
      endedAt: new Date(context.endedAtMs).toISOString(),
      durationMs,
      warmupMs: 0,
      argv: context.argv,
      reproCommand: plan.reproCommand,
      exit,
      tags: {},
    },
    source: context.source,
    environment: environmentInfo(),
    config: configOf(plan),
    verdict,
    thresholds: [],
    totals: {
      sessions: 0,
      requests: sum(({ attempts }) => attempts),
      ok: 0,
      expectedErrors: sum(({ rejected }) => rejected),
      unexpectedErrors: sum(({ accepted }) => accepted),
      retries: 0,
      shed: 0,
      bytesTx: 0,
      bytesRx: 0,
    },
    invariants,
    money: bank?.money ?? null,
    audit,
    adversary,
    scoreboard: scoreboardOf(results),
    artifacts: [],
  };
}

export function attackRow(result: CaseResult): AttackResult {
  const { name, status, attempts, accepted, answers, controls, controlFaults, faults, reason } = result;
  const attack = attackNamed(name);
  return {
    attack: name,
    attempts,
    rejected: attempts - accepted,
    accepted,
    expectedCode: attack?.expected ?? null,
    codes: answers,
    positiveControlOk: controls > 0 && controlFaults.length === 0,
    ...(attack && { number: attack.number, sentence: attack.sentence, property: attack.property }),
    status,
    ...(reason !== undefined && { reason }),
    faults: [
      ...faults.map(({ kind, text }) => `${kind}: ${text}`),
      ...controlFaults.map((text) => `control: ${text}`),
    ],
    earned: earned(result),
  };
}

export const scoreboardOf = (results: readonly CaseResult[]): ScoreboardResult => ({
  weights: WEIGHTS,
  ...scoreOf(results),
});

/** What the suite itself compared, beside what is checked of every bank. */
function suiteInvariants({ balances, records, secrets }: SuiteOutcome): InvariantResult[] {
  return [
    tallied('BALANCE', "Every account holds what its owner's own transactions left there", balances),
    tallied('RECORDS', 'Every attack left exactly its records in the audit trail', records),
    tallied('SECRETS', 'No password and no key is in what the suite or the trail tells', secrets),
  ];
}

function tallied(
  id: string,
  statement: string,
  { checks, wrong }: { readonly checks: number; readonly wrong: readonly string[] },
): InvariantResult {
  const counted = { id, statement, class: 'attack', checks, violations: wrong.length } as const;
  const [first] = wrong;
  if (first === undefined) return { ...counted, status: checks > 0 ? 'ok' : 'not-checked', evidence: {} };
  return { ...counted, status: 'violated', first, last: wrong.at(-1) ?? first, evidence: {} };
}

function configOf({ target, rule, plant, foreign }: AttackPlan): Report['config'] {
  return {
    terminals: 0,
    accounts: 0,
    arrival: 'closed',
    offeredRate: null,
    mix: {},
    thinkTime: { distribution: 'none', meanMs: 0 },
    timeouts: {},
    retry: {},
    faults: [],
    thresholds: [],
    other: {
      target,
      bank: foreign === null ? 'embedded, own process' : 'foreign',
      ...(rule !== null && { ruleOff: rule.rule }),
      ...(plant !== null && { plant: plant.name }),
    },
  };
}
