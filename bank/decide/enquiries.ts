/**
 * Requests that change nothing: balance, history, logout, inquiry, echo. Each is audited all the same, but for echo.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { AccountId } from '../../protocol/ids.ts';
import type { Balance, History, HistoryItem, HistoryKind, Inquiry } from '../../protocol/messages.ts';
import { type Cents, ZERO } from '../../protocol/money.ts';
import * as say from '../audit/actions.ts';
import type { Decision, Origin } from '../commands.ts';
import { viewOf } from '../ledger.ts';
import type { TxnRow } from '../model.ts';
import type { BankView } from '../state.ts';
import { decision, ownAccount } from './ask.ts';

export const decideEcho = (): Decision => ({
  code: 'APPROVED',
  fields: {},
  writes: [],
  audit: null,
  changed: [],
});

export function decideLogout({ customer }: Origin): Decision {
  const code = customer === null ? 'NOT_PERMITTED' : 'APPROVED';
  return decision({ code, customer, action: say.outcome(say.logout(), code) });
}

export function decideBalance(state: BankView, { customer }: Origin, { account }: Balance): Decision {
  const row = ownAccount(state, customer, account);
  if (typeof row === 'string') return decision({ code: row, customer, action: say.outcome('balance', row) });
  return decision({
    code: 'APPROVED',
    customer,
    action: say.balance(),
    fields: { account: viewOf(account, row) },
  });
}

export function decideHistory(state: BankView, { customer }: Origin, request: History): Decision {
  const { account, cursor, limit, kinds } = request;
  const row = ownAccount(state, customer, account);
  if (typeof row === 'string' || customer === null) {
    const code: Code = typeof row === 'string' ? row : 'NOT_PERMITTED';
    return decision({ code, customer, action: say.outcome(say.history(), code) });
  }
  // One more than asked for tells whether there is a next page.
  const rows = state.store.history({ account, customer, before: cursor, limit: limit + 1, kinds });
  const items = rows.slice(0, limit).map((txn) => itemOf(txn, account));
  const next = rows.length > limit ? (items.at(-1)?.seq ?? null) : null;
  return decision({ code: 'APPROVED', customer, action: say.history(), fields: { items, next } });
}

/** What the bank knows of a transaction of this terminal. NOT_FOUND decides nothing: it may still be on its way. */
export function decideInquiry(state: BankView, { terminal }: Origin, { txnId }: Inquiry): Decision {
  const row = state.transaction(terminal, txnId);
  const code = row ? 'APPROVED' : 'ORIGINAL_NOT_FOUND';
  return decision({
    code,
    customer: row?.customer ?? null,
    action: say.outcome(say.inquiry(), code),
    fields: { state: row?.state ?? 'none' },
  });
}

const KINDS: Readonly<Partial<Record<TxnRow['kind'], HistoryKind>>> = {
  authorise: 'withdraw',
  deposit: 'deposit',
  transfer: 'transfer',
  passwordChange: 'password',
};

function itemOf(txn: TxnRow, account: AccountId): HistoryItem {
  const received = txn.kind === 'transfer' && txn.account !== account;
  const incoming = received || txn.kind === 'deposit';
  const shown = txn.kind === 'authorise' && txn.state === 'partial' ? txn.settled : txn.amount;
  return {
    seq: txn.seq,
    atMs: txn.atMs,
    kind: KINDS[txn.kind] ?? 'login',
    amount: (shown === ZERO || incoming ? shown : -shown) as Cents,
    // The payer's balance is not the payee's business.
    balance: received ? (txn.counterBalance ?? null) : txn.balance,
    code: txn.code,
    state: txn.state,
  };
}
