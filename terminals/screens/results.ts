/**
 * What the end of an operation leads to: a receipt, the next screen, or a notice that says what happened to the money
 * and what to do now. A timeout is no failure: what is not known is said to be so.
 *
 * @module
 */
import { CODES, type Code } from '../../protocol/errors.ts';
import { unreachable } from '../../protocol/invariant.ts';
import { freshen } from '../accounts.ts';
import {
  type Asked,
  type AtmResult,
  type AtmState,
  type HistoryScreen,
  LOGIN,
  MENU,
  type NoticeScreen,
  PASSWORD,
  type Screen,
  type Session,
  type Step,
  TRANSFER,
  WITHDRAW,
} from './state.ts';
import { show, stay } from './steps.ts';

export function finish(before: AtmState, asked: Asked, result: AtmResult): Step {
  const state = { ...before, session: before.session && updated(before.session, before, result) };
  switch (asked.op) {
    case 'login':
      return loggedIn(state, asked, result);
    case 'logout': {
      const out = { ...state, session: null };
      return state.screen.at === 'busy' ? show(out, LOGIN) : stay(out);
    }
    case 'history':
      return asked.short ? shortList(state, result) : page(state, result);
    case 'passwordChange':
      return passwordChanged(state, result);
    case 'balance':
    case 'withdraw':
    case 'deposit':
    case 'transfer':
      if (result.outcome === 'ok')
        return show(state, { at: 'receipt', asked, result, atMs: state.world.nowMs });
      return show(state, failure(asked, result));
    default:
      return unreachable(asked);
  }
}

/** New figures; and whatever was asked may have left a line in the history. */
function updated(session: Session, { world }: AtmState, { account, txnId }: AtmResult): Session {
  const accounts = account ? freshen(session.accounts, account) : session.accounts;
  return { ...session, accounts, staleSinceMs: txnId === null ? session.staleSinceMs : world.nowMs };
}

function loggedIn(state: AtmState, { user }: Extract<Asked, { op: 'login' }>, result: AtmResult): Step {
  const accounts = result.reply?.accounts ?? [];
  const [first] = accounts;
  if (result.outcome === 'ok' && state.world.line === 'up') {
    if (!first) {
      return {
        state: {
          ...state,
          screen: notice('No account', ['This customer has no account yet.', 'Ask your bank to open one.']),
        },
        intents: [{ do: 'ask', asked: { op: 'logout' } }],
      };
    }
    const session: Session = {
      customer: user,
      accounts,
      account: first.account,
      hidden: false,
      change: null,
      recent: [],
      staleSinceMs: 0,
    };
    return show({ ...state, session, idleSinceMs: state.world.nowMs }, MENU);
  }
  if (result.code === 'TRIES_EXCEEDED')
    return show(state, notice('Customer locked', told(result), { code: result.code }));
  return show(state, {
    ...LOGIN,
    user: { text: user, cursor: user.length },
    focus: 'password',
    message: triesMessage(result) ?? told(result).join('\n'),
  });
}

const triesMessage = ({ reply, code }: AtmResult): string | null =>
  code === 'WRONG_PASSWORD'
    ? `${CODES.WRONG_PASSWORD.meaning}; ${reply?.triesLeft ?? 'few'} more ${reply?.triesLeft === 1 ? 'try' : 'tries'}`
    : null;

function shortList(state: AtmState, { outcome, reply }: AtmResult): Step {
  if (outcome !== 'ok' || state.session === null) return stay(state);
  return stay({ ...state, session: { ...state.session, recent: reply?.items ?? [] } });
}

function page(state: AtmState, result: AtmResult): Step {
  const { screen } = state;
  if (screen.at !== 'history') return stay(state);
  if (result.outcome !== 'ok') return show(state, notice('No history', told(result), { code: result.code }));
  const shown: HistoryScreen = {
    ...screen,
    items: result.reply?.items ?? [],
    next: result.reply?.next ?? null,
    loading: false,
  };
  return show(state, shown);
}

function passwordChanged(state: AtmState, result: AtmResult): Step {
  if (result.outcome === 'ok') {
    return show(state, {
      ...notice('Password changed', ['From now on the new password is the one that counts.']),
      good: true,
    });
  }
  const message =
    result.code === 'WRONG_PASSWORD'
      ? `The old password is wrong; ${result.reply?.triesLeft ?? 'few'} more tries`
      : null;
  if (message !== null) return show(state, { ...PASSWORD, message });
  if (result.outcome !== 'unknown')
    return show(state, notice('Password not changed', told(result), { code: result.code }));
  const lines = [
    'The bank did not answer, so it is not known which password counts.',
    'Log in with the new one; if it is refused, with the old one.',
  ];
  return show(state, notice('Password perhaps changed', lines, { code: result.code }));
}

