/**
 * The ledger store of one simulated bank process on a disk that can fail and lose what is not yet durable. A commit
 * writes its record, then syncs; only then are its rows read and is it acknowledged.
 *
 * ```
 *   commit ── write ──▶ written ── sync ──▶ durable, read, done(null)
 *               └▶ done(full | error), nothing on disk   └▶ done(sync failed), there or not
 * ```
 *
 * @module
 */
import type { Batch, LedgerStore } from '../../bank/store.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Decisions, Fault } from './decisions.ts';
import type { Kernel, Life } from './kernel.ts';
import type { SiteName } from './sites.ts';
import { Tables } from './tables.ts';
import type { Luck, WriteAheadLog } from './wal.ts';

/** A failure that the disk was made to have. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

export interface SimStoreDeps {
  readonly kernel: Kernel;
  readonly life: Life;
  readonly decisions: Decisions;
  readonly log: WriteAheadLog;
  /** Draws how long the next commit takes, µs. */
  readonly latencyUs: () => number;
  /** The process is to die at once. */
  readonly onCrash: () => void;
  readonly onTrace: (what: string, text: string) => void;
  readonly onClosed: () => void;
}

type Done = (error: Error | null) => void;

/** A slow commit takes up to this, µs. */
const SLOW_US_MAX = 2_500_000;

export class SimStore extends Tables implements LedgerStore {
  /** The fault that decides what a crash leaves of what is not durable; null for the luck of the crash. */
  luck: Luck | null = null;
  readonly #deps: SimStoreDeps;
  #state: 'idle' | 'busy' | 'failed' | 'closed' = 'idle';

  constructor(deps: SimStoreDeps) {
    super();
    this.#deps = deps;
    for (const { batch } of deps.log.records) this.apply(batch);
  }

  commit(batch: Batch, done: Done): void {
    const { kernel, life, log, onTrace } = this.#deps;
    invariant(life.alive, 'the dead write nothing');
    invariant(this.#state === 'idle', 'one commit is under way at a time, and none follows a failed one');
    this.#state = 'busy';
    // Every site is asked at every commit, so that taking out one fault does not move the others.
    const commitUs = this.#commitUs();
    const writeUs = Math.ceil(commitUs / 4);
    this.#mayCrash(commitUs);
    const refused = this.#refusal();
    const syncFault = this.#decide('disk.syncFails');
    if (refused !== null) {
      kernel.schedule(life, writeUs, () => this.#fail(done, refused));
      return;
    }
    const number = log.append(batch);
    const synced = () => {
      if (syncFault !== null) {
        this.luck = syncFault;
        this.#fail(done, `commit ${number}: the sync failed`);
        return;
      }
      log.sync(number);
      onTrace('durable', `commit ${number}`);
      this.#acknowledge(batch, done);
    };
    onTrace('commit', `commit ${number}: ${describe(batch)}`);
    kernel.schedule(life, writeUs, () => {
      kernel.schedule(life, commitUs - writeUs, synced);
    });
  }

  close(): void {
    invariant(this.#state !== 'busy', 'no commit is under way when the store is closed');
    this.#state = 'closed';
    this.#deps.onClosed();
  }

  #acknowledge(batch: Batch, done: Done): void {
    this.#state = 'idle';
    this.apply(batch);
    done(null);
  }

  #fail(done: Done, text: string): void {
    this.#state = 'failed';
    this.#deps.onTrace('fail', text);
    done(new DiskError(text));
  }

  #commitUs(): number {
    const commitUs = Math.max(1, this.#deps.latencyUs());
    const slow = this.#decide('disk.slow');
    return slow === null ? commitUs : Math.max(commitUs, slow.between(1, SLOW_US_MAX));
  }

  #mayCrash(commitUs: number): void {
    const { kernel, life, onCrash } = this.#deps;
    const crash = this.#decide('disk.crash');
    if (crash === null) return;
    kernel.schedule(life, crash.below(commitUs), () => {
      this.luck = crash;
      onCrash();
    });
  }

  /** Why nothing of the commit gets onto the disk, or null. */
  #refusal(): string | null {
    const full = this.#decide('disk.full');
    const error = this.#decide('disk.error');
    if (full !== null) return 'no space is left';
    return error === null ? null : 'a write failed';
  }

  #decide(site: SiteName): Fault | null {
    return this.#deps.decisions.decide(site, 'bank');
  }
}

const describe = ({ txns, entries, audit }: Batch): string =>
  `${txns.length} transactions, ${entries.length} entries, ${audit.length} audit records`;
