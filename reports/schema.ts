/**
 * The run-time twin of `report.ts`: checks a parsed `report.json`, puts its keys into the fixed order, and is the
 * source of `report.schema.json` (`node scripts/report-schema.ts` writes it; a test compares).
 *
 * Keys it does not know are dropped, so that a report of a newer minor version can be read.
 *
 * @module
 */
import { z } from 'zod';
import { type Report, SCHEMA_NAME } from './report.ts';

const count = z.int().nonnegative();
const ms = count;
const text = z.string();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const minor = z.string().regex(/^(0|-?[1-9][0-9]*)$/);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const bag = z.record(text, scalar);
const optional = z.exactOptional;

const latency = z.object({
  n: count,
  min: count.nullable(),
  mean: count.nullable(),
  p50: count.nullable(),
  p90: count.nullable(),
  p95: count.nullable(),
  p99: count.nullable(),
  p999: count.nullable(),
  max: count.nullable(),
});

const figure = z.number().nullable();
const dist = z.object({
  n: count,
  min: figure,
  mean: figure,
  p50: figure,
  p95: figure,
  p99: figure,
  max: figure,
});

const series = z.object({
  stepMs: z.int().positive(),
  t0: ms,
  columns: z.array(text),
  rows: z.array(z.array(figure)),
});

const WINDOWS_MAX = 64;
const counts = z.array(count).max(WINDOWS_MAX);
const hdr = z.string().regex(/^[A-Za-z0-9+/=]*$/);
const windows = z.object({
  stepMs: z.int().positive(),
  requests: counts,
  ok: counts,
  unexpected: counts,
  hdr: z.record(text, z.array(hdr).max(WINDOWS_MAX)),
});

const run = z.object({
  id: text,
  scenario: text,
  scenarioHash: sha256,
  seed: text,
  startedAt: instant,
  endedAt: instant,
  durationMs: ms,
  warmupMs: ms,
  argv: z.array(text),
  reproCommand: text,
  exit: z.object({ code: z.int().min(0).max(255), reason: text }),
  tags: z.record(text, text),
});

const source = z.object({
  commit: text.nullable(),
  dirty: z.boolean(),
  branch: optional(text),
  lockfileSha256: sha256.nullable(),
  protocolVersion: text,
  suite: text,
});

const environment = z.object({
  host: z.object({
    cpuModel: text,
    cores: z.int().positive(),
    memMB: count,
    kernel: text,
    container: optional(text),
  }),
  node: text,
  openssl: text,
  tz: z.literal('UTC'),
  machineClass: text,
});

const faultSpec = z.object({
  id: text,
  kind: text,
  target: text,
  params: bag,
  startMs: ms,
  durationMs: ms.nullable(),
});

const threshold = z.object({
  id: text,
  metric: text,
  condition: text,
  abortOnFail: optional(z.boolean()),
  graceMs: optional(ms),
});

const config = z.object({
  terminals: count,
  accounts: count,
  arrival: z.enum(['open', 'closed']),
  offeredRate: z.number().nonnegative().nullable(),
  mix: z.record(text, z.number().nonnegative()),
  thinkTime: z.object({ distribution: text, meanMs: z.number().nonnegative() }),
  timeouts: z.record(text, ms),
  retry: bag,
  faults: z.array(faultSpec),
  thresholds: z.array(threshold),
  other: optional(bag),
});

const verdict = z.object({
  status: z.enum(['pass', 'fail', 'invalid', 'incomplete']),
  reasons: z.array(text),
  warnings: z.array(z.object({ code: text, message: text })),
});

const unit = z.enum(['us', '%', '/s', '']);
const thresholdResult = z.object({
  id: text,
  metric: text,
  condition: text,
  actual: figure,
  unit,
  baseline: optional(z.number()),
  ok: z.boolean().nullable(),
  note: optional(text),
});

const totals = z.object({
  sessions: count,
  requests: count,
  ok: count,
  expectedErrors: count,
  unexpectedErrors: count,
  retries: count,
  shed: count,
  dropped: optional(count),
  late: optional(count),
  bytesTx: count,
  bytesRx: count,
});

const op = z.object({
  count,
  ok: count,
  rate: z.number().nonnegative(),
  latencyUs: latency,
  uncorrectedUs: optional(latency),
  hdr,
});

const states = z.object({
  perState: z.record(
    text,
    z.object({ totalMs: ms, share: z.number().min(0).max(1), entries: count.nullable() }),
  ),
  series: series.nullable(),
});

const error = z.object({
  code: text,
  class: z.enum(['business', 'attack', 'network', 'overload', 'protocol', 'bug']),
  expected: z.boolean(),
  count,
  firstMs: ms,
  lastMs: ms,
  terminals: count,
  samples: z.array(z.object({ terminal: text, session: text.nullable(), frame: count.nullable(), tMs: ms })),
});

const invariantResult = z.object({
  id: text,
  statement: text,
  class: optional(z.enum(['audit', 'safety', 'attack', 'nondeterminism', 'liveness', 'internal'])),
  checks: count,
  violations: count,
  status: z.enum(['ok', 'violated', 'not-checked']),
  first: optional(text),
  worst: optional(text),
  last: optional(text),
  evidence: z.record(text, z.union([z.string(), z.number()])),
});

const money = z.object({
  unit: z.literal('minor'),
  initial: minor,
  minted: minor,
  accounts: minor,
  terminalCash: minor,
  inFlight: minor,
  delta: minor,
  maxAbsDelta: minor,
});

