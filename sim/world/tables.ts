/**
 * The bank's tables in maps and arrays, and the reading half of the store port on them: what is read is what SQLite's
 * adapter would read, in the same order. Nothing here lasts; what makes a batch durable is the business of the store
 * that extends it.
 *
 * @module
 */
import { GENESIS } from '../../bank/audit/chain.ts';
import { spent } from '../../bank/limits.ts';
import type { AccountRow, AuditRow, CustomerRow, EntryRow, TerminalRow, TxnRow } from '../../bank/model.ts';
import { txnKey } from '../../bank/state.ts';
import {
  type BankImage,
  type Batch,
  type DayUsage,
  type FailedLogin,
  HISTORY_KINDS,
  type HistoryQuery,
  type LedgerStore,
} from '../../bank/store.ts';
import type { CustomerId, TerminalId, TxnId } from '../../protocol/ids.ts';

export class Tables implements Omit<LedgerStore, 'commit' | 'close'> {
  readonly #accounts = new Map<string, AccountRow>();
  readonly #customers = new Map<string, CustomerRow>();
  readonly #terminals = new Map<string, TerminalRow>();
  readonly #txns = new Map<string, TxnRow>();
  readonly #entries: EntryRow[] = [];
  readonly #audit: AuditRow[] = [];

  /** From now on the rows of the batch are read. */
  apply(batch: Batch): void {
    for (const row of batch.accounts) this.#accounts.set(row.id, row);
    for (const row of batch.entries) this.#entries.push(row);
    for (const row of batch.txns) this.#txns.set(txnKey(row.terminal, row.txnId), row);
    for (const row of batch.customers) this.#customers.set(row.id, row);
    for (const row of batch.terminals) this.#terminals.set(row.id, row);
    for (const row of batch.audit) this.#audit.push(row);
  }

  load(): BankImage {
    const last = this.#audit.at(-1);
    return {
      accounts: [...this.#accounts.values()].sort(byId),
      customers: [...this.#customers.values()].sort(byId),
      terminals: [...this.#terminals.values()].sort(byId),
      open: this.#where(({ state }) => state === 'held' || state === 'pending').sort(bySeq),
      entrySeq: this.#entries.at(-1)?.seq ?? 0,
      auditHead: last ? { seq: last.seq, hash: last.hash } : GENESIS,
    };
  }

  transaction(terminal: TerminalId, txnId: TxnId): TxnRow | undefined {
    return this.#txns.get(txnKey(terminal, txnId));
  }

  history({ account, customer, before, limit, kinds }: HistoryQuery): readonly TxnRow[] {
    const wanted =
      kinds.length === 0 ? Object.values(HISTORY_KINDS) : kinds.map((kind) => HISTORY_KINDS[kind]);
    return this.#where(
      (row) =>
        row.state !== 'pending' &&
        wanted.includes(row.kind) &&
        row.seq < (before ?? Number.POSITIVE_INFINITY) &&
        (row.account === account ||
          (row.counterparty === account && row.state === 'posted') ||
          (row.customer === customer && ACCESS.includes(row.kind))),
    )
      .sort((a, b) => b.seq - a.seq)
      .slice(0, limit);
  }

  dayUsage(sinceMs: number): readonly DayUsage[] {
    const sums = new Map<CustomerId, DayUsage>();
    for (const row of this.#txns.values()) {
      const amount = row.atMs < sinceMs ? null : spent(row);
      if (row.customer === null || amount === null) continue;
      const sum = sums.get(row.customer) ?? { customer: row.customer, amount: 0n, count: 0 };
      sums.set(row.customer, { ...sum, amount: sum.amount + amount, count: sum.count + 1 });
    }
    return [...sums.values()];
  }

  failedLogins(sinceMs: number): readonly FailedLogin[] {
    return this.#where(
      ({ kind, code, atMs }) => kind === 'login' && code === 'WRONG_PASSWORD' && atMs >= sinceMs,
    )
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ terminal, atMs }) => ({ terminal, atMs }));
  }

  audit(from: number): readonly AuditRow[] {
    return this.#audit.filter(({ seq }) => seq >= from);
  }

  entries(): readonly EntryRow[] {
    return [...this.#entries];
  }

  txns(): readonly TxnRow[] {
    return [...this.#txns.values()].sort(
      (a, b) => a.seq - b.seq || compare(a.terminal, b.terminal) || compare(a.txnId, b.txnId),
    );
  }

  #where(isWanted: (row: TxnRow) => boolean): TxnRow[] {
    const rows: TxnRow[] = [];
    for (const row of this.#txns.values()) if (isWanted(row)) rows.push(row);
    return rows;
  }
}

const ACCESS: readonly TxnRow['kind'][] = ['login', 'passwordChange'];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byId = (a: { readonly id: string }, b: { readonly id: string }): number => compare(a.id, b.id);
const bySeq = (a: TxnRow, b: TxnRow): number => a.seq - b.seq;
