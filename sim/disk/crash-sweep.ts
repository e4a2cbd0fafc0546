/**
 * Crashes the production store at every I/O operation of a workload and looks at what is left: each image of the disk
 * must hold a whole number of batches, all acknowledged ones among them (docs/TESTING.md "The real-disk tier").
 *
 * A sweep has several lives: the next one starts from an image that a crash of the life before left, so that recovery
 * and what comes after it are crashed too.
 *
 * @module
 */
import { DATABASE_FILE, SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import type { Batch, LedgerStore } from '../../bank/store.ts';
import { Rng } from '../rng.ts';
import { contentsAfterEach, type Finding, inspectImage } from './image-check.ts';
import { type DiskImage, VirtualDisk } from './virtual-disk.ts';
import type { WasmSqlite } from './wasm-database.ts';
import { type CrashKind, WriteBackCache } from './write-back-cache.ts';

/** Few, so that a short workload sees checkpoints and the log begun anew; production has 4000. */
const CHECKPOINT_PAGES = 40;

export interface SweepOptions {
  readonly sqlite: WasmSqlite;
  readonly seed: string;
  /** What is committed, one after the other. */
  readonly batches: readonly Batch[];
  /** How many times a process opens the disk; the batches are shared out evenly. */
  readonly lives: number;
  /** Images drawn at each crash point, beside those that keep nothing and all of what was not synced. */
  readonly drawn: number;
  /** @default 'FULL', as in production */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** Wraps the store that commits; the images are opened by the production one. */
  readonly wrap?: (store: LedgerStore) => LedgerStore;
}

export interface Violation extends Finding {
  /** 1, 2, 3 … */
  readonly life: number;
  /** Operations of the life that were done when the crash came. */
  readonly point: number;
  readonly kind: CrashKind;
}

export interface SweepResult {
  crashPoints: number;
  images: number;
  /** Images with the batch under way, of which nobody had been told, and images without it. */
  kept: number;
  dropped: number;
  /** Pages that checkpoints wrote to the database file between two commits. */
  checkpointed: number;
  readonly violations: Violation[];
}

/** One process' time with the disk. Moments are how many operations were done by then. */
interface Life {
  readonly number: number;
  readonly disk: VirtualDisk;
  /** Batches that were there when it began. */
  readonly held: number;
  readonly begun: readonly number[];
  readonly acknowledged: readonly number[];
}

/** Where the next life begins. */
interface Start {
  readonly image: DiskImage | undefined;
  readonly held: number;
}

export async function crashSweep(options: SweepOptions): Promise<SweepResult> {
  const contents = contentsAfterEach(options.batches);
  const result: SweepResult = {
    crashPoints: 0,
    images: 0,
    kept: 0,
    dropped: 0,
    checkpointed: 0,
    violations: [],
  };
  let start: Start = { image: undefined, held: 0 };
  for (let number = 1; number <= options.lives; number += 1) {
    const life = await live(options, start, number);
    result.checkpointed += checkpointed(life);
    start = crashEverywhere(options, { life, contents, result });
  }
  return result;
}

async function live(options: SweepOptions, { image, held }: Start, number: number): Promise<Life> {
  const { sqlite, batches, lives, synchronous = 'FULL', wrap = (store) => store } = options;
  const disk = new VirtualDisk(image);
  const db = sqlite.open(disk);
  const store = wrap(SqliteStore.over(db, DATABASE_FILE));
  db.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  const begun: number[] = [];
  const acknowledged: number[] = [];
  for (const batch of batches.slice(held, Math.ceil((batches.length * number) / lives))) {
    begun.push(disk.operations.length);
    await commit(store, batch, () => acknowledged.push(disk.operations.length));
  }
  store.close();
  return { number, disk, held, begun, acknowledged };
}

/** As the bank does: the transaction of the batch begins with a look-up. */
function commit(store: LedgerStore, batch: Batch, onAcknowledged: () => void): Promise<void> {
  const [first] = batch.txns;
  if (first) store.transaction(first.terminal, first.txnId);
  return new Promise((resolve, reject) =>
    store.commit(batch, (error) => {
      if (error) return reject(error);
      onAcknowledged();
      resolve();
    }),
  );
}

function checkpointed({ disk, acknowledged }: Life): number {
  const file = disk.open(DATABASE_FILE);
  return disk.operations
    .slice(acknowledged.at(0), acknowledged.at(-1))
    .filter((operation) => operation.type === 'write' && operation.file === file).length;
}

interface Crashes {
  readonly life: Life;
  readonly contents: readonly string[];
  readonly result: SweepResult;
}

/** Returns one of the sound images, drawn evenly, for the next life. */
function crashEverywhere(options: SweepOptions, { life, contents, result }: Crashes): Start {
  const { sqlite, seed, drawn } = options;
  const { disk, number, held } = life;
  const rng = new Rng(seed, `crashes of life ${number}`);
  const cache = new WriteBackCache(disk.start);
  let next: Start = { image: disk.start, held };
  let sound = 0;
  let bare = '';
  for (let point = 0; point <= disk.operations.length; point += 1) {
    const operation = disk.operations[point - 1];
    if (operation) cache.accept(operation);
    const acknowledged = held + count(life.acknowledged, point);
    const begun = held + count(life.begun, point);
    const known = bare;
    bare = `${cache.version} ${acknowledged}`;
    result.crashPoints += 1;
    for (const kind of kindsAt(cache, { isNew: bare !== known, drawn })) {
      const image = cache.image(kind, rng);
      const found = inspectImage(sqlite, image, { contents, acknowledged, begun });
      result.images += 1;
      if (typeof found !== 'number') {
        result.violations.push({ life: number, point, kind, ...found });
        continue;
      }
      if (begun > acknowledged && found === begun) result.kept += 1;
      if (begun > acknowledged && found === acknowledged) result.dropped += 1;
      sound += 1;
      if (rng.below(sound) === 0) next = { image, held: found };
    }
  }
  return next;
}

/** @param isNew whether what is durable or acknowledged has changed since the crash point before */
function kindsAt(cache: WriteBackCache, { isNew, drawn }: { isNew: boolean; drawn: number }): CrashKind[] {
  const kinds: CrashKind[] = isNew ? ['none'] : [];
  if (cache.isClean) return kinds;
  const luck = Array.from({ length: drawn }, (_, n): CrashKind => (n % 2 === 0 ? 'subset' : 'prefix'));
  return [...kinds, 'all', ...luck];
}

const count = (moments: readonly number[], point: number): number =>
  moments.filter((moment) => moment <= point).length;
