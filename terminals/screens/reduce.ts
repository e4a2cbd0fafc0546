/**
 * The whole ATM as one pure function: state and event in, next state and intents out. Keys are `press.ts`, results of
 * operations `results.ts`; here is what happens by itself: pushes, lost lines, idle customers.
 *
 * @module
 */
import { unreachable } from '../../protocol/invariant.ts';
import type { BalancePush } from '../../protocol/messages.ts';
import { subtract, ZERO } from '../../protocol/money.ts';
import { freshen } from '../accounts.ts';
import { press } from './press.ts';
import { finish } from './results.ts';
import { type AtmEvent, type AtmState, LOGIN, PASSWORD, RECENT_ROWS, type Step, viewOf } from './state.ts';
import { ask, IDLE_MS, show, stay } from './steps.ts';

export function reduce(state: AtmState, event: AtmEvent): Step {
  switch (event.type) {
    case 'key':
      return press(state, event);
    case 'world':
      return turn({ ...state, world: event.world });
    case 'push':
      return stay(pushed(state, event.push));
    case 'result':
      return finish(state, event.asked, event.result);
    case 'passwordsDiffer': {
      const message = 'The new password was not typed the same twice';
      return show(state, { ...PASSWORD, message });
    }
    default:
      return unreachable(event);
  }
}

/** How long news may wait before the menu's list is asked for again: several changes make one request. */
const REFRESH_MS = 300;

/** Time has passed. */
function turn(state: AtmState): Step {
  const { world, session, screen } = state;
  if (session !== null && world.line !== 'up') return lineLost(state);
  const idle = world.nowMs - state.idleSinceMs >= IDLE_MS;
  if (session === null) {
    const typed = screen.at === 'login' && screen !== LOGIN;
    return idle && typed
      ? { state: { ...state, screen: LOGIN }, intents: [{ do: 'forgetSecrets' }] }
      : stay(state);
  }
  if (idle && screen.at !== 'busy') {
    const out = ask(state, { op: 'logout' });
    return { ...out, intents: [{ do: 'forgetSecrets' }, ...out.intents] };
  }
  const due = session.staleSinceMs !== null && world.nowMs - session.staleSinceMs >= REFRESH_MS;
  return screen.at === 'menu' && due && world.ready ? refresh(state) : stay(state);
}

const MONEY = ['withdraw', 'deposit', 'transfer'] as const;

/** Asks for the menu's short list. */
function refresh(state: AtmState): Step {
  const { session } = state;
  if (session === null) return stay(state);
  const { account } = session;
  const asked = {
    op: 'history',
    account,
    cursor: null,
    limit: RECENT_ROWS,
    kinds: MONEY,
    short: true,
  } as const;
  return {
    state: { ...state, session: { ...session, staleSinceMs: null } },
    intents: [{ do: 'ask', asked }],
  };
}

/** The bank forgets who was logged in with the session. What was under way is settled and told later. */
function lineLost(state: AtmState): Step {
  const out = { ...state, session: null };
  const forget = [{ do: 'forgetSecrets' }] as const;
  if (state.screen.at === 'busy' || state.screen.at === 'receipt') return { state: out, intents: forget };
  return {
    state: {
      ...out,
      screen: {
        at: 'notice',
        title: 'Connection lost',
        lines: [
          'The line to the bank is down. Nothing was under way.',
          'You are logged out. Log in again once it is back.',
        ],
        code: null,
        good: false,
        next: null,
      },
    },
    intents: forget,
  };
}

function pushed(state: AtmState, push: BalancePush): AtmState {
  const { session, world } = state;
  if (session === null) return state;
  const accounts = freshen(session.accounts, push);
  if (accounts === session.accounts) return state;
  const before = viewOf(session);
  const moved =
    before && push.account === session.account ? subtract(push.available, before.available) : ZERO;
  const change = moved === ZERO ? session.change : { amount: moved, atMs: world.nowMs };
  return {
    ...state,
    session: { ...session, accounts, change, staleSinceMs: session.staleSinceMs ?? world.nowMs },
  };
}
