/**
 * The grid of terminals: one glyph each, with its number while there is room, with pages when there are too many.
 *
 * @module
 */
import { countStates, type DashboardModel, stateOf, type TerminalState, terminalName } from '../model.ts';
import { lineWidth, putLine, type Segment, type Surface } from '../surface.ts';
import type { Look } from '../theme.ts';
import type { Ui } from '../ui.ts';

export interface GridShape {
  readonly perRow: number;
  /** Cells from one terminal to the next; 1 when there is no room for numbers. */
  readonly step: number;
  readonly perPage: number;
  readonly pages: number;
}

/** @param size the inside of the pane; its last row is the legend. */
export function gridShape(
  size: { readonly width: number; readonly height: number },
  terminals: DashboardModel['terminals'],
): GridShape {
  const count = terminals.states.length;
  const rows = Math.max(1, size.height - 1);
  const digits = String(terminals.first + count - 1).length;
  const step = Math.max(digits, terminals.digits) + 2;
  const numbered = Math.floor((size.width + 1) / step);
  if (count <= numbered * rows) return { perRow: numbered, step, perPage: numbered * rows, pages: 1 };
  const width = Math.max(1, size.width);
  if (count <= width * rows) return { perRow: width, step: 1, perPage: width * rows, pages: 1 };
  const perPage = width * Math.max(1, rows - 1);
  return { perRow: width, step: 1, perPage, pages: Math.ceil(count / perPage) };
}

export function drawAtms(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { terminals } = model;
  const shape = gridShape(surface, terminals);
  const page = Math.min(ui.state.page, shape.pages - 1);
  const from = page * shape.perPage;
  const to = Math.min(from + shape.perPage, terminals.states.length);
  if (shape.step === 1) drawDense(surface, { states: terminals.states.slice(from, to), look: ui.look });
  else drawNumbered(surface, model, { shape, look: ui.look });
  if (shape.pages > 1) {
    const range = ` ${terminalName(terminals, from)}..${terminalName(terminals, to - 1)}`;
    const text = `${range}  page ${page + 1}/${shape.pages} (PgUp PgDn)`;
    surface.put({ x: 0, y: surface.height - 2 }, text, ui.look.palette.strong);
  }
  drawLegend(surface, terminals.states, ui.look);
}

/** Runs of one state are put at once: ten thousand single puts would be the cost of the whole frame. */
function drawDense(surface: Surface, grid: { readonly states: string; readonly look: Look }): void {
  const { states, look } = grid;
  let from = 0;
  while (from < states.length) {
    const code = states.charAt(from);
    const rowEnd = Math.min(states.length, from - (from % surface.width) + surface.width);
    let to = from + 1;
    while (to < rowEnd && states.charAt(to) === code) to++;
    const state = stateOf(code);
    const at = { x: from % surface.width, y: Math.floor(from / surface.width) };
    surface.put(at, look.glyphs.states[state].repeat(to - from), look.palette.states[state]);
    from = to;
  }
}

function drawNumbered(
  surface: Surface,
  model: DashboardModel,
  grid: { readonly shape: GridShape; readonly look: Look },
): void {
  const { perRow, step } = grid.shape;
  const { states, first } = model.terminals;
  for (let i = 0; i < states.length; i++) {
    const state = stateOf(states.charAt(i));
    const number = String(first + i).padStart(step - 2, '0');
    const at = { x: (i % perRow) * step, y: Math.floor(i / perRow) };
    surface.put(at, grid.look.glyphs.states[state] + number, grid.look.palette.states[state]);
  }
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
