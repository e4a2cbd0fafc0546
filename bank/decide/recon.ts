/**
 * RECON: the terminal's count of its cash against the bank's books. Says the difference and changes no balance.
 *
 * @module
 */
import type { Recon } from '../../protocol/messages.ts';
import { subtract, ZERO } from '../../protocol/money.ts';
import * as say from '../audit/actions.ts';
import type { Decision } from '../commands.ts';
import { cashAccount } from '../model.ts';
import type { BankView } from '../state.ts';
import { type Ask, decision, txnRow } from './ask.ts';

export function decideRecon(state: BankView, ask: Ask<Recon>): Decision {
  const counted = ask.request.total;
  const total = state.accounts.get(cashAccount(ask.terminal))?.ledger ?? ZERO;
  const reply = { total, difference: subtract(counted, total) };
  const agrees = reply.difference === 0n;
  const code = agrees ? 'APPROVED' : 'RECON_ERROR';
  const row = txnRow(ask, { amount: counted, code, state: agrees ? 'posted' : 'declined', reply });
  return decision({
    code,
    customer: null,
    action: say.outcome(say.recon(counted), code),
    fields: reply,
    writes: [{ table: 'txn', row }],
  });
}
