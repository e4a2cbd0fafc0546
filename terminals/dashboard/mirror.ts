/**
 * A terminal's own screen, as the person before it sees it: the state of `terminals/screens`, made again from what the
 * feed carries. Balances, histories and passwords do not leave the machine, so they are hidden here.
 *
 * @module
 */
import type { AccountId, CustomerId } from '../../protocol/ids.ts';
import type { Cents } from '../../protocol/money.ts';
import { reduce } from '../screens/reduce.ts';
import {
  type Asked,
  type AtmResult,
  type AtmState,
  firstState,
  LOGIN,
  MENU,
  type Screen,
  type World,
} from '../screens/state.ts';
import type { WatchedAct, WatchedResult, WatchedTerminal } from './watched.ts';

export function mirrorState(watched: WatchedTerminal, terminal: string): AtmState {
  const { act, last, line, stage, customer, account, sinceMs, nowMs } = watched;
  const world: World = { nowMs, line, ready: act === null, stage, cassettes: [] };
  const own = account as AccountId;
  const state: AtmState = {
    ...firstState(terminal, '', world),
    session:
      customer === null
        ? null
        : {
            customer: customer as CustomerId,
            accounts: [],
            account: own,
            hidden: true,
            change: null,
            recent: [],
            staleSinceMs: null,
          },
  };
  const who = { account: own, user: (customer ?? '') as CustomerId };
  if (act !== null) return { ...state, screen: { at: 'busy', asked: askedOf(act, who), sinceMs } };
  return { ...state, screen: last === null || line !== 'up' ? homeOf(state) : afterwards(state, last, who) };
}

interface Who {
  readonly account: AccountId;
  readonly user: CustomerId;
}

const homeOf = ({ session }: AtmState): Screen => (session === null ? LOGIN : MENU);

/** What a person's ATM shows when this has ended so. */
function afterwards(state: AtmState, last: WatchedResult, who: Who): Screen {
  const { act, outcome, code, settledBy, cash, atMs } = last;
  const ok = outcome === 'ok';
  if (act.op === 'logout' || (ok && NO_RECEIPT.has(act.op))) return homeOf(state);
  const asked = askedOf(act, who);
  const result: AtmResult = {
    ...{ outcome, code, settledBy },
    cash: BigInt(cash) as Cents,
    txnId: null,
    account: null,
    reply: null,
  };
  const then = { ...state.world, nowMs: atMs };
  const busy: Screen = { at: 'busy', asked, sinceMs: atMs };
  return reduce({ ...state, world: then, screen: busy }, { type: 'result', asked, result }).state.screen;
}

const NO_RECEIPT: ReadonlySet<WatchedAct['op']> = new Set(['login', 'history', 'passwordChange']);

function askedOf({ op, amount, to }: WatchedAct, { account, user }: Who): Asked {
  const cents = BigInt(amount ?? 0) as Cents;
  switch (op) {
    case 'login':
      return { op, user };
    case 'logout':
    case 'passwordChange':
      return { op };
    case 'balance':
      return { op, account };
    case 'history':
      return { op, account, cursor: null, limit: 0, kinds: [], short: false };
    case 'withdraw':
      return { op, account, amount: cents };
    case 'deposit':
      return { op, account, notes: [], amount: cents };
    case 'transfer':
      return { op, from: account, to: (to ?? '') as AccountId, amount: cents };
  }
}
