/**
 * A second, naive set of books: entries added up one after the other, with none of the bank's code, so that the
 * checkers do not trust what they check.
 *
 * @module
 */
import { type EntryRow, isDebitNatured, type LedgerAccount } from '../../bank/model.ts';

export interface Balance {
  ledger: bigint;
  held: bigint;
  version: number;
}

export class Books {
  readonly accounts = new Map<LedgerAccount, Balance>();

  post({ seq, debit, credit, amount, held }: EntryRow): void {
    const from = this.of(debit);
    from.ledger += isDebitNatured(debit) ? amount : -amount;
    from.held += held;
    from.version = seq;
    const to = this.of(credit);
    to.ledger += isDebitNatured(credit) ? -amount : amount;
    // A hold touches its customer only.
    if (amount !== 0n) to.version = seq;
  }

  of(account: LedgerAccount): Balance {
    let balance = this.accounts.get(account);
    if (!balance) {
      balance = { ledger: 0n, held: 0n, version: 0 };
      this.accounts.set(account, balance);
    }
    return balance;
  }
}
