/**
 * Where the terminals' time went: by state, together and over time.
 *
 * @module
 */
import { countTick, grouped, NONE, percent, significant, span } from '../format.ts';
import type { Report, Series } from '../report.ts';
import { linearAxis } from './axis.ts';
import { stateTones, swatch, type Tone } from './chart.ts';
import { type Html, html, type Section, table } from './markup.ts';
import { overTime } from './time-chart.ts';

const numeric = (head: string) => ({ head, num: true });

export function states(report: Report): Section {
  const rows = Object.entries(report.states.perState);
  const { series } = report.states;
  const tones = stateTones(rows.map(([name]) => name));
  const counted = rows.some(([, s]) => s.entries !== null);
  const overview = html`${shareBar(rows, tones)}${table({
    id: 'states-table',
    caption: 'Time of all terminals together',
    columns: [{ head: 'State' }, numeric('Share'), numeric('Time'), ...(counted ? [numeric('Entries')] : [])],
    rows: rows.map(([name, s]) => [
      html`${swatch(tones.get(name))}${name}`,
      percent(s.share),
      span(s.totalMs),
      ...(counted ? [s.entries === null ? NONE : grouped(s.entries)] : []),
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
        unit: '',
        // What no terminal was ever in would only cover the axis.
        columns: [...tones].flatMap(([name, t]) => (isEver(series, name) ? [[name, name, t] as const] : [])),
        y: (values) => linearAxis(Math.max(0, ...values), 4, countTick),
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

const isEver = ({ columns, rows }: Series, state: string): boolean =>
  rows.some((row) => (row[columns.indexOf(state)] ?? 0) > 0);

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
