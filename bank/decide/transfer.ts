/**
 * TRANSFER: one balanced entry between two customer accounts; there is no state in between.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { Transfer } from '../../protocol/messages.ts';
import { ZERO } from '../../protocol/money.ts';
import type { Decision } from '../commands.ts';
import { available, hasRoom, postCredit, postDebit, viewOf } from '../ledger.ts';
import { amountProblem } from '../limits.ts';
import { type AccountRow, customerAccount } from '../model.ts';
import type { BankView } from '../state.ts';
import { type Ask, decision, entryWrite, isLocked, mayServe, ownAccount, refuse, txnRow } from './ask.ts';

export function decideTransfer(state: BankView, ask: Ask<Transfer>): Decision {
  const { from, to, amount, txnId } = ask.request;
  if (!mayServe(state, ask)) return refuse(ask, 'TERMINAL_NOT_PERMITTED', { amount });
  const payer = ownAccount(state, ask.customer, from);
  if (typeof payer === 'string') return refuse(ask, payer, { amount });
  const about = { account: from, counterparty: to, amount };
  if (ask.customer !== null && isLocked(state, ask.customer)) return refuse(ask, 'ACCOUNT_BLOCKED', about);
  const payee = state.accounts.get(customerAccount(to));
  if (!payee) return refuse(ask, 'UNKNOWN_ACCOUNT', about);
  const problem = problemOf(state, ask, { payer, payee });
  if (problem) return refuse(ask, problem, about);

  const post = {
    phase: 'post',
    kind: 'transfer',
    debit: payer.id,
    credit: payee.id,
    amount,
    held: ZERO,
  } as const;
  const seq = state.entrySeq + 1;
  const paid = viewOf(from, postDebit(payer, post, seq));
  const received = viewOf(to, postCredit(payee, post, seq));
  const reply = { account: paid };
  const row = txnRow(ask, {
    ...about,
    settled: amount,
    state: 'posted',
    code: 'APPROVED',
    reply,
    balance: paid.ledger,
    counterBalance: received.ledger,
  });
  return decision({
    code: 'APPROVED',
    customer: ask.customer,
    action: ask.action,
    fields: reply,
    writes: [entryWrite(ask, { ...post, txnId }), { table: 'txn', row }],
    changed: [paid, received],
  });
}

function problemOf(
  state: BankView,
  ask: Ask<Transfer>,
  { payer, payee }: { payer: AccountRow; payee: AccountRow },
): Code | null {
  const { amount } = ask.request;
  if (payer.id === payee.id) return 'INVALID_TXN';
  const problem = amountProblem(amount, state.policy.transferMax);
  if (problem) return problem;
  if (available(payer) < amount) return 'INSUFFICIENT_FUNDS';
  return hasRoom(payee, amount) ? null : 'EXCEEDS_AMOUNT_LIMIT';
}
