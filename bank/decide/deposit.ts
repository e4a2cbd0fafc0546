/**
 * DEPOSIT: credits what the terminal counted into escrow, at once. A terminal that does not know what became of one
 * settles it by REVERSE (ARCHITECTURE "The way of one withdrawal").
 *
 * @module
 */
import type { Deposit } from '../../protocol/messages.ts';
import { ZERO } from '../../protocol/money.ts';
import type { Decision } from '../commands.ts';
import { hasRoom, postCredit, viewOf } from '../ledger.ts';
import { amountProblem, notesProblem } from '../limits.ts';
import { cashAccount } from '../model.ts';
import type { BankView } from '../state.ts';
import { type Ask, decision, entryWrite, mayServe, ownAccount, refuse, txnRow } from './ask.ts';

export function decideDeposit(state: BankView, ask: Ask<Deposit>): Decision {
  const { account, amount, notes, txnId } = ask.request;
  const cash = state.accounts.get(cashAccount(ask.terminal));
  if (!cash || !mayServe(state, ask)) return refuse(ask, 'TERMINAL_NOT_PERMITTED', { amount });
  const row = ownAccount(state, ask.customer, account);
  if (typeof row === 'string') return refuse(ask, row, { amount });
  const problem =
    amountProblem(amount, state.policy.depositMax) ?? notesProblem(notes, amount, Number.POSITIVE_INFINITY);
  if (problem) return refuse(ask, problem, { account, amount });
  if (!hasRoom(row, amount) || !hasRoom(cash, amount)) {
    return refuse(ask, 'EXCEEDS_AMOUNT_LIMIT', { account, amount });
  }
  const post = {
    phase: 'post',
    kind: 'deposit',
    debit: cash.id,
    credit: row.id,
    amount,
    held: ZERO,
  } as const;
  const view = viewOf(account, postCredit(row, post, state.entrySeq + 1));
  const reply = { account: view };
  return decision({
    code: 'APPROVED',
    customer: ask.customer,
    action: ask.action,
    fields: reply,
    writes: [
      entryWrite(ask, { ...post, txnId }),
      {
        table: 'txn',
        row: txnRow(ask, {
          account,
          amount,
          settled: amount,
          state: 'posted',
          code: 'APPROVED',
          reply,
          balance: view.ledger,
        }),
      },
    ],
    changed: [view],
  });
}
