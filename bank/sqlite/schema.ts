/**
 * The schema as ordered migrations: `user_version` n means that the first n have run. A migration that was released is
 * never edited; a change is a new one. The tables carry the ledger's rules once more (`STRICT`, `CHECK`), so that a bug
 * in our code cannot store what the ledger forbids.
 *
 * @module
 */
import type { Database } from './database.ts';
import { StoreError } from './store-error.ts';

/** "CASH": tells our databases from other people's. */
const APPLICATION_ID = 0x43415348;

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    id TEXT PRIMARY KEY,
    ledger INTEGER NOT NULL CHECK (ledger BETWEEN -9007199254740992 AND 9007199254740992),
    held INTEGER NOT NULL CHECK (held >= 0),
    version INTEGER NOT NULL CHECK (version >= 0),
    -- Suspense and opening may carry either sign; customers, cash and the vault may not, and holds are covered.
    CHECK (held <= ledger OR id = 'opening' OR id GLOB 'suspense:*')
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    phase TEXT NOT NULL CHECK (phase IN ('post', 'hold', 'settle', 'release')),
    kind TEXT NOT NULL CHECK (kind IN ('opening', 'cashLoad', 'withdraw', 'deposit', 'transfer', 'resolve')),
    debit TEXT NOT NULL REFERENCES account (id),
    credit TEXT NOT NULL REFERENCES account (id),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740992),
    held INTEGER NOT NULL,
    terminal TEXT,
    txn_id TEXT,
    audit_seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    CHECK (debit <> credit)
  ) STRICT;

  CREATE TABLE txn (
    terminal TEXT NOT NULL,
    txn_id TEXT NOT NULL CHECK (length(txn_id) = 32),
    kind TEXT NOT NULL,
    customer TEXT,
    account TEXT,
    counterparty TEXT,
    amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740992),
    settled INTEGER NOT NULL CHECK (settled BETWEEN 0 AND amount),
    state TEXT NOT NULL CHECK (state IN ('held', 'completed', 'partial', 'voided', 'suspense', 'declined',
      'tombstone', 'posted', 'pending')),
    code TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reply TEXT NOT NULL,
    balance INTEGER,
    counter_balance INTEGER,
    seq INTEGER NOT NULL,
    settled_seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    orig_txn_id TEXT,
    -- With a rowid: random ids then touch pages of a slim index, and the wide rows are appended, which halves what a
    -- commit writes.
    UNIQUE (terminal, txn_id)
  ) STRICT;
  CREATE INDEX txn_account ON txn (account, seq) WHERE account IS NOT NULL;
  CREATE INDEX txn_counterparty ON txn (counterparty, seq) WHERE counterparty IS NOT NULL AND state = 'posted';
  CREATE INDEX txn_access ON txn (customer, seq) WHERE kind IN ('login', 'passwordChange');
  CREATE INDEX txn_open ON txn (state) WHERE state IN ('held', 'pending');

  CREATE TABLE customer (
    id TEXT PRIMARY KEY,
    password TEXT,
    tries INTEGER NOT NULL CHECK (tries >= 0),
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    accounts TEXT NOT NULL CHECK (json_type(accounts) = 'array')
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE terminal (
    id TEXT PRIMARY KEY,
    key_ids TEXT NOT NULL CHECK (json_type(key_ids) = 'array'),
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    enrolled_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    key_id INTEGER NOT NULL,
    iv BLOB NOT NULL CHECK (length(iv) = 16),
    ct BLOB NOT NULL,
    mac BLOB NOT NULL CHECK (length(mac) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
  ) STRICT;
  `,
  `
  CREATE INDEX txn_failed_login ON txn (at_ms) WHERE kind = 'login' AND code = 'WRONG_PASSWORD';
  `,
];

/** Brings the database to the newest schema. Throws {@link StoreError} `newerSchema` or `notADatabase`. */
export function migrate(db: Database, path: string): void {
  const version = checkSchema(db, path);
  if (version === MIGRATIONS.length) return;
  db.exec('BEGIN IMMEDIATE');
  for (const migration of MIGRATIONS.slice(version)) db.exec(migration);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
}

/** The database's schema version, 0 for an empty one. Throws {@link StoreError} when it is not one of ours. */
export function checkSchema(db: Database, path: string): number {
  const version = Number(pragma(db, 'user_version'));
  const ours = pragma(db, 'application_id') === APPLICATION_ID;
  const empty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (!ours && !(empty && version === 0)) throw new StoreError('notADatabase', path);
  if (version > MIGRATIONS.length) {
    throw new StoreError(
      'newerSchema',
      `${path} has schema ${version}, this version knows ${MIGRATIONS.length}`,
    );
  }
  return version;
}

/** The first value a PRAGMA answers. */
export function pragma(db: Database, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
