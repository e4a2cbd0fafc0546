/**
 * wa-sqlite's synchronous build of SQLite, loaded from its package: a module of its own for each call.
 *
 * @module
 */
/// <reference types="wa-sqlite" />
import { readFileSync } from 'node:fs';
import makeModule from 'wa-sqlite/dist/wa-sqlite.mjs';
import { WasmSqlite } from '../../sim/disk/wasm-database.ts';
import type { WasmModule } from '../../sim/disk/wasm-module.ts';

export async function loadWasmSqlite(): Promise<WasmSqlite> {
  const wasmBinary = readFileSync(new URL(import.meta.resolve('wa-sqlite/dist/wa-sqlite.wasm')));
  const module: WasmModule = await makeModule({ wasmBinary });
  return new WasmSqlite(module);
}
