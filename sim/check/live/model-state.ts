/**
 * What the model bank remembers (docs/ARCHITECTURE.md "Postings"): balances and holds in plain numbers of cents, who may
 * do what, and what came of each transaction. Shares no code with the bank that it judges.
 *
 * @module
 */
import type { BankPolicy } from '../../../bank/policy.ts';
import type { Code } from '../../../protocol/errors.ts';
import type { TxnState } from '../../../protocol/messages.ts';

/** No balance is above it: 2^53 cents. */
export const BALANCE_MAX = 2 ** 53;
const DAY_MS = 86_400_000;

/** An account as a customer sees it, in cents. */
export interface View {
  readonly account: string;
  readonly ledger: number;
  readonly available: number;
}

/** Fields of a reply that the model knows; those of an honest reply are these and no others. */
export interface Told {
  readonly account?: View;
  readonly accounts?: readonly View[];
  readonly state?: TxnState | 'none';
  readonly total?: number;
  readonly difference?: number;
}

export interface Transaction {
  /** `authorise`, `deposit`, `login`, …; of a tombstone, whatever left it. */
  readonly kind: string;
  readonly terminal: string;
  readonly customer: string | null;
  /** Null where it has none, or one that is not the customer's. */
  readonly account: string | null;
  /** All it asks for, and in whose name; empty for what the bank has never been asked. */
  readonly content: string;
  readonly amount: number;
  /** When it was first decided, by the bank's clock. */
  readonly atMs: number;
  state: TxnState;
  code: Code;
  /** What was told with the code; for one who asks again. */
  told: Told;
  /** What became of the amount in the end. */
  settled: number;
}

export class ModelState {
  readonly limits: BankPolicy;
  readonly customers = new Map<string, { readonly accounts: readonly string[]; locked: boolean }>();
  readonly terminals = new Map<string, { keyIds: readonly number[]; revoked: boolean }>();
  readonly transactions = new Map<string, Transaction>();
  /** By ledger account: `customer:…`, `cash:…`, `suspense:…`, `vault`, `opening`. */
  readonly balances = new Map<string, number>();
  readonly holds = new Map<string, number>();
  /** Ledger entries so far. */
  entries = 0;

  constructor(limits: BankPolicy) {
    this.limits = limits;
  }

  balance(ledgerAccount: string): number {
    return this.balances.get(ledgerAccount) ?? 0;
  }

  held(ledgerAccount: string): number {
    return this.holds.get(ledgerAccount) ?? 0;
  }

  open(ledgerAccount: string): void {
    if (!this.balances.has(ledgerAccount)) this.balances.set(ledgerAccount, 0);
  }

  /** One entry: cash and vault grow by debits, all others by credits. */
  post(debit: string, credit: string, amount: number): void {
    this.#entry();
    this.#change(debit, growsByDebits(debit) ? amount : -amount);
    this.#change(credit, growsByDebits(credit) ? -amount : amount);
  }

  /** One entry that moves no money: more held, or less. */
  hold(ledgerAccount: string, amount: number): void {
    this.#entry();
    this.#keep(ledgerAccount, amount);
  }

  /** One entry that takes what was held. */
  settle(debit: string, credit: string, amount: number): void {
    this.post(debit, credit, amount);
    this.#keep(debit, -amount);
  }

  hasRoom(ledgerAccount: string, amount: number): boolean {
    return amount <= BALANCE_MAX - this.balance(ledgerAccount);
  }

  view(account: string): View {
    const id = `customer:${account}`;
    return { account, ledger: this.balance(id), available: this.available(account) };
  }

  available(account: string): number {
    const id = `customer:${account}`;
    return this.balance(id) - this.held(id);
  }

  /** What a terminal's books could still pay. */
  freeCash(terminal: string): number {
    let free = this.balance(`cash:${terminal}`);
    for (const { state, terminal: at, amount } of this.transactions.values())
      if (state === 'held' && at === terminal) free -= amount;
    return Math.max(0, free);
  }

  /** Cash that a customer took on the UTC day of that instant, or may still take by an open hold. */
  takenOn(customer: string, atMs: number): { readonly amount: number; readonly count: number } {
    const taken = { amount: 0, count: 0 };
    for (const one of this.transactions.values()) {
      if (one.customer !== customer || one.kind !== 'authorise' || dayOf(one.atMs) !== dayOf(atMs)) continue;
      if (!TAKES.has(one.state)) continue;
      taken.count += 1;
      taken.amount += one.state === 'held' ? one.amount : one.settled;
    }
    return taken;
  }

  #entry(): void {
    this.entries += 1;
  }

  #change(ledgerAccount: string, by: number): void {
    this.balances.set(ledgerAccount, this.balance(ledgerAccount) + by);
  }

  #keep(ledgerAccount: string, by: number): void {
    this.holds.set(ledgerAccount, this.held(ledgerAccount) + by);
  }
}

const TAKES = new Set<TxnState>(['held', 'completed', 'partial', 'suspense']);
const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
const growsByDebits = (ledgerAccount: string): boolean =>
  ledgerAccount === 'vault' || ledgerAccount.startsWith('cash:');
