/**
 * What changed from one run to another, and whether it is more than chance: every metric with its change, an interval,
 * and better, same, worse or noise.
 *
 * - An interval is the change ± Student's t times its bootstrap standard error (on a logarithmic scale for latencies
 *   and rates), with as many degrees of freedom as there are blocks of windows, less one.
 * - Many metrics are looked at, so each gets its share of the 5 %: with 95 % confidence all intervals hold together.
 * - Two runs of the same program never meet the same machine. A change is `worse` only when it is at least the smallest
 *   of interest and its whole interval lies on that side of zero; `same` when the interval lies within the smallest
 *   change of interest on both sides; else `noise`: this pair cannot tell.
 *
 * @module
 */
import { type Percentile, samplesNeeded } from '../latency.ts';
import type { BaselineResult, Delta, Report, ThresholdUnit, Windows } from '../report.ts';
import { asItWas, blockCount, type Draw, draws, judgedCount, standardError } from './bootstrap.ts';
import { differences } from './comparable.ts';
import { leastChange } from './effect.ts';
import { studentQuantile } from './student.ts';
import { WindowLatency } from './window-latency.ts';

/** Smallest changes of interest, by unit: per cent, of `%` percentage points. */
export const MIN_EFFECT: Readonly<Record<'us' | '/s' | '%', number>> = { us: 10, '/s': 5, '%': 0.1 };
const CONFIDENCE = 0.95;
const DRAWS = 1_000;
/** To be compared, a percentile needs so many times the samples that it needs to be shown: 50 beyond it. */
const BEYOND_FACTOR = 5;

/** @param minEffectPct for latencies and rates, in place of {@link MIN_EFFECT} */
export function compareRuns(
  base: Report,
  now: Report,
  minEffectPct?: number,
): Pick<BaselineResult, 'comparable' | 'reasons' | 'deltas'> {
  const reasons = differences(base, now);
  const [first, second] = [windowsOf(base), windowsOf(now)];
  const [drawsOfFirst, drawsOfSecond] = drawsOf(first, second);
  const [a, b] = [figuresOf(first, drawsOfFirst), figuresOf(second, drawsOfSecond)];
  const pairs = [...a].flatMap(([metric, figure]) => {
    const other = b.get(metric);
    return other === undefined ? [] : [{ metric, was: figure, now: other }];
  });
  const blocks = Math.min(blockCount(first.requests.length), blockCount(second.requests.length));
  const width = studentQuantile(1 - (1 - CONFIDENCE) / pairs.length, blocks - 1);
  const deltas = pairs.map((pair) => deltaOf(pair, width, minEffectPct));
  return { comparable: reasons.length === 0, reasons, deltas };
}

/** Without the warm-up. */
function windowsOf({ windows, run }: Report): Windows {
  if (windows === undefined) throw new RangeError(`Expected ${run.id} to have windows`);
  const { stepMs, requests, ok, unexpected, hdr } = windows;
  const from = requests.length - judgedCount(requests.length);
  return {
    stepMs,
    requests: requests.slice(from),
    ok: ok.slice(from),
    unexpected: unexpected.slice(from),
    hdr: Object.fromEntries(Object.entries(hdr).map(([op, hdrs]) => [op, hdrs.slice(from)])),
  };
}

/**
 * Of runs of equal length the same windows are drawn: the plan is the same in both, so a busy stretch of it, or a
 * fault, weighs on both alike and cancels out.
 */
function drawsOf(base: Windows, now: Windows): readonly [readonly Draw[], readonly Draw[]] {
  const [n, m] = [base.requests.length, now.requests.length];
  const first = draws(n, DRAWS, 1);
  return n === m && base.stepMs === now.stepMs ? [first, first] : [first, draws(m, DRAWS, 2)];
}

/** One metric of one run: as it was, and in every draw. */
interface Figure {
  readonly unit: 'us' | '/s' | '%';
  readonly value: number;
  readonly drawn: readonly (number | null)[];
}

