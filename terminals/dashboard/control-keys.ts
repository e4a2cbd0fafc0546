/**
 * Keys that act on the load. They do nothing unless the run lets its viewers control it; faults must be armed too.
 *
 * @module
 */
import { SHARE_MAX_PCT, SHARE_MIN_PCT } from './control.ts';
import type { ControlState } from './model.ts';
import type { KeyFacts, KeyResult, UiState } from './ui-state.ts';

export function pressControl(state: UiState, key: string, { control }: KeyFacts): KeyResult {
  const stay = (next: UiState): KeyResult => ({ state: next, effect: 'none' });
  if (control === null) return stay({ ...state, dialog: 'none' });
  if (state.dialog === 'faults') return pressMenu(state, key, control);
  const { paused, sharePct } = control;
  const load = (change: { paused?: boolean; sharePct?: number }): KeyResult => ({
    state,
    effect: { type: 'load', paused, sharePct, ...change },
  });
  switch (key) {
    case 'S-p':
      return load({ paused: !paused });
    case '+':
      return load({ sharePct: Math.min(SHARE_MAX_PCT, sharePct + STEP_PCT) });
    case '-':
      return load({ sharePct: Math.max(SHARE_MIN_PCT, sharePct - STEP_PCT) });
    case 'S-f':
      return stay({ ...state, armed: !state.armed });
    case 'f':
      return stay({ ...state, dialog: 'faults', faultRow: 0 });
    default:
      return stay(state);
  }
}

/** Enter applies the chosen fault when armed; whoever is not armed can only look. */
function pressMenu(state: UiState, key: string, { faults }: ControlState): KeyResult {
  const closed: UiState = { ...state, dialog: 'none' };
  const row = (faultRow: number): KeyResult => ({
    state: { ...state, faultRow: Math.max(0, Math.min(faultRow, faults.length - 1)) },
    effect: 'none',
  });
  switch (key) {
    case 'escape':
    case 'f':
    case 'q':
      return { state: closed, effect: 'none' };
    case 'S-f':
      return { state: { ...state, armed: !state.armed }, effect: 'none' };
    case 'up':
    case 'k':
      return row(state.faultRow - 1);
    case 'down':
    case 'j':
      return row(state.faultRow + 1);
    case 'enter': {
      const fault = faults[state.faultRow];
      if (!state.armed || fault === undefined) return row(state.faultRow);
      return { state: closed, effect: { type: 'fault', kind: fault.kind } };
    }
    default:
      return row(state.faultRow);
  }
}

const STEP_PCT = 10;
