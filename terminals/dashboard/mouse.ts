/**
 * What a click or the wheel does to the dashboard, told by the keys that do the same. Pure.
 *
 * @module
 */
import { pressKey } from './keys.ts';
import type { MouseReport } from './mouse-report.ts';
import type { KeyFacts, KeyResult, PaneId, UiState } from './ui-state.ts';

/** What lies under the mouse. */
export interface Hit {
  readonly pane: PaneId;
  /** Place in the grid's order; null outside the grid. */
  readonly cell: number | null;
  /** Row inside the pane. */
  readonly row: number;
}

export interface Click extends Pick<MouseReport, 'kind'> {
  /** The second press in short time at the same place. */
  readonly double: boolean;
}

/** @param hit null: no pane is there */
export function pressMouse(state: UiState, click: Click, hit: Hit | null, facts: KeyFacts): KeyResult {
  const stay: KeyResult = { state, effect: 'none' };
  if (state.dialog !== 'none' || state.typing !== null) return stay;
  const wheel = click.kind === 'wheel-up' ? 'up' : click.kind === 'wheel-down' ? 'down' : null;
  if (state.log !== null) return wheel === null ? stay : repeated(state, wheel, facts);
  if (hit === null || state.zoomed !== null) return stay;
  const focused = { ...state, focus: hit.pane };
  if (wheel !== null) {
    if (hit.pane === 6) return pressKey(focused, 'l', facts);
    return hit.pane === 1 || hit.pane === 4 ? pressKey(focused, wheel, facts) : stay;
  }
  const chosen = {
    ...focused,
    ...(hit.cell !== null && { cursor: hit.cell }),
    ...(hit.pane === 4 && { errorRow: Math.max(0, Math.min(hit.row, facts.errors.length - 1)) }),
  };
  const isRow = hit.cell !== null || (hit.pane === 4 && hit.row < facts.errors.length);
  return click.double && isRow ? pressKey(chosen, 'enter', facts) : { state: chosen, effect: 'none' };
}

/** Tells the second press in short time at the same place. */
export class DoubleClicks {
  #last: { readonly x: number; readonly y: number; readonly atMs: number } | null = null;

  isDouble({ kind, x, y }: MouseReport, nowMs: number): boolean {
    const last = this.#last;
    const isNear = last !== null && last.x === x && last.y === y && nowMs - last.atMs <= DOUBLE_MS;
    const double = isNear && kind === 'press';
    this.#last = kind === 'press' && !double ? { x, y, atMs: nowMs } : null;
    return double;
  }
}

/** The wheel goes three lines at a time. */
function repeated(state: UiState, key: string, facts: KeyFacts): KeyResult {
  let result: KeyResult = { state, effect: 'none' };
  for (let i = 0; i < WHEEL_LINES; i++) result = pressKey(result.state, key, facts);
  return result;
}

const WHEEL_LINES = 3;
const DOUBLE_MS = 400;
