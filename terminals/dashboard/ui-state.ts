/**
 * What a key does to the dashboard: a pure reducer from state and key to the next state and an effect for the shell.
 *
 * @module
 */
import { THEME_NAMES, type ThemeName } from './theme.ts';

export interface UiState {
  /** Page of the grid, from 0. */
  readonly page: number;
  /** The display stands still; data keep flowing. */
  readonly paused: boolean;
  readonly dialog: 'none' | 'help' | 'quit';
  readonly theme: ThemeName;
  /** The run was asked to stop: the next quit or C-c does not wait for it. */
  readonly stopping: boolean;
}

/** `stop` and `interrupt` are sent to the run; `leave` closes the dashboard; `force` interrupts and closes. */
export type Effect = 'none' | 'stop' | 'interrupt' | 'leave' | 'force';

export interface KeyFacts {
  readonly running: boolean;
  /** Pages the grid has at this size. */
  readonly pages: number;
}

export interface KeyResult {
  readonly state: UiState;
  readonly effect: Effect;
}

export const firstUiState = (theme: ThemeName): UiState => ({
  page: 0,
  paused: false,
  dialog: 'none',
  theme,
  stopping: false,
});

/** @param key blessed's full name: `q`, `S-t`, `C-c`, `pagedown`, `escape`, … */
export function pressKey(state: UiState, key: string, facts: KeyFacts): KeyResult {
  if (key === 'C-c') return interrupt(state, facts);
  if (state.dialog === 'quit') return answerQuit(state, key);
  if (state.dialog === 'help') {
    return CLOSES_HELP.has(key) ? stay({ ...state, dialog: 'none' }) : stay(state);
  }
  switch (key) {
    case 'q':
      return facts.running && !state.stopping
        ? stay({ ...state, dialog: 'quit' })
        : { state, effect: 'leave' };
    case '?':
      return stay({ ...state, dialog: 'help' });
    case 'space':
      return stay({ ...state, paused: !state.paused });
    case 'S-t':
      return stay({ ...state, theme: nextTheme(state.theme) });
    case 'pagedown':
      return stay({ ...state, page: Math.min(state.page + 1, facts.pages - 1) });
    case 'pageup':
      return stay({ ...state, page: Math.max(0, Math.min(state.page, facts.pages - 1) - 1) });
    case 'g':
    case 'home':
      return stay({ ...state, page: 0 });
    case 'S-g':
    case 'end':
      return stay({ ...state, page: facts.pages - 1 });
    default:
      return stay(state);
  }
}

function interrupt(state: UiState, facts: KeyFacts): KeyResult {
  if (!facts.running) return { state, effect: 'leave' };
  if (state.stopping) return { state, effect: 'force' };
  return { state: { ...state, dialog: 'none', stopping: true }, effect: 'interrupt' };
}

/** Only `y` stops the run; Enter, like Esc, answers No. */
function answerQuit(state: UiState, key: string): KeyResult {
  const closed = { ...state, dialog: 'none' as const };
  if (key === 'y') return { state: { ...closed, stopping: true }, effect: 'stop' };
  if (key === 'd') return { state: closed, effect: 'leave' };
  return ['n', 'q', 'escape', 'enter'].includes(key) ? stay(closed) : stay(state);
}

const stay = (state: UiState): KeyResult => ({ state, effect: 'none' });

const nextTheme = (theme: ThemeName): ThemeName =>
  THEME_NAMES[(THEME_NAMES.indexOf(theme) + 1) % THEME_NAMES.length] ?? theme;

const CLOSES_HELP = new Set(['?', 'escape', 'q', 'enter', 'space']);
