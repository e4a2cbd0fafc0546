/**
 * A chart over the time of the run, from columns of one of its series.
 *
 * @module
 */
import { clock, span } from '../format.ts';
import type { Report, Series } from '../report.ts';
import { timeAxis } from './axis.ts';
import { type Chart, chart, type Line, type Tone } from './chart.ts';
import type { Csv } from './csv.ts';
import { type Content, type Html, html } from './markup.ts';
import { bandsOf, condensed, markOf, pointsOf, seriesTable } from './series.ts';

export interface TimeChart {
  readonly id: string;
  readonly title: string;
  readonly yLabel: string;
  readonly columns: readonly (readonly [column: string, name: string, tone: Tone])[];
  /** What the values are. */
  readonly unit: 'us' | '';
  y(values: readonly number[]): Chart['y'];
  format(value: number): string;
}

export function overTime(report: Report, spec: TimeChart, from: Series = report.series): Html {
  const series = condensed(from);
  const drawn = spec.columns.flatMap(([column, name, lineTone]) => {
    const points = pointsOf(series, column);
    return points === undefined ? [] : [{ column, line: { name, tone: lineTone, points } }];
  });
  const lines = drawn.map(({ line }) => line);
  if (lines.length === 0) return html`<p>${spec.title}: not recorded.</p>`;
  const values = lines.flatMap((l) => l.points.flatMap((p) => p.y ?? []));
  return chart({
    id: spec.id,
    title: spec.title,
    description: lines.map((l) => described(l, spec.format)).join(' '),
    caption: captionOf(report, { from, series, wanted: drawn.map(({ column }) => column) }),
    x: (ticks) => timeAxis(report.run.durationMs, ticks),
    y: spec.y(values),
    yLabel: spec.yLabel,
    lines,
    bands: bandsOf(report),
    data: seriesTable(
      series,
      clock,
      drawn.map(({ column }) => column),
    ),
    csv: csvOf(
      condensed(from, FINE_STEPS_MAX),
      drawn.map(({ column }) => column),
    ),
    zoom: { x: 'time', y: spec.unit, end: report.run.durationMs },
  });
}

/** As many as a wide screen has dots. */
const FINE_STEPS_MAX = 1_000;

const csvOf = (series: Series, columns: readonly string[]): Csv => ({
  columns: ['from_ms', ...columns],
  rows: series.rows.map((row, i) => [
    series.t0 + i * series.stepMs,
    ...columns.map((column) => {
      const value = row[series.columns.indexOf(column)] ?? null;
      return value === null ? null : Math.round(value * 1000) / 1000;
    }),
  ]),
});

function described({ name, points }: Line, format: (v: number) => string): string {
  const values = points.flatMap((p) => p.y ?? []);
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = points.reduce((a, b) => ((b.y ?? -1) > (a.y ?? -1) ? b : a));
  return `${name} between ${format(low)} and ${format(high.y ?? low)}, highest at ${clock(high.x)}.`;
}

/** The rule of ten samples beyond, as it looks in a line. */
const BEYOND =
  'A point of p95 needs 200 operations, one of p99 1,000; where there were fewer, there is none.';

interface Shown {
  readonly from: Series;
  readonly series: Series;
  readonly wanted: readonly string[];
}

function captionOf({ faults, run }: Report, shown: Shown): Content {
  const { from: full, series: drawn, wanted } = shown;
  const parts = [
    faults.length > 0 && `Shaded: ${faults.map((f, i) => `${markOf(i)} ${f.id}`).join(', ')}.`,
    run.warmupMs > 0 && `The first ${span(run.warmupMs)} are warm-up and not counted.`,
    drawn.stepMs !== full.stepMs &&
      `Each point is ${span(drawn.stepMs)}: the worst latency, the average rate.`,
    wanted.includes('p50Us') && BEYOND,
    wanted.includes('begunRate') &&
      drawn.columns.includes('begunRate') &&
      'Offered are arrivals; one that changes the customer is two operations, a logout and a login.',
  ];
  const said = parts.filter(Boolean).join(' ');
  return said === '' ? undefined : said;
}
