/**
 * The ledger store on `node:sqlite`: WAL, `synchronous=FULL` set and read back, one `BEGIN … COMMIT` a batch.
 * The commit blocks the thread for one disk sync (adapters may block); `done` is called from a microtask all the same,
 * so that callers see one order of events whatever the adapter.
 *
 * One process writes: it holds a lock file (itself a SQLite database under an exclusive transaction, which the system
 * releases when the process dies). Readers need no lock.
 *
 * @module
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CustomerId, TerminalId, TxnId } from '../../protocol/ids.ts';
import { GENESIS } from '../audit/chain.ts';
import { spent } from '../limits.ts';
import type { AuditRow, EntryRow, TxnRow } from '../model.ts';
import {
  type BankImage,
  type Batch,
  type DayUsage,
  type FailedLogin,
  HISTORY_KINDS,
  type HistoryQuery,
  type LedgerStore,
} from '../store.ts';
import type { Database, Statement } from './database.ts';
import * as rows from './rows.ts';
import { checkSchema, migrate, pragma } from './schema.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { StoreError, translating } from './store-error.ts';

export const DATABASE_FILE = 'bank.db';
export const LOCK_FILE = 'bank.lock';

const DAY_MS = 86_400_000;

export class SqliteStore implements LedgerStore {
  readonly path: string;
  readonly #db: Database;
  readonly #writes: boolean;
  readonly #statements: Statements;
  #lock: DatabaseSync | null = null;

  private constructor(path: string, db: Database, writes: boolean) {
    this.path = path;
    this.#db = db;
    this.#writes = writes;
    this.#statements = prepareStatements(db);
  }

  /** Opens for writing; makes directory and database when there are none. Throws {@link StoreError}. */
  static open(directory: string): SqliteStore {
    const path = join(directory, DATABASE_FILE);
    makeDirectory(directory);
    const lock = takeLock(directory);
    try {
      const store = translating(path, () => SqliteStore.over(new DatabaseSync(path, { timeout: 0 }), path));
      store.#lock = lock;
      return store;
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  /**
   * On an open connection, for writing; it must be the only one. {@link close} closes it.
   * @param path names the database in errors
   */
  static over(db: Database, path: string): SqliteStore {
    return translating(path, () => {
      checkSchema(db, path);
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      db.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -65536');
      requireDurable(db, path);
      migrate(db, path);
      return new SqliteStore(path, db, true);
    });
  }

  /** Opens for reading, beside a running bank too. Throws {@link StoreError}. */
  static openReadOnly(directory: string): SqliteStore {
    const path = join(directory, DATABASE_FILE);
    if (!existsSync(path)) throw new StoreError('missing', path);
    return translating(path, () => {
      const db = new DatabaseSync(path, { readOnly: true });
      if (checkSchema(db, path) === 0) throw new StoreError('notADatabase', path);
      return new SqliteStore(path, db, false);
    });
  }

  /** As read back from the database, for the start-up line and reports. */
  durability(): { readonly journalMode: string; readonly synchronous: string } {
    const level = Number(pragma(this.#db, 'synchronous'));
    return {
      journalMode: String(pragma(this.#db, 'journal_mode')),
      synchronous: ['off', 'normal', 'full', 'extra'][level] ?? String(level),
    };
  }

  /** What SQLite's own check and the foreign keys complain about; empty when the file is sound. */
  integrity(): readonly string[] {
    return translating(this.path, () => {
      const found = this.#db
        .prepare('PRAGMA quick_check')
        .all()
        .map((row) => String(row['quick_check']));
      const orphans = this.#db.prepare('PRAGMA foreign_key_check').all();
      return [
        ...found.filter((line) => line !== 'ok'),
        ...orphans.map((row) => `${row['table']} row ${row['rowid']} refers to a missing ${row['parent']}`),
      ];
    });
  }

  load(): BankImage {
    const { accounts, customers, terminals, open, lastEntry, lastAudit } = this.#statements;
    return translating(this.path, () => {
      const last = lastAudit.get();
      return {
        accounts: accounts.all().map(rows.accountFrom),
        customers: customers.all().map(rows.customerFrom),
        terminals: terminals.all().map(rows.terminalFrom),
        open: open.all().map(rows.txnFrom),
        entrySeq: Number(lastEntry.get()?.['seq'] ?? 0),
        auditHead: last ? { seq: Number(last['seq']), hash: rows.auditFrom(last).hash } : GENESIS,
      };
    });
  }

  transaction(terminal: TerminalId, txnId: TxnId): TxnRow | undefined {
    const { begin, txn } = this.#statements;
    // The batch's own transaction begins with its first look-up: one read lock a batch instead of one a look-up. It
    // cannot fail to become a write transaction, since nobody else writes.
    if (this.#writes && !this.#db.isTransaction) begin.run();
    const row = txn.get(terminal, txnId);
    return row && rows.txnFrom(row);
  }

  history({ account, customer, before, limit, kinds }: HistoryQuery): readonly TxnRow[] {
    const wanted =
      kinds.length === 0 ? Object.values(HISTORY_KINDS) : kinds.map((kind) => HISTORY_KINDS[kind]);
    return this.#statements.history
      .all({
        account,
        customer,
        before: before ?? Number.MAX_SAFE_INTEGER,
        limit,
        kinds: JSON.stringify(wanted),
      })
      .map(rows.txnFrom);
  }

  dayUsage(sinceMs: number): readonly DayUsage[] {
    const sums = new Map<CustomerId, { customer: CustomerId; amount: bigint; count: number }>();
    for (const row of this.#txnsOf(this.#statements.txnsDown)) {
      // Newest first; the day's margin forgives a clock that was set back between two runs.
      if (row.seq > 0 && row.atMs < sinceMs - DAY_MS) break;
      const amount = row.customer === null || row.atMs < sinceMs ? null : spent(row);
      if (row.customer === null || amount === null) continue;
      const sum = sums.get(row.customer) ?? { customer: row.customer, amount: 0n, count: 0 };
      sum.amount += amount;
      sum.count += 1;
      sums.set(row.customer, sum);
    }
    return [...sums.values()];
  }

  failedLogins(sinceMs: number): readonly FailedLogin[] {
    return this.#statements.failedLogins
      .all(sinceMs)
      .map((row) => ({ terminal: row['terminal'] as TerminalId, atMs: Number(row['at_ms']) }));
  }

  commit(batch: Batch, done: (error: Error | null) => void): void {
    let failure: Error | null = null;
    try {
      translating(this.path, () => this.#write(batch));
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    queueMicrotask(() => done(failure));
  }

  *audit(from: number): Iterable<AuditRow> {
    for (const row of this.#statements.audit.iterate(from)) yield rows.auditFrom(row);
  }

  *entries(): Iterable<EntryRow> {
    for (const row of this.#statements.entries.iterate()) yield rows.entryFrom(row);
  }

  txns(): Iterable<TxnRow> {
    return this.#txnsOf(this.#statements.txns);
  }

  close(): void {
    this.#db.close();
    this.#lock?.close();
  }

  *#txnsOf(statement: Statement): Iterable<TxnRow> {
    for (const row of statement.iterate()) yield rows.txnFrom(row);
  }

  #write(batch: Batch): void {
    const put = this.#statements;
    if (!this.#db.isTransaction) put.begin.run();
    try {
      for (const row of batch.accounts) put.putAccount.run(row.id, row.ledger, row.held, row.version);
      for (const e of batch.entries) {
        put.putEntry.run(
          ...[e.seq, e.phase, e.kind, e.debit, e.credit, e.amount, e.held],
          ...[e.terminal, e.txnId, e.auditSeq, e.atMs],
        );
      }
      for (const row of batch.txns) put.putTxn.run(...rows.txnValues(row));
      for (const { id, password, tries, locked, accounts } of batch.customers) {
        put.putCustomer.run(id, password, tries, locked ? 1 : 0, JSON.stringify(accounts));
      }
      for (const { id, keyIds, revoked, enrolledAtMs } of batch.terminals) {
        put.putTerminal.run(id, JSON.stringify(keyIds), revoked ? 1 : 0, enrolledAtMs);
      }
      for (const row of batch.audit) put.putAudit.run(row.seq, row.keyId, row.iv, row.ct, row.mac, row.hash);
      put.commit.run();
    } catch (error) {
      if (this.#db.isTransaction) put.rollback.run();
      throw error;
    }
  }
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StoreError('unwritable', directory, { cause: error });
  }
}

function takeLock(directory: string): DatabaseSync {
  const path = join(directory, LOCK_FILE);
  return translating(path, () => {
    const lock = new DatabaseSync(path, { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return lock;
    } catch (error) {
      lock.close();
      throw error;
    }
  });
}

/** WAL alone would let SQLite skip the sync; what was asked for is read back, not assumed. */
function requireDurable(db: Database, path: string): void {
  const mode = pragma(db, 'journal_mode');
  const level = pragma(db, 'synchronous');
  if (mode !== 'wal' || level !== 2) {
    throw new StoreError('notDurable', `${path} has journal_mode=${mode}, synchronous=${level}`);
  }
}
