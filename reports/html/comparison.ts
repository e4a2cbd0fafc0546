/**
 * The comparison with an earlier run: intervals of change as a picture around zero, and as a table.
 *
 * @module
 */
import { intervalText, signed } from '../compare/apply.ts';
import { leastChange } from '../compare/effect.ts';
import { measured, NONE } from '../format.ts';
import type { BaselineResult, Delta } from '../report.ts';
import { code, type Html, html, type Section, table } from './markup.ts';

const SAYS: Readonly<Record<Delta['verdict'], { readonly tone: string; readonly mark: string }>> = {
  worse: { tone: 'bad', mark: '✗ worse' },
  better: { tone: 'ok', mark: '✓ better' },
  same: { tone: 'quiet', mark: '= same' },
  noise: { tone: 'quiet', mark: '~ noise' },
};

export function comparison(base: BaselineResult): Section {
  return {
    id: 'comparison',
    title: 'Comparison',
    lede: html`Is it worse than run ${base.runId}, by more than chance?`,
    body: html`${!base.comparable && html`<p><span class="warn">Not alike</span> The runs were compared by force:</p><ul>${base.reasons.map((r) => html`<li>${r}</li>`)}</ul>`}
${forest(base.deltas)}
${table({
  id: 'comparison-table',
  caption:
    'Worse or better: the change is of interest, and its interval excludes zero. Same: no change of interest is in the interval. Noise: this pair of runs cannot tell.',
  columns: [
    { head: 'Metric' },
    num('Before'),
    num('Now'),
    num('Change'),
    num('95 % interval'),
    num('Of interest from'),
    { head: 'Result' },
  ],
  rows: base.deltas.map((d) => [
    d.metric,
    measured(d.base, d.unit ?? ''),
    measured(d.now, d.unit ?? ''),
    `${signed(d.pct)} ${sign(d)}`,
    d.ci95 === undefined ? NONE : `${intervalText(d)} ${sign(d)}`,
    d.minEffect === undefined ? NONE : `${d.minEffect} ${sign(d)}`,
    html`<span class="${SAYS[d.verdict].tone}">${SAYS[d.verdict].mark}</span>`,
  ]),
})}
<p class="note">Baseline ${code(base.file)}, SHA-256 ${code(base.sha256)}. Intervals come from a block bootstrap over the windows of both runs; all of them hold together with 95 % confidence.</p>`,
  };
}

const num = (head: string) => ({ head, num: true });
const sign = ({ unit }: Delta) => (unit === '%' ? 'points' : '%');

interface Size {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  readonly left: number;
  readonly right: number;
}
const WIDE: Size = { name: 'wide', width: 880, left: 130, right: 80 };
const NARROW: Size = { name: 'narrow', width: 350, left: 104, right: 66 };
const ROW = 24;
const TOP = 8;
const FOOT = 24;
/** The axis is never narrower than this, nor wider; what goes beyond it ends in an arrow. */
const LEAST = 20;
const MOST = 100;

function forest(deltas: readonly Delta[]): Html | false {
  const shown = deltas.filter((d) => d.unit !== '%' && d.ci95 !== undefined);
  if (shown.length === 0) return false;
  const needed = Math.max(...shown.map((d) => 1.3 * Math.abs(d.pct)), LEAST);
  const end = Math.min(MOST, Math.ceil(needed / 10) * 10);
  return html`<figure>
<figcaption><strong>Change by metric</strong> <span class="quiet">per cent of the earlier run; the shaded part is too small to matter</span></figcaption>
${picture(shown, end, WIDE)}${picture(shown, end, NARROW)}
</figure>`;
}

function picture(deltas: readonly Delta[], end: number, size: Size): Html {
  const { name, width, left, right } = size;
  const height = TOP + deltas.length * ROW + FOOT;
  const px = (pct: number) => {
    const share = (Math.max(-end, Math.min(end, pct)) + end) / (2 * end);
    return Math.round((left + share * (width - left - right)) * 10) / 10;
  };
  const said = deltas.map((d) => `${d.metric} ${signed(d.pct)} %, ${d.verdict}`).join('; ');
  const ticks = name === 'wide' ? [-end, -end / 2, 0, end / 2, end] : [-end, 0, end];
  return html`<svg class="${name}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="forest-${name}-t forest-${name}-d">
<title id="forest-${name}-t">Change by metric</title>
<desc id="forest-${name}-d">${said}</desc>
${ticks.map((t) => html`<path class="${t === 0 ? 'zero' : 'grid'}" d="M${px(t)} ${TOP}V${height - FOOT}"/><text class="tick mid" x="${px(t)}" y="${height - 6}">${signed(t)} %</text>`)}
${deltas.map((d, i) => row(d, TOP + i * ROW, { px, end, width, left }))}
</svg>`;
}

interface Place {
  readonly px: (pct: number) => number;
  readonly end: number;
  readonly width: number;
  readonly left: number;
}

function row(d: Delta, top: number, { px, end, width, left }: Place): Html {
  const [low = d.pct, high = d.pct] = d.ci95 ?? [];
  const [effect, middle] = [d.minEffect ?? 0, top + ROW / 2];
  const [from, to] = [px(low), px(high)];
  const { tone, mark } = SAYS[d.verdict];
  const cut = (at: number, way: number) =>
    html`<path class="whisker ${tone}" d="M${at - way * 5} ${middle - 4}L${at} ${middle}L${at - way * 5} ${middle + 4}"/>`;
  return html`<rect class="area band" x="${px(leastChange(d))}" y="${top}" width="${px(effect) - px(leastChange(d))}" height="${ROW}"/>
<text class="far" x="${left - 10}" y="${middle + 4}">${d.metric}</text>
<path class="whisker ${tone}" d="M${from} ${middle}H${to}"/>${low < -end && cut(from, -1)}${high > end && cut(to, 1)}
${Math.abs(d.pct) <= end && html`<circle class="dot ${tone}" cx="${px(d.pct)}" cy="${middle}" r="4"/>`}
<text class="${tone} far" x="${width - 2}" y="${middle + 4}">${mark}</text>`;
}
