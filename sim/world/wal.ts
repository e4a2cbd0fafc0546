/**
 * A write-ahead log as it lies on a disk: one record a commit, up to a mark durable, beyond it only written. A crash
 * keeps the durable records and some first ones of the rest, the next of which it may tear: of that one only the first
 * rows are there, and its checksum does not hold.
 *
 * ```
 *   [1][2][3][4] | [5][6]      4 durable, 2 written     crash ─▶   [1][2][3][4][5][6    a torn sixth
 * ```
 *
 * @module
 */
import type { Batch } from '../../bank/store.ts';
import { invariant } from '../../protocol/invariant.ts';

/** Where the luck of a crash comes from: a fault's own draws or a stream of the crash. */
export interface Luck {
  /** Uniform integer 0..n−1. */
  below(n: number): number;
}

export interface WalRecord {
  readonly batch: Batch;
  /** How many rows were written. A tear takes rows from the end and nothing else, so their number tells it for sure. */
  readonly checksum: number;
}

/** What became of the records that were written and not durable. */
export interface Remains {
  readonly kept: number;
  readonly torn: number;
  readonly lost: number;
}

export class WriteAheadLog {
  readonly #records: WalRecord[] = [];
  #durable = 0;

  /** Records, durable ones first. */
  get records(): readonly WalRecord[] {
    return this.#records;
  }

  /** Records that every crash keeps. */
  get durable(): number {
    return this.#durable;
  }

  /** Writes, durable only by a later {@link sync}. Returns the record's number: 1, 2, 3 … */
  append(batch: Batch): number {
    return this.#records.push({ batch, checksum: rowsOf(batch) });
  }

  /** Makes the records up to this one durable. */
  sync(number: number): void {
    invariant(number <= this.#records.length, 'what is synced was written');
    this.#durable = Math.max(this.#durable, number);
  }

  /** The process that wrote is gone. */
  crash(luck: Luck): Remains {
    const written = this.#records.splice(this.#durable);
    const kept = written.slice(0, luck.below(written.length + 1));
    const next = written[kept.length];
    const isTorn = next !== undefined && next.checksum > 0 && luck.below(2) === 0;
    this.#records.push(...kept);
    if (isTorn) this.#records.push(tear(next, luck.below(next.checksum)));
    this.#durable = this.#records.length;
    return { kept: kept.length, torn: isTorn ? 1 : 0, lost: written.length - kept.length - (isTorn ? 1 : 0) };
  }

  /** Drops a torn record and all after it. Returns how many were dropped. */
  recover(): number {
    const torn = this.#records.findIndex((record) => !isWhole(record));
    if (torn === -1) return 0;
    const dropped = this.#records.splice(torn).length;
    this.#durable = this.#records.length;
    return dropped;
  }
}

const isWhole = ({ batch, checksum }: WalRecord): boolean => rowsOf(batch) === checksum;

const rowsOf = ({ accounts, entries, txns, customers, terminals, audit }: Batch): number =>
  accounts.length + entries.length + txns.length + customers.length + terminals.length + audit.length;

/** The record's first rows, in the order in which SQLite's adapter writes them. */
function tear({ batch, checksum }: WalRecord, rows: number): WalRecord {
  let left = rows;
  const first = <Row>(all: readonly Row[]): readonly Row[] => {
    const some = all.slice(0, left);
    left -= some.length;
    return some;
  };
  const accounts = first(batch.accounts);
  const entries = first(batch.entries);
  const txns = first(batch.txns);
  const customers = first(batch.customers);
  const terminals = first(batch.terminals);
  const audit = first(batch.audit);
  return { batch: { accounts, entries, txns, customers, terminals, audit }, checksum };
}
