/**
 * Where the money is at the end of a run, counted from the bank's own rows.
 *
 * @module
 */
import { type EntryRow, isDebitNatured, OPENING, VAULT } from '../../bank/model.ts';
import type { BankImage } from '../../bank/store.ts';
import type { MoneyResult } from '../../reports/report.ts';

export function moneyOf(image: BankImage, entries: Iterable<EntryRow>, maxAbsDelta: bigint): MoneyResult {
  let accounts = 0n;
  let terminalCash = 0n;
  let held = 0n;
  let suspense = 0n;
  let debit = 0n;
  let credit = 0n;
  for (const { id, ledger, held: holds } of image.accounts) {
    if (isDebitNatured(id)) debit += ledger;
    else credit += ledger;
    if (id.startsWith('customer:')) accounts += ledger;
    if (id.startsWith('cash:')) terminalCash += ledger;
    if (id.startsWith('suspense:')) suspense += ledger;
    held += holds;
  }
  let initial = 0n;
  for (const { debit: to, credit: from, amount } of entries) {
    if (from === OPENING && to === VAULT) initial += amount;
  }
  const delta = debit - credit;
  const size = delta < 0n ? -delta : delta;
  return {
    unit: 'minor',
    initial: String(initial),
    minted: '0',
    accounts: String(accounts),
    terminalCash: String(terminalCash),
    inFlight: String(held + suspense),
    delta: String(delta),
    maxAbsDelta: String(size > maxAbsDelta ? size : maxAbsDelta),
  };
}
