/**
 * The ledger store that keeps nothing: the reference adapter beside SQLite, and the quick one for tests.
 *
 * @module
 */
import type { Batch, LedgerStore } from '../../bank/store.ts';
import { Tables } from '../../sim/world/tables.ts';

export class MemoryStore extends Tables implements LedgerStore {
  commit(batch: Batch, done: (error: Error | null) => void): void {
    this.apply(batch);
    queueMicrotask(() => done(null));
  }

  close(): void {}
}
