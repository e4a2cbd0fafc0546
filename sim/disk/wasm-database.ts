/**
 * SQLite built for WebAssembly as the connection that the production store runs over, on a {@link VirtualDisk}. Values
 * go in and out as with `node:sqlite`: a number is bound as a float, an integer comes back as `bigint` when asked for.
 *
 * @module
 */
import type { Database, Statement } from '../../bank/sqlite/database.ts';
import { DATABASE_FILE } from '../../bank/sqlite/sqlite-store.ts';
import { invariant } from '../../protocol/invariant.ts';
import { SqliteVfs } from './sqlite-vfs.ts';
import type { VirtualDisk } from './virtual-disk.ts';
import type { WasmModule } from './wasm-module.ts';
import { WasmStatement } from './wasm-statement.ts';

const OK = 0;
const OPEN_READWRITE_CREATE = 0x6;
const POINTER_BYTES = 4;

/** SQLite's words about what went wrong. `errcode`: its result code (https://www.sqlite.org/rescode.html). */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
  readonly errcode: number;

  constructor(message: string, errcode: number) {
    super(message);
    this.errcode = errcode;
  }
}

/** One module, any number of disks. */
export class WasmSqlite {
  readonly #module: WasmModule;
  readonly #vfs = new SqliteVfs();

  constructor(module: WasmModule) {
    this.#module = module;
    invariant(module.registerVFS(this.#vfs, false) === OK, 'SQLite takes the file system');
  }

  get version(): string {
    return this.#module.UTF8ToString(this.#module._sqlite3_libversion());
  }

  /** The database on that disk, for one connection at a time. Closing it unmounts the disk. */
  open(disk: VirtualDisk): Database {
    const directory = this.#vfs.mount(disk);
    const db = new WasmDatabase(this.#module, {
      path: `${directory}/${DATABASE_FILE}`,
      vfs: this.#vfs.name,
      onClosed: () => this.#vfs.unmount(directory),
    });
    // First of all: without shared memory SQLite takes up WAL only in this mode, and silently stays with a rollback
    // journal in the other.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    return db;
  }
}

interface Place {
  readonly path: string;
  readonly vfs: string;
  readonly onClosed: () => void;
}

class WasmDatabase implements Database {
  readonly #module: WasmModule;
  readonly #db: number;
  readonly #onClosed: () => void;
  readonly #statements: WasmStatement[] = [];

  constructor(module: WasmModule, { path, vfs, onClosed }: Place) {
    this.#module = module;
    this.#onClosed = onClosed;
    const [status, db] = this.#withPointer((out) =>
      withText(module, path, (pathAt) =>
        withText(module, vfs, (vfsAt) => module._sqlite3_open_v2(pathAt, out, OPEN_READWRITE_CREATE, vfsAt)),
      ),
    );
    this.#db = db;
    this.#check(status);
  }

  get isTransaction(): boolean {
    return this.#module._sqlite3_get_autocommit(this.#db) === 0;
  }

  exec(sql: string): void {
    this.#check(withText(this.#module, sql, (at) => this.#module._sqlite3_exec(this.#db, at, 0, 0, 0)));
  }

  prepare(sql: string): Statement {
    const [status, handle] = this.#withPointer((out) =>
      withText(this.#module, sql, (at) => this.#module._sqlite3_prepare_v2(this.#db, at, -1, out, 0)),
    );
    this.#check(status);
    const statement = new WasmStatement(this.#module, handle, (code) => this.#check(code));
    this.#statements.push(statement);
    return statement;
  }

  close(): void {
    for (const statement of this.#statements.splice(0)) statement.finalize();
    this.#check(this.#module._sqlite3_close(this.#db));
    this.#onClosed();
  }

  #check(status: number): void {
    if (status === OK) return;
    throw new SqliteError(this.#module.UTF8ToString(this.#module._sqlite3_errmsg(this.#db)), status);
  }

  /** What the call answers, and what it left at the pointer that it was given. */
  #withPointer(call: (out: number) => number): [status: number, value: number] {
    const out = this.#module._malloc(POINTER_BYTES);
    try {
      return [call(out), this.#module.getValue(out, '*')];
    } finally {
      this.#module._free(out);
    }
  }
}

/** Gives the call a copy of the text, zero at its end, for as long as it runs. */
function withText<T>(module: WasmModule, text: string, call: (at: number) => T): T {
  const bytes = module.lengthBytesUTF8(text) + 1;
  const at = module._malloc(bytes);
  try {
    module.stringToUTF8(text, at, bytes);
    return call(at);
  } finally {
    module._free(at);
  }
}
