/**
 * What a failure leaves behind to be run again (docs/TESTING.md "Reading a failure"): the config that was made small and
 * what must come of it. The files of the regression corpus have the same form. Pure: text in, text out.
 *
 * @module
 */
import { z } from 'zod';
import { invariant } from '../../protocol/invariant.ts';
import type { WorldConfig } from './config.ts';
import type { TraceEvent, WorldOutcome } from './outcome.ts';
import { SITES } from './sites.ts';

export const REPLAY_SCHEMA = 'cashpoint-replay';
export const REPLAY_VERSION = 1;

export interface Replay {
  readonly schema: typeof REPLAY_SCHEMA;
  readonly version: typeof REPLAY_VERSION;
  /** Of the source that wrote the file; null when there was none. */
  readonly commit: string | null;
  /** The bug that was planted; null for one of our own. */
  readonly plant: string | null;
  readonly config: WorldConfig;
  readonly expect: {
    /** `DURABLE`, …; of the first violation. */
    readonly invariant: string;
    /** Of the trace: 64 hex digits. Another build may come to another one. */
    readonly digest: string;
    /** What was found, for people. */
    readonly text: string;
  };
}

/** @param outcome of a run that failed */
export function replayOf(
  { config, digest, violations }: WorldOutcome,
  { commit, plant }: Pick<Replay, 'commit' | 'plant'>,
): Replay {
  const [first] = violations;
  invariant(first !== undefined, 'a run that failed is replayed');
  return {
    schema: REPLAY_SCHEMA,
    version: REPLAY_VERSION,
    commit,
    plant,
    config,
    expect: { invariant: first.invariant, digest, text: first.text },
  };
}

export const replayText = (replay: Replay): string => `${JSON.stringify(replay, null, 2)}\n`;

/** @returns every fault of the text at once, `config.terminals: Too small: …`, when it is no replay */
export function parseReplay(
  text: string,
): { readonly replay: Replay } | { readonly problems: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [`not JSON: ${(error as Error).message}`] };
  }
  const { success, data, error } = replaySchema.safeParse(value);
  if (success) return { replay: data };
  return { problems: error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`) };
}

/** How a run differs from what a replay expects; null when it does not. */
export function differenceFrom(
  { expect, commit }: Replay,
  { digest, violations }: Pick<WorldOutcome, 'digest' | 'violations'>,
): string | null {
  const [first] = violations;
  const made = commit === null ? '' : ` than ${commit.slice(0, 12)}, which wrote the file`;
  if (first?.invariant !== expect.invariant)
    return `expected ${expect.invariant} to fail, and ${first ? `${first.invariant} did` : 'nothing did'}: another build${made}?`;
  if (digest !== expect.digest)
    return `${expect.invariant} fails, but in another run, digest ${digest.slice(0, 12)} and not ${expect.digest.slice(0, 12)}: another build${made}?`;
  return null;
}

/** `trace.jsonl`: one event a line. */
export const traceLines = (trace: readonly TraceEvent[]): string =>
  trace.map((event) => `${JSON.stringify(event)}\n`).join('');

const count = (from: number, to: number) => z.int().min(from).max(to);
const us = count(0, 3_600_000_000);
const ms = count(0, 86_400_000);
const siteNames = new Set(Object.keys(SITES));
const site = z.string().refine((name) => siteNames.has(name), 'no such fault');
/** `site/entity#n`; the entity is any text. */
const faultKey = z
  .string()
  .regex(/^[^/]+\/.+#\d+$/, 'must be site/entity#n')
  .refine((key) => siteNames.has(key.split('/')[0] ?? ''), 'no such fault');

const configSchema = z.strictObject({
  version: z.literal(1),
  seed: z.string(),
  kind: z.string(),
  terminals: count(1, 64),
  customers: count(1, 64),
  operations: count(0, 1_000_000),
  thinkMs: ms,
  faultsMs: ms,
  suites: z.array(count(0, 0xffff)).min(1),
  net: z.strictObject({ delayUsMin: us, delayUsMean: us }),
  disk: z.strictObject({ commitUsMin: us, commitUsMean: us }),
  mailboxMax: count(1, 1_000_000),
  chances: z.record(site, z.tuple([count(0, 2 ** 32), count(1, 2 ** 32)])),
  only: z.array(faultKey).nullable(),
});

const replaySchema = z.strictObject({
  schema: z.literal(REPLAY_SCHEMA),
  version: z.literal(REPLAY_VERSION),
  commit: z.string().nullable(),
  plant: z.string().nullable(),
  config: configSchema,
  expect: z.strictObject({
    invariant: z.string().min(1),
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
    text: z.string(),
  }),
});
