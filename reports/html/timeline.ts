/**
 * The session timeline: one row a terminal, one box a stay in a state.
 *
 * @module
 */
import { clock } from '../format.ts';
import type { Report, SessionSpan } from '../report.ts';
import { timeAxis } from './axis.ts';
import { dataTable, stateTones, swatch, type Tone } from './chart.ts';
import { csvLink } from './csv.ts';
import { type Html, html } from './markup.ts';
import { bandsOf } from './series.ts';

/** More boxes than this cannot be told apart, and make the file heavy. */
const SPANS_MAX = 2_000;

export function timeline(report: Report): Html {
  const spans = report.sessions.spans.slice(0, SPANS_MAX);
  const states = [...Object.keys(report.states.perState), ...spans.map((s) => s.state)];
  const tones = stateTones(states);
  const shown = new Set(spans.map((s) => s.state));
  const left = report.sessions.spans.length - spans.length;
  return html`<figure>
<figcaption><strong>Terminals, state by state</strong> <span class="quiet">where there is no box, the terminal was idle</span></figcaption>
<p class="tools">${csvLink('Terminals, state by state', {
    columns: ['terminal', 'session', 'state', 'start_ms', 'end_ms', 'code'],
    rows: spans.map((s) => [s.terminal, s.session, s.state, s.startMs, s.endMs, s.code ?? null]),
  })}</p>
${picture(report, { spans, tones, name: 'wide', width: 880, ticks: 8 })}
${picture(report, { spans, tones, name: 'narrow', width: 350, ticks: 4 })}
<ul class="key">${[...tones].filter(([state]) => shown.has(state)).map(([state, t]) => html`<li>${swatch(t)}${state}</li>`)}</ul>
${left > 0 && html`<p class="note">${left} more are in report.json.</p>`}
${dataTable({
  id: 'sessions-chart',
  title: 'Terminals, state by state',
  data: {
    columns: [
      { head: 'Terminal' },
      { head: 'Session' },
      { head: 'State' },
      { head: 'From', num: true },
      { head: 'To', num: true },
      { head: 'Code' },
    ],
    rows: spans.map((s) => [s.terminal, s.session, s.state, clock(s.startMs), clock(s.endMs), s.code ?? '']),
  },
})}
</figure>`;
}

interface Size {
  readonly spans: readonly SessionSpan[];
  readonly tones: ReadonlyMap<string, Tone>;
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly ticks: number;
}

const LEFT = 72;
const TOP = 18;
const ROW = 22;
const BOX = 14;
const FOOT = 20;

function picture(report: Report, { spans, tones, name, width, ticks }: Size): Html {
  const terminals = [...new Set(spans.map((s) => s.terminal))];
  const height = TOP + terminals.length * ROW + FOOT;
  const x = timeAxis(report.run.durationMs, ticks);
  const px = (ms: number) => Math.round((LEFT + x.place(ms) * (width - LEFT - 16)) * 10) / 10;
  const row = (terminal: string) => TOP + terminals.indexOf(terminal) * ROW;
  const boxes = spans.map((s) => {
    const wide = Math.max(0.5, px(s.endMs) - px(s.startMs)).toFixed(1);
    return html`<rect class="area ${tones.get(s.state) ?? 'muted'}" x="${px(s.startMs)}" y="${row(s.terminal) + (ROW - BOX) / 2}" width="${wide}" height="${BOX}"/>`;
  });
  return html`<svg class="${name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="sessions-${name}-t sessions-${name}-d">
<title id="sessions-${name}-t">Terminals, state by state</title>
<desc id="sessions-${name}-d">${terminals.length} terminals, ${spans.length} stays in a state; the table below has each of them.</desc>
${bandsOf(report).map((b) => html`<rect class="band" x="${px(b.from)}" y="${TOP}" width="${Math.max(2, px(b.to) - px(b.from))}" height="${height - TOP - FOOT}"/><text class="mark mid" x="${(px(b.from) + px(b.to)) / 2}" y="${TOP - 6}">${b.mark}</text>`)}
${boxes}
${terminals.map((t) => html`<text class="tick far" x="${LEFT - 8}" y="${row(t) + ROW / 2 + 4}">${t}</text>`)}
${x.ticks.map((t) => html`<text class="tick mid" x="${px(t.at)}" y="${height - 4}">${t.label}</text>`)}
</svg>`;
}
