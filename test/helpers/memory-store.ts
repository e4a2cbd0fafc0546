/**
 * The ledger store in plain arrays: the reference adapter beside SQLite, and the quick one for tests.
 *
 * @module
 */
import { GENESIS } from '../../bank/audit/chain.ts';
import { spent } from '../../bank/limits.ts';
import type { AccountRow, AuditRow, CustomerRow, EntryRow, TerminalRow, TxnRow } from '../../bank/model.ts';
import { txnKey } from '../../bank/state.ts';
import type { BankImage, Batch, DayUsage, FailedLogin, HistoryQuery, LedgerStore } from '../../bank/store.ts';
import type { CustomerId, TerminalId, TxnId } from '../../protocol/ids.ts';

const ACCESS = ['login', 'passwordChange'];

export class MemoryStore implements LedgerStore {
  readonly #accounts = new Map<string, AccountRow>();
  readonly #customers = new Map<string, CustomerRow>();
  readonly #terminals = new Map<string, TerminalRow>();
  readonly #txns = new Map<string, TxnRow>();
  readonly #entries: EntryRow[] = [];
  readonly #audit: AuditRow[] = [];

  load(): BankImage {
    const last = this.#audit.at(-1);
    return {
      accounts: [...this.#accounts.values()],
      customers: [...this.#customers.values()],
      terminals: [...this.#terminals.values()],
      open: this.txns().filter(({ state }) => state === 'held' || state === 'pending'),
      entrySeq: this.#entries.length,
      auditHead: last ? { seq: last.seq, hash: last.hash } : GENESIS,
    };
  }

  transaction(terminal: TerminalId, txnId: TxnId): TxnRow | undefined {
    return this.#txns.get(txnKey(terminal, txnId));
  }

  history({ account, customer, before, limit, kinds }: HistoryQuery): readonly TxnRow[] {
    const kindOf = (row: TxnRow) =>
      row.kind === 'authorise' ? 'withdraw' : row.kind === 'passwordChange' ? 'password' : row.kind;
    return this.txns()
      .filter((row) => row.state !== 'pending' && row.seq < (before ?? Number.POSITIVE_INFINITY))
      .filter(
        (row) =>
          row.account === account ||
          (row.counterparty === account && row.state === 'posted') ||
          (row.customer === customer && ACCESS.includes(row.kind)),
      )
      .filter((row) => kinds.length === 0 || kinds.some((kind) => kind === kindOf(row)))
      .reverse()
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
    return this.txns().filter(
      ({ kind, code, atMs }) => kind === 'login' && code === 'WRONG_PASSWORD' && atMs >= sinceMs,
    );
  }

  commit(batch: Batch, done: (error: Error | null) => void): void {
    for (const row of batch.accounts) this.#accounts.set(row.id, row);
    for (const row of batch.customers) this.#customers.set(row.id, row);
    for (const row of batch.terminals) this.#terminals.set(row.id, row);
    for (const row of batch.txns) this.#txns.set(txnKey(row.terminal, row.txnId), row);
    this.#entries.push(...batch.entries);
    this.#audit.push(...batch.audit);
    queueMicrotask(() => done(null));
  }

  *audit(from: number): Iterable<AuditRow> {
    yield* this.#audit.filter(({ seq }) => seq >= from);
  }

  entries(): readonly EntryRow[] {
    return this.#entries;
  }

  txns(): readonly TxnRow[] {
    return [...this.#txns.values()].sort((a, b) => a.seq - b.seq);
  }

  close(): void {}
}
