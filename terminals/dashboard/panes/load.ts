/**
 * Throughput and latency, as two panes of a large screen or as one of a small. Latency counts from the intended
 * start; a percentile with too few samples is absent, not zero.
 *
 * @module
 */
import type { DashboardModel, LatencyRow } from '../model.ts';
import { putLine, type Segment, type Surface } from '../surface.ts';
import { clip, formatCount, formatLatency } from '../text.ts';
import type { Look } from '../theme.ts';
import type { Ui } from '../ui.ts';
import { chartOf, drawChart, mean, windowText, worst } from './chart.ts';

export function drawThroughput(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { width, height } = surface;
  const { palette, glyphs } = ui.look;
  const chart = chartOf(model, ui.state);
  const bars = surface.region({ x: 1, y: 0, width: width - 2, height: height - 2 });
  drawChart(bars, chart.okPerS, { chart, join: mean, model, ui });
  const figures = chart.okPerS.filter((value) => value !== null);
  const { ok, failed, inFlight, retries, unexpected } = model.totals;
  const share = ok + failed === 0 ? glyphs.absent : `${((100 * ok) / (ok + failed)).toFixed(2)} %`;
  const extremes =
    figures.length === 0 ? '' : `  min ${Math.min(...figures)}  max ${Math.max(...figures)}  ok ${share}`;
  surface.put({ x: 1, y: height - 2 }, `now ${Math.round(model.run.achievedRate)}${extremes}`, palette.text);
  putLine(surface, { x: 1, y: height - 1 }, [
    [`in-flight ${inFlight}  retries ${retries}  `, palette.text],
    [`unexpected ${unexpected}`, unexpected > 0 ? palette.alarm : palette.text],
  ]);
}

/** Rows of the strip under the table: a bar at least, and the axis. */
const STRIP = { least: 2, most: 13 };

export function drawLatency(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { width, height } = surface;
  const { palette, glyphs } = ui.look;
  const below = model.thresholds.length > 0 ? 1 : 0;
  const rows = keepLast(model.latency, height - 1 - below - STRIP.least);
  const column = Math.min(9, Math.floor((width - 14) / 5));
  const cells = (texts: readonly string[]) => texts.map((text) => text.padStart(column)).join('');
  surface.put(
    { x: 0, y: 0 },
    ` op      ${'rate'.padStart(5)}${cells(['p50', 'p95', 'p99', 'p99.9', 'max'])}`,
    palette.dim,
  );
  rows.forEach((row, i) => {
    const figures = [row.p50, row.p95, row.p99, row.p999, row.max];
    const text = cells(figures.map((us) => formatLatency(us, glyphs.absent)));
    const line = ` ${clip(row.op, 8, glyphs.ellipsis)}${formatCount(row.rate).padStart(5)}${text}`;
    surface.put({ x: 0, y: i + 1 }, line, row.op === 'ALL' ? palette.strong : palette.text);
  });
  const chart = chartOf(model, ui.state);
  const strip = Math.min(STRIP.most, height - 1 - rows.length - below);
  const y = height - below - strip;
  // The same columns as the throughput above it: one time axis.
  const bars = surface.region({ x: 1, y, width: width - 2, height: strip });
  drawChart(bars, chart.p99Us, { chart, join: worst, model, ui });
  const isEmpty = chart.p99Us.every((us) => us === null) && chart.okPerS.some((ok) => ok !== null);
  if (isEmpty) bars.put({ x: 0, y: strip - 2 }, 'p99: under 1000 operations in each second', palette.dim);
  if (below > 0) putLine(surface, { x: 1, y: height - 1 }, thresholdSegments(model, ui.look));
}

export const loadTitle = (model: DashboardModel, { state }: Ui): string =>
  `2 Load  ok/s, ${windowText(model, state)}`;

/** Both charts share one axis: the bars are throughput, the latencies stand below. */
export function drawLoad(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { width, height } = surface;
  const { palette, glyphs } = ui.look;
  const below = model.thresholds.length > 0 ? 1 : 0;
  const top = Math.max(3, Math.floor(height / 3));
  const chart = chartOf(model, ui.state);
  const bars = surface.region({ x: 0, y: 0, width, height: top });
  drawChart(bars, chart.okPerS, { chart, join: mean, model, ui });
  surface.put({ x: 0, y: top }, 'ms        p50  p95  p99 p999', palette.dim);
  const rows = keepLast(model.latency, height - top - 1 - below);
  rows.forEach((row, i) => {
    const figures = [row.p50, row.p95, row.p99, row.p999].map((us) =>
      formatLatency(us, glyphs.absent).padStart(5),
    );
    const line = clip(row.op, 8, glyphs.ellipsis) + figures.join('');
    surface.put({ x: 0, y: top + 1 + i }, line, row.op === 'ALL' ? palette.strong : palette.text);
  });
  if (below > 0) putLine(surface, { x: 0, y: height - 1 }, thresholdSegments(model, ui.look));
}

/** At most `count` rows; what must not be lost is the last one, the sum of all. */
function keepLast(rows: readonly LatencyRow[], count: number): readonly LatencyRow[] {
  if (rows.length <= count) return rows;
  return count < 1 ? [] : [...rows.slice(0, count - 1), ...rows.slice(-1)];
}

function thresholdSegments(model: DashboardModel, look: Look): readonly Segment[] {
  const { palette, glyphs } = look;
  const missedFirst = model.thresholds.toSorted((a, b) => Number(a.ok !== false) - Number(b.ok !== false));
  return missedFirst.flatMap(({ condition, ok }): Segment[] => [
    [`${condition} `, palette.text],
    ok === null
      ? [`${glyphs.lights.unchecked} ${glyphs.absent}  `, palette.warn]
      : ok
        ? [`${glyphs.lights.ok} OK  `, palette.ok]
        : [`${glyphs.lights.violated} MISSED`, palette.alarm],
    [ok === false ? '  ' : '', palette.text],
  ]);
}
