/**
 * What the store needs of a connection to SQLite: the part of `node:sqlite`'s `DatabaseSync` that it uses, so that the
 * same schema, statements and commits run over another build of SQLite and another disk (docs/TESTING.md
 * "The real-disk tier").
 *
 * @module
 */
import type { SQLInputValue } from 'node:sqlite';

/** A row by column name; integers are `bigint` after `setReadBigInts(true)`. */
export type Columns = Record<string, unknown>;

export interface Statement {
  run(...values: SQLInputValue[]): unknown;
  get(...values: SQLInputValue[]): Columns | undefined;
  all(...values: SQLInputValue[]): Columns[];
  /** By parameter name, without the colon. */
  all(named: Record<string, SQLInputValue>): Columns[];
  iterate(...values: SQLInputValue[]): Iterable<Columns>;
  setReadBigInts(enabled: boolean): void;
}

/** What it throws carries SQLite's result code as `errcode`. */
export interface Database {
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}
