/**
 * Bars over time, and the axis under them with the faults of that time as bands. Axis and bars cover exactly the chosen
 * window, whatever the width: a column is a share of the window, not a second.
 *
 * @module
 */
import type { DashboardModel } from '../model.ts';
import { type Surface, spark } from '../surface.ts';
import { formatClock } from '../text.ts';
import type { Glyphs } from '../theme.ts';
import type { Ui } from '../ui.ts';
import type { UiState } from '../ui-state.ts';

/** What a chart shows, oldest first; a window longer than the load so far begins with nulls. */
export interface Chart {
  readonly okPerS: readonly (number | null)[];
  readonly p99Us: readonly (number | null)[];
  /** Seconds of the load at both edges. */
  readonly fromS: number;
  readonly toS: number;
}

export function chartOf(model: DashboardModel, { window }: UiState): Chart {
  const { whole, secondsOver } = model;
  if (window === 'all') {
    const { okPerS, p99Us, stepS } = whole;
    return { okPerS, p99Us, fromS: 0, toS: Math.max(1, okPerS.length * stepS) };
  }
  const last = (values: readonly (number | null)[]) => {
    const held = values.slice(-window);
    return [...Array.from({ length: window - held.length }, () => null), ...held];
  };
  return {
    okPerS: last(model.okPerS),
    p99Us: last(model.p99Us),
    fromS: secondsOver - window,
    toS: secondsOver,
  };
}

/** What of the load the charts show, in words. */
export function windowText({ whole }: DashboardModel, { window }: UiState): string {
  if (window !== 'all') return `${window} s`;
  return `all ${formatClock(1000 * whole.stepS * whole.okPerS.length)}`;
}

/** Rates are joined by their mean, latencies by the worst: `join`. The last row of the surface is the axis. */
export function drawChart(
  surface: Surface,
  values: readonly (number | null)[],
  { chart, join, model, ui }: ChartLook,
): void {
  const { width, height } = surface;
  const bars = surface.region({ x: 0, y: 0, width, height: height - 1 });
  spark(bars, resampled(values, width, join), {
    levels: ui.look.glyphs.levels,
    style: ui.look.palette.bar,
  });
  drawAxis(surface.region({ x: 0, y: height - 1, width, height: 1 }), chart, { model, ui });
}

export interface ChartLook {
  readonly chart: Chart;
  readonly join: (values: readonly number[]) => number;
  readonly model: DashboardModel;
  readonly ui: Ui;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
export const worst = (values: readonly number[]): number => Math.max(...values);

/** A fault that is on reaches the right edge; one that was an instant is one column. */
export function drawAxis(
  surface: Surface,
  { fromS, toS }: Pick<Chart, 'fromS' | 'toS'>,
  { model, ui }: { readonly model: DashboardModel; readonly ui: Ui },
): void {
  const { palette, glyphs } = ui.look;
  const { width } = surface;
  const columnOf = (ms: number) => ((ms / 1000 - fromS) * width) / (toS - fromS);
  surface.fill({ x: 0, y: 0, width, height: 1 }, glyphs.axis, palette.frame);
  for (const { kind, fromMs, toMs } of model.bands) {
    if (toMs !== null && columnOf(toMs) < 0) continue;
    // What has begun after the last whole second shows at once.
    const from = Math.min(width - 1, Math.max(0, Math.floor(columnOf(fromMs))));
    const to = toMs === null ? width : Math.min(width, Math.max(from + 1, Math.ceil(columnOf(toMs))));
    surface.put({ x: from, y: 0 }, bandText(kind, to - from, glyphs), palette.warn);
  }
}

/** Where it began is marked, so that one after the other is told from one alone; where there is room it has its name. */
function bandText(kind: string, width: number, { bandStart, band }: Glyphs): string {
  const text = bandStart + band.repeat(width - 1);
  const at = Math.floor((width - kind.length) / 2);
  return at < 1 ? text : text.slice(0, at) + kind + text.slice(at + kind.length);
}

/** Exactly `width` values: of several in a column their join, of one over several columns itself in each. */
function resampled(
  values: readonly (number | null)[],
  width: number,
  join: (values: readonly number[]) => number,
): readonly (number | null)[] {
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width));
    const joined = values.slice(from, to).filter((value) => value !== null);
    return joined.length === 0 ? null : join(joined);
  });
}
