/**
 * Line charts as static SVG: title, description and a table of the data for those who cannot see or hover. Drawn
 * twice, for wide and for narrow screens, so that the letters keep their size; style decides which is shown.
 *
 * @module
 */
import type { Axis } from './axis.ts';
import { type Csv, csvLink } from './csv.ts';
import { type Column, type Content, type Html, html, table, trusted } from './markup.ts';

export interface Line {
  readonly name: string;
  /** A class of `style.ts`: colour and dashes. */
  readonly tone: Tone;
  /** In x order; null y breaks the line. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
}
export type Tone = 'muted' | `c${0 | 1 | 2 | 3 | 4 | 5 | 6}`;
const TONES = 7;
export const tone = (i: number): Tone => `c${i % TONES}` as Tone;

/** Rest is quiet, what is done is coloured; the same state has the same colour in every picture of a report. */
export const stateTones = (states: readonly string[]): ReadonlyMap<string, Tone> => {
  const busy = [...new Set(states)].filter((s) => s !== 'idle');
  return new Map(states.map((s) => [s, s === 'idle' ? 'muted' : tone(busy.indexOf(s))]));
};

/** A little box in the colour of a line or state, beside its name. */
export const swatch = (t: Tone = 'muted'): Html =>
  html`<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true"><rect class="area ${t}" width="12" height="12" rx="2"/></svg>`;

/** A shaded stretch of the x axis. */
export interface Band {
  /** One or two characters, explained in the caption. */
  readonly mark: string;
  readonly from: number;
  readonly to: number;
}

export interface Chart {
  /** Unique in the document. */
  readonly id: string;
  readonly title: string;
  /** What a reader would see in the picture, in words. */
  readonly description: string;
  /** Under the picture. */
  readonly caption?: Content;
  /** Axes for a width: fewer ticks where it is narrow. */
  readonly x: (ticks: number) => Axis;
  readonly y: Axis;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  readonly bands: readonly Band[];
  readonly data: { readonly columns: readonly Column[]; readonly rows: readonly (readonly Content[])[] };
  /** x and a column a line; finer than the picture where there is more to see on zooming in. */
  readonly csv: Csv;
  /** What x and y are, for the zoomed picture. @param end of the x axis */
  readonly zoom: { readonly x: 'time' | 'quantile'; readonly y: 'us' | ''; readonly end: number };
}

export function chart(spec: Chart): Html {
  const { x, y, end } = spec.zoom;
  const bands = spec.bands.map(({ from, to }) => `${from} ${to}`).join();
  const tones = spec.lines.map((l) => l.tone).join(' ');
  const names = spec.lines.map((l) => l.name).join('|');
  return html`<figure data-x="${x}" data-y="${y}" data-end="${end}" data-log="${String(spec.y.log)}" data-tones="${tones}" data-names="${names}" data-bands="${bands}">
<figcaption><strong>${spec.title}</strong> <span class="quiet">${spec.yLabel}</span></figcaption>
<p class="tools">${csvLink(spec.title, spec.csv)}</p>
${picture(spec, WIDE)}
${picture(spec, NARROW)}
${spec.caption !== undefined && html`<p class="note">${spec.caption}</p>`}
${dataTable(spec)}
</figure>`;
}

/** The figures of a chart, folded away. */
export const dataTable = ({ id, title, data }: Pick<Chart, 'id' | 'title' | 'data'>): Html =>
  html`<details><summary>Data: ${title.toLowerCase()}</summary>${table({ id: `${id}-data`, caption: title, ...data })}</details>`;

interface Size {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
  readonly ticks: number;
}
const WIDE: Size = { name: 'wide', width: 880, height: 270, ticks: 8 };
const NARROW: Size = { name: 'narrow', width: 350, height: 240, ticks: 4 };
const LEFT = 54;
const TOP = 18;
const BOTTOM = 24;
/** Least distance of two labels at the ends of lines. */
const LABEL_GAP = 14;

function picture(spec: Chart, size: Size): Html {
  const { width, height } = size;
  const right = roomForNames(spec.lines);
  const x = spec.x(size.ticks);
  const px = (v: number) => LEFT + x.place(v) * (width - LEFT - right);
  const py = (v: number) => height - BOTTOM - spec.y.place(v) * (height - TOP - BOTTOM);
  const ids = `${spec.id}-${size.name}-t ${spec.id}-${size.name}-d`;
  return html`<svg class="${size.name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${ids}">
<title id="${spec.id}-${size.name}-t">${spec.title}</title>
<desc id="${spec.id}-${size.name}-d">${spec.description}</desc>
${spec.bands.map((b) => band(b, { px, height }))}
${spec.y.ticks.map((t) => gridLine({ y: py(t.at), label: t.label, to: width - right }))}
${x.ticks.map((t) => html`<text class="tick mid" x="${fix(px(t.at))}" y="${height - 6}">${t.label}</text>`)}
${spec.lines.map((l) => html`<path class="line ${l.tone}" d="${path(l, { px, py })}"/>`)}
${endLabels(spec.lines, { px, py }, height - BOTTOM + 2).map((l) => html`<text class="end ${l.tone}" x="${fix(l.x + 6)}" y="${fix(l.y + 4)}">${l.name}</text>`)}
</svg>`;
}

/** For the names at the ends of the lines: 7.5 a letter is enough for the bold 12 px they are set in. */
const roomForNames = (lines: readonly Line[]) => 12 + 7.5 * Math.max(...lines.map((l) => l.name.length));

interface Scale {
  px(v: number): number;
  py(v: number): number;
}

const band = ({ mark, from, to }: Band, { px, height }: { px: Scale['px']; height: number }) => {
  const left = px(from);
  const wide = Math.max(2, px(to) - left);
  return html`<rect class="band" x="${fix(left)}" y="${TOP}" width="${fix(wide)}" height="${height - TOP - BOTTOM}"/><text class="mark mid" x="${fix(left + wide / 2)}" y="${TOP - 6}">${mark}</text>`;
};

const gridLine = ({ y, label, to }: { y: number; label: string; to: number }) =>
  html`<path class="grid" d="M${LEFT} ${fix(y)}H${to}"/><text class="tick far" x="${LEFT - 7}" y="${fix(y + 4)}">${label}</text>`;

function path({ points }: Line, { px, py }: Scale): Html {
  let out = '';
  let pen = 'M';
  for (const { x, y } of points) {
    if (y === null) {
      pen = 'M';
    } else {
      // A zero-length stroke after each move makes a single point between two gaps a visible dot.
      out += `${pen}${fix(px(x))} ${fix(py(y))}${pen === 'M' ? 'h0' : ''}`;
      pen = 'L';
    }
  }
  return trusted(out);
}

/**
 * Names beside the last points. Those that would touch are pushed apart, and set one below the other; those that would
 * fall out at the bottom are pushed up again.
 */
function endLabels(lines: readonly Line[], { px, py }: Scale, floor: number) {
  const ends = lines.flatMap(({ name, tone, points }) => {
    const last = points.findLast((p) => p.y !== null);
    return last && last.y !== null ? [{ name, tone, x: px(last.x), y: py(last.y) }] : [];
  });
  const sorted = ends.toSorted((a, b) => a.y - b.y);
  const piles: (typeof ends)[] = [];
  for (const end of sorted) {
    const pile = piles.at(-1);
    const below = (pile?.at(-1)?.y ?? Number.NEGATIVE_INFINITY) + LABEL_GAP;
    if (pile && end.y < below) pile.push({ ...end, y: below });
    else piles.push([end]);
  }
  let limit = floor;
  for (const pile of piles.toReversed()) {
    for (let i = pile.length - 1; i >= 0; i--) {
      const end = pile[i];
      if (end === undefined) continue;
      pile[i] = { ...end, y: Math.min(end.y, limit) };
      limit = Math.min(end.y, limit) - LABEL_GAP;
    }
  }
  return piles.flatMap((pile) => {
    const x = Math.max(...pile.map((e) => e.x));
    return pile.map((e) => ({ ...e, x }));
  });
}

const fix = (n: number) => String(Math.round(n * 10) / 10);
