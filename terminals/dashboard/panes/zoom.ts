/**
 * One terminal by itself: its figures, what was told of it, and how to repeat the run. No message body, no secret: the
 * feed carries none.
 *
 * @module
 */
import { rowOf, type TerminalRow } from '../filter.ts';
import { type DashboardModel, terminalName } from '../model.ts';
import { box, type Surface } from '../surface.ts';
import { formatLatency, formatMoney } from '../text.ts';
import type { Look } from '../theme.ts';
import type { Ui } from '../ui.ts';
import { drawEvents } from './events.ts';

interface Zoomed {
  readonly index: number;
  readonly model: DashboardModel;
  readonly ui: Ui;
}

export function drawZoom(surface: Surface, { index, model, ui }: Zoomed): void {
  const { palette, glyphs } = ui.look;
  const { width, height } = surface;
  const name = terminalName(model.terminals, index);
  const frame = { glyphs: glyphs.box, frame: palette.frame, titleStyle: palette.strong };
  const row = rowOf(model.terminals, index);
  const figures = figuresOf(row, ui.look);
  const top = figures.length + 2;
  const inside = box(surface, { x: 0, y: 0, width, height: top }, { ...frame, title: name });
  figures.forEach(([label, value], y) => {
    inside.put({ x: 1, y }, label, palette.dim);
    inside.put({ x: 16, y }, value, y === 0 ? palette.states[row.state] : palette.text);
  });
  const rect = { x: 0, y: top, width, height: height - top };
  const below = box(surface, rect, { ...frame, title: `Events of ${name}  newest first` });
  const events = model.events.filter(({ actor }) => actor === name);
  if (events.length === 0) below.put({ x: 1, y: 0 }, 'none among the newest events', palette.dim);
  drawEvents(below, { ...model, events }, ui);
}

function figuresOf(row: TerminalRow, look: Look): readonly (readonly [string, string])[] {
  const { absent, states } = look.glyphs;
  return [
    ['state', `${states[row.state]} ${row.state}`],
    ['last operation', ` ${row.lastOp ?? absent}`],
    ['p99', `${formatLatency(row.p99Us, absent)} ms, of its last 100 operations`],
    ['not ok', `${row.errors}${row.lastError === null ? '' : `, the last with ${row.lastError}`}`],
    ['cash inside', row.cash === null ? absent : formatMoney(String(row.cash))],
  ];
}
