/**
 * Series made ready for drawing: at most so many steps, columns by name, faults as bands.
 *
 * @module
 */
import { msOfUs, NONE, significant } from '../format.ts';
import type { Report, Series } from '../report.ts';
import type { Band, Line } from './chart.ts';
import type { Column } from './markup.ts';

/** A point every few pixels; more would make the file heavy and the table endless. */
const STEPS_MAX = 240;

/**
 * Joins neighbouring steps until there are few enough. Latencies (`…Us`) keep the worst of a step, so that no spike
 * is lost; everything else is averaged. Null only where all were null.
 */
export function condensed(series: Series, stepsMax: number = STEPS_MAX): Series {
  const size = Math.ceil(series.rows.length / stepsMax);
  if (size <= 1) return series;
  const groups = Array.from({ length: Math.ceil(series.rows.length / size) }, (_, i) =>
    series.rows.slice(i * size, (i + 1) * size),
  );
  const rows = groups.map((group) =>
    series.columns.map((name, j) => {
      const values = group.flatMap((row) => row[j] ?? []);
      if (values.length === 0) return null;
      if (isLatency(name)) return values.reduce((a, b) => Math.max(a, b));
      return values.reduce((a, b) => a + b, 0) / values.length;
    }),
  );
  return { ...series, stepMs: series.stepMs * size, rows };
}

/** Points in the middle of their steps; undefined when the run has no such column, or nothing in it. */
export function pointsOf(series: Series, column: string): Line['points'] | undefined {
  const j = series.columns.indexOf(column);
  if (j < 0 || series.rows.every((row) => (row[j] ?? null) === null)) return undefined;
  return series.rows.map((row, i) => ({ x: series.t0 + (i + 0.5) * series.stepMs, y: row[j] ?? null }));
}

/** Every column, step by step, with units in the heads. */
export function seriesTable(series: Series, clock: (ms: number) => string, wanted: readonly string[]) {
  const shown = wanted.filter((name) => series.columns.includes(name));
  const columns: Column[] = [
    { head: 'from' },
    ...shown.map((name) => ({
      head: isLatency(name) ? `${name.slice(0, -2)}, ms` : headOf(name),
      num: true,
    })),
  ];
  const rows = series.rows.map((row, i) => [
    clock(series.t0 + i * series.stepMs),
    ...shown.map((name) => {
      const value = row[series.columns.indexOf(name)] ?? null;
      if (isLatency(name)) return msOfUs(value);
      return value === null ? NONE : significant(value);
    }),
  ]);
  return { columns, rows };
}

/** Faults as bands marked A, B, C … in the order of the faults table. */
export const bandsOf = ({ faults }: Report): readonly Band[] =>
  faults.map((f, i) => ({ mark: markOf(i), from: f.startMs, to: f.endMs }));

export function markOf(i: number): string {
  const letter = String.fromCharCode(65 + (i % 26));
  return i < 26 ? letter : `${letter}${Math.floor(i / 26)}`;
}

const isLatency = (name: string) => name.endsWith('Us');
const headOf = (name: string) => (name.endsWith('Rate') ? `${name.slice(0, -4)}, /s` : name);
