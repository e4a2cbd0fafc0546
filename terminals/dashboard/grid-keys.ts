/**
 * Keys that move in the grid of terminals and change how it is laid out. Pure.
 *
 * @module
 */
import { SORTS } from './filter.ts';
import { DENSITIES, type GridFacts, type UiState } from './ui-state.ts';

export function pressGrid(state: UiState, key: string, grid: GridFacts): UiState {
  if (key === 'm') return toggleMark(state, grid);
  if (key === '*') return { ...state, marked: new Set() };
  if (state.zoomed !== null) return pressZoomed(state, key, grid);
  const { order, perRow, perPage } = grid;
  const to = (cursor: number): UiState => ({
    ...state,
    cursor: Math.max(order.length === 0 ? -1 : 0, Math.min(cursor, order.length - 1)),
  });
  const by = (step: number) => to(state.cursor < 0 ? Math.max(0, step > 1 ? step : 0) : state.cursor + step);
  switch (key) {
    case 'left':
    case 'h':
      return by(-1);
    case 'right':
    case 'l':
      return by(1);
    case 'up':
    case 'k':
      return by(-perRow);
    case 'down':
    case 'j':
      return by(perRow);
    case 'pagedown':
      return by(perPage);
    case 'pageup':
      return by(-perPage);
    case 'g':
    case 'home':
      return to(0);
    case 'S-g':
    case 'end':
      return to(order.length - 1);
    case 'n':
      return to(nextBad(grid, state.cursor, 1));
    case 'S-n':
      return to(nextBad(grid, state.cursor, -1));
    case 's':
      return { ...state, sort: SORTS[(SORTS.indexOf(state.sort) + 1) % SORTS.length] ?? 'id' };
    case 'S-s':
      return { ...state, reverse: !state.reverse };
    case 'd':
      return { ...state, density: DENSITIES[(DENSITIES.indexOf(state.density) + 1) % 3] ?? 'auto' };
    case 'enter':
      return {
        ...state,
        zoomed: order[Math.max(0, state.cursor)] ?? null,
        cursor: Math.max(0, state.cursor),
      };
    case 'escape':
      return { ...state, cursor: -1, filter: '', maximised: false, armed: false };
    default:
      return state;
  }
}

/** Of the terminal that is looked at, or selected. */
function toggleMark(state: UiState, { order }: GridFacts): UiState {
  const index = state.zoomed ?? order[state.cursor];
  if (index === undefined) return state;
  const marked = new Set(state.marked);
  if (!marked.delete(index)) marked.add(index);
  return { ...state, marked };
}

/** The neighbours in the grid's order, one by one. */
function pressZoomed(state: UiState, key: string, { order, ...grid }: GridFacts): UiState {
  if (key === 'escape' || key === 'enter') return { ...state, zoomed: null };
  const at = state.zoomed === null ? -1 : order.indexOf(state.zoomed);
  const step: Readonly<Record<string, number>> = {
    left: at - 1,
    h: at - 1,
    right: at + 1,
    l: at + 1,
    n: nextBad({ ...grid, order }, at, 1),
    'S-n': nextBad({ ...grid, order }, at, -1),
  };
  const cursor = Math.max(0, Math.min(step[key] ?? at, order.length - 1));
  return { ...state, cursor, zoomed: order[cursor] ?? state.zoomed };
}

/** Goes round at the ends; stays where it is when no terminal is in trouble. */
function nextBad({ order, isBad }: GridFacts, from: number, step: 1 | -1): number {
  for (let i = 1; i <= order.length; i++) {
    const at = (from + step * i + 2 * order.length) % order.length;
    if (isBad(order[at] ?? -1)) return at;
  }
  return from;
}
