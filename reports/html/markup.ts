/**
 * Markup with escaping by default: everything that goes into `html` as a value is text, unless it is markup already.
 *
 * @module
 */

declare const markup: unique symbol;
/** Text that is safe to stand in the document. */
export interface Html {
  readonly [markup]: true;
  readonly source: string;
}
export type Content = Html | string | number | false | null | undefined | readonly Content[];

/** A template: literal parts are markup, values are escaped; `false`, null and undefined are nothing. */
export const html = (literals: TemplateStringsArray, ...values: readonly Content[]): Html =>
  trusted(
    literals.reduce((out, literal, i) => out + literal + (i < values.length ? render(values[i]) : ''), ''),
  );

/** Markup made elsewhere in this folder; never a value of a report. */
export const trusted = (source: string): Html => ({ source }) as Html;

export interface Column {
  readonly head: string;
  /** Figures are set flush right. */
  readonly num?: boolean;
  /** Long text that may wrap. */
  readonly wrap?: boolean;
}

/**
 * A table in a box that scrolls sideways when it is too wide, by keyboard too. The first cell of a row is its heading.
 *
 * @param spec.id unique in the document.
 */
export function table(spec: {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Content[])[];
}): Html {
  const { id, caption, columns, rows } = spec;
  const kind = (i: number) => (columns[i]?.num ? 'num' : columns[i]?.wrap ? 'wrap' : 'word');
  const cells = (row: readonly Content[]) =>
    row.map((c, i) =>
      i === 0 ? html`<th scope="row" class="${kind(i)}">${c}</th>` : html`<td class="${kind(i)}">${c}</td>`,
    );
  return html`<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0"><table>
<caption id="${id}"><span>${caption}</span></caption>
<thead><tr>${columns.map((c, i) => html`<th scope="col" class="${kind(i)}">${c.head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table></div>`;
}

/** Names and values, in two columns. */
export const facts = (pairs: readonly (readonly [string, Content])[]): Html =>
  html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

export const code = (text: string): Html => html`<code>${text}</code>`;

/** `attemptsMax` → `attempts max`. */
export const spaced = (name: string): string =>
  name.replaceAll(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);

/** A command line that breaks between its words, and not after a hyphen. */
export const words = (command: string): Html =>
  html`<code>${command.split(' ').map((word, i) => html`${i > 0 && ' '}<span class="keep">${word}</span>`)}</code>`;

/** One part of the report, with a heading others can link to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** The question it answers, one sentence. */
  readonly lede: Content;
  readonly body: Content;
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  if (isList(value)) return value.map(render).join('');
  return value.source;
}

const isList = (value: Content): value is readonly Content[] => Array.isArray(value);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
