/**
 * What a database holds as text to compare, and the verdict on the image that a crash left: it must open with the
 * production SQL, be sound by SQLite's own check, and hold the rows of the first n batches, all of them and nothing else.
 *
 * @module
 */
import { DATABASE_FILE, SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import type { Batch, LedgerStore } from '../../bank/store.ts';
import { Tables } from '../world/tables.ts';
import { type DiskImage, VirtualDisk } from './virtual-disk.ts';
import type { WasmSqlite } from './wasm-database.ts';

/**
 * `unreadable`: does not open. `unsound`: SQLite finds fault with it. `lost`: an acknowledged batch is missing.
 * `partial`: no whole number of batches.
 */
export type Damage = 'unreadable' | 'unsound' | 'lost' | 'partial';

export interface Finding {
  readonly damage: Damage;
  readonly text: string;
}

export interface Expected {
  /** What the tables hold after 0, 1, 2 … batches: {@link contentsAfterEach}. */
  readonly contents: readonly string[];
  /** Batches that were acknowledged; and those that were at least begun. */
  readonly acknowledged: number;
  readonly begun: number;
}

/** The number of batches that the image holds, or what is wrong with it. */
export function inspectImage(sqlite: WasmSqlite, image: DiskImage, expected: Expected): number | Finding {
  const db = sqlite.open(new VirtualDisk(image));
  try {
    const store = SqliteStore.over(db, DATABASE_FILE);
    const check = db.prepare('PRAGMA integrity_check').all();
    const complaints = [...check.map((row) => String(row['integrity_check'])), ...store.integrity()];
    if (complaints.join() !== 'ok') return { damage: 'unsound', text: complaints.join('; ') };
    return compare(contentsOf(store), expected);
  } catch (error) {
    return { damage: 'unreadable', text: String(error) };
  } finally {
    db.close();
  }
}

/** Contents of an empty bank, then after each batch: by plain tables, which know nothing of SQLite. */
export function contentsAfterEach(batches: readonly Batch[]): readonly string[] {
  const tables = new Tables();
  const after = batches.map((batch) => {
    tables.apply(batch);
    return contentsOf(tables);
  });
  return [contentsOf(new Tables()), ...after];
}

function compare(found: string, { contents, acknowledged, begun }: Expected): number | Finding {
  const holds = contents.lastIndexOf(found, begun);
  if (holds >= acknowledged) return holds;
  if (holds >= 0) return { damage: 'lost', text: `${acknowledged} batches acknowledged, ${holds} found` };
  const rows = found.split('\n').length;
  return { damage: 'partial', text: `${rows} rows that are no whole number of the ${begun} batches` };
}

/** One line a row. */
function contentsOf(store: Pick<LedgerStore, 'load' | 'entries' | 'txns' | 'audit'>): string {
  const { accounts, customers, terminals } = store.load();
  const tables = [accounts, customers, terminals, store.entries(), store.txns(), store.audit(1)];
  return tables.flatMap((rows) => [...rows].map(textOf)).join('\n');
}

/** The same for equal rows, whatever the order of their fields and the kind of their byte arrays. */
function textOf(row: object): string {
  const fields = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ]);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(fields, (_name, value) => (typeof value === 'bigint' ? `${value}` : value));
}
