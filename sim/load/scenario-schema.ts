/**
 * The schema of scenario files: from one definition come the checks, the types and `docs/scenario.schema.json`. Every key
 * may be left out; what is there is strict, and each refusal says what was expected and what was found.
 *
 * @module
 */
import { z } from 'zod';
import type { Threshold } from '../../reports/report.ts';
import { parseThreshold, unknown } from '../../reports/thresholds.ts';
import { OPS, type Op } from '../history.ts';
import { EXECUTORS, parseStage, type Stage } from './executor.ts';
import { FAULT_KINDS, FAULT_PARAMS, FAULTS, type FaultKind, type FaultSpec, isTarget } from './fault-spec.ts';
import { TARGET_EXPECTED } from './fault-target.ts';
import {
  ACCOUNTS_MAX,
  type AmountRange,
  ARRIVALS,
  CONTENTIONS,
  GENERATORS,
  MIX_OPS,
  PROFILES,
  TERMINALS_MAX,
  TRANSPORTS,
  WORKERS_MAX,
} from './options.ts';
import {
  amount,
  choice,
  counted,
  DURATION,
  duration,
  line,
  percent,
  rate,
  refusal,
  shown,
  span,
  strict,
  whole,
  written,
} from './scenario-fields.ts';
import { exponentialThink, THINK_DISTRIBUTIONS, type Think } from './think.ts';
import { parseDuration } from './units.ts';

const stage = z.union(
  [
    written('a stage like 30s:500 or 30s:500/s', parseStage, '^[^:]+:[^:]+$'),
    strict({ duration: span, terminals: counted(TERMINALS_MAX).optional(), rate: rate.optional() }).transform(
      (read, context): Stage => {
        const { duration: durationMs, terminals, rate: perSecond } = read;
        if (terminals !== undefined && perSecond === undefined) return { durationMs, terminals };
        if (perSecond !== undefined && terminals === undefined) return { durationMs, perSecond };
        context.addIssue({ code: 'custom', message: 'Expected a stage with either `terminals` or `rate`' });
        return z.NEVER;
      },
    ),
  ],
  refusal('a stage like 30s:500, or its keys'),
);

const think = z.union(
  [
    written(
      'a think time like 500ms, or 0',
      (text) => {
        const ms = parseDuration(text);
        return ms === null ? null : exponentialThink(ms);
      },
      DURATION,
    ),
    strict({
      distribution: choice('distribution', THINK_DISTRIBUTIONS),
      mean: span.optional(),
      max: span.optional(),
    }).transform(({ distribution, mean, max }, context): Think => {
      const isNone = distribution === 'none';
      const isCut = distribution === 'truncated-exponential';
      if (isNone === (mean !== undefined) || (max !== undefined && !isCut)) {
        const takes = isNone ? 'no mean' : `a mean${isCut ? ', and may have a max' : ' and no max'}`;
        context.addIssue({ code: 'custom', message: `Think time ${distribution} takes ${takes}` });
      }
      return { distribution, meanMs: mean ?? 0, maxMs: isCut ? (max ?? 10 * (mean ?? 0)) : null };
    }),
  ],
  refusal('a think time like 500ms, or its keys'),
);

const range = strict({ min: amount, max: amount, step: amount.optional() }).transform(
  ({ min, max, step }, context): AmountRange => {
    if (Number(min) > Number(max)) {
      context.addIssue({ code: 'custom', message: `Expected a max of at least ${min}, got ${max}` });
    }
    return { min, max, step: step ?? '0.01' };
  },
);

const amounts = strict({
  withdraw: range.optional(),
  transfer: range.optional(),
  depositNotes: whole(100).optional(),
  overLimit: percent.optional(),
});

const mix = strict(Object.fromEntries(MIX_OPS.map((op) => [op, whole(999_999, 0).optional()]))).transform(
  (weights, context): Record<Op, number> => {
    if (Object.values(weights).every((weight) => !weight)) {
      context.addIssue({ code: 'custom', message: 'Expected at least one weight above 0' });
    }
    return Object.fromEntries(OPS.map((op) => [op, weights[op] ?? 0])) as Record<Op, number>;
  },
);

const threshold = z.union(
  [
    z
      .string()
      .transform((text, context) => readThreshold(text, context))
      .meta({ examples: ['p99(withdraw)<250ms', 'errors<0.1%'] }),
    strict({
      expect: z.string(refusal("a threshold like 'p99<250ms'")),
      abortOnFail: z.boolean(refusal('true or false')).optional(),
      grace: duration.optional(),
    }).transform(({ expect, abortOnFail, grace }, context): Threshold => {
      const read = readThreshold(expect, context);
      return {
        ...read,
        ...(abortOnFail !== undefined && { abortOnFail }),
        ...(grace !== undefined && { graceMs: grace }),
      };
    }),
  ],
  refusal("a threshold like 'p99<250ms', or its keys"),
);

