/**
 * The few steps that all screens take: show another one, ask the bank, open a page of the history.
 *
 * @module
 */
import {
  type Asked,
  type AtmState,
  FILTERS,
  HISTORY_ROWS,
  type Screen,
  type Session,
  type Step,
} from './state.ts';

export const stay = (state: AtmState): Step => ({ state, intents: [] });

export const show = (state: AtmState, screen: Screen): Step => stay({ ...state, screen });

/** Asks, and shows that it is under way. */
export const ask = (state: AtmState, asked: Asked): Step => ({
  state: { ...state, screen: { at: 'busy', asked, sinceMs: state.world.nowMs } },
  intents: [{ do: 'ask', asked }],
});

/** The newest page of a filter. */
export const openHistory = (state: AtmState, session: Session, filter: number): Step =>
  turnPage(state, session, { filter, cursors: [null] });

/** The page of the last cursor; the old one stays in sight until it comes. */
export function turnPage(
  state: AtmState,
  { account }: Session,
  { filter, cursors }: { readonly filter: number; readonly cursors: readonly (number | null)[] },
): Step {
  const { screen } = state;
  const shown = screen.at === 'history' ? screen : { items: [], next: null };
  const asked: Asked = {
    op: 'history',
    account,
    cursor: cursors.at(-1) ?? null,
    limit: HISTORY_ROWS,
    kinds: FILTERS[filter]?.kinds ?? [],
    short: false,
  };
  return {
    state: {
      ...state,
      screen: { at: 'history', filter, cursors, items: shown.items, next: shown.next, loading: true },
    },
    intents: [{ do: 'ask', asked }],
  };
}

/** Without a key for so long a customer is logged out, and what was typed at the login is forgotten. */
export const IDLE_MS = 120_000;
const COUNTDOWN_MS = 10_000;

/** Whole seconds until the customer is logged out; null while there is time, and while an operation is under way. */
export function countdownS({ session, screen, world, idleSinceMs }: AtmState): number | null {
  if (session === null || screen.at === 'busy') return null;
  const leftMs = idleSinceMs + IDLE_MS - world.nowMs;
  return leftMs > COUNTDOWN_MS ? null : Math.max(0, Math.ceil(leftMs / 1000));
}
