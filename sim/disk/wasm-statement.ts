/**
 * A prepared statement of SQLite built for WebAssembly, used as one of `node:sqlite`. Each use binds all values, and
 * resets the statement at its end.
 *
 * @module
 */
import type { SQLInputValue } from 'node:sqlite';
import type { Columns, Statement } from '../../bank/sqlite/database.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { WasmModule } from './wasm-module.ts';

const ROW = 100;
const DONE = 101;
const INTEGER = 1;
const FLOAT = 2;
const TEXT = 3;
const BLOB = 4;
/** Makes SQLite copy what is bound. */
const TRANSIENT = -1;
const HALF_BITS = 32n;

type Values = SQLInputValue[] | [Record<string, SQLInputValue>];

export class WasmStatement implements Statement {
  readonly #module: WasmModule;
  readonly #handle: number;
  readonly #check: (status: number) => void;
  readonly #columns: readonly string[];
  #bigInts = false;

  /** @param check throws for a result code that is not OK */
  constructor(module: WasmModule, handle: number, check: (status: number) => void) {
    this.#module = module;
    this.#handle = handle;
    this.#check = check;
    const count = module._sqlite3_column_count(handle);
    this.#columns = Array.from({ length: count }, (_, column) =>
      module.UTF8ToString(module._sqlite3_column_name(handle, column)),
    );
  }

  setReadBigInts(enabled: boolean): void {
    this.#bigInts = enabled;
  }

  run(...values: SQLInputValue[]): void {
    this.all(...values);
  }

  get(...values: SQLInputValue[]): Columns | undefined {
    for (const row of this.iterate(...values)) return row;
    return undefined;
  }

  all(...values: Values): Columns[] {
    return [...this.#rows(values)];
  }

  iterate(...values: SQLInputValue[]): Iterable<Columns> {
    return this.#rows(values);
  }

  finalize(): void {
    // Answers with the failure of the last step, which was thrown then.
    this.#module._sqlite3_finalize(this.#handle);
  }

  *#rows(values: Values): Generator<Columns, void> {
    this.#bindAll(values);
    try {
      let status = this.#module._sqlite3_step(this.#handle);
      for (; status === ROW; status = this.#module._sqlite3_step(this.#handle)) yield this.#row();
      if (status !== DONE) this.#check(status);
    } finally {
      this.#module._sqlite3_reset(this.#handle);
    }
  }

  #bindAll(values: Values): void {
    const [first] = values;
    const isNamed = typeof first === 'object' && first !== null && !ArrayBuffer.isView(first);
    const count = this.#module._sqlite3_bind_parameter_count(this.#handle);
    for (let at = 1; at <= count; at += 1) {
      const value = isNamed ? first[this.#parameter(at)] : (values as SQLInputValue[])[at - 1];
      invariant(value !== undefined, 'every parameter has a value');
      this.#check(this.#bind(at, value));
    }
  }

  #parameter(at: number): string {
    return this.#module.UTF8ToString(this.#module._sqlite3_bind_parameter_name(this.#handle, at)).slice(1);
  }

  #bind(at: number, value: SQLInputValue): number {
    const { _sqlite3_bind_null, _sqlite3_bind_double, _sqlite3_bind_int64 } = this.#module;
    if (value === null) return _sqlite3_bind_null(this.#handle, at);
    if (typeof value === 'number') return _sqlite3_bind_double(this.#handle, at, value);
    if (typeof value === 'bigint') {
      const low = Number(BigInt.asIntN(32, value));
      return _sqlite3_bind_int64(this.#handle, at, low, Number(value >> HALF_BITS));
    }
    return this.#bindBytes(at, value);
  }

  #bindBytes(at: number, value: string | NodeJS.ArrayBufferView): number {
    const isText = typeof value === 'string';
    const bytes = isText
      ? new TextEncoder().encode(value)
      : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const copy = this.#module._malloc(Math.max(1, bytes.length));
    this.#module.HEAPU8.set(bytes, copy);
    const bind = isText ? this.#module._sqlite3_bind_text : this.#module._sqlite3_bind_blob;
    const status = bind(this.#handle, at, copy, bytes.length, TRANSIENT);
    this.#module._free(copy);
    return status;
  }

  #row(): Columns {
    const row: Columns = {};
    for (const [column, name] of this.#columns.entries()) row[name] = this.#value(column);
    return row;
  }

  #value(column: number): unknown {
    const module = this.#module;
    switch (module._sqlite3_column_type(this.#handle, column)) {
      case INTEGER: {
        const low = BigInt(module._sqlite3_column_int64(this.#handle, column) >>> 0);
        const value = (BigInt(module.getTempRet0()) << HALF_BITS) | low;
        return this.#bigInts ? value : Number(value);
      }
      case FLOAT:
        return module._sqlite3_column_double(this.#handle, column);
      case TEXT:
        return module.UTF8ToString(module._sqlite3_column_text(this.#handle, column));
      case BLOB: {
        const at = module._sqlite3_column_blob(this.#handle, column);
        return module.HEAPU8.slice(at, at + module._sqlite3_column_bytes(this.#handle, column));
      }
      default:
        return null;
    }
  }
}
