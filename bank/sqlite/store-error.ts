/**
 * What can be wrong with a data directory, as a stable code and a sentence for the operator.
 *
 * @module
 */
export const STORE_FAULTS = {
  inUse: 'The data directory is in use by another process',
  notADatabase: 'The file is not a Cashpoint database',
  corrupt: 'The database is damaged or truncated',
  newerSchema: 'The database was written by a newer version',
  notDurable: 'The database cannot be set to sync every commit',
  unwritable: 'The data directory cannot be opened for writing',
  missing: 'There is no database in the data directory',
  failed: 'The database failed',
} as const;
export type StoreFault = keyof typeof STORE_FAULTS;

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreFault;

  constructor(code: StoreFault, detail: string, options?: ErrorOptions) {
    super(`${STORE_FAULTS[code]}: ${detail}`, options);
    this.code = code;
  }
}

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const FAULTS: Readonly<Record<number, StoreFault>> = {
  3: 'unwritable',
  5: 'inUse',
  8: 'unwritable',
  11: 'corrupt',
  14: 'unwritable',
  26: 'notADatabase',
};

/** Runs `body`; what SQLite throws comes out as a {@link StoreError} about `path`. */
export function translating<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof StoreError || !(error instanceof Error) || !('errcode' in error)) throw error;
    const code = FAULTS[Number(error.errcode) & 0xff] ?? 'failed';
    throw new StoreError(code, `${path} (${error.message})`, { cause: error });
  }
}
