/**
 * REVERSE: the terminal says that nothing came of it. An advice, always acknowledged: it releases a hold, leaves a
 * tombstone for an original that has not arrived, and never gives back what is completed (that is reversal fraud).
 * It also settles a deposit the terminal is not sure of: tombstone → return the notes, ALREADY_COMPLETED → keep them.
 *
 * @module
 */

import type { Code } from '../../protocol/errors.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Reverse, TxnState } from '../../protocol/messages.ts';
import { type Cents, ZERO } from '../../protocol/money.ts';
import { outcome, repeated, reverse, reversed, reverseUnknown, withdraw } from '../audit/actions.ts';
import type { Decision } from '../commands.ts';
import { postDebit, viewOf } from '../ledger.ts';
import { cashAccount, customerAccount, type TxnRow } from '../model.ts';
import type { BankView } from '../state.ts';
import { step } from '../steps.ts';
import { type Ask, decision, entryWrite, txnRow } from './ask.ts';

export function decideReverse(state: BankView, ask: Ask<Reverse>, orig: TxnRow | undefined): Decision {
  if (!orig) return tombstone(ask);
  if (step(orig.state, 'reverse.received') === 'voided') return release(state, ask, orig);
  const code = codeFor(orig);
  const fields = { state: orig.state };
  const alert = code === 'STATE_CONFLICT' ? `${ask.terminal} reversed what was ${orig.state}` : undefined;
  return decision({
    code,
    customer: orig.customer,
    action: code === 'APPROVED' ? repeated(reverse(orig.amount)) : outcome(reverse(orig.amount), code),
    fields,
    writes: [{ table: 'txn', row: own(ask, code, orig.state) }],
    alert: alert && `${alert} (${orig.txnId})`,
  });
}

function codeFor(orig: TxnRow): Code {
  const reversible = orig.kind === 'authorise' || orig.kind === 'deposit' || orig.kind === 'transfer';
  switch (orig.state) {
    case 'voided':
    case 'tombstone':
    case 'suspense':
      return 'APPROVED';
    case 'declined':
      return reversible ? 'APPROVED' : 'STATE_CONFLICT';
    case 'posted':
      return reversible ? 'ALREADY_COMPLETED' : 'STATE_CONFLICT';
    default:
      return 'STATE_CONFLICT';
  }
}

function release(state: BankView, ask: Ask<Reverse>, orig: TxnRow): Decision {
  invariant(orig.account !== null, 'a hold has an account');
  const debit = customerAccount(orig.account);
  const account = state.accounts.get(debit);
  invariant(account, 'the account of a hold exists');
  const entry = {
    phase: 'release',
    kind: 'withdraw',
    debit,
    credit: cashAccount(ask.terminal),
    amount: ZERO,
    held: -orig.amount as Cents,
  } as const;
  const view = viewOf(orig.account, postDebit(account, entry, state.entrySeq + 1));
  return decision({
    code: 'APPROVED',
    customer: orig.customer,
    action: reversed(withdraw(orig.amount)),
    fields: { state: 'voided' },
    writes: [
      entryWrite(ask, { ...entry, txnId: orig.txnId }),
      { table: 'txn', row: { ...orig, state: 'voided' }, prior: orig },
      { table: 'txn', row: own(ask, 'APPROVED', 'voided') },
    ],
    changed: [view],
  });
}

/** The original may still be on its way; when it comes it is declined. */
function tombstone(ask: Ask<Reverse>): Decision {
  const row = txnRow(ask, { state: 'tombstone', code: 'ALREADY_REVERSED' });
  return decision({
    code: 'APPROVED',
    customer: null,
    action: reverseUnknown(),
    fields: { state: 'tombstone' },
    writes: [
      { table: 'txn', row: { ...row, txnId: ask.request.origTxnId, fingerprint: '' } },
      { table: 'txn', row: own(ask, 'APPROVED', 'tombstone') },
    ],
  });
}

const own = (ask: Ask<Reverse>, code: Code, state: TxnState): Omit<TxnRow, 'seq' | 'settledSeq'> =>
  txnRow(ask, {
    code,
    state: code === 'STATE_CONFLICT' ? 'declined' : 'posted',
    reply: { state },
    origTxnId: ask.request.origTxnId,
  });
