/**
 * What went wrong, and under what: errors, faults, single terminals, the bank and the generator from inside, the
 * comparison with an earlier run.
 *
 * @module
 */
import { clock, grouped, NONE, plural, span } from '../format.ts';
import type { ErrorResult, EventResult, Report } from '../report.ts';
import { comparison } from './comparison.ts';
import { inside } from './inside.ts';
import { type Content, type Html, html, type Section, spaced, table } from './markup.ts';
import { markOf } from './series.ts';
import { timeline } from './timeline.ts';

export const troubleSections = (report: Report): readonly Section[] => [
  errors(report),
  ...(report.sessions.spans.length > 0 ? [sessions(report)] : []),
  inside(report),
  faults(report),
  ...(report.events === undefined ? [] : [events(report.events)]),
  ...(report.baseline === undefined ? [] : [comparison(report.baseline)]),
];

const num = (head: string) => ({ head, num: true });

function errors({ errors: rows, totals }: Report): Section {
  const of = (expected: boolean) => rows.filter((e) => e.expected === expected);
  return {
    id: 'errors',
    title: 'Errors',
    lede: 'What was refused or lost? A customer without money is part of a bank’s day; an unexpected error is not.',
    body: html`${errorTable('unexpected', totals.unexpectedErrors, of(false))}${errorTable('expected', totals.expectedErrors, of(true))}`,
  };
}

function errorTable(kind: 'expected' | 'unexpected', total: number, rows: readonly ErrorResult[]): Html {
  const title = kind === 'expected' ? 'Expected' : 'Unexpected';
  if (rows.length === 0) return html`<h3>${title}: ${total === 0 ? 'none' : grouped(total)}</h3>`;
  return html`<h3>${title}: ${grouped(total)}</h3>${table({
    id: `errors-${kind}`,
    caption: `${title} errors by code`,
    columns: [
      { head: 'Code' },
      { head: 'Class' },
      num('Count'),
      num('Terminals'),
      num('First'),
      num('Last'),
      { head: 'For instance' },
    ],
    rows: rows
      .toSorted((a, b) => b.count - a.count)
      .map((e) => [
        e.code,
        e.class,
        grouped(e.count),
        grouped(e.terminals),
        clock(e.firstMs),
        clock(e.lastMs),
        instance(e),
      ]),
  })}`;
}

function instance({ samples }: ErrorResult): Content {
  const sample = samples[0];
  if (sample === undefined) return NONE;
  const frame = sample.frame === null ? '' : `, frame ${sample.frame}`;
  return `${sample.terminal} at ${clock(sample.tMs)}${frame}`;
}

function faults({ faults: rows }: Report): Section {
  const body = table({
    id: 'faults-table',
    caption: 'As they happened; the letters mark the shaded parts of the charts',
    columns: [
      { head: 'Mark' },
      { head: 'Fault' },
      { head: 'Kind' },
      { head: 'Target' },
      { head: 'With' },
      num('From'),
      num('To'),
      { head: 'By' },
      num('Recovered after'),
    ],
    rows: rows.map((f, i) => [
      markOf(i),
      f.id,
      f.kind,
      f.target,
      Object.entries(f.params).map(paramText).join(', '),
      clock(f.startMs),
      clock(f.endMs),
      f.source,
      span(f.recoveryMs),
    ]),
  });
  return {
    id: 'faults',
    title: 'Faults',
    lede: 'What was done to it while it worked?',
    body: rows.length > 0 ? body : html`<p>No faults were injected.</p>`,
  };
}

/** `delayMs: 80` → `delay 80 ms`. */
function paramText([name, value]: [string, string | number | boolean]): string {
  if (typeof value === 'number' && name.endsWith('Ms')) return `${spaced(name.slice(0, -2))} ${span(value)}`;
  if (name.endsWith('Pct')) return `${spaced(name.slice(0, -3))} ${value} %`;
  return `${spaced(name)} ${value}`;
}

function events(rows: readonly EventResult[]): Section {
  return {
    id: 'events',
    title: 'Events',
    lede: 'What happened, in the order of time?',
    body: html`<details><summary>${plural(rows.length, 'event')}</summary>${table({
      id: 'events-table',
      caption: 'At most the last hundred; events.jsonl has every one',
      columns: [num('At'), { head: 'Kind' }, { head: 'Who' }, { head: 'What', wrap: true }],
      rows: rows.map(({ tMs, level, actor, text }) => [clock(tMs), level, actor, text]),
    })}</details>`,
  };
}

function sessions(report: Report): Section {
  const { total, included, selection } = report.sessions;
  return {
    id: 'sessions',
    title: 'Sessions',
    lede: `What single terminals went through: ${grouped(included)} of ${plural(total, 'session')} (${selection}).`,
    body: timeline(report),
  };
}
