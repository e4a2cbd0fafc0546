/**
 * Thresholds: `p99(withdraw)<250ms`, `p99<250ms`, `errors<0.1%`, `rate>100/s`, `count>=1000`. Parsed to the shape that
 * stands in the scenario and the report, and judged on a run's figures.
 *
 * A threshold with too few samples fails and says so: an unproven figure is not a good one.
 *
 * @module
 */
import { decodeHistogram, type Histogram, mergeHistograms } from './histogram.ts';
import { latencyOf, PERCENTILES, type Percentile, samplesNeeded } from './latency.ts';
import type { Report, Threshold, ThresholdResult, ThresholdUnit } from './report.ts';

export type ParsedThreshold = { readonly threshold: Threshold } | { readonly problem: string };

/** The part of a report that thresholds look at. */
export interface Figures extends Pick<Report, 'ops'> {
  readonly totals: Pick<Report['totals'], 'requests' | 'unexpectedErrors'>;
}

const LATENCIES = [...(Object.keys(PERCENTILES) as Percentile[]), 'mean', 'max'] as const;
/** Latency is from the intended start, in all operations or in one; `errors` are the unexpected ones. */
export const METRICS = [...LATENCIES, 'errors', 'rate', 'count'] as const;
type MetricName = (typeof METRICS)[number];

const EXAMPLE = "'p99(withdraw)<250ms', 'errors<0.1%' or 'rate>100/s'";
const US_BY_UNIT: Readonly<Record<string, number>> = { us: 1, µs: 1, ms: 1_000, s: 1_000_000 };
/** A limit up to 0 % is settled by one operation; 0.1 % needs 1,000, or a single error would decide it. */
const HUNDRED_PERCENT = 100;

/** @param ops the operations that may stand in parentheses. */
export function parseThreshold(text: string, ops: readonly string[]): ParsedThreshold {
  const parts = split(text);
  if (parts === null) return { problem: `Expected a threshold like ${EXAMPLE}, got '${text}'` };
  if (!isMetric(parts.name)) return { problem: unknown('metric', parts.name, METRICS) };
  if (parts.op !== null) {
    if (parts.name === 'errors') return { problem: `'errors' is counted over all operations, got '${text}'` };
    if (!ops.includes(parts.op)) return { problem: unknown('operation', parts.op, ops) };
  }
  const unit = unitOf(parts.name);
  const units = unit === 'us' ? Object.keys(US_BY_UNIT) : unit === '/s' ? ['/s', ''] : [unit];
  if (!units.includes(parts.unit)) {
    const expected = unit === '' ? 'no unit' : `one of ${units.filter(Boolean).join(', ')}`;
    return { problem: `Expected ${expected} after the limit of '${parts.name}', got '${text}'` };
  }
  const metric = parts.op === null ? parts.name : `${parts.name}(${parts.op})`;
  const condition = `${parts.comparison}${parts.limit}${parts.unit}`;
  return { threshold: { id: `${metric}${condition}`, metric, condition } };
}

/** Judges one threshold; throws RangeError for one that {@link parseThreshold} did not make. */
export function evaluate(threshold: Threshold, figures: Figures): ThresholdResult {
  const { id, metric, condition } = threshold;
  const parts = split(`${metric}${condition}`);
  if (parts === null || !isMetric(parts.name)) throw new RangeError(`Expected a threshold, got '${id}'`);
  const unit = unitOf(parts.name);
  const limit = Number(parts.limit) * (unit === 'us' ? (US_BY_UNIT[parts.unit] ?? 1) : 1);
  const measured = measure({ name: parts.name, op: parts.op, limit }, figures);
  const holds = measured.actual !== null && COMPARE[parts.comparison](measured.actual, limit);
  const short = measured.n < measured.needed;
  // Enough samples are asked only of a threshold that would hold: more of them cannot excuse one that does not.
  const note = short && (holds || measured.actual === null) ? tooFew(measured) : undefined;
  const ok = holds && note === undefined;
  return { id, metric, condition, actual: measured.actual, unit, ok, ...(note !== undefined && { note }) };
}

interface Parts {
  readonly name: string;
  readonly op: string | null;
  readonly comparison: keyof typeof COMPARE;
  readonly limit: string;
  readonly unit: string;
}

const COMPARE = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
};

function split(text: string): Parts | null {
  const pattern = /^([a-z][a-z0-9]*)(?:\(([A-Za-z]+)\))?(<=|>=|<|>)([0-9]+(?:\.[0-9]+)?)(us|µs|ms|s|%|\/s)?$/;
  const match = pattern.exec(text.replaceAll(/\s/g, ''));
  if (!match) return null;
  const [, name = '', op = null, comparison, limit = '', unit = ''] = match;
  return { name, op, comparison: comparison as keyof typeof COMPARE, limit, unit };
}

const isMetric = (name: string): name is MetricName => (METRICS as readonly string[]).includes(name);
const isLatency = (name: MetricName): name is (typeof LATENCIES)[number] =>
  (LATENCIES as readonly string[]).includes(name);

function unitOf(name: MetricName): ThresholdUnit {
  if (isLatency(name)) return 'us';
  if (name === 'errors') return '%';
  return name === 'rate' ? '/s' : '';
}

interface Measured {
  readonly actual: number | null;
  readonly n: number;
  readonly needed: number;
}

function measure(
  what: { readonly name: MetricName; readonly op: string | null; readonly limit: number },
  { ops, totals }: Figures,
): Measured {
  const { name, op } = what;
  const chosen = Object.entries(ops).flatMap(([key, result]) => (op === null || key === op ? [result] : []));
  if (isLatency(name)) {
    const latency = latencyOf(mergeHistograms(chosen.flatMap((o): Histogram[] => decoded(o.hdr))));
    const needed = name === 'mean' || name === 'max' ? 1 : samplesNeeded(name);
    return { actual: latency[name], n: latency.n, needed };
  }
  const n = sum(chosen.map((o) => o.count));
  if (name === 'count') return { actual: n, n: 1, needed: 1 };
  if (name === 'rate') return { actual: n > 0 ? sum(chosen.map((o) => o.rate)) : null, n, needed: 1 };
  const { requests, unexpectedErrors } = totals;
  return {
    actual: requests > 0 ? (HUNDRED_PERCENT * unexpectedErrors) / requests : null,
    n: requests,
    needed: what.limit > 0 ? Math.ceil(HUNDRED_PERCENT / what.limit) : 1,
  };
}

const decoded = (hdr: string) => (hdr === '' ? [] : [decodeHistogram(hdr)]);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const tooFew = ({ n, needed }: Measured) => `too few samples: ${n} of the ${needed} it needs`;

/** What to say of a name that is not in a table. */
export function unknown(kind: string, got: string, known: readonly string[]): string {
  const nearest = known.toSorted((a, b) => distance(a, got) - distance(b, got))[0];
  return `Unknown ${kind} '${got}'; the nearest is '${nearest}'. Known: ${known.join(', ')}`;
}

/** Levenshtein's, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, ca] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, cb] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (ca === cb ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
