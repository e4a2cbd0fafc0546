/**
 * How fast it was: throughput and latency over time, the percentile plot, operations, where the terminals' time went.
 *
 * @module
 */
import {
  clock,
  duration,
  durationTick,
  figureOf,
  grouped,
  msOfUs,
  NONE,
  percent,
  significant,
  span,
} from '../format.ts';
import { decodeHistogram, type Histogram } from '../histogram.ts';
import type { Latency, OpResult, Report, Series } from '../report.ts';
import { latencyAxis, linearAxis, quantileAxis, timeAxis } from './axis.ts';
import { type Chart, chart, type Line, stateTones, swatch, type Tone, tone } from './chart.ts';
import { type Content, type Html, html, type Section, table } from './markup.ts';
import { bandsOf, condensed, markOf, pointsOf, seriesTable } from './series.ts';
import { latencyOfAll } from './verdict.ts';

export const performanceSections = (report: Report): readonly Section[] => [
  throughput(report),
  latency(report),
  operations(report),
  states(report),
];

function throughput(report: Report): Section {
  const body = overTime(report, {
    id: 'throughput-chart',
    title: 'Operations over time',
    yLabel: 'operations a second',
    columns: [
      ['offeredRate', 'offered', 'muted'],
      ['achievedRate', 'achieved', 'c0'],
      ['errorRate', 'not ok', 'c1'],
    ],
    y: (values) => linearAxis(Math.max(0, ...values), 4, figureOf),
    format: significant,
  });
  return {
    id: 'throughput',
    title: 'Throughput',
    lede: 'Was the load that was asked for produced, and carried?',
    body,
  };
}

function latency(report: Report): Section {
  const time = overTime(report, {
    id: 'latency-chart',
    title: 'Latency over time',
    yLabel: 'from the intended start',
    columns: [
      ['p50Us', 'p50', 'c0'],
      ['p95Us', 'p95', 'c1'],
      ['p99Us', 'p99', 'c2'],
    ],
    y: (values) => latencyAxis(values, 4, durationTick),
    format: duration,
  });
  return {
    id: 'latency',
    title: 'Latency',
    lede: 'How long did customers wait, counted from when the operation should have begun?',
    body: html`${time}${percentilePlot(report)}`,
  };
}

interface TimeChart {
  readonly id: string;
  readonly title: string;
  readonly yLabel: string;
  readonly columns: readonly (readonly [column: string, name: string, tone: Tone])[];
  y(values: readonly number[]): Chart['y'];
  format(value: number): string;
}

function overTime(report: Report, spec: TimeChart, from: Series = report.series): Html {
  const series = condensed(from);
  const lines = spec.columns.flatMap(([column, name, lineTone]): Line[] => {
    const points = pointsOf(series, column);
    return points === undefined ? [] : [{ name, tone: lineTone, points }];
  });
  if (lines.length === 0) return html`<p>${spec.title}: not recorded.</p>`;
  const values = lines.flatMap((l) => l.points.flatMap((p) => p.y ?? []));
  return chart({
    id: spec.id,
    title: spec.title,
    description: lines.map((l) => described(l, spec.format)).join(' '),
    caption: captionOf(report, from, series),
    x: (ticks) => timeAxis(report.run.durationMs, ticks),
    y: spec.y(values),
    yLabel: spec.yLabel,
    lines,
    bands: bandsOf(report),
    data: seriesTable(
      series,
      clock,
      spec.columns.map(([column]) => column),
    ),
  });
}

function described({ name, points }: Line, format: (v: number) => string): string {
  const values = points.flatMap((p) => p.y ?? []);
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = points.reduce((a, b) => ((b.y ?? -1) > (a.y ?? -1) ? b : a));
  return `${name} between ${format(low)} and ${format(high.y ?? low)}, highest at ${clock(high.x)}.`;
}

function captionOf({ faults, run }: Report, full: Series, drawn: Series): Content {
  const parts = [
    faults.length > 0 && `Shaded: ${faults.map((f, i) => `${markOf(i)} ${f.id}`).join(', ')}.`,
    run.warmupMs > 0 && `The first ${span(run.warmupMs)} are warm-up and not counted.`,
    drawn.stepMs !== full.stepMs &&
      `Each point is ${span(drawn.stepMs)}: the worst latency, the average rate.`,
  ];
  const said = parts.filter(Boolean).join(' ');
  return said === '' ? undefined : said;
}

/** How many points a nine of the percentile plot gets. */
const POINTS_PER_NINE = 24;
const PLOTTED = [50, 75, 90, 95, 99, 99.9, 99.99];

