/**
 * SQLite's virtual file system (https://www.sqlite.org/vfs.html) over {@link VirtualDisk}s, in the shape that wa-sqlite's
 * builds call. It does what SQLite's own one for Unix does: the first sync of a new journal also syncs the directory, the
 * disk is said to have sectors of 4096 bytes and powersafe overwrite, and a deletion is durable only when asked for.
 * There is no shared memory: with `locking_mode=exclusive` WAL does without.
 *
 * @module
 */
import { invariant } from '../../protocol/invariant.ts';
import { VirtualDisk } from './virtual-disk.ts';

const OK = 0;
const NOTFOUND = 12;
const CANTOPEN = 14;
const IOERR_SHORT_READ = 522;
const OPEN_CREATE = 0x4;
const OPEN_MAIN_JOURNAL = 0x800;
const OPEN_SUPER_JOURNAL = 0x4000;
const OPEN_WAL = 0x80000;
const IOCAP_POWERSAFE_OVERWRITE = 0x1000;
const SECTOR_BYTES = 4096;

interface OpenFile {
  readonly disk: VirtualDisk;
  readonly file: number;
  directorySync: boolean;
}

export class SqliteVfs {
  readonly name = 'cashpoint-disk';
  readonly #disks = new Map<string, VirtualDisk>();
  readonly #open = new Map<number, OpenFile>();
  #mounts = 0;
  #unnamed = 0;

  /** Returns the directory under which SQLite finds the disk's files. */
  mount(disk: VirtualDisk): string {
    this.#mounts += 1;
    const directory = `/${this.#mounts}`;
    this.#disks.set(directory, disk);
    return directory;
  }

  unmount(directory: string): void {
    this.#disks.delete(directory);
  }

  xOpen(path: string | null, handle: number, flags: number, flagsOut: DataView): number {
    // Files without a name are SQLite's scratch space, gone at the latest with the process.
    const { disk, name } = path
      ? this.#locate(path)
      : { disk: new VirtualDisk(), name: `scratch-${++this.#unnamed}` };
    const create = (flags & OPEN_CREATE) !== 0;
    if (!create && !disk.has(name)) return CANTOPEN;
    const isJournal = (flags & (OPEN_MAIN_JOURNAL | OPEN_SUPER_JOURNAL | OPEN_WAL)) !== 0;
    this.#open.set(handle, { disk, file: disk.open(name), directorySync: create && isJournal });
    flagsOut.setInt32(0, flags, true);
    return OK;
  }

  xClose(handle: number): number {
    this.#open.delete(handle);
    return OK;
  }

  xRead(handle: number, into: Uint8Array, offset: number): number {
    const { disk, file } = this.#file(handle);
    const read = disk.read(file, into, offset);
    into.fill(0, read);
    return read === into.length ? OK : IOERR_SHORT_READ;
  }

  xWrite(handle: number, bytes: Uint8Array, offset: number): number {
    const { disk, file } = this.#file(handle);
    disk.write(file, bytes, offset);
    return OK;
  }

  xTruncate(handle: number, size: number): number {
    const { disk, file } = this.#file(handle);
    disk.truncate(file, size);
    return OK;
  }

  xSync(handle: number): number {
    const open = this.#file(handle);
    open.disk.sync(open.file);
    if (open.directorySync) open.disk.syncDirectory();
    open.directorySync = false;
    return OK;
  }

  xFileSize(handle: number, sizeOut: DataView): number {
    const { disk, file } = this.#file(handle);
    sizeOut.setBigInt64(0, BigInt(disk.size(file)), true);
    return OK;
  }

  xDelete(path: string, syncDirectory: number): number {
    const { disk, name } = this.#locate(path);
    disk.unlink(name);
    if (syncDirectory) disk.syncDirectory();
    return OK;
  }

  xAccess(path: string, _flags: number, resultOut: DataView): number {
    const { disk, name } = this.#locate(path);
    resultOut.setInt32(0, disk.has(name) ? 1 : 0, true);
    return OK;
  }

  // One connection a disk: there is nobody to lock out.
  xLock(): number {
    return OK;
  }

  xUnlock(): number {
    return OK;
  }

  xCheckReservedLock(_handle: number, resultOut: DataView): number {
    resultOut.setInt32(0, 0, true);
    return OK;
  }

  xFileControl(): number {
    return NOTFOUND;
  }

  xSectorSize(): number {
    return SECTOR_BYTES;
  }

  xDeviceCharacteristics(): number {
    return IOCAP_POWERSAFE_OVERWRITE;
  }

  #file(handle: number): OpenFile {
    const open = this.#open.get(handle);
    invariant(open, 'SQLite uses a file between open and close');
    return open;
  }

  #locate(path: string): { disk: VirtualDisk; name: string } {
    const slash = path.lastIndexOf('/');
    const disk = this.#disks.get(path.slice(0, slash));
    invariant(disk, 'SQLite uses files of mounted disks only');
    return { disk, name: path.slice(slash + 1) };
  }
}
