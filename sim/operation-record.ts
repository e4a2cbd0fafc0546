/**
 * From an operation's result at a terminal to its line in the history.
 *
 * @module
 */
import type { OperationResult } from '../actors/operation.ts';
import type { AccountId, CustomerId, TerminalId } from '../protocol/ids.ts';
import type { Op, OperationRecord } from './history.ts';

/** What was asked, and by whom; the result tells the rest. */
export interface Asked {
  readonly terminal: TerminalId;
  readonly customer: CustomerId;
  readonly op: Op;
  readonly account: AccountId;
  readonly counterparty: AccountId | null;
  readonly intendedUs: number;
}

export function operationRecord(asked: Asked, result: OperationResult): OperationRecord {
  const { terminal, customer, op, account, counterparty, intendedUs } = asked;
  const moves = op === 'deposit' || op === 'withdraw' || op === 'transfer';
  return {
    type: 'op',
    terminal,
    customer,
    op,
    txnId: result.txnId,
    account: op === 'login' || op === 'logout' ? null : account,
    counterparty,
    amount: moves ? String(result.amount) : '0',
    cash: String(result.cash),
    intendedUs,
    sentUs: result.sentUs,
    repliedUs: result.repliedUs,
    doneUs: result.doneUs,
    outcome: result.outcome,
    code: result.code,
    settledBy: result.settledBy,
    ledger: result.account ? String(result.account.ledger) : null,
    available: result.account ? String(result.account.available) : null,
    version: result.account?.version ?? null,
    audit: result.audit,
  };
}