function percentilePlot({ ops }: Report): Html {
  const curves = Object.entries(ops).flatMap(([name, { hdr, latencyUs }]) =>
    // Twenty samples: below that not even the median has ten beyond it.
    hdr !== '' && latencyUs.n >= 20 ? [{ name, histogram: decodeHistogram(hdr) }] : [],
  );
  if (curves.length === 0) return html`<p>Too few samples for a percentile plot.</p>`;
  const lines = curves.map((c, i) => ({ name: c.name, tone: tone(i), points: quantiles(c.histogram) }));
  const values = lines.flatMap((l) => l.points.map((p) => p.y));
  const furthest = Math.max(...lines.map((l) => l.points.at(-1)?.x ?? 1));
  return chart({
    id: 'percentile-chart',
    title: 'Latency by percentile',
    description: curves
      .map(({ name, histogram: h }) => `${name}: median ${duration(h.getValueAtPercentile(50))}.`)
      .join(' '),
    caption: 'Every nine takes the same width. A line ends where fewer than ten samples lie beyond it.',
    x: () => quantileAxis(furthest),
    y: latencyAxis(values, 4, durationTick),
    yLabel: 'share of operations that were at least this fast',
    lines,
    bands: [],
    data: {
      columns: [{ head: 'percentile' }, ...curves.map((c) => ({ head: `${c.name}, ms`, num: true }))],
      rows: PLOTTED.map((p) => [`${p} %`, ...curves.map((c) => msOfUs(valueAt(c.histogram, p)))]),
    },
  });
}

const beyondMax = (h: Histogram) => h.totalCount / 10;

/** From the tenth percentile on: the very fastest say nothing, and would stretch the axis. */
function quantiles(h: Histogram) {
  const from = Math.log10(1 / 0.9);
  const nines = Math.log10(beyondMax(h)) - from;
  const count = Math.max(1, Math.ceil(nines * POINTS_PER_NINE));
  return Array.from({ length: count + 1 }, (_, i) => {
    const x = 10 ** (from + (nines * i) / count);
    return { x, y: h.getValueAtPercentile(100 * (1 - 1 / x)) };
  });
}

const valueAt = (h: Histogram, percentile: number) =>
  Math.round(h.totalCount * (100 - percentile)) >= 1_000 ? h.getValueAtPercentile(percentile) : null;

function operations(report: Report): Section {
  const rows = Object.entries(report.ops);
  const withService = rows.some(([, op]) => op.uncorrectedUs !== undefined);
  const all = rows.map(([, op]) => op);
  const total = (of: (op: OpResult) => number) => all.reduce((n, op) => n + of(op), 0);
  const sums = { count: total((o) => o.count), ok: total((o) => o.ok), rate: total((o) => o.rate) };
  const cells = (name: Content, op: typeof sums, l: Latency, service: Latency | undefined) => [
    name,
    grouped(op.count),
    op.count > 0 ? percent(op.ok / op.count) : NONE,
    significant(op.rate),
    ...[l.min, l.mean, l.p50, l.p90, l.p95, l.p99, l.p999, l.max].map(msOfUs),
    ...(withService ? [service === undefined ? '' : msOfUs(service.p99)] : []),
  ];
  const body = table({
    id: 'operations-table',
    caption: `Milliseconds, from the intended start. ${NONE} means fewer than ten samples lie beyond that percentile.`,
    columns: [
      { head: 'Operation' },
      ...['Count', 'OK', 'Per s', 'Min', 'Mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'Max'].map(numeric),
      ...(withService ? [numeric('Service p99')] : []),
    ],
    rows: [
      ...rows.map(([name, op]) => cells(name, op, op.latencyUs, op.uncorrectedUs)),
      ...(rows.length > 1 ? [cells(html`<strong>all</strong>`, sums, latencyOfAll(report), undefined)] : []),
    ],
  });
  return {
    id: 'operations',
    title: 'Operations',
    lede: 'What was done, how often, and how long each kind took.',
    body: rows.length > 0 ? body : html`<p>None were counted.</p>`,
  };
}

const numeric = (head: string) => ({ head, num: true });

function states(report: Report): Section {
  const rows = Object.entries(report.states.perState);
  const { series } = report.states;
  const tones = stateTones(rows.map(([name]) => name));
  const overview = html`${shareBar(rows, tones)}${table({
    id: 'states-table',
    caption: 'Time of all terminals together',
    columns: [{ head: 'State' }, numeric('Share'), numeric('Time'), numeric('Entries')],
    rows: rows.map(([name, s]) => [
      html`${swatch(tones.get(name))}${name}`,
      percent(s.share),
      span(s.totalMs),
      s.entries === null ? NONE : grouped(s.entries),
    ]),
  })}`;
  const chartOfStates =
    series !== null &&
    overTime(
      report,
      {
        id: 'states-chart',
        title: 'Terminals by state over time',
        yLabel: 'terminals',
        columns: [...stateTones(series.columns)].map(([name, t]) => [name, name, t] as const),
        y: (values) => linearAxis(Math.max(0, ...values), 4, grouped),
        format: significant,
      },
      series,
    );
  return {
    id: 'states',
    title: 'Where the time went',
    lede: 'What were the terminals doing?',
    body: rows.length > 0 ? html`${overview}${chartOfStates}` : html`<p>Not recorded.</p>`,
  };
}

function shareBar(
  rows: readonly (readonly [string, { readonly share: number }])[],
  tones: ReadonlyMap<string, Tone>,
): Html {
  let at = 0;
  const parts = rows.map(([name, { share }]) => {
    const x = at;
    at += share * 100;
    return html`<rect class="area ${tones.get(name)}" x="${x.toFixed(2)}" width="${(share * 100).toFixed(2)}" height="4"/>`;
  });
  const words = rows.map(([name, { share }]) => `${name} ${percent(share)}`).join(', ');
  return html`<svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" role="img" aria-labelledby="states-bar-t states-bar-d"><title id="states-bar-t">Share of each state</title><desc id="states-bar-d">${words}</desc>${parts}</svg>`;
}
