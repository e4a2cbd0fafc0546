/**
 * The bank's disk, which outlives the processes that write to it: a write-ahead log
 * under the ledger store of whichever process has it open. A commit takes virtual time, may fail, and may find its bank
 * dead before it is durable; opening replays what is there.
 *
 * @module
 */
import type { LedgerStore } from '../../bank/store.ts';
import { invariant } from '../../protocol/invariant.ts';
import { Rng } from '../rng.ts';
import type { WorldConfig } from './config.ts';
import type { Decisions } from './decisions.ts';
import type { Kernel, Life } from './kernel.ts';
import { DiskError, SimStore } from './sim-store.ts';
import type { Trace } from './trace.ts';
import { WriteAheadLog } from './wal.ts';

export interface SimDiskDeps {
  readonly seed: string;
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly trace: Trace;
  readonly onMark: (mark: keyof typeof DISK_MARKS) => void;
}

/** "Sometimes" marks of the disk (see `marks.ts`). */
export const DISK_MARKS = {
  'torn record dropped at recovery': 'half a record lay at the end of the log',
  'unanswered commit kept': 'a crash left a commit that nobody had been told of',
  'unanswered commit lost': 'a crash took a commit that nobody had been told of',
} as const;

export class SimDisk {
  readonly log = new WriteAheadLog();
  readonly #deps: SimDiskDeps;
  readonly #latency: WorldConfig['disk'];
  readonly #rng: Rng;
  #owner: Life | null = null;

  constructor(deps: SimDiskDeps, latency: WorldConfig['disk']) {
    this.#deps = deps;
    this.#latency = latency;
    this.#rng = new Rng(deps.seed, 'disk');
  }

  /**
   * Recovers what is on the disk and opens it for one process; that must close it, or end, before the next.
   * @param onCrash the process is to die at once: called at an instant while a commit is under way
   */
  open(life: Life, onCrash: () => void): LedgerStore {
    const { kernel, decisions, trace, onMark } = this.#deps;
    invariant(this.#owner === null, 'one process at a time has the disk open');
    this.#owner = life;
    const dropped = this.log.recover();
    if (dropped > 0) onMark('torn record dropped at recovery');
    trace.emit('disk', 'recover', `${this.log.records.length} commits, ${dropped} dropped`);
    const store = new SimStore({
      kernel,
      life,
      decisions,
      log: this.log,
      latencyUs: () => this.#latency.commitUsMin + this.#rng.exponential(this.#latency.commitUsMean),
      onCrash,
      onTrace: (what, text) => trace.emit('disk', what, text),
      onClosed: () => this.#release(life),
    });
    life.atEnd(() => this.#crash(life, store));
    return store;
  }

  /** Whether it is a failure that this disk was made to have. */
  isFault(error: unknown): error is DiskError {
    return error instanceof DiskError;
  }

  #crash(life: Life, store: SimStore): void {
    const { seed, trace, onMark } = this.#deps;
    if (this.#owner !== life) return;
    this.#release(life);
    const { kept, torn, lost } = this.log.crash(
      store.luck ?? new Rng(seed, `disk at the end of ${life.name}`),
    );
    if (kept > 0) onMark('unanswered commit kept');
    if (torn + lost > 0) onMark('unanswered commit lost');
    trace.emit('disk', 'crash', `${kept} kept, ${torn} torn, ${lost} lost of what was not durable`);
  }

  #release(life: Life): void {
    if (this.#owner === life) this.#owner = null;
  }
}
