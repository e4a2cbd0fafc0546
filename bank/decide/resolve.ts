/**
 * The way out of suspense: an operator found out what became of a withdrawal and says whether the customer has the
 * cash. Nothing else, no advice and no time, moves a suspended amount.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { TerminalId, TxnId } from '../../protocol/ids.ts';
import { ZERO } from '../../protocol/money.ts';
import * as say from '../audit/actions.ts';
import type { Decision, Write } from '../commands.ts';
import { available, hasRoom, postCredit, postDebit, viewOf } from '../ledger.ts';
import { type AccountRow, cashAccount, customerAccount, suspenseAccount, type TxnRow } from '../model.ts';
import { type BankView, cashFree } from '../state.ts';
import { step } from '../steps.ts';
import { decision } from './ask.ts';

export interface Resolution {
  readonly terminal: TerminalId;
  readonly txnId: TxnId;
  /** True when the customer has the cash. */
  readonly paid: boolean;
}

export function decideResolve(state: BankView, resolution: Resolution, nowMs: number): Decision {
  const { terminal, txnId, paid } = resolution;
  const row = state.transaction(terminal, txnId);
  const next = row && step(row.state, paid ? 'suspense.paid' : 'suspense.unpaid');
  const action = say.resolved(row?.settled ?? ZERO, paid);
  const customer = row?.customer ?? null;
  const refused = (code: Code) => decision({ code, customer, action: say.outcome(action, code) });
  if (!row || !next) return refused('INVALID_TXN');
  if (row.settled === 0n) {
    const writes: Write[] = [{ table: 'txn', row: { ...row, state: next }, prior: row }];
    return decision({ code: 'APPROVED', customer, action, writes });
  }
  const sides = sidesOf(state, row, resolution);
  if (typeof sides === 'string') return refused(sides);
  const entry = {
    phase: 'post',
    kind: 'resolve',
    debit: sides.debit.id,
    credit: sides.credit.id,
    amount: row.settled,
    held: ZERO,
  } as const;
  const seq = state.entrySeq + 1;
  const owner = row.account === null ? null : { account: row.account, id: customerAccount(row.account) };
  const touched =
    owner?.id === sides.debit.id
      ? postDebit(sides.debit, entry, seq)
      : owner?.id === sides.credit.id
        ? postCredit(sides.credit, entry, seq)
        : null;
  const after = {
    ...row,
    state: next,
    settled: paid ? row.settled : ZERO,
    balance: touched ? touched.ledger : row.balance,
  };
  return decision({
    code: 'APPROVED',
    customer,
    action,
    writes: [
      { table: 'entry', row: { ...entry, terminal, txnId, atMs: nowMs } },
      { table: 'txn', row: after, prior: row },
    ],
    changed: owner && touched ? [viewOf(owner.account, touched)] : [],
  });
}

interface Sides {
  readonly debit: AccountRow;
  readonly credit: AccountRow;
}

/**
 * Where the amount goes. A hold that ended in suspense charged the customer and left the cash booked in the machine;
 * a completion without a hold took the cash off the books and charged nobody.
 */
function sidesOf(state: BankView, row: TxnRow, { terminal, paid }: Resolution): Sides | Code {
  const suspense = state.accounts.get(suspenseAccount(terminal));
  const cash = state.accounts.get(cashAccount(terminal));
  const account = row.account === null ? undefined : state.accounts.get(customerAccount(row.account));
  if (!suspense || !cash) return 'INVALID_TXN';
  const charged = row.code === 'APPROVED';
  if (paid && charged) {
    return cashFree(state, terminal, cash) < row.settled
      ? 'INSUFFICIENT_FUNDS'
      : { debit: suspense, credit: cash };
  }
  if (!paid && !charged) {
    return hasRoom(cash, row.settled) ? { debit: cash, credit: suspense } : 'INVALID_AMOUNT';
  }
  if (!account) return 'UNKNOWN_ACCOUNT';
  if (charged) return hasRoom(account, row.settled) ? { debit: suspense, credit: account } : 'INVALID_AMOUNT';
  return available(account) < row.settled ? 'INSUFFICIENT_FUNDS' : { debit: account, credit: suspense };
}