const audit = z.object({
  algorithm: text,
  head: z.object({ seq: count, hash: sha256 }),
  records: count,
  gaps: count,
  verifier: z.object({ name: text, version: text }),
  verifiedFrom: count.nullable(),
  verifiedTo: count.nullable(),
  ok: z.boolean().nullable(),
  tamperSelfTest: z.boolean().nullable(),
  fault: optional(text),
});

const attack = z.object({
  attack: text,
  attempts: count,
  rejected: count,
  accepted: count,
  expectedCode: text.nullable(),
  codes: z.record(text, count),
  positiveControlOk: z.boolean(),
  number: optional(count),
  sentence: optional(text),
  property: optional(z.enum(['confidentiality', 'integrity', 'availability'])),
  status: optional(z.enum(['held', 'through', 'not-checked'])),
  reason: optional(text),
  faults: optional(z.array(text)),
  earned: optional(count),
});

const scoreboard = z.object({
  weights: z.object({ correctness: count, crash: count, accepted: count }),
  earned: count,
  possible: count,
});

const fault = z.object({
  id: text,
  kind: text,
  target: text,
  params: bag,
  startMs: ms,
  endMs: ms,
  source: z.enum(['plan', 'operator']),
  recoveryMs: ms.nullable(),
});

const event = z.object({
  tMs: ms,
  level: z.enum(['info', 'warn', 'error', 'fault', 'adver']),
  actor: text,
  text,
});

const bank = z.object({
  mailbox: dist.nullable(),
  batch: dist.nullable(),
  fsyncUs: dist.nullable(),
  loopLagUs: dist.nullable(),
  rssMB: dist.nullable(),
  cpuPct: dist.nullable(),
});

const generator = z.object({
  loopLagUs: dist.nullable(),
  cpuPct: dist.nullable(),
  saturated: z.boolean(),
  droppedSamples: count,
  autocannon: optional(z.object({ posts: count, refused: count, errors: count, latencyUs: latency })),
});

const sessions = z.object({
  total: count,
  included: count,
  selection: text,
  spans: z.array(
    z.object({
      terminal: text,
      session: text,
      state: text,
      startMs: ms,
      endMs: ms,
      code: optional(text),
    }),
  ),
});

const baseline = z.object({
  runId: text,
  file: text,
  sha256,
  comparable: z.boolean(),
  reasons: z.array(text),
  deltas: z.array(
    z.object({
      metric: text,
      unit: optional(unit),
      base: z.number(),
      now: z.number(),
      pct: z.number(),
      ci95: optional(z.tuple([z.number(), z.number()])),
      minEffect: optional(z.number().nonnegative()),
      verdict: z.enum(['better', 'same', 'worse', 'noise']),
    }),
  ),
});

const simulation = z.object({
  seeds: text,
  seedsPlanned: count,
  seedsRun: count,
  seedsTwice: count,
  profile: text,
  plant: text.nullable(),
  digest: sha256,
  events: count,
  virtualMs: ms,
  settleMsMax: ms.nullable(),
  operations: z.object({ ok: count, fail: count, unknown: count }),
  kinds: z.record(text, count),
  faults: z.record(text, count),
  marks: z.record(text, count),
  failures: z.array(
    z.object({ seed: text, invariant: text, text, atUs: count, event: count, reproCommand: text }),
  ),
  plants: optional(z.record(text, z.boolean())),
  wall: z.object({
    startedAt: instant,
    ms,
    workers: z.int().positive(),
    seedsPerSecond: z.number().nonnegative(),
    speed: z.number().nonnegative(),
  }),
});

const artifact = z.object({
  path: text,
  sha256,
  bytes: count,
  kind: z.enum(['html', 'junit', 'markdown', 'history', 'scenario', 'log', 'data']),
});

const reportSchema = z.object({
  schema: z.object({ name: z.literal(SCHEMA_NAME), version: z.string().regex(/^1\.\d+\.\d+$/) }),
  run,
  source,
  environment,
  config,
  verdict,
  thresholds: z.array(thresholdResult),
  totals,
  ops: z.record(text, op),
  series,
  windows: optional(windows),
  states,
  errors: z.array(error),
  invariants: z.array(invariantResult),
  money: money.nullable(),
  audit: audit.nullable(),
  adversary: z.array(attack),
  scoreboard: optional(scoreboard),
  faults: z.array(fault),
  events: optional(z.array(event)),
  bank,
  generator,
  sessions,
  baseline: optional(baseline),
  simulation: optional(simulation),
  artifacts: z.array(artifact),
}) satisfies z.ZodType<Report>;

/** What the schema describes; a test holds it equal to {@link Report}. */
export type ParsedReport = z.infer<typeof reportSchema>;

export type Checked = { readonly report: Report } | { readonly problems: readonly string[] };

/** Checks `value` and puts its keys into the order of `report.ts`; of records (`ops`, `tags` …) they keep their own. */
export function checkReport(value: unknown): Checked {
  const result = reportSchema.safeParse(value);
  if (result.success) return { report: result.data };
  return { problems: result.error.issues.map((i) => `${i.path.join('.') || 'report'}: ${i.message}`) };
}

/** The JSON Schema (draft 2020-12) that is checked in. */
export function jsonSchema(): object {
  return { ...z.toJSONSchema(reportSchema, { io: 'input' }), title: 'Cashpoint run report' };
}
