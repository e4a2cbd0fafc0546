/**
 * States of a person's ATM as tests need them, and keys to type into its reducer.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { AccountId, CustomerId, TxnId } from '../../protocol/ids.ts';
import type { AccountView, HistoryItem } from '../../protocol/messages.ts';
import { cents, ZERO } from '../../protocol/money.ts';
import { newCassettes } from '../../terminals/cassettes.ts';
import { reduce } from '../../terminals/screens/reduce.ts';
import {
  type AtmEvent,
  type AtmResult,
  type AtmState,
  firstState,
  type Intent,
  MENU,
  type Screen,
  type Session,
  type World,
} from '../../terminals/screens/state.ts';

export const NOW = Date.UTC(2026, 10, 24, 12, 43, 19);
export const account = 'A-1' as AccountId;
export const customer = 'alice' as CustomerId;
export const txn = '0123456789abcdef0123456789abcdef' as TxnId;

export const world = (change: Partial<World> = {}): World => ({
  nowMs: NOW,
  line: 'up',
  ready: true,
  stage: null,
  cassettes: newCassettes([
    { denomination: cents(50_00), count: 100 },
    { denomination: cents(20_00), count: 100 },
  ]),
  ...change,
});

export const view = (change: Partial<AccountView> = {}): AccountView => ({
  account,
  ledger: cents(1_240_00),
  available: cents(1_240_00),
  version: 31,
  ...change,
});

const item = (minutesAgo: number, change: Partial<HistoryItem>): HistoryItem => ({
  seq: 1000 - minutesAgo,
  atMs: NOW - minutesAgo * 60_000,
  kind: 'withdraw',
  amount: cents(-20_00),
  balance: cents(1_200_00),
  code: 'APPROVED',
  state: 'completed',
  ...change,
});
export const ITEMS: readonly HistoryItem[] = [
  item(2, { kind: 'deposit', amount: cents(40_00), balance: cents(1_240_00), state: 'posted' }),
  item(5, {}),
  item(9, { amount: cents(-900_00), balance: null, code: 'INSUFFICIENT_FUNDS', state: 'declined' }),
  item(12, { amount: cents(-60_00), balance: cents(1_220_00), state: 'voided' }),
  item(30, { kind: 'login', amount: ZERO, balance: null, state: 'posted' }),
];

export const session = (change: Partial<Session> = {}): Session => ({
  customer,
  accounts: [view()],
  account,
  hidden: false,
  change: null,
  recent: ITEMS.slice(0, 4),
  staleSinceMs: null,
  ...change,
});

/** Somebody is logged in and sees `screen`. */
export const inside = (screen: Screen = MENU, change: Partial<AtmState> = {}): AtmState => ({
  ...outside(),
  session: session(),
  screen,
  ...change,
});

/** Nobody is logged in. */
export const outside = (change: Partial<AtmState> = {}): AtmState => ({
  ...firstState('ATM-007', '127.0.0.1:7001', world()),
  ...change,
});

export const result = (change: Partial<AtmResult> = {}): AtmResult => ({
  outcome: 'ok',
  code: 'APPROVED',
  cash: ZERO,
  txnId: null,
  settledBy: 'reply',
  account: null,
  reply: null,
  ...change,
});

export const reply = (code: Code, more: object = {}): AtmResult['reply'] => ({
  type: 'reply',
  rid: 1,
  code,
  audit: { seq: 184, head: 'a'.repeat(64) },
  ...more,
});

export interface Walk {
  readonly state: AtmState;
  readonly intents: readonly Intent[];
}

/** All events one after the other, with everything that was to be done. */
export function walk(start: AtmState, ...events: readonly AtmEvent[]): Walk {
  let state = start;
  const intents: Intent[] = [];
  for (const event of events) {
    const step = reduce(state, event);
    state = step.state;
    intents.push(...step.intents);
  }
  return { state, intents };
}

/** `<enter>` and the like are keys, all else is typed character by character. */
export function keys(text: string): AtmEvent[] {
  return [...text.matchAll(/<([\w-]+)>|(.)/gu)].map(([, name, character = '']) => ({
    type: 'key',
    key: name ?? (character === ' ' ? 'space' : character),
    character,
  }));
}

/** Types into the screen. */
export const typed = (start: AtmState, text: string): Walk => walk(start, ...keys(text));
