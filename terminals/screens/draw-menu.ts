/**
 * The menu: what can be done, the balance as it is now, and the last transactions.
 *
 * @module
 */

import { CODES } from '../../protocol/errors.ts';
import type { HistoryItem } from '../../protocol/messages.ts';
import { ZERO } from '../../protocol/money.ts';
import { box, type Surface } from '../dashboard/surface.ts';
import { formatDelta } from '../dashboard/text.ts';
import { formatTime } from './history.ts';
import { money, putCentred, type ScreenLook } from './paint.ts';
import { MENU_ITEMS } from './press.ts';
import { type AtmState, RECENT_ROWS, type Session, viewOf } from './state.ts';

interface Shown {
  readonly state: AtmState;
  readonly session: Session;
  readonly selected: number;
}

const SIDE = 42;

export function drawMenu(surface: Surface, shown: Shown, look: ScreenLook): void {
  const { session, selected } = shown;
  const { palette, focus, marks } = look;
  surface.put({ x: 3, y: 1 }, `Hello, ${session.customer}.`.slice(0, surface.width - SIDE - 5), palette.text);
  MENU_ITEMS.forEach((item, i) => {
    const here = i === selected;
    const y = 3 + i * 2;
    surface.put({ x: 3, y }, here ? marks.here : ' ', palette.strong);
    surface.put({ x: 5, y }, ` ${i + 1}  ${item.padEnd(18)}`, here ? focus : palette.text);
  });
  drawBalance(surface, shown, look);
  drawRecent(surface, session, look);
}

function drawBalance(surface: Surface, { state, session }: Shown, look: ScreenLook): void {
  const { palette, glyphs } = look;
  const view = viewOf(session);
  const rect = { x: surface.width - SIDE - 2, y: 1, width: SIDE, height: 7 };
  const inside = box(surface, rect, {
    title: `Account ${session.account}`,
    glyphs: glyphs.box,
    frame: palette.frame,
    titleStyle: palette.strong,
  });
  if (!view || session.hidden) {
    putCentred(inside, 1, 'balance hidden', palette.dim);
    return;
  }
  putCentred(inside, 1, money(view.available), palette.strong);
  const held = view.ledger - view.available;
  putCentred(inside, 2, held > 0n ? `available; ${money(held)} on hold` : 'available', palette.dim);
  if (session.change === null) return;
  const { amount, atMs } = session.change;
  const ago = `${formatDelta(String(amount))} elsewhere, ${agoText(state.world.nowMs - atMs)}`;
  putCentred(inside, 3, ago, amount > ZERO ? palette.ok : palette.warn);
}

function agoText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'just now';
  return seconds < 120 ? `${seconds} s ago` : `${Math.floor(seconds / 60)} min ago`;
}

function drawRecent(surface: Surface, session: Session, { palette, glyphs }: ScreenLook): void {
  const rect = { x: surface.width - SIDE - 2, y: 9, width: SIDE, height: RECENT_ROWS + 3 };
  const inside = box(surface, rect, {
    title: 'Last transactions',
    glyphs: glyphs.box,
    frame: palette.frame,
    titleStyle: palette.strong,
  });
  session.recent.forEach((item, row) => {
    const done = CODES[item.code].class === 'ok';
    inside.put({ x: 1, y: row }, lineOf(item), done ? palette.text : palette.dim);
  });
  inside.put({ x: 1, y: RECENT_ROWS }, '5 for all of them', palette.dim);
}

function lineOf({ atMs, kind, amount, code }: HistoryItem): string {
  const shown = amount === ZERO ? '' : formatDelta(String(amount));
  const refused = CODES[code].class === 'ok' ? '' : ' refused';
  return `${formatTime(atMs).slice(5, 16)} ${kind.padEnd(9)}${shown.padStart(10)}${refused}`;
}
