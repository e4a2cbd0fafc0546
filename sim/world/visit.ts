/**
 * A visit of a simulated customer: one operation at one terminal.
 *
 * @module
 */
import type { OperationResult } from '../../actors/operation.ts';
import type { TerminalId, TxnId } from '../../protocol/ids.ts';
import type { Cents } from '../../protocol/money.ts';
import type { Op } from '../history.ts';
import type { Asked } from '../operation-record.ts';
import type { Purse } from './purse.ts';

/** What was asked and what came of it; null while nobody knows. */
export interface Visit {
  readonly asked: Asked;
  readonly amount: Cents;
  txnId: TxnId | null;
  sentUs: number | null;
  result: OperationResult | null;
}

export const askedOf = (
  terminal: TerminalId,
  { customer, account }: Purse,
  op: Op,
  intendedUs: number,
): Asked => ({
  terminal,
  customer,
  op,
  account,
  counterparty: null,
  intendedUs,
});
