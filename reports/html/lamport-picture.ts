/**
 * Draws a Lamport diagram as SVG: at the left the times, then the lanes with their arrows, at the right each event in
 * words. Time goes downwards, a row an event.
 *
 * @module
 */
import { duration, grouped } from '../format.ts';
import { type Arrow, type Bar, type Diagram, type Gap, ROW, type Row } from './lamport-rows.ts';
import { cut, LEFT, LINE, type Place, placeOf, toldOf } from './lamport-words.ts';
import { type Html, html } from './markup.ts';

/** So that titles, of which there are as many as events, keep the file small. */
const TITLE_MAX = 500;

/** The names of the lanes, which stay in sight, and under them the diagram. */
export function picture(diagram: Diagram): Html {
  const { lanes, rows, gaps, arrows, bars, lives, height } = diagram;
  const place = placeOf(lanes.length);
  const { x, width } = place;
  return html`<svg class="heads" viewBox="0 0 ${width} 26" aria-hidden="true">
<text x="0" y="17">event</text><text class="far" x="${LEFT - 24}" y="17">time, ms</text>
${lanes.map((name, i) => html`<text class="mid lane" x="${x(i)}" y="17">${name}</text>`)}
</svg>
<svg class="trace" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="trace-t trace-d">
<title id="trace-t">What happened, in order</title>
<desc id="trace-d">${rows.length} events in ${lanes.length} lanes: ${lanes.join(', ')}. Each row has its words at the right.</desc>
<defs>${['honest', 'forged'].map(head)}</defs>
${lanes.map((_, i) => html`<line class="rest" x1="${x(i)}" x2="${x(i)}" y1="0" y2="${height}"/>`)}
${lives.map(({ lane, from, to }) => html`<line class="life" x1="${x(lane)}" x2="${x(lane)}" y1="${from}" y2="${to}"/>`)}
${gaps.map((gap) => pause(gap, place))}
${bars.map((bar) => commit(bar, place))}
${rows.map((row) => words(row, place))}
${arrows.map((arrow) => message(arrow, place))}
${rows.map((row) => mark(row, place))}
</svg>`;
}

const head = (kind: string): Html =>
  html`<marker id="${kind}-head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="${kind}-head" d="M0 1 8 4 0 7z"/></marker>`;

const pause = ({ y, us }: Gap, { wordsX }: Place): Html =>
  html`<line class="pause" x1="${LEFT - 16}" x2="${wordsX - 8}" y1="${y}" y2="${y}"/><text class="far pause" x="${LEFT - 24}" y="${y + 4}">${duration(us)}</text>`;

const commit = ({ lane, from, to, isDurable }: Bar, { x }: Place): Html =>
  html`<rect class="commit${!isDurable && ' open'}" x="${x(lane) - 4}" y="${from}" width="8" height="${to - from}" rx="2"/>`;

/** Numbers and words of a row; the whole of it under the pointer. */
function words(row: Row, place: Place): Html {
  const { event, lines, y, isFirst } = row;
  const { wordsX, width } = place;
  const { atUs, event: number, lane, what } = event;
  const [line = '', ...more] = lines;
  const height = ROW + more.length * LINE;
  const title = `event ${number}, ${milliseconds(atUs)} ms, ${lane}: ${what} ${toldOf(event)}`;
  return html`<g class="row ${kindOf(event)}"><title>${cut(title, TITLE_MAX)}</title><rect x="0" y="${y - ROW / 2}" width="${width}" height="${height}"/>${isFirst && html`<text x="0" y="${y + 4}">${number}</text><text class="far" x="${LEFT - 24}" y="${y + 4}">${milliseconds(atUs)}</text>`}<text x="${wordsX}" y="${y + 4}"><tspan class="what">${what}</tspan> ${line}${more.map((text) => html`<tspan x="${wordsX}" dy="${LINE}">${text}</tspan>`)}</text></g>
`;
}

const milliseconds = (us: number): string => grouped((us / 1000).toFixed(3));

