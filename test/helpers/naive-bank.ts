/**
 * The oracle: the bank in numbers and plain objects, written from the rules without looking at the real one. Knows
 * balances, holds and codes of money transactions at one terminal; no accounts beyond the customers', no audit, no day.
 *
 * @module
 */
import type { Authorise, Complete, Deposit, Reverse, Transfer } from '../../protocol/messages.ts';

export type MoneyRequest = Authorise | Complete | Deposit | Reverse | Transfer;

interface Seen {
  text: string;
  code: string;
}
interface Withdrawal {
  account: string;
  amount: number;
  paid: number;
  state: 'held' | 'paid' | 'voided' | 'suspense' | 'declined' | 'never';
}

export class NaiveBank {
  readonly ledger: Record<string, number> = {};
  readonly held: Record<string, number> = {};
  cash = 0;
  suspense = 0;
  readonly #seen = new Map<string, Seen>();
  readonly #withdrawals = new Map<string, Withdrawal>();
  readonly #posted = new Set<string>();
  readonly #known = new Set<string>();

  /** The code a request is answered with. */
  ask(request: MoneyRequest): string {
    const { rid: _, attempt: __, ...fields } = request;
    const text = JSON.stringify(fields, (_key, value) => (typeof value === 'bigint' ? `${value}` : value));
    const seen = this.#seen.get(request.txnId);
    if (seen?.text === 'reversed before it came') {
      this.#seen.set(request.txnId, { text, code: 'ALREADY_REVERSED' });
      if (request.type !== 'authorise') this.#known.add(request.txnId);
      return 'ALREADY_REVERSED';
    }
    if (seen) return seen.text === text ? this.#again(request, seen) : 'DUPLICATE_MISMATCH';
    const code = this.#fresh(request);
    this.#seen.set(request.txnId, { text, code });
    this.#known.add(request.txnId);
    return code;
  }

  #again(request: MoneyRequest, seen: Seen): string {
    if (request.type !== 'authorise') return seen.code;
    const { state } = this.#withdrawals.get(request.txnId) ?? { state: 'declined' };
    if (state === 'voided') return 'ALREADY_REVERSED';
    return state === 'paid' || state === 'suspense' ? 'ALREADY_COMPLETED' : seen.code;
  }

  #fresh(request: MoneyRequest): string {
    const amount = 'amount' in request ? Number(request.amount) : 0;
    switch (request.type) {
      case 'deposit':
        this.#posted.add(request.txnId);
        this.cash += amount;
        this.#move(request.account, amount);
        return 'APPROVED';
      case 'transfer':
        if (request.from === request.to) return 'INVALID_TXN';
        if (this.#free(request.from) < amount) return 'INSUFFICIENT_FUNDS';
        this.#posted.add(request.txnId);
        this.#move(request.from, -amount);
        this.#move(request.to, amount);
        return 'APPROVED';
      case 'authorise': {
        const ok = this.#free(request.account) >= amount;
        const code = !ok ? 'INSUFFICIENT_FUNDS' : this.#cashFree() < amount ? 'INVALID_AMOUNT' : 'APPROVED';
        const state = code === 'APPROVED' ? 'held' : 'declined';
        this.#withdrawals.set(request.txnId, { account: request.account, amount, paid: 0, state });
        if (state === 'held') this.held[request.account] = (this.held[request.account] ?? 0) + amount;
        return code;
      }
      case 'reverse':
        return this.#reverse(request);
      case 'complete':
        return this.#complete(request);
    }
  }

  #reverse({ origTxnId }: Reverse): string {
    const withdrawal = this.#withdrawals.get(origTxnId);
    if (withdrawal?.state === 'held') {
      this.#release(withdrawal);
      withdrawal.state = 'voided';
      return 'APPROVED';
    }
    if (withdrawal) return withdrawal.state === 'paid' ? 'STATE_CONFLICT' : 'APPROVED';
    if (this.#posted.has(origTxnId)) return 'ALREADY_COMPLETED';
    if (!this.#seen.has(origTxnId)) {
      this.#seen.set(origTxnId, { text: 'reversed before it came', code: '' });
    }
    return 'APPROVED';
  }

  #complete({ origTxnId, disposition, dispensed }: Complete): string {
    const paid = Number(dispensed);
    const withdrawal = this.#withdrawals.get(origTxnId);
    if (withdrawal?.state === 'held') {
      this.#release(withdrawal);
      const full = disposition === 'TAKEN' && paid === withdrawal.amount;
      const part = disposition === 'PARTIAL' && paid > 0 && paid < withdrawal.amount;
      const charged = part ? paid : withdrawal.amount;
      this.#move(withdrawal.account, -charged);
      if (full || part) this.cash -= charged;
      else this.suspense += charged;
      withdrawal.state = full || part ? 'paid' : 'suspense';
      withdrawal.paid = charged;
      return 'APPROVED';
    }
    if (withdrawal?.state === 'suspense') return 'APPROVED';
    if (withdrawal?.state === 'paid') return withdrawal.paid === paid ? 'APPROVED' : 'STATE_CONFLICT';
    // A deposit or transfer, carried out or refused: no cash can have left for it.
    if (!withdrawal && this.#known.has(origTxnId)) return 'STATE_CONFLICT';
    if (paid <= this.#cashFree()) {
      this.cash -= paid;
      this.suspense -= paid;
    }
    const seen = this.#seen.has(origTxnId);
    const row = { account: '', amount: paid, paid, state: 'suspense' } as const;
    this.#withdrawals.set(origTxnId, row);
    if (!withdrawal) this.#seen.set(origTxnId, { text: 'never asked for', code: '' });
    return seen ? 'STATE_CONFLICT' : 'ORIGINAL_NOT_FOUND';
  }

  #move(account: string, amount: number): void {
    this.ledger[account] = (this.ledger[account] ?? 0) + amount;
  }

  #release({ account, amount }: Withdrawal): void {
    this.held[account] = (this.held[account] ?? 0) - amount;
  }

  #free(account: string): number {
    return (this.ledger[account] ?? 0) - (this.held[account] ?? 0);
  }

  #cashFree(): number {
    return this.cash - Object.values(this.held).reduce((sum, amount) => sum + amount, 0);
  }
}
