/**
 * What a key does to the dashboard: a pure reducer from state and key to the next state and an effect for the shell.
 *
 * @module
 */

import type { Control } from './control.ts';
import { pressControl } from './control-keys.ts';
import type { Choice } from './filter.ts';
import { type GridFacts, pressGrid } from './grid-keys.ts';
import type { ControlState } from './model.ts';
import { THEME_NAMES, type ThemeName } from './theme.ts';

export type PaneId = 1 | 2 | 3 | 4 | 5 | 6;
export const DENSITIES = ['auto', 'numbers', 'glyphs'] as const;

export interface UiState extends Choice {
  /** Place in the grid's order; -1 while nothing is selected. */
  readonly cursor: number;
  readonly density: (typeof DENSITIES)[number];
  /** Index of the terminal that is looked at by itself. */
  readonly zoomed: number | null;
  readonly focus: PaneId;
  /** The focused pane has the screen to itself. */
  readonly maximised: boolean;
  /** The filter while it is typed. */
  readonly typing: string | null;
  /** The display stands still; data keep flowing. */
  readonly paused: boolean;
  readonly dialog: 'none' | 'help' | 'quit' | 'repeat' | 'faults';
  /** Row of the fault menu. */
  readonly faultRow: number;
  readonly armed: boolean;
  readonly theme: ThemeName;
  /** The run was asked to stop: the next quit or C-c does not wait for it. */
  readonly stopping: boolean;
}

/** `stop` and `interrupt` are sent to the run; `leave` closes the dashboard; `force` interrupts and closes. */
export type Effect = 'none' | 'stop' | 'interrupt' | 'leave' | 'force' | Control;

export interface KeyFacts {
  /** A run goes on that is this dashboard's to stop. */
  readonly running: boolean;
  readonly grid: GridFacts;
  /** Null: viewers may only look. */
  readonly control: ControlState | null;
  /** What the key types. */
  readonly typed: string;
}

export interface KeyResult {
  readonly state: UiState;
  readonly effect: Effect;
}

export const firstUiState = (theme: ThemeName): UiState => ({
  cursor: -1,
  filter: '',
  sort: 'id',
  reverse: false,
  density: 'auto',
  zoomed: null,
  focus: 1,
  maximised: false,
  typing: null,
  paused: false,
  dialog: 'none',
  faultRow: 0,
  armed: false,
  theme,
  stopping: false,
});

/** @param key blessed's full name: `q`, `S-t`, `C-c`, `pagedown`, `escape`, … */
export function pressKey(state: UiState, key: string, facts: KeyFacts): KeyResult {
  if (key === 'C-c') return interrupt(state, facts);
  // blessed reports one stroke of Enter under both names.
  if (key === 'return') return stay(state);
  if (state.dialog === 'quit') return answerQuit(state, key);
  if (state.dialog === 'faults') return pressControl(state, key, facts);
  if (state.dialog !== 'none') {
    return CLOSES.has(key) ? stay({ ...state, dialog: 'none' }) : stay(state);
  }
  if (state.typing !== null) return stay(typeFilter(state, key, facts.typed));
  return pressPlain(state, key, facts);
}

function pressPlain(state: UiState, key: string, facts: KeyFacts): KeyResult {
  switch (key) {
    case 'q':
      return facts.running && !state.stopping
        ? stay({ ...state, dialog: 'quit' })
        : { state, effect: 'leave' };
    case '?':
      return stay({ ...state, dialog: 'help' });
    case 'y':
      return stay({ ...state, dialog: 'repeat' });
    case 'space':
      return stay({ ...state, paused: !state.paused });
    case 'S-t':
      return stay({ ...state, theme: nextOf(THEME_NAMES, state.theme) });
    case 'z':
      return stay({ ...state, maximised: !state.maximised });
    case 'tab':
      return stay({ ...state, focus: ((state.focus % 6) + 1) as PaneId });
    case 'S-tab':
      return stay({ ...state, focus: (((state.focus + 4) % 6) + 1) as PaneId });
    case '/':
      return stay({ ...state, typing: state.filter, zoomed: null });
    default:
      if (/^[1-6]$/.test(key)) return stay({ ...state, focus: Number(key) as PaneId });
      if (CONTROL_KEYS.has(key)) return pressControl(state, key, facts);
      return stay(pressGrid(state, key, facts.grid));
  }
}

/** Enter applies what was typed, Esc keeps the filter of before. */
function typeFilter(state: UiState, key: string, typed: string): UiState {
  const text = state.typing ?? '';
  if (key === 'enter') return { ...state, typing: null, filter: text.trim(), cursor: -1 };
  if (key === 'escape') return { ...state, typing: null };
  if (key === 'backspace') return { ...state, typing: text.slice(0, -1) };
  if (key === 'C-u') return { ...state, typing: '' };
  return /^[ -~]$/.test(typed) && text.length < FILTER_MAX ? { ...state, typing: text + typed } : state;
}

function interrupt(state: UiState, facts: KeyFacts): KeyResult {
  if (!facts.running) return { state, effect: 'leave' };
  if (state.stopping) return { state, effect: 'force' };
  return { state: { ...state, dialog: 'none', typing: null, stopping: true }, effect: 'interrupt' };
}

/** Only `y` stops the run; Enter, like Esc, answers No. */
function answerQuit(state: UiState, key: string): KeyResult {
  const closed = { ...state, dialog: 'none' as const };
  if (key === 'y') return { state: { ...closed, stopping: true }, effect: 'stop' };
  if (key === 'd') return { state: closed, effect: 'leave' };
  return ['n', 'q', 'escape', 'enter'].includes(key) ? stay(closed) : stay(state);
}

const stay = (state: UiState): KeyResult => ({ state, effect: 'none' });

function nextOf<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length] ?? one;
}

const CLOSES = new Set(['?', 'y', 'escape', 'q', 'enter', 'space']);
const CONTROL_KEYS = new Set(['S-p', '+', '-', 'f', 'S-f']);
const FILTER_MAX = 60;
