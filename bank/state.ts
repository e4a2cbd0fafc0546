/**
 * What the bank knows while it runs: accounts, customers, terminals and open transactions in memory, finished
 * transactions in the store. Between a decision and its commit the decided rows are in an overlay, so memory is bounded
 * by customers, terminals and what is in flight.
 *
 * `decide` sees it as a {@link BankView} and changes nothing; `apply.ts` alone changes it.
 *
 * @module
 */
import type { CustomerId, TerminalId, TxnId } from '../protocol/ids.ts';
import type { Cents } from '../protocol/money.ts';
import { ZERO } from '../protocol/money.ts';
import type { AccountRow, CustomerRow, LedgerAccount, TerminalRow, TxnRow } from './model.ts';
import { isDebitNatured } from './model.ts';
import type { BankPolicy } from './policy.ts';
import type { BankImage, Batch, DayUsage, LedgerStore } from './store.ts';

/** Makes the 64 hex digits that let the dispenser pay (protocol/dispense-token.ts). Deterministic. */
export type TokenFor = (input: {
  readonly terminal: TerminalId;
  /** Of the session that asks, for its dispenser has the key of the same id; absent, the terminal's newest. */
  readonly keyId?: number | undefined;
  readonly txnId: TxnId;
  readonly amount: Cents;
  readonly nonce: string;
}) => string;

export interface Usage {
  /** UTC day number. */
  readonly day: number;
  readonly amount: bigint;
  readonly count: number;
}

export interface BankView {
  readonly policy: BankPolicy;
  readonly tokenFor: TokenFor;
  readonly store: Pick<LedgerStore, 'history'>;
  readonly accounts: ReadonlyMap<LedgerAccount, AccountRow>;
  readonly customers: ReadonlyMap<CustomerId, CustomerRow>;
  readonly terminals: ReadonlyMap<TerminalId, TerminalRow>;
  /** Sequence of the last entry; the next decision's entries follow it. */
  readonly entrySeq: number;
  /** The row as it stands now, decided or committed. */
  transaction(terminal: TerminalId, txnId: TxnId): TxnRow | undefined;
  /** Open holds and pending logins of a terminal, oldest first. */
  openOf(terminal: TerminalId): Iterable<TxnRow>;
  /** True while this process hashes the password of that attempt. */
  isHashing(terminal: TerminalId, txnId: TxnId): boolean;
  usageOn(customer: CustomerId, day: number): Usage;
  loginFailures(terminal: TerminalId, sinceMs: number): number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
export const txnKey = (terminal: TerminalId, txnId: TxnId): string => `${terminal}/${txnId}`;

export interface BankStateInput {
  readonly store: Pick<LedgerStore, 'transaction' | 'history'>;
  readonly image: BankImage;
  /** `store.dayUsage` since the start of the UTC day of `nowMs`. */
  readonly usage: readonly DayUsage[];
  readonly nowMs: number;
  readonly policy: BankPolicy;
  readonly tokenFor: TokenFor;
}

export class BankState implements BankView {
  readonly policy: BankPolicy;
  readonly tokenFor: TokenFor;
  readonly store: Pick<LedgerStore, 'transaction' | 'history'>;
  readonly accounts = new Map<LedgerAccount, AccountRow>();
  readonly customers = new Map<CustomerId, CustomerRow>();
  readonly terminals = new Map<TerminalId, TerminalRow>();
  readonly open = new Map<TerminalId, Map<TxnId, TxnRow>>();
  readonly overlay = new Map<string, TxnRow>();
  readonly hashing = new Set<string>();
  readonly usage = new Map<CustomerId, Usage>();
  /** Times of the latest failed logins of a terminal, ascending, at most one more than the policy allows. */
  readonly failures = new Map<TerminalId, number[]>();
  entrySeq: number;
  /** Σ of debit-natured and of credit-natured accounts: equal at every moment. */
  debitTotal = 0n;
  creditTotal = 0n;

  private constructor(input: BankStateInput) {
    this.policy = input.policy;
    this.tokenFor = input.tokenFor;
    this.store = input.store;
    this.entrySeq = input.image.entrySeq;
  }