function figuresOf(windows: Windows, drawn: readonly Draw[]): ReadonlyMap<string, Figure> {
  const figures = new Map<string, Figure>();
  const all = [asItWas(windows.requests.length), ...drawn];
  const add = (metric: string, unit: Figure['unit'], [value, ...others]: readonly (number | null)[]) => {
    if (value !== null && value !== undefined) figures.set(metric, { unit, value, drawn: others });
  };
  const seconds = (windows.requests.length * windows.stepMs) / 1000;
  add(
    'rate',
    '/s',
    all.map((draw) => total(windows.ok, draw) / seconds),
  );
  add(
    'errors',
    '%',
    all.map((draw) => share(total(windows.unexpected, draw), total(windows.requests, draw))),
  );
  const latencies = (hdrs: readonly (readonly string[])[], wanted: readonly Percentile[], of: string) => {
    const latency = new WindowLatency(hdrs);
    const certain = wanted.filter((p) => latency.count >= BEYOND_FACTOR * samplesNeeded(p));
    const rows = all.map((draw) => latency.percentiles(draw, certain));
    for (const [i, p] of certain.entries()) {
      add(
        `${p}${of}`,
        'us',
        rows.map((row) => row[i] ?? null),
      );
    }
  };
  latencies(Object.values(windows.hdr), ['p50', 'p95', 'p99'], '');
  if (Object.keys(windows.hdr).length > 1) {
    for (const [op, hdrs] of Object.entries(windows.hdr)) latencies([hdrs], ['p50', 'p95'], `(${op})`);
  }
  return figures;
}

const total = (counts: readonly number[], draw: Draw): number =>
  counts.reduce((sum, count, window) => sum + count * (draw[window] ?? 0), 0);

const share = (part: number, whole: number): number | null => (whole === 0 ? null : (100 * part) / whole);

function deltaOf(
  { metric, was, now }: { readonly metric: string; readonly was: Figure; readonly now: Figure },
  width: number,
  minEffectPct: number | undefined,
): Delta {
  const { unit } = was;
  const minEffect = unit === '%' ? MIN_EFFECT[unit] : (minEffectPct ?? MIN_EFFECT[unit]);
  const scale = SCALES[unit];
  const change = scale.difference(was.value, now.value);
  const error = standardError(
    was.drawn.map((value, i) => {
      const other = now.drawn[i] ?? null;
      return value === null || other === null ? null : scale.difference(value, other);
    }),
  );
  const found = { metric, unit: unit as ThresholdUnit, base: rounded(was.value), now: rounded(now.value) };
  // Nothing at all on one side: there is no ratio and no chance in it.
  if (change === null || error === null) {
    const isSame = was.value === now.value;
    const pct = isSame ? 0 : was.value === 0 ? 100 : rounded(100 * (now.value / was.value - 1));
    return { ...found, pct, minEffect, verdict: isSame ? 'same' : judged(unit, pct, [pct, pct], minEffect) };
  }
  const ci95 = [scale.pct(change - width * error), scale.pct(change + width * error)] as const;
  const verdict = judged(unit, scale.pct(change), ci95, minEffect);
  const [low, high] = ci95;
  return {
    ...found,
    pct: rounded(scale.pct(change)),
    ci95: [rounded(low), rounded(high)],
    minEffect,
    verdict,
  };
}

/** How two figures are set against each other; null where they cannot be. */
interface Scale {
  difference(base: number, now: number): number | null;
  /** A difference as the change that is told. */
  pct(difference: number): number;
}

const RATIO: Scale = {
  difference: (base, now) => (base > 0 && now > 0 ? Math.log(now / base) : null),
  pct: (difference) => 100 * Math.expm1(difference),
};
const POINTS: Scale = { difference: (base, now) => now - base, pct: (difference) => difference };
const SCALES: Readonly<Record<Figure['unit'], Scale>> = { us: RATIO, '/s': RATIO, '%': POINTS };

function judged(
  unit: Figure['unit'],
  pct: number,
  [low, high]: readonly [number, number],
  minEffect: number,
): Delta['verdict'] {
  const least = leastChange({ unit, minEffect });
  const [isLess, isMore] = [pct <= least && high < 0, pct >= minEffect && low > 0];
  if (unit === '/s' ? isLess : isMore) return 'worse';
  if (unit === '/s' ? isMore : isLess) return 'better';
  return low > least && high < minEffect ? 'same' : 'noise';
}

/** Four significant digits are more than is known. */
const rounded = (value: number): number => Number(value.toPrecision(4));
