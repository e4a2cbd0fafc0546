/**
 * The audit light: a reviewer beside the running bank, who reads the trail from the database with no key and verifies
 * what is new since the last look. Reading does not disturb the writer (WAL).
 *
 * @module
 */
import { GENESIS, type Head } from '../../bank/audit/chain.ts';
import { verifyChain } from '../../bank/audit/verify.ts';
import type { AuditRow } from '../../bank/model.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';

/** Rows in one look; the rest comes with the next. */
const ROWS_MAX = 50_000;

export class LiveAudit {
  readonly #store: SqliteStore;
  #head: Head = GENESIS;
  /** Set by the first fault, and never taken back. */
  fault: string | null = null;

  constructor(directory: string) {
    this.#store = SqliteStore.openReadOnly(directory);
  }

  get head(): Head {
    return this.#head;
  }

  look(): void {
    if (this.fault !== null) return;
    const rows = take(this.#store.audit(this.#head.seq + 1), ROWS_MAX);
    const verified = verifyChain(rows, { from: this.#head });
    this.#head = verified.head;
    if (verified.broken) this.fault = `record ${verified.broken.seq}: ${verified.broken.why}`;
  }

  close(): void {
    this.#store.close();
  }
}

function* take(rows: Iterable<AuditRow>, count: number): Iterable<AuditRow> {
  let taken = 0;
  for (const row of rows) {
    yield row;
    taken++;
    if (taken >= count) return;
  }
}
