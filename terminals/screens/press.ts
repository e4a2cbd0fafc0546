/**
 * What a key does on each screen: a pure function from state and key to the next state and what is to be done. While an
 * operation is under way no key is taken, but for Esc once it can only be cancelled.
 *
 * @module
 */
import { customerId } from '../../protocol/ids.ts';
import { unreachable } from '../../protocol/invariant.ts';
import { editSecret, editText, NAME, type Press } from './fields.ts';
import { pressHistory } from './history.ts';
import { pressDeposit, pressTransfer, pressWithdraw } from './press-money.ts';
import {
  type AtmState,
  DEPOSIT,
  home,
  type Intent,
  LOGIN,
  type LoginScreen,
  MENU,
  PASSWORD,
  type PasswordScreen,
  type Screen,
  type Session,
  type Step,
  TRANSFER,
  WITHDRAW,
} from './state.ts';
import { ask, countdownS, openHistory, show, stay } from './steps.ts';

export function press(before: AtmState, key: Press): Step {
  if (key.key === 'C-c') return { state: before, intents: [{ do: 'leave' }] };
  const state = { ...before, idleSinceMs: before.world.nowMs };
  // Whoever comes back to the countdown only says that they are there.
  if (countdownS(before) !== null) return stay(state);
  const { screen, session } = state;
  switch (screen.at) {
    case 'login':
      return pressLogin(state, screen, key);
    case 'busy': {
      // What is being settled goes on without anybody; all else must be waited for.
      const over = state.world.stage === 'settling' && key.key === 'escape';
      return over ? { state, intents: [{ do: 'giveUp' }] } : stay(state);
    }
    case 'receipt':
      return LEAVES.has(key.key) ? show(state, home(state)) : stay(state);
    case 'notice':
      return LEAVES.has(key.key) ? show(state, (session && screen.next) ?? home(state)) : stay(state);
    default:
      return session ? pressLoggedIn(state, { screen, session }, key) : show(state, LOGIN);
  }
}

const LEAVES = new Set(['enter', 'escape', 'space']);

type SessionScreen = Exclude<Screen, { at: 'login' | 'busy' | 'receipt' | 'notice' }>;

function pressLoggedIn(
  state: AtmState,
  { screen, session }: { screen: SessionScreen; session: Session },
  key: Press,
): Step {
  switch (screen.at) {
    case 'menu':
      return pressMenu(state, { selected: screen.selected, session }, key);
    case 'withdraw':
      return pressWithdraw(state, { screen, session }, key);
    case 'deposit':
      return pressDeposit(state, { screen, session }, key);
    case 'transfer':
      return pressTransfer(state, { screen, session }, key);
    case 'history':
      return pressHistory(state, { screen, session }, key);
    case 'password':
      return pressPassword(state, screen, key);
    default:
      return unreachable(screen);
  }
}

function pressLogin(state: AtmState, screen: LoginScreen, key: Press): Step {
  const user = customerId(screen.user.text);
  switch (key.key) {
    case 'tab':
    case 'S-tab':
    case 'up':
    case 'down':
      return show(state, { ...screen, focus: screen.focus === 'user' ? 'password' : 'user' });
    case 'escape':
      return { state: { ...state, screen: LOGIN }, intents: [{ do: 'forgetSecrets' }] };
    case 'enter':
      if (screen.focus === 'user' || screen.length === 0 || user === null) {
        const focus = user === null ? 'user' : 'password';
        return show(state, { ...screen, focus });
      }
      if (!state.world.ready) return show(state, { ...screen, message: 'The bank is not connected yet' });
      return ask(state, { op: 'login', user });
  }
  if (screen.focus === 'user')
    return show(state, { ...screen, user: editText(screen.user, key, NAME), message: null });
  const edited = editSecret(screen.length, key);
  if (edited === null) return stay(state);
  return {
    state: { ...state, screen: { ...screen, length: edited.length, message: null } },
    intents: [{ do: 'typeSecret', field: 'password', edit: edited.edit }],
  };
}

/** The menu's lines; the first letter of a screen's name has no meaning, the number does. */
export const MENU_ITEMS = [
  'Withdraw',
  'Deposit',
  'Transfer',
  'Balance',
  'History',
  'Change password',
  'Log out',
] as const;

function pressMenu(
  state: AtmState,
  { selected, session }: { selected: number; session: Session },
  key: Press,
): Step {
  const count = MENU_ITEMS.length;
  switch (key.key) {
    case 'up':
    case 'k':
      return show(state, { at: 'menu', selected: (selected + count - 1) % count });
    case 'down':
    case 'j':
    case 'tab':
      return show(state, { at: 'menu', selected: (selected + 1) % count });
    case 'b':
      return stay({ ...state, session: { ...session, hidden: !session.hidden } });
    case 'a':
      return stay({ ...state, session: nextAccount(session, state.world.nowMs) });
    case 'q':
      return ask(state, { op: 'logout' });
    case 'enter':
      return choose(state, session, selected);
    default: {
      const number = /^[1-9]$/.test(key.character) ? Number(key.character) : 0;
      return number >= 1 && number <= count ? choose(state, session, number - 1) : stay(state);
    }
  }
}

function choose(state: AtmState, session: Session, index: number): Step {
  switch (MENU_ITEMS[index]) {
    case 'Withdraw':
      return show(state, WITHDRAW);
    case 'Deposit':
      return show(state, DEPOSIT);
    case 'Transfer':
      return show(state, TRANSFER);
    case 'Balance':
      return ask(state, { op: 'balance', account: session.account });
    case 'History':
      return openHistory(state, session, 0);
    case 'Change password':
      return show(state, PASSWORD);
    default:
      return ask(state, { op: 'logout' });
  }
}

function nextAccount(session: Session, nowMs: number): Session {
  const { accounts, account } = session;
  const index = accounts.findIndex((each) => each.account === account);
  const next = accounts[(index + 1) % accounts.length]?.account ?? account;
  return next === account
    ? session
    : { ...session, account: next, change: null, recent: [], staleSinceMs: nowMs };
}

const PASSWORD_FIELDS = ['old', 'fresh', 'again'] as const;

function pressPassword(state: AtmState, screen: PasswordScreen, key: Press): Step {
  const { focus, lengths } = screen;
  const index = PASSWORD_FIELDS.indexOf(focus);
  const move = (by: number) =>
    show(state, { ...screen, focus: PASSWORD_FIELDS[(index + by + 3) % 3] ?? 'old' });
  switch (key.key) {
    case 'escape':
      return { state: { ...state, screen: MENU }, intents: [{ do: 'forgetSecrets' }] };
    case 'tab':
    case 'down':
      return move(1);
    case 'S-tab':
    case 'up':
      return move(-1);
    case 'enter': {
      const missing = PASSWORD_FIELDS.find((name) => lengths[name] === 0);
      if (missing) return show(state, { ...screen, focus: missing });
      return ask(state, { op: 'passwordChange' });
    }
  }
  const edited = editSecret(lengths[focus], key);
  if (edited === null) return stay(state);
  const intents: Intent[] = [{ do: 'typeSecret', field: focus, edit: edited.edit }];
  const next = { ...screen, lengths: { ...lengths, [focus]: edited.length }, message: null };
  return { state: { ...state, screen: next }, intents };
}
