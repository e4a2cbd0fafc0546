/**
 * The grid of terminals: one glyph each, with its number while there is room, with pages when there are too many. A
 * marked one has a `*` after its number, or its state's capital letter for a glyph.
 *
 * @module
 */
import { orderOf, rowOf } from '../filter.ts';
import { countStates, type DashboardModel, stateOf, type TerminalState, terminalName } from '../model.ts';
import {
  lineWidth,
  type Point,
  putLine,
  type Segment,
  type Surface,
  underCursor,
  underlined,
} from '../surface.ts';
import { formatLatency, formatMoney } from '../text.ts';
import type { Look } from '../theme.ts';
import type { Ui } from '../ui.ts';
import type { GridFacts, UiState } from '../ui-state.ts';

export interface GridShape {
  readonly perRow: number;
  /** Cells from one terminal to the next; 1 when there is no room for numbers. */
  readonly step: number;
  readonly perPage: number;
  readonly pages: number;
}

export interface GridContent {
  readonly count: number;
  /** Cells of the longest number. */
  readonly digits: number;
  readonly density: UiState['density'];
}

/** @param size the inside of the pane; its last two rows are the selected terminal and the legend. */
export function gridShape(
  size: { readonly width: number; readonly height: number },
  { count, digits, density }: GridContent,
): GridShape {
  const rows = Math.max(1, size.height - FOOT_ROWS);
  const shape = (step: number, perRow: number): GridShape => {
    const perPage = perRow * rows;
    return { perRow, step, perPage, pages: Math.max(1, Math.ceil(count / perPage)) };
  };
  const step = digits + 2;
  const numbered = shape(step, Math.max(1, Math.floor(size.width / step)));
  const fits = density === 'auto' ? numbered.pages === 1 : density === 'numbers';
  return fits ? numbered : shape(1, Math.max(1, size.width));
}

/** What the keys need to know of the grid on a surface of this size. */
export function gridFacts(
  size: { readonly width: number; readonly height: number },
  { terminals }: DashboardModel,
  state: UiState,
): GridFacts & { readonly shape: GridShape } {
  const order = orderOf(terminals, state);
  const shape = gridShape(size, {
    count: order.length,
    digits: Math.max(String(terminals.first + terminals.states.length - 1).length, terminals.digits),
    density: state.density,
  });
  return {
    order,
    shape,
    perRow: shape.perRow,
    perPage: shape.perPage,
    isBad: (index) => ['error', 'offline'].includes(stateOf(terminals.states.charAt(index))),
  };
}

/** Place in the grid's order of the cell at a point inside the pane; null where there is none. */
export function cellAt(
  size: { readonly width: number; readonly height: number },
  { model, state, at }: { readonly model: DashboardModel; readonly state: UiState; readonly at: Point },
): number | null {
  const { order, shape } = gridFacts(size, model, state);
  const column = Math.floor(at.x / shape.step);
  if (at.x < 0 || at.y < 0 || column >= shape.perRow || at.y >= shape.perPage / shape.perRow) return null;
  const place = pageOf(state.cursor, { order, shape }) * shape.perPage + at.y * shape.perRow + column;
  return place < order.length ? place : null;
}

function pageOf(cursor: number, { order, shape }: { order: readonly number[]; shape: GridShape }): number {
  return Math.floor(Math.max(0, Math.min(cursor, order.length - 1)) / shape.perPage);
}

export function atmsTitle({ terminals }: DashboardModel, { state, look }: Ui): string {
  const { filter, sort, reverse } = state;
  const shown = filter === '' ? look.glyphs.absent : filter;
  const order = `sort:${sort}${reverse ? ' reversed' : ''}`;
  const marks = state.marked.size === 0 ? '' : `, ${state.marked.size} marked`;
  return `1 ATMs ${terminals.states.length}${marks}  filter:${shown}  ${order}`;
}

export function drawAtms(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { terminals } = model;
  const { order, shape } = gridFacts(surface, model, ui.state);
  const cursor = Math.min(ui.state.cursor, order.length - 1);
  const page = pageOf(cursor, { order, shape });
  const shown = order.slice(page * shape.perPage, (page + 1) * shape.perPage);
  if (shape.step === 1) drawDense(surface, denseCodes(terminals.states, shown, ui.state.marked), ui.look);
  else drawNumbered(surface, model, { shown, shape, ui });
  if (order.length === 0) surface.put({ x: 1, y: 0 }, 'no ATM matches the filter', ui.look.palette.dim);
  const selected = order[cursor];
  if (cursor >= 0 && selected !== undefined)
    drawCursor(surface, cursor - page * shape.perPage, { selected, shape, model, ui });
  const pages = `  page ${page + 1}/${shape.pages} `;
  const at = { x: surface.width - pages.length, y: surface.height - FOOT_ROWS };
  if (shape.pages > 1) surface.put(at, pages, ui.look.palette.strong);
  drawLegend(surface, terminals.states, ui.look);
}

/** One line: name, state, last error and figures. */
export function terminalText(model: DashboardModel, index: number, { look, state }: Ui): string {
  const row = rowOf(model.terminals, index);
  const name = terminalName(model.terminals, index);
  const parts = [
    `${name} ${look.glyphs.states[row.state]} ${row.state}`,
    ...(state.marked.has(index) ? ['marked'] : []),
    ...(row.lastOp === null ? [] : [`last ${row.lastOp}`]),
    ...(row.errors === 0 ? [] : [`errors ${row.errors} (${row.lastError ?? look.glyphs.absent})`]),
    `p99 ${formatLatency(row.p99Us, look.glyphs.absent)} ms`,
    ...(row.cash === null ? [] : [`cash ${formatMoney(String(row.cash))}`]),
  ];
  return parts.join('  ');
}

