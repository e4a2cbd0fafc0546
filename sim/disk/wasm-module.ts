/**
 * The part that is used here of what wa-sqlite's synchronous build exports: SQLite's C interface, with pointers as
 * numbers and 64-bit integers as two halves. The build itself comes in from outside, so that the package needs it for
 * tests only.
 *
 * @module
 */
import type { SqliteVfs } from './sqlite-vfs.ts';

export interface WasmModule {
  /** Another array after the memory grew: not to be kept. */
  readonly HEAPU8: Uint8Array;
  registerVFS(vfs: SqliteVfs, makeDefault: boolean): number;
  UTF8ToString(text: number): string;
  stringToUTF8(text: string, at: number, bytesMax: number): void;
  lengthBytesUTF8(text: string): number;
  getValue(at: number, type: '*'): number;
  /** The upper half of the 64-bit integer that the last call returned. */
  getTempRet0(): number;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _sqlite3_libversion(): number;
  _sqlite3_open_v2(path: number, dbOut: number, flags: number, vfs: number): number;
  _sqlite3_close(db: number): number;
  _sqlite3_errmsg(db: number): number;
  _sqlite3_exec(db: number, sql: number, callback: number, argument: number, errorOut: number): number;
  _sqlite3_get_autocommit(db: number): number;
  _sqlite3_prepare_v2(db: number, sql: number, bytes: number, statementOut: number, tailOut: number): number;
  _sqlite3_finalize(statement: number): number;
  _sqlite3_step(statement: number): number;
  _sqlite3_reset(statement: number): number;
  _sqlite3_bind_parameter_count(statement: number): number;
  _sqlite3_bind_parameter_name(statement: number, at: number): number;
  _sqlite3_bind_null(statement: number, at: number): number;
  _sqlite3_bind_double(statement: number, at: number, value: number): number;
  _sqlite3_bind_int64(statement: number, at: number, low: number, high: number): number;
  _sqlite3_bind_text(statement: number, at: number, text: number, bytes: number, destructor: number): number;
  _sqlite3_bind_blob(statement: number, at: number, blob: number, bytes: number, destructor: number): number;
  _sqlite3_column_count(statement: number): number;
  _sqlite3_column_name(statement: number, column: number): number;
  _sqlite3_column_type(statement: number, column: number): number;
  _sqlite3_column_int64(statement: number, column: number): number;
  _sqlite3_column_double(statement: number, column: number): number;
  _sqlite3_column_text(statement: number, column: number): number;
  _sqlite3_column_blob(statement: number, column: number): number;
  _sqlite3_column_bytes(statement: number, column: number): number;
}
