/**
 * Axes of the charts: a range, the ticks in it, and how a value becomes a position.
 *
 * @module
 */
import { clock } from '../format.ts';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Axis {
  readonly ticks: readonly Tick[];
  /** Logarithmic. */
  readonly log: boolean;
  /** Position of a value, 0 at the start of the axis and 1 at its end; values outside are clamped. */
  place(value: number): number;
}

type Format = (value: number) => string;

/** From 0 to a round number at or above `max`, about `count` steps. */
export function linearAxis(max: number, count: number, format: Format): Axis {
  const step = roundStep(Math.max(max, 1e-9) / count);
  const steps = Math.max(1, Math.ceil(max / step - 1e-9));
  const end = step * steps;
  const ticks = Array.from({ length: steps + 1 }, (_, i) => ({ at: i * step, label: format(i * step) }));
  return { ticks, log: false, place: (v) => clamp(v / end) };
}

/** Logarithmic, whole decades, with 2 and 5 between when there are few. */
export function logAxis(min: number, max: number, format: Format): Axis {
  const from = Math.floor(Math.log10(Math.max(min, 1)) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(max, 1)) - 1e-9));
  const factors = to - from <= 2 ? [1, 2, 5] : [1];
  const ticks: Tick[] = [];
  for (let e = from; e <= to; e++) {
    for (const f of e === to ? [1] : factors) ticks.push({ at: f * 10 ** e, label: format(f * 10 ** e) });
  }
  return { ticks, log: true, place: (v) => (v <= 0 ? 0 : clamp((Math.log10(v) - from) / (to - from))) };
}

/** Logarithmic where the values span more than a factor of 30, else linear from 0. */
export function latencyAxis(values: readonly number[], count: number, format: Format): Axis {
  const positive = values.filter((v) => v > 0);
  const min = positive.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = positive.reduce((a, b) => Math.max(a, b), 0);
  return max / min > 30 ? logAxis(min, max, format) : linearAxis(max, count, format);
}

/** 0 to `maxMs` exactly, ticks on round seconds, minutes, hours. */
export function timeAxis(maxMs: number, count: number): Axis {
  const end = Math.max(maxMs, 1);
  const step = TIME_STEPS_MS.find((s) => end / s <= count) ?? roundStep(end / count);
  const ticks: Tick[] = [];
  for (let at = 0; at <= end; at += step) ticks.push({ at, label: clock(at) });
  return { ticks, log: false, place: (v) => clamp(v / end) };
}

/** Quantiles on a 1/(1−q) axis: every nine takes the same room. `beyond` is the largest 1/(1−q) shown. */
export function quantileAxis(beyond: number): Axis {
  const nines = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999];
  const end = Math.log10(Math.max(beyond, 10));
  const place = (inverse: number) => clamp(Math.log10(inverse) / end);
  const ticks = nines
    .map((p) => ({ at: Math.round(1e6 / (1 - p / 100)) / 1e6, label: `${p} %` }))
    .filter((t) => t.at <= beyond * 1.001);
  return { ticks, log: true, place };
}

const S = 1_000;
const TIME_STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400].map(
  (s) => s * S,
);

const clamp = (share: number) => Math.min(1, Math.max(0, share));

/** 1, 2 or 5 times a power of ten, at or above `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}
