/**
 * The store's SQL, prepared once a connection. What is read comes with integers as `bigint`.
 *
 * @module
 */
import type { Database, Statement } from './database.ts';
import { TXN_COLUMNS } from './rows.ts';

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(db: Database) {
  const read = (sql: string): Statement => {
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  const upsert = (table: string, key: string, columns: string): Statement => {
    const names = columns.split(', ');
    const keys = key.split(', ');
    const sets = names.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`);
    const marks = names.map(() => '?').join(', ');
    return db.prepare(
      `INSERT INTO ${table} (${columns}) VALUES (${marks}) ON CONFLICT (${key}) DO UPDATE SET ${sets.join(', ')}`,
    );
  };
  const page = 'seq < :before AND kind IN (SELECT value FROM json_each(:kinds))';
  return {
    begin: db.prepare('BEGIN'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    accounts: read('SELECT * FROM account'),
    customers: read('SELECT * FROM customer'),
    terminals: read('SELECT * FROM terminal'),
    open: read("SELECT * FROM txn WHERE state IN ('held', 'pending') ORDER BY seq"),
    lastEntry: read('SELECT max(seq) AS seq FROM entry'),
    lastAudit: read('SELECT * FROM audit ORDER BY seq DESC LIMIT 1'),
    txn: read('SELECT * FROM txn WHERE terminal = ? AND txn_id = ?'),
    txns: read('SELECT * FROM txn ORDER BY seq, terminal, txn_id'),
    failedLogins: read(
      `SELECT terminal, at_ms FROM txn WHERE kind = 'login' AND code = 'WRONG_PASSWORD' AND at_ms >= ?
       ORDER BY at_ms`,
    ),
    txnsDown: read('SELECT * FROM txn ORDER BY rowid DESC'),
    entries: read('SELECT * FROM entry ORDER BY seq'),
    audit: read('SELECT * FROM audit WHERE seq >= ? ORDER BY seq'),
    // Each branch walks its own index in order, so a page costs its rows, not the account's whole past.
    history: read(
      `SELECT * FROM txn WHERE account = :account AND ${page}
       UNION ALL
       SELECT * FROM txn WHERE counterparty = :account AND state = 'posted' AND ${page}
       UNION ALL
       SELECT * FROM txn WHERE customer = :customer AND kind IN ('login', 'passwordChange')
         AND state <> 'pending' AND ${page}
       ORDER BY seq DESC LIMIT :limit`,
    ),
    putAccount: upsert('account', 'id', 'id, ledger, held, version'),
    putEntry: db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    putTxn: upsert('txn', 'terminal, txn_id', TXN_COLUMNS),
    putCustomer: upsert('customer', 'id', 'id, password, tries, locked, accounts'),
    putTerminal: upsert('terminal', 'id', 'id, key_ids, revoked, enrolled_at_ms'),
    putAudit: db.prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)'),
  };
}
