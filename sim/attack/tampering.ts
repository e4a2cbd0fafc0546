/**
 * A copy of a bank's database, and all that somebody with write access to it may do to its audit trail (the chain needs
 * no key, so a rewritten one can be made to hang together again).
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chainHash, GENESIS, type Head } from '../../bank/audit/chain.ts';
import { verifyChain } from '../../bank/audit/verify.ts';
import { DATABASE_FILE, SqliteStore } from '../../bank/sqlite/sqlite-store.ts';

export interface Copy {
  /** A directory as the bank's own. */
  readonly path: string;
  remove(): void;
}

/** As it stands now, beside the running bank. */
export function copyOf(data: string): Copy {
  const path = mkdtempSync(join(tmpdir(), 'cashpoint-copy-'));
  const db = new DatabaseSync(join(data, DATABASE_FILE), { readOnly: true });
  db.prepare('VACUUM INTO ?').run(join(path, DATABASE_FILE));
  db.close();
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function verifies(path: string, heads: readonly Head[]): boolean {
  const store = SqliteStore.openReadOnly(path);
  try {
    return verifyChain(store.audit(1), { heads }).ok;
  } finally {
    store.close();
  }
}

export interface Tampering {
  readonly name: string;
  /** @param at a record that somebody has seen the successor of */
  readonly tamper: (path: string, at: number) => void;
}

const sql =
  (...statements: readonly string[]) =>
  (path: string, at: number): void => {
    const db = new DatabaseSync(join(path, DATABASE_FILE));
    const { last } = db.prepare('SELECT max(seq) AS last FROM audit').get() as { last: number };
    for (const statement of statements) {
      db.exec(statement.replaceAll('MID', String(at)).replaceAll('LAST', String(last)));
    }
    db.close();
  };

const COLUMNS = 'key_id, iv, ct, mac, hash';

export const TAMPERINGS: readonly Tampering[] = [
  { name: 'flipped', tamper: sql('UPDATE audit SET ct = zeroblob(length(ct)) WHERE seq = MID') },
  { name: 'deleted', tamper: sql('DELETE FROM audit WHERE seq = MID') },
  {
    name: 'swapped with the next',
    tamper: sql(
      'UPDATE audit SET seq = -1 WHERE seq = MID',
      'UPDATE audit SET seq = MID WHERE seq = MID + 1',
      'UPDATE audit SET seq = MID + 1 WHERE seq = -1',
    ),
  },
  {
    name: 'doubled',
    tamper: sql(`INSERT INTO audit (seq, ${COLUMNS}) SELECT LAST + 1, ${COLUMNS} FROM audit WHERE seq = MID`),
  },
  {
    name: 'put in',
    tamper: sql(
      'UPDATE audit SET seq = -seq WHERE seq >= MID',
      'UPDATE audit SET seq = 1 - seq WHERE seq < 0',
      `INSERT INTO audit (seq, ${COLUMNS}) SELECT MID, ${COLUMNS} FROM audit WHERE seq = MID - 1`,
    ),
  },
  { name: 'cut off with all after it', tamper: sql('DELETE FROM audit WHERE seq >= MID') },
  { name: 'rewritten, and the chain with it', tamper: rewrite },
];

/** One record is replaced by another one's contents, and every hash from there on made anew. */
function rewrite(path: string, seq: number): void {
  const store = SqliteStore.openReadOnly(path);
  const rows = [...store.audit(1)];
  store.close();
  const db = new DatabaseSync(join(path, DATABASE_FILE));
  const put = db.prepare('UPDATE audit SET iv = ?, ct = ?, mac = ?, hash = ? WHERE seq = ?');
  const target = seq - 1;
  let { hash } = rows[target - 1] ?? GENESIS;
  for (const [at, row] of rows.entries()) {
    if (at < target) continue;
    const { iv, ct, mac } = at === target ? (rows[target - 1] ?? row) : row;
    hash = chainHash(hash, { ...row, iv, ct, mac });
    put.run(iv, ct, mac, hash, row.seq);
  }
  db.close();
}
