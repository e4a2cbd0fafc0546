/**
 * What is durable and what is only written, at one point of a disk's operations; and the images that a power cut at
 * this point may leave. The cache may write back in any order and may be cut off in the middle of a sector, but keeps to
 * what SQLite calls powersafe overwrite: bytes outside of a write are never touched by it.
 *
 * @module
 */
import type { Rng } from '../rng.ts';
import type { DiskChange, DiskImage, DiskOperation } from './virtual-disk.ts';

const SECTOR_BYTES = 512;

/**
 * Which of the unsynced changes a crash keeps: none, all, the first ones with the next one torn, or any of them, by
 * sectors.
 */
export type CrashKind = 'none' | 'all' | 'prefix' | 'subset';

export class WriteBackCache {
  readonly #durable: DiskImage;
  #unsynced: DiskChange[] = [];
  /** Grows whenever something became durable. */
  version = 0;

  constructor(start: DiskImage) {
    this.#durable = start.clone();
  }

  get isClean(): boolean {
    return this.#unsynced.length === 0;
  }

  accept(operation: DiskOperation): void {
    switch (operation.type) {
      case 'sync':
        this.#settle(
          (change) => 'file' in change && change.type !== 'link' && change.file === operation.file,
        );
        return;
      case 'syncDirectory':
        this.#settle((change) => change.type === 'link' || change.type === 'unlink');
        return;
      default:
        this.#unsynced.push(operation);
    }
  }

  image(kind: CrashKind, rng: Rng): DiskImage {
    const image = this.#durable.clone();
    for (const change of survivors(this.#unsynced, kind, rng)) image.apply(change);
    return image;
  }

  #settle(isSynced: (change: DiskChange) => boolean): void {
    const before = this.#unsynced;
    this.#unsynced = before.filter((change) => !isSynced(change));
    if (this.#unsynced.length === before.length) return;
    for (const change of before) if (isSynced(change)) this.#durable.apply(change);
    this.version += 1;
  }
}

function survivors(unsynced: readonly DiskChange[], kind: CrashKind, rng: Rng): readonly DiskChange[] {
  switch (kind) {
    case 'none':
      return [];
    case 'all':
      return unsynced;
    case 'prefix': {
      const kept = unsynced.slice(0, rng.below(unsynced.length + 1));
      const next = unsynced[kept.length];
      return next?.type === 'write' ? [...kept, torn(next, rng)] : kept;
    }
    case 'subset': {
      // Odds of the image's own: with even ones for all, a long row of writes would never survive.
      const eighths = 1 + rng.below(7);
      return unsynced.flatMap((change) => {
        if (rng.ratio(eighths, 8)) return [change];
        return change.type === 'write' && rng.ratio(1, 2) ? someSectors(change, rng) : [];
      });
    }
  }
}

type Write = Extract<DiskChange, { type: 'write' }>;

const torn = (write: Write, rng: Rng): Write => part(write, 0, rng.below(write.bytes.length));

/** Of the sectors that a write touches every other one, each as a write; the last one torn. */
function someSectors(write: Write, rng: Rng): Write[] {
  const kept: Write[] = [];
  const end = write.offset + write.bytes.length;
  let at = write.offset;
  while (at < end) {
    const next = Math.min(end, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    if (rng.ratio(1, 2)) kept.push(part(write, at - write.offset, next - write.offset));
    at = next;
  }
  const last = kept.pop();
  return last ? [...kept, torn(last, rng)] : [];
}

const part = (write: Write, from: number, to: number): Write => ({
  ...write,
  offset: write.offset + from,
  bytes: write.bytes.subarray(from, to),
});
