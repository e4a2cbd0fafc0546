/**
 * The history screen: pages of the bank's own record of the customer's actions, refused ones included, filtered by kind.
 *
 * @module
 */
import { CODES } from '../../protocol/errors.ts';
import type { HistoryItem } from '../../protocol/messages.ts';
import { ZERO } from '../../protocol/money.ts';
import type { Surface } from '../dashboard/surface.ts';
import { formatDelta, formatMoney } from '../dashboard/text.ts';
import type { Press } from './fields.ts';
import type { ScreenLook } from './paint.ts';
import { type AtmState, FILTERS, type HistoryScreen, MENU, type Session, type Step } from './state.ts';
import { openHistory, show, stay, turnPage } from './steps.ts';

export function pressHistory(
  state: AtmState,
  { screen, session }: { screen: HistoryScreen; session: Session },
  { key }: Press,
): Step {
  const { filter, cursors, next, loading } = screen;
  if (key === 'escape' || key === 'q') return show(state, MENU);
  if (loading) return stay(state);
  switch (key) {
    case 'pagedown':
    case 'down':
    case 'space':
      return next === null ? stay(state) : turnPage(state, session, { filter, cursors: [...cursors, next] });
    case 'pageup':
    case 'up':
      return cursors.length < 2
        ? stay(state)
        : turnPage(state, session, { filter, cursors: cursors.slice(0, -1) });
    case 'home':
    case 'g':
      return openHistory(state, session, filter);
    case 'f':
    case 'tab':
      return openHistory(state, session, (filter + 1) % FILTERS.length);
    case 'S-f':
    case 'S-tab':
      return openHistory(state, session, (filter + FILTERS.length - 1) % FILTERS.length);
    default:
      return stay(state);
  }
}

export function drawHistory(surface: Surface, screen: HistoryScreen, { palette }: ScreenLook): void {
  const { items, cursors, next, filter, loading } = screen;
  surface.put({ x: 2, y: 1 }, HEADINGS, palette.dim);
  items.forEach((item, row) => {
    const style = CODES[item.code].class === 'ok' ? palette.text : palette.dim;
    surface.put({ x: 2, y: 2 + row }, lineOf(item), style);
  });
  if (items.length === 0 && !loading) surface.put({ x: 2, y: 3 }, 'Nothing of this kind yet.', palette.text);
  const where = `page ${cursors.length}${next === null ? ', the last' : ''}`;
  const status = loading ? 'asking the bank' : `${FILTERS[filter]?.name}, ${where}`;
  surface.put({ x: 2, y: surface.height - 2 }, status, palette.strong);
}

const HEADINGS = `${'time (UTC)'.padEnd(16)}${'what'.padEnd(10)}${'amount'.padStart(12)}${'balance'.padStart(14)}  result`;

function lineOf({ atMs, kind, amount, balance, code, state }: HistoryItem): string {
  const money = amount === ZERO ? '' : formatDelta(String(amount));
  const after = balance === null ? '' : formatMoney(String(balance));
  const result = code === 'APPROVED' ? (STATES[state] ?? 'ok') : CODES[code].audit;
  const time = formatTime(atMs).slice('2026-'.length);
  return `${time.padEnd(16)}${kind.padEnd(10)}${money.padStart(12)}${after.padStart(14)}  ${result}`;
}

/** `2026-11-24 12:43:19` */
export const formatTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** What became of an approved transaction, where it is not simply done. */
const STATES: Readonly<Partial<Record<HistoryItem['state'], string>>> = {
  held: 'on hold',
  voided: 'cancelled',
  suspense: 'being looked into',
  tombstone: 'cancelled',
  pending: 'under way',
};
