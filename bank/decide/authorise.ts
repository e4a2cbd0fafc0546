/**
 * AUTHORISE: holds the amount, moves nothing. The checks run here, so that a completion can never fail for lack of
 * funds or of booked cash (ARCHITECTURE "The way of one withdrawal").
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { CustomerId } from '../../protocol/ids.ts';
import type { Authorise } from '../../protocol/messages.ts';
import { ZERO } from '../../protocol/money.ts';
import { authorised } from '../audit/actions.ts';
import type { Decision } from '../commands.ts';
import { available, postDebit, viewOf } from '../ledger.ts';
import { amountProblem, dayProblem, notesProblem } from '../limits.ts';
import { type AccountRow, cashAccount } from '../model.ts';
import { type BankView, cashFree } from '../state.ts';
import { type Ask, decision, entryWrite, isLocked, mayServe, ownAccount, refuse, txnRow } from './ask.ts';

export function decideAuthorise(state: BankView, ask: Ask<Authorise>): Decision {
  const { account, amount, txnId } = ask.request;
  const { terminal, keyId } = ask;
  if (!mayServe(state, ask)) return refuse(ask, 'TERMINAL_NOT_PERMITTED', { amount });
  const row = ownAccount(state, ask.customer, account);
  if (typeof row === 'string' || ask.customer === null) {
    return refuse(ask, typeof row === 'string' ? row : 'NOT_PERMITTED', { amount });
  }
  const problem = problemOf(state, ask, { row, customer: ask.customer });
  if (problem) return refuse(ask, problem, { account, amount });

  const hold = {
    phase: 'hold',
    kind: 'withdraw',
    debit: row.id,
    credit: cashAccount(ask.terminal),
    amount: ZERO,
    held: amount,
  } as const;
  const view = viewOf(account, postDebit(row, hold, state.entrySeq + 1));
  const reply = { holdId: `${ask.terminal}/${txnId}`, account: view };
  return decision({
    code: 'APPROVED',
    customer: ask.customer,
    action: authorised(amount),
    fields: { ...reply, dispenseToken: state.tokenFor({ terminal, keyId, ...ask.request }) },
    writes: [
      entryWrite(ask, { ...hold, txnId }),
      { table: 'txn', row: txnRow(ask, { account, amount, state: 'held', code: 'APPROVED', reply }) },
    ],
    changed: [view],
  });
}

function problemOf(
  state: BankView,
  ask: Ask<Authorise>,
  { row, customer }: { row: AccountRow; customer: CustomerId },
): Code | null {
  const { policy } = state;
  const { amount, notes } = ask.request;
  if (isLocked(state, customer)) return 'ACCOUNT_BLOCKED';
  const own =
    amountProblem(amount, policy.withdrawMax) ??
    notesProblem(notes, amount, policy.dispenseNotesMax) ??
    dayProblem(state, { customer, amount, nowMs: ask.nowMs });
  if (own) return own;
  if (available(row) < amount) return 'INSUFFICIENT_FUNDS';
  const cash = state.accounts.get(cashAccount(ask.terminal));
  // The terminal offers notes that by the bank's books are not in it: paying them would drive its cash below zero.
  return !cash || cashFree(state, ask.terminal, cash) < amount ? 'INVALID_AMOUNT' : null;
}
