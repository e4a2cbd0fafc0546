/**
 * The figures of a picture as CSV in a link of the page itself: nothing to lose, nothing to fetch. The zoomed picture
 * is drawn from the same link.
 *
 * @module
 */
import { type Html, html } from './markup.ts';

export interface Csv {
  /** With units: `from_ms`, `p99Us`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** RFC 4180, lines ending with LF; nothing for null. */
export const csvText = ({ columns, rows }: Csv): string =>
  [columns, ...rows].map((cells) => `${cells.map(cell).join(',')}\n`).join('');

/** A spreadsheet would take a text that begins like a formula for one. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** @param title of the picture; also the file's name */
export function csvLink(title: string, csv: Csv): Html {
  const href = `data:text/csv;charset=utf-8,${encodeURIComponent(csvText(csv)).replaceAll('%2C', ',')}`;
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', '-');
  return html`<a class="csv" download="${name}.csv" href="${href}">CSV<span class="unseen"> of ${title.toLowerCase()}</span></a>`;
}