type Moved = Extract<Asked, { op: 'balance' | 'withdraw' | 'deposit' | 'transfer' }>;

/** Money is not where it was asked to be. */
function failure(asked: Moved, result: AtmResult): NoticeScreen {
  const { outcome, code } = result;
  const refusal = { code, next: outcome === 'fail' ? AGAIN[asked.op] : null };
  switch (asked.op) {
    case 'withdraw':
      if (outcome === 'fail') {
        const cancelled =
          result.settledBy === 'reversal' ? ['The request was cancelled: your balance is as before.'] : [];
        const [why = '', ...now] = told(result);
        return notice('No cash was paid', [why, ...cancelled, ...now], refusal);
      }
      return code === 'TIMEOUT' || code === null
        ? notice(
            'No cash was paid',
            [
              'No cash was paid; the request is being cancelled.',
              'Until that is done the amount may be on hold.',
            ],
            refusal,
          )
        : notice(
            'Please ask your bank',
            [
              'The machine cannot tell whether all your notes came out.',
              'Your bank counts the machine and puts it right.',
            ],
            refusal,
          );
    case 'deposit':
      if (outcome === 'fail')
        return notice('Your notes are given back', [...told(result), 'Take your notes.'], refusal);
      return code === 'DEVICE_FAULT'
        ? notice(
            'Please ask your bank',
            [
              'Your notes are stuck in the machine; they are not booked.',
              'Your bank counts the machine and puts it right.',
            ],
            refusal,
          )
        : notice(
            'Your notes are in the machine',
            ['The bank has not answered yet.', 'They are booked or given back as soon as it does.'],
            refusal,
          );
    case 'transfer':
      return outcome === 'fail'
        ? notice('Nothing was transferred', told(result), refusal)
        : notice(
            'Transfer not known yet',
            [
              'The bank did not answer; it is being asked what became of it.',
              'Look at your history before you try again.',
            ],
            refusal,
          );
    case 'balance':
      return notice('No answer', told(result), refusal);
    default:
      return unreachable(asked);
  }
}

/** Where somebody who was refused goes on. */
const AGAIN: Readonly<Record<Moved['op'], Screen | null>> = {
  withdraw: WITHDRAW,
  transfer: TRANSFER,
  deposit: null,
  balance: null,
};

interface NoticeMore {
  readonly code?: Code | null;
  readonly next?: Screen | null;
}

const notice = (
  title: string,
  lines: readonly string[],
  { code = null, next = null }: NoticeMore = {},
): NoticeScreen => ({
  at: 'notice',
  title,
  lines,
  code,
  good: false,
  next,
});

/** What the code means, and the next step. */
function told({ code }: AtmResult): string[] {
  if (code === null)
    return ['The bank is not connected, or the machine is settling something.', 'Try again in a moment.'];
  return [`${CODES[code].meaning}.`, NEXT[code] ?? 'Try again; if it stays like this, ask your bank.'];
}

const NEXT: Readonly<Partial<Record<Code, string>>> = {
  INSUFFICIENT_FUNDS: 'Choose a smaller amount.',
  NOT_DISPENSABLE: 'Choose one of the amounts that are offered.',
  OUT_OF_CASH: 'Choose a smaller amount, or use another machine.',
  INVALID_AMOUNT: 'Choose another amount.',
  INVALID_TXN: 'Check the account it goes to.',
  UNKNOWN_ACCOUNT: 'Check the account it goes to.',
  EXCEEDS_AMOUNT_LIMIT: 'Choose a smaller amount, or come back tomorrow.',
  EXCEEDS_COUNT_LIMIT: 'Come back tomorrow.',
  TRIES_EXCEEDED: 'Ask your bank to unlock you.',
  ACCOUNT_BLOCKED: 'Ask your bank to unlock it.',
  NOT_PERMITTED: 'Log in again.',
  TERMINAL_NOT_PERMITTED: 'Use another machine.',
  DEVICE_FAULT: 'Use another machine.',
  BUSY: 'Try again in a moment.',
  TIMEOUT: 'Try again in a moment.',
};
