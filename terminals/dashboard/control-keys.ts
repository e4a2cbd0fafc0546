/**
 * Keys that act on the load. They do nothing unless the run lets its viewers control it; faults must be armed too.
 *
 * @module
 */
import type { ControlState } from './model.ts';
import type { KeyFacts, KeyResult, UiState } from './ui-state.ts';

export function pressControl(state: UiState, key: string, { control }: KeyFacts): KeyResult {
  const stay = (next: UiState): KeyResult => ({ state: next, effect: 'none' });
  if (control === null) return stay({ ...state, dialog: 'none' });
  if (state.dialog === 'faults') return pressMenu(state, key, control);
  switch (key) {
    case 'S-p':
      return { state, effect: { type: 'pause', paused: !control.paused } };
    case '+':
      return { state, effect: { type: 'size', byPct: 10 } };
    case '-':
      return { state, effect: { type: 'size', byPct: -10 } };
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
    case '*':
      return { state: { ...state, marked: new Set() }, effect: 'none' };
    case 'up':
    case 'k':
      return row(state.faultRow - 1);
    case 'down':
    case 'j':
      return row(state.faultRow + 1);
    case 'enter': {
      const fault = faults[state.faultRow];
      if (!state.armed || fault === undefined) return row(state.faultRow);
      return { state: closed, effect: { type: 'fault', kind: fault.kind, terminals: aim(state) } };
    }
    default:
      return row(state.faultRow);
  }
}

function aim({ marked }: UiState): readonly number[] | null {
  return marked.size === 0 ? null : [...marked].sort((a, b) => a - b);
}
