/**
 * How fast it was: throughput and latency over time, the percentile plot, operations, where the terminals' time went.
 *
 * @module
 */
import { countTick, duration, durationTick, grouped, msOfUs, NONE, percent, significant } from '../format.ts';
import { decodeHistogram, type Histogram } from '../histogram.ts';
import type { Latency, OpResult, Report } from '../report.ts';
import { latencyAxis, linearAxis, quantileAxis } from './axis.ts';
import { chart, tone } from './chart.ts';
import { type Content, type Html, html, type Section, table } from './markup.ts';
import { states } from './states.ts';
import { overTime } from './time-chart.ts';
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
    unit: '',
    columns: [
      ['offeredRate', 'offered', 'muted'],
      ['begunRate', 'begun', 'c2'],
      ['achievedRate', 'achieved', 'c0'],
      ['errorRate', 'not ok', 'c1'],
    ],
    y: (values) => linearAxis(Math.max(0, ...values), 4, countTick),
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
    unit: 'us',
    columns: [
      ['p50Us', 'p50', 'c0'],
      ['p95Us', 'p95', 'c1'],
      ['p99Us', 'p99', 'c2'],
      ['maxUs', 'slowest', 'muted'],
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
    csv: {
      columns: ['percentile', ...curves.map((c) => `${c.name}_us`)],
      rows: places(furthest).map((x) => [
        Math.round(1e7 * (1 - 1 / x)) / 1e5,
        ...curves.map(({ histogram: h }) => (x <= beyondMax(h) * 1.000_001 ? valueBeyond(h, x) : null)),
      ]),
    },
    zoom: { x: 'quantile', y: 'us', end: furthest },
  });
}

const beyondMax = (h: Histogram) => h.totalCount / 10;

/** Of the axis 1/(1−q). From the tenth percentile on: the very fastest say nothing, and would stretch it. */
function places(furthest: number): number[] {
  const from = Math.log10(1 / 0.9);
  const nines = Math.log10(furthest) - from;
  const count = Math.max(1, Math.ceil(nines * POINTS_PER_NINE));
  return Array.from({ length: count + 1 }, (_, i) => 10 ** (from + (nines * i) / count));
}

const quantiles = (h: Histogram) => places(beyondMax(h)).map((x) => ({ x, y: valueBeyond(h, x) }));

const valueBeyond = (h: Histogram, x: number): number => h.getValueAtPercentile(100 * (1 - 1 / x));

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