function message({ from, to, fate, isForged }: Arrow, { x }: Place): Html {
  const kind = isForged ? 'forged' : 'honest';
  const [x1, x2] = [x(from.lane), x(to.lane)];
  if (fate === 'arrived') {
    const [dx, dy] = shortened(x2 - x1, to.y - from.y);
    return html`<line class="message ${kind}" x1="${x1}" y1="${from.y}" x2="${fix(x1 + dx)}" y2="${fix(from.y + dy)}" marker-end="url(#${kind}-head)"/>`;
  }
  const endX = fix(x1 + (x2 - x1) * 0.6);
  const endY = fix(from.y + ROW * 0.6);
  return html`<line class="message ${kind} ${fate === 'lost' ? 'lost' : 'waiting'}" x1="${x1}" y1="${from.y}" x2="${endX}" y2="${endY}"/>${fate === 'lost' && html`<path class="cross ${kind}" d="${cross(endX, endY)}"/>`}`;
}

/** So that the head of an arrow ends at the mark and not under it. */
function shortened(dx: number, dy: number): readonly [number, number] {
  const length = Math.hypot(dx, dy);
  const share = length > 12 ? (length - 4) / length : 1;
  return [dx * share, dy * share];
}

const cross = (x: number, y: number): string => `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`;
const fix = (value: number): number => Math.round(value * 10) / 10;

/** How an event is drawn, and coloured. */
function kindOf({ lane, what }: Row['event']): string {
  if (what === 'violation' || what === 'tamper' || what === 'fault') return what;
  if (what === 'crash' || what === 'power-loss') return 'crash';
  if (lane === 'adversary') return 'tamper';
  return what === 'operation' || what === 'result' || what === 'start' ? what : 'plain';
}

function mark({ event, lane, y }: Row, { x, wordsX }: Place): Html | false {
  const kind = kindOf(event);
  if (kind === 'violation')
    return html`<line class="violation" x1="${LEFT - 16}" x2="${wordsX - 8}" y1="${y}" y2="${y}"/>`;
  return lane !== null && symbol(kind, x(lane), y);
}

function symbol(kind: string, x: number, y: number): Html {
  switch (kind) {
    case 'crash':
      return html`<path class="mark crash" d="M${x - 6} ${y - 6}l12 12m0 -12l-12 12"/>`;
    case 'fault':
      return html`<path class="mark fault" d="M${x} ${y - 6}l6 11h-12z"/>`;
    case 'tamper':
      return html`<path class="mark tamper" d="M${x} ${y - 6}l6 6-6 6-6-6z"/>`;
    case 'start':
      return html`<line class="mark start" x1="${x - 6}" x2="${x + 6}" y1="${y}" y2="${y}"/>`;
    case 'operation':
    case 'result':
      return html`<rect class="mark ${kind}" x="${x - 4}" y="${y - 4}" width="8" height="8" rx="1"/>`;
    default:
      return html`<circle class="mark plain" cx="${x}" cy="${y}" r="2.5"/>`;
  }
}

/** What the signs mean. */
export function key(): Html {
  const x = (lane: number) => (lane === 0 ? 2 : 30);
  const place: Place = { x, wordsX: 40, width: 32 };
  const from = { lane: 0, y: 8 };
  const to = { lane: 1, y: 8 };
  const signs: readonly (readonly [Html | false, string])[] = [
    [message({ from, to, fate: 'arrived', isForged: false }, place), 'a message'],
    [message({ from: { lane: 0, y: 0 }, to, fate: 'lost', isForged: false }, place), 'lost'],
    [
      message({ from: { lane: 0, y: 0 }, to, fate: 'under way', isForged: false }, place),
      'not there by the end',
    ],
    [message({ from, to, fate: 'arrived', isForged: true }, place), 'changed or made up by the adversary'],
    [symbol('tamper', 16, 8), 'what the adversary does'],
    [
      commit({ lane: 1, from: 1, to: 15, isDurable: true }, { ...place, x: () => 16 }),
      'a commit, until it is durable',
    ],
    [
      commit({ lane: 1, from: 1, to: 15, isDurable: false }, { ...place, x: () => 16 }),
      'one that never became so',
    ],
    [symbol('operation', 16, 8), 'a customer’s operation'],
    [symbol('result', 16, 8), 'its result'],
    [symbol('fault', 16, 8), 'a fault'],
    [symbol('crash', 16, 8), 'a crash or loss of power'],
    [html`<line class="violation" x1="0" x2="32" y1="8" y2="8"/>`, 'the violation'],
  ];
  return html`<ul class="key">${signs.map(([sign, text]) => html`<li><svg class="sign" viewBox="0 0 32 16" aria-hidden="true">${sign}</svg>${text}</li>`)}</ul>`;
}
