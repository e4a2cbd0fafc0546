/**
 * A disk that takes longer, for the embedded bank of a run: what was committed is told late, and so is everything that
 * waits for it.
 *
 * @module
 */
import type { LedgerStore } from '../../bank/store.ts';

export type CommitStore = Pick<LedgerStore, 'commit'>;

export class SlowDisk {
  /** What each commit takes more, ms; 0: the disk as it is. */
  delayMs = 0;

  over(store: CommitStore): CommitStore {
    return {
      commit: (batch, done) =>
        store.commit(batch, (error) => {
          if (this.delayMs === 0 || error !== null) done(error);
          else setTimeout(() => done(null), this.delayMs);
        }),
    };
  }
}
