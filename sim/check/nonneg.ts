/**
 * NONNEG: adds the entries up in commit order and looks at both accounts after each.
 *
 * @module
 */
import { isNeverNegative, type LedgerAccount } from '../../bank/model.ts';
import { CENTS_MAX } from '../../protocol/money.ts';
import { type Balance, Books } from './books.ts';
import { type Finding, Tally } from './finding.ts';
import type { CheckInput } from './input.ts';

export function checkNonneg({ bank }: CheckInput): Finding {
  const tally = new Tally('NONNEG');
  const books = new Books();
  let entries = 0;
  for (const entry of bank.entries()) {
    books.post(entry);
    entries += 1;
    for (const account of [entry.debit, entry.credit]) {
      checkBalance(tally, account, books.of(account), `after entry ${entry.seq}`);
    }
  }
  for (const { id, ledger, held, version } of bank.image.accounts) {
    checkBalance(tally, id, { ledger, held, version }, 'as stored');
  }
  return tally.finding({ entries, accounts: books.accounts.size });
}

function checkBalance(tally: Tally, account: LedgerAccount, { ledger, held }: Balance, when: string): void {
  if (isNeverNegative(account)) {
    tally.check(ledger >= 0n, () => `${account} is ${ledger} ${when}`, ledger);
    tally.check(ledger >= held, () => `${account} holds ${held} of ${ledger} ${when}`, held - ledger);
  }
  tally.check(held >= 0n, () => `${account} holds ${held} ${when}`, held);
  tally.check(ledger <= CENTS_MAX, () => `${account} is ${ledger}, above 2^53, ${when}`, ledger);
}