interface Selected {
  readonly selected: number;
  readonly shape: GridShape;
  readonly model: DashboardModel;
  readonly ui: Ui;
}

function drawCursor(surface: Surface, place: number, { selected, shape, model, ui }: Selected): void {
  const { look } = ui;
  const row = rowOf(model.terminals, selected);
  const number = shape.step === 1 ? '' : String(row.number).padStart(shape.step - 2, '0');
  const at = { x: (place % shape.perRow) * shape.step, y: Math.floor(place / shape.perRow) };
  const isMarked = ui.state.marked.has(selected);
  const glyph = isMarked && shape.step === 1 ? MARKED[row.state] : look.glyphs.states[row.state];
  surface.put(at, glyph + number, underCursor(look.palette.states[row.state]));
  const text = terminalText(model, selected, ui);
  surface.put({ x: 1, y: surface.height - FOOT_ROWS }, text, look.palette.strong);
}

const FOOT_ROWS = 2;

/** Capitals are no state codes, so a code tells both. */
const MARKED: Readonly<Record<TerminalState, string>> = {
  idle: 'I',
  handshake: 'H',
  login: 'L',
  txn: 'T',
  error: 'E',
  offline: 'X',
};
const MARKED_STATES = new Map(
  Object.entries(MARKED).map(([state, letter]) => [letter, state as TerminalState]),
);

function denseCodes(states: string, shown: readonly number[], marked: ReadonlySet<number>): string {
  const code = (index: number) => states.charAt(index);
  if (marked.size === 0) return shown.map(code).join('');
  return shown.map((index) => (marked.has(index) ? MARKED[stateOf(code(index))] : code(index))).join('');
}

/** Runs of one state are put at once: ten thousand single puts would be the cost of the whole frame. */
function drawDense(surface: Surface, states: string, look: Look): void {
  let from = 0;
  while (from < states.length) {
    const code = states.charAt(from);
    const rowEnd = Math.min(states.length, from - (from % surface.width) + surface.width);
    let to = from + 1;
    while (to < rowEnd && states.charAt(to) === code) to++;
    const marked = MARKED_STATES.get(code);
    const state = marked ?? stateOf(code);
    const style = look.palette.states[state];
    const at = { x: from % surface.width, y: Math.floor(from / surface.width) };
    const glyph = marked === undefined ? look.glyphs.states[state] : code;
    surface.put(at, glyph.repeat(to - from), marked === undefined ? style : underlined(style));
    from = to;
  }
}

function drawNumbered(
  surface: Surface,
  { terminals }: DashboardModel,
  grid: { readonly shown: readonly number[]; readonly shape: GridShape; readonly ui: Ui },
): void {
  const { perRow, step } = grid.shape;
  const { look, state: keys } = grid.ui;
  grid.shown.forEach((index, i) => {
    const state = stateOf(terminals.states.charAt(index));
    const number = String(terminals.first + index).padStart(step - 2, '0');
    const at = { x: (i % perRow) * step, y: Math.floor(i / perRow) };
    surface.put(at, look.glyphs.states[state] + number, look.palette.states[state]);
    if (keys.marked.has(index)) surface.put({ x: at.x + step - 1, y: at.y }, '*', look.palette.strong);
  });
}

function drawLegend(surface: Surface, states: string, look: Look): void {
  const counts = countStates(states);
  // Room for counts of ordinary size is asked for too, else the words would come and go with each digit.
  const each = Math.floor(states.length / 4);
  const ordinary = { idle: each, handshake: each, login: each, txn: each, error: each, offline: each };
  const fits = (names: LegendNames) =>
    [counts, ordinary].every((some) => lineWidth(legend(some, names, look)) <= surface.width);
  const names = LEGENDS.find(fits) ?? BARE;
  putLine(surface, { x: 0, y: surface.height - 1 }, legend(counts, names, look));
}

function legend(counts: ReturnType<typeof countStates>, names: LegendNames, look: Look): readonly Segment[] {
  const gap = names === LONG ? ' ' : '';
  return STATES.flatMap((state, i): Segment[] => [
    [names === LONG || i > 0 ? ' ' : '', look.palette.text],
    [look.glyphs.states[state], look.palette.states[state]],
    [`${gap}${names[state]}${names[state] === '' ? '' : ' '}${counts[state]}${gap}`, look.palette.text],
  ]);
}

type LegendNames = Readonly<Record<TerminalState, string>>;

const STATES: readonly TerminalState[] = ['idle', 'handshake', 'login', 'txn', 'error', 'offline'];
const LONG: LegendNames = {
  idle: 'idle',
  handshake: 'handshake',
  login: 'login',
  txn: 'txn',
  error: 'error',
  offline: 'offline',
};
const SHORT: LegendNames = {
  idle: 'idle',
  handshake: 'hs',
  login: 'log',
  txn: 'txn',
  error: 'err',
  offline: 'off',
};
const BARE: LegendNames = { idle: '', handshake: '', login: '', txn: '', error: '', offline: '' };
const LEGENDS = [LONG, SHORT, BARE];
