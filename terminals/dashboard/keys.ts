/**
 * What a key does to the dashboard: a pure reducer from state and key to the next state and an effect for the shell.
 *
 * @module
 */
import { pressControl } from './control-keys.ts';
import { pressGrid } from './grid-keys.ts';
import { chosenTerminal, LOG_KEYS, openLog, pressLog } from './log-keys.ts';
import { THEME_NAMES } from './theme.ts';
import { type KeyFacts, type KeyResult, type PaneId, type UiState, WINDOWS } from './ui-state.ts';

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
  if (state.log === null) return pressPlain(state, key, facts);
  if (LOG_KEYS.has(key)) return stay(pressLog(state, key, facts));
  return BESIDE_LOG.has(key) ? pressPlain(state, key, facts) : stay(state);
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
      return { state: { ...state, dialog: 'repeat' }, effect: 'repeat' };
    case 'space':
      return stay({ ...state, paused: !state.paused });
    case 'S-t':
      return stay({ ...state, theme: nextOf(THEME_NAMES, state.theme) });
    case 'S-m':
      return stay({ ...state, mouse: !state.mouse });
    case 't':
      return stay({ ...state, window: nextOf(WINDOWS, state.window) });
    case 'x':
      return { state, effect: 'export' };
    case 'S-l':
      return stay(openLog(state, chosenTerminal(state, facts)));
    case 'z':
      return stay(
        state.zoomed === null
          ? { ...state, maximised: !state.maximised }
          : { ...state, figures: !state.figures },
      );
    case 'tab':
      return stay({ ...state, focus: ((state.focus % 6) + 1) as PaneId });
    case 'S-tab':
      return stay({ ...state, focus: (((state.focus + 4) % 6) + 1) as PaneId });
    case '/':
      return stay({ ...state, typing: state.filter, zoomed: null });
    default:
      if (/^[1-6]$/.test(key)) return stay({ ...state, focus: Number(key) as PaneId });
      if (CONTROL_KEYS.has(key)) return pressControl(state, key, facts);
      if (state.focus === 6 && state.zoomed === null && key === 'l') return stay(openLog(state, null));
      if (state.focus === 4 && state.zoomed === null && ERROR_KEYS.has(key))
        return stay(pressErrors(state, key, facts));
      return stay(pressGrid(state, key, facts.grid));
  }
}

/** Up and down choose an error; Enter shows the terminals that had it last. */
function pressErrors(state: UiState, key: string, { errors }: KeyFacts): UiState {
  const row = Math.max(0, Math.min(state.errorRow, errors.length - 1));
  if (key !== 'enter') {
    const step = key === 'up' || key === 'k' ? -1 : 1;
    return { ...state, errorRow: Math.max(0, Math.min(row + step, errors.length - 1)) };
  }
  const code = errors[row];
  return code === undefined
    ? state
    : { ...state, filter: `err:${code}`, focus: 1, cursor: -1, maximised: false };
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
const ERROR_KEYS = new Set(['up', 'down', 'k', 'j', 'enter']);
const CONTROL_KEYS = new Set(['S-p', '+', '-', 'f', 'S-f']);
/** Keys that do over the log what they do elsewhere. */
const BESIDE_LOG = new Set(['q', '?', 'y', 'space', 'S-t', 'S-m', 'x']);
const FILTER_MAX = 60;
