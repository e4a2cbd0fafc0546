/**
 * A disk in memory that writes down every operation it is asked for: the crash points of docs/TESTING.md "The real-disk
 * tier". Files live apart from their names, as inodes do: a name is durable when its directory was synced, the bytes
 * when the file was.
 *
 * @module
 */
import { invariant } from '../../protocol/invariant.ts';

/** What changes a disk, and is durable only after a sync. */
export type DiskChange =
  | { readonly type: 'link'; readonly name: string; readonly file: number }
  | { readonly type: 'unlink'; readonly name: string }
  | { readonly type: 'write'; readonly file: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'truncate'; readonly file: number; readonly size: number };

export type DiskOperation =
  | DiskChange
  | { readonly type: 'sync'; readonly file: number }
  | { readonly type: 'syncDirectory' };

/** Names and bytes at one moment. */
export class DiskImage {
  readonly names = new Map<string, number>();
  readonly #files = new Map<number, FileBytes>();

  clone(): DiskImage {
    const copy = new DiskImage();
    for (const [name, file] of this.names) copy.names.set(name, file);
    for (const [file, { room, size }] of this.#files)
      copy.#files.set(file, { room: room.slice(0, size), size });
    return copy;
  }

  /** The file's bytes, not a copy; empty for a file that was never written. */
  bytes(file: number): Uint8Array {
    const known = this.#files.get(file);
    return known ? known.room.subarray(0, known.size) : new Uint8Array(0);
  }

  apply(change: DiskChange): void {
    switch (change.type) {
      case 'link':
        this.names.set(change.name, change.file);
        return;
      case 'unlink':
        this.names.delete(change.name);
        return;
      case 'truncate':
        this.#resize(change.file, change.size);
        return;
      case 'write': {
        const end = change.offset + change.bytes.length;
        if (end > this.bytes(change.file).length) this.#resize(change.file, end);
        this.bytes(change.file).set(change.bytes, change.offset);
      }
    }
  }

  /** What is new reads as zeros. */
  #resize(file: number, size: number): void {
    const kept = this.bytes(file).subarray(0, size);
    const room = this.#files.get(file)?.room ?? kept;
    if (size <= room.length) room.fill(0, kept.length, size);
    this.#files.set(file, { room: size <= room.length ? room : grown(kept, 2 * size), size });
  }
}

interface FileBytes {
  readonly room: Uint8Array;
  /** How many of the room's bytes are the file's. */
  readonly size: number;
}

function grown(bytes: Uint8Array, length: number): Uint8Array {
  const room = new Uint8Array(length);
  room.set(bytes);
  return room;
}

export class VirtualDisk {
  /** As it was before the first of {@link operations}, all of it durable. */
  readonly start: DiskImage;
  readonly operations: DiskOperation[] = [];
  readonly #now: DiskImage;
  #files: number;

  /** @param start not to be changed any more */
  constructor(start: DiskImage = new DiskImage()) {
    this.start = start;
    this.#now = start.clone();
    this.#files = Math.max(0, ...start.names.values());
  }

  /** Names in the directory. */
  has(name: string): boolean {
    return this.#now.names.has(name);
  }

  /** The named file's number; makes an empty one when there is none. */
  open(name: string): number {
    const known = this.#now.names.get(name);
    if (known !== undefined) return known;
    this.#files += 1;
    this.#do({ type: 'link', name, file: this.#files });
    return this.#files;
  }

  size(file: number): number {
    return this.#now.bytes(file).length;
  }

  /** Fills `into` as far as the file goes; returns how many bytes that were. */
  read(file: number, into: Uint8Array, offset: number): number {
    const found = this.#now.bytes(file).subarray(offset, offset + into.length);
    into.set(found);
    return found.length;
  }

  write(file: number, bytes: Uint8Array, offset: number): void {
    this.#do({ type: 'write', file, offset, bytes: bytes.slice() });
  }

  truncate(file: number, size: number): void {
    this.#do({ type: 'truncate', file, size });
  }

  unlink(name: string): void {
    invariant(this.has(name), 'what is deleted is there');
    this.#do({ type: 'unlink', name });
  }

  sync(file: number): void {
    this.operations.push({ type: 'sync', file });
  }

  syncDirectory(): void {
    this.operations.push({ type: 'syncDirectory' });
  }

  #do(change: DiskChange): void {
    this.#now.apply(change);
    this.operations.push(change);
  }
}
