/**
 * Keys of the full log of events. Pure.
 *
 * @module
 */
import type { KeyFacts, UiState } from './ui-state.ts';

export const LOG_KEYS: ReadonlySet<string> = new Set([
  ...['escape', 'enter', 'up', 'k', 'down', 'j', 'pageup', 'pagedown', 'g', 'home', 'S-g', 'end', 'l', 'S-l'],
]);

/** @param terminal whose events alone; null: all */
export const openLog = (state: UiState, terminal: number | null): UiState => ({
  ...state,
  log: { terminal, top: null },
});

/** The selected terminal, or the one that is looked at. */
export const chosenTerminal = (
  { zoomed, cursor }: UiState,
  { grid }: Pick<KeyFacts, 'grid'>,
): number | null => zoomed ?? grid.order[cursor] ?? null;

export function pressLog(state: UiState, key: string, facts: KeyFacts): UiState {
  const { log } = state;
  if (log === null) return state;
  const { numbers, page } = facts.log;
  const found = log.top === null ? 0 : numbers.findIndex((number) => number <= (log.top ?? 0));
  const at = Math.max(0, found);
  const to = (line: number): UiState => {
    const place = Math.min(line, numbers.length - page);
    // At the newest it follows.
    return { ...state, log: { ...log, top: place <= 0 ? null : (numbers[place] ?? null) } };
  };
  switch (key) {
    case 'up':
    case 'k':
      return to(at - 1);
    case 'down':
    case 'j':
      return to(at + 1);
    case 'pageup':
      return to(at - page);
    case 'pagedown':
      return to(at + page);
    case 'g':
    case 'home':
      return to(0);
    case 'S-g':
    case 'end':
      return to(numbers.length);
    case 'l':
      return openLog(state, null);
    case 'S-l':
      return openLog(state, chosenTerminal(state, facts));
    default:
      return { ...state, log: null };
  }
}