function readThreshold(
  text: string,
  context: { addIssue(issue: { code: 'custom'; message: string }): void },
) {
  const parsed = parseThreshold(text, OPS);
  if ('threshold' in parsed) return parsed.threshold;
  context.addIssue({ code: 'custom', message: parsed.problem });
  return z.NEVER;
}

/** The parameters a kind takes are its own keys, beside `kind`, `target`, `at` and `for`. */
function faultOf(kind: FaultKind) {
  const { strikes, takes, lasts, doc } = FAULTS[kind];
  const params = Object.fromEntries(
    takes.map((name) => {
      const { expected, parse } = FAULT_PARAMS[name];
      return [name, written(expected, parse, '.')];
    }),
  );
  const target = written(
    strikes === 'bank' ? 'the target `bank`' : TARGET_EXPECTED,
    (text) => (isTarget(kind, text) ? text : null),
    '.',
  );
  return strict({
    kind: z.literal(kind),
    target: target.optional(),
    at: duration,
    ...(lasts === 'none' ? {} : { for: lasts === 'needed' ? span : span.optional() }),
    ...params,
  })
    .transform((read): FaultSpec => {
      const given: Readonly<Record<string, unknown>> = read;
      return {
        kind,
        target: read.target ?? (strikes === 'bank' ? 'bank' : 'all'),
        atMs: read.at,
        forMs: (read as { for?: number }).for ?? null,
        params: Object.fromEntries(takes.map((name) => [FAULT_PARAMS[name].name, given[name]])),
      };
    })
    .describe(doc);
}

const [firstKind, ...otherKinds] = FAULT_KINDS.map(faultOf);
const fault = z.discriminatedUnion('kind', [firstKind as NonNullable<typeof firstKind>, ...otherKinds], {
  error: ({ code, input }) =>
    code === 'invalid_union'
      ? unknown('fault', String((input as { kind?: unknown } | undefined)?.kind), FAULT_KINDS)
      : `Expected a fault with \`kind\` and \`at\`, got ${shown(input)}`,
});

/** `bank-stop at=5s for=2s`, as on a command line, or a sentence on what is wrong. */
export function parseFault(text: string): FaultSpec | string {
  const [kind, ...pairs] = text.trim().split(/\s+/);
  const odd = pairs.find((pair) => !/^[^=]+=[^=]+$/.test(pair));
  if (odd !== undefined) return `Expected key=value after the kind of fault, got "${odd}"`;
  const read = fault.safeParse({ kind, ...Object.fromEntries(pairs.map((pair) => pair.split('='))) });
  if (read.success) return read.data;
  return read.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
}

const list = <T extends z.ZodType>(of: T, expected: string) => z.array(of, refusal(expected));

export const scenarioSchema = strict({
  name: line(80).describe('shown on the dashboard and in the report; else the name of the file'),
  profile: choice('profile', PROFILES).describe('defaults of a known kind of load'),
  seed: line(200).describe('what customers do, and when, is drawn from it'),
  terminals: counted(TERMINALS_MAX).describe('ATMs in the fleet'),
  accounts: counted(ACCOUNTS_MAX).describe('customer accounts; else two a terminal'),
  customersPerAccount: whole(100).describe('customers who share each account'),
  contention: choice('contention', CONTENTIONS).describe('accounts: all alike, or a few far more often'),
  branches: whole(TERMINALS_MAX).describe('terminals and accounts are dealt to so many branches'),
  remote: percent.describe('customers of a terminal who are from another branch'),
  executor: choice('executor', EXECUTORS).describe('follows from rate, stages or iterations when left out'),
  rate: rate.describe('arrivals a second of constant-arrival-rate'),
  startRate: rate.describe('where ramping-arrival-rate begins; else at 0'),
  stages: list(stage, 'a list of stages').min(1, 'Expected at least one stage'),
  iterations: counted(ACCOUNTS_MAX).describe('operations of each terminal, for per-terminal-iterations'),
  arrivals: choice('kind of arrivals', ARRIVALS).describe('gaps between arrivals: exponential, or even'),
  duration: span.describe('how long new operations begin; else the sum of the stages'),
  workers: whole(WORKERS_MAX).describe('generator threads; nothing that is planned depends on it'),
  think,
  mix,
  amounts,
  drain: span.describe('how long open operations may take to settle at the end'),
  transport: choice('transport', TRANSPORTS).describe('how terminals reach the bank'),
  generator: choice('generator', GENERATORS).describe(
    'terminals, or autocannon: HTTP connections in closed loops',
  ),
  faults: list(fault, 'a list of faults'),
  adversary: z
    .boolean(refusal('true or false'))
    .describe('attacks beside the load, on terminals of their own'),
  thresholds: list(threshold, 'a list of thresholds'),
  tags: z.record(z.string(), line(200), refusal('names with texts')),
}).partial();

/** A scenario file as it is read: durations in ms, rates a second. */
export type ScenarioFile = z.output<typeof scenarioSchema>;

/** For editors; `scripts/docs.ts` writes it. */
export const scenarioJsonSchema = (): object => ({
  title: 'Cashpoint scenario',
  ...z.toJSONSchema(scenarioSchema, { io: 'input' }),
});