  /** Loads store and usage. */
  static open(deps: Omit<BankStateInput, 'image' | 'usage' | 'store'> & { store: LedgerStore }): BankState {
    const usage = deps.store.dayUsage(dayOf(deps.nowMs) * DAY_MS);
    const state = BankState.from({ ...deps, image: deps.store.load(), usage });
    for (const { terminal, atMs } of deps.store.failedLogins(deps.nowMs - HOUR_MS)) {
      state.noteFailure(terminal, atMs);
    }
    return state;
  }

  static from(input: BankStateInput): BankState {
    const state = new BankState(input);
    for (const row of input.image.accounts) {
      state.accounts.set(row.id, row);
      if (isDebitNatured(row.id)) state.debitTotal += row.ledger;
      else state.creditTotal += row.ledger;
    }
    for (const row of input.image.customers) state.customers.set(row.id, row);
    for (const row of input.image.terminals) state.terminals.set(row.id, row);
    for (const row of input.image.open) state.keepOpen(row);
    const day = dayOf(input.nowMs);
    for (const { customer, amount, count } of input.usage) state.usage.set(customer, { day, amount, count });
    return state;
  }

  transaction(terminal: TerminalId, txnId: TxnId): TxnRow | undefined {
    return (
      this.overlay.get(txnKey(terminal, txnId)) ??
      this.open.get(terminal)?.get(txnId) ??
      this.store.transaction(terminal, txnId)
    );
  }

  openOf(terminal: TerminalId): Iterable<TxnRow> {
    return this.open.get(terminal)?.values() ?? [];
  }

  isHashing(terminal: TerminalId, txnId: TxnId): boolean {
    return this.hashing.has(txnKey(terminal, txnId));
  }

  usageOn(customer: CustomerId, day: number): Usage {
    const usage = this.usage.get(customer);
    return usage?.day === day ? usage : { day, amount: 0n, count: 0 };
  }

  loginFailures(terminal: TerminalId, sinceMs: number): number {
    return this.failures.get(terminal)?.filter((at) => at > sinceMs).length ?? 0;
  }

  noteFailure(terminal: TerminalId, atMs: number): void {
    const times = this.failures.get(terminal) ?? [];
    times.push(atMs);
    if (times.length > this.policy.terminalFailuresMax) times.shift();
    this.failures.set(terminal, times);
  }

  /** Holds at least T_hold old: the terminal is asked for them after its next Finished. */
  *staleHolds(terminal: TerminalId, nowMs: number): Iterable<TxnRow> {
    for (const row of this.openOf(terminal)) {
      if (row.state === 'held' && nowMs - row.atMs >= this.policy.tHoldMs) yield row;
    }
  }

  /** Holds to be abandoned: of revoked terminals, and older than the policy's silence. */
  *abandonedHolds(nowMs: number): Iterable<TxnRow> {
    for (const [terminal, rows] of this.open) {
      const revoked = this.terminals.get(terminal)?.revoked ?? true;
      for (const row of rows.values()) {
        if (row.state === 'held' && (revoked || nowMs - row.atMs >= this.policy.silentMs)) yield row;
      }
    }
  }

  /** The batch is durable: finished transactions may leave memory. A row decided anew since then stays. */
  committed(batch: Batch): void {
    for (const row of batch.txns) {
      const key = txnKey(row.terminal, row.txnId);
      if (this.overlay.get(key) === row) this.overlay.delete(key);
    }
  }

  keepOpen(row: TxnRow): void {
    let rows = this.open.get(row.terminal);
    if (!rows) {
      rows = new Map();
      this.open.set(row.terminal, rows);
    }
    rows.set(row.txnId, row);
  }

  dropOpen(row: TxnRow): void {
    this.open.get(row.terminal)?.delete(row.txnId);
  }
}

/** Cash a terminal could still pay: what is booked in it, less what its open holds will take. */
export function cashFree(state: BankView, terminal: TerminalId, cash: AccountRow): Cents {
  let free: bigint = cash.ledger;
  for (const row of state.openOf(terminal)) if (row.state === 'held') free -= row.amount;
  return (free > 0n ? free : ZERO) as Cents;
}
