/**
 * What a fault strikes, as text: `bank`, or terminals: `all`, a share like `25%`, a number like `40` (the first of the
 * fleet), or a list like `id:3+5-9` of places in the fleet, the first of which is 0. Pure.
 *
 * @module
 */
import { parsePercent } from './units.ts';

export const TARGET_EXPECTED = 'terminals: all, a share like 25%, a number like 40, or a list like id:3+5-9';

/** Whether `text` names terminals. */
export function isTerminals(text: string): boolean {
  return (
    text === 'all' || parsePercent(text) !== null || /^[1-9][0-9]{0,4}$/.test(text) || readList(text) !== null
  );
}

/** Places in the fleet that a target names; of a share or a number at least one. */
export function struckPlaces(target: string, terminals: number): number[] {
  const list = readList(target);
  if (list !== null) {
    const places = Array.from({ length: terminals }, (_, i) => i);
    return places.filter((place) => list.some(({ from, to }) => from <= place && place <= to));
  }
  const percent = parsePercent(target);
  const count = percent === null ? Number(target) : Math.round((terminals * percent) / 100);
  const struck = target === 'all' ? terminals : Math.max(1, Math.min(terminals, count));
  return Array.from({ length: struck }, (_, i) => i);
}

/** The list that names these places. */
export function placesTarget(places: readonly number[]): string {
  const spans: Span[] = [];
  for (const place of [...new Set(places)].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && last.to === place - 1) last.to = place;
    else spans.push({ from: place, to: place });
  }
  return `id:${spans.map(({ from, to }) => (from === to ? from : `${from}-${to}`)).join('+')}`;
}

interface Span {
  readonly from: number;
  to: number;
}

function readList(text: string): Span[] | null {
  if (!/^id:\d{1,5}(-\d{1,5})?(\+\d{1,5}(-\d{1,5})?)*$/.test(text)) return null;
  const spans = text.slice('id:'.length).split('+');
  const read = spans.map((span) => {
    const [from = '', to = from] = span.split('-');
    return { from: Number(from), to: Number(to) };
  });
  return read.every(({ from, to }) => from <= to) ? read : null;
}
