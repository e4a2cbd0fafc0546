import test from 'ava';
import { type DiskImage, VirtualDisk } from '../../../sim/disk/virtual-disk.ts';
import { type CrashKind, WriteBackCache } from '../../../sim/disk/write-back-cache.ts';
import { Rng } from '../../../sim/rng.ts';

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);
const rng = () => new Rng('cache', 'test');

/** The cache after all that was done to the disk. */
function cacheOf(disk: VirtualDisk): WriteBackCache {
  const cache = new WriteBackCache(disk.start);
  for (const operation of disk.operations) cache.accept(operation);
  return cache;
}

/** The named file's bytes; null when the name is not there. */
function read(image: DiskImage, name: string): readonly number[] | null {
  const file = image.names.get(name);
  return file === undefined ? null : [...image.bytes(file)];
}

/** A disk on which "f" is there for sure, with four bytes of 1. */
function settled(): { disk: VirtualDisk; file: number } {
  const disk = new VirtualDisk();
  const file = disk.open('f');
  disk.write(file, bytes(4, 1), 0);
  disk.sync(file);
  disk.syncDirectory();
  return { disk, file };
}

test('what was synced is there in every image', (t) => {
  const cache = cacheOf(settled().disk);
  t.true(cache.isClean);
  for (const kind of ['none', 'all', 'prefix', 'subset'] satisfies CrashKind[]) {
    t.deepEqual(read(cache.image(kind, rng()), 'f'), [1, 1, 1, 1], kind);
  }
});

test('writes, truncations and deletions are lost with the cache or kept with it', (t) => {
  const { disk, file } = settled();
  disk.write(file, bytes(2, 2), 3);
  disk.truncate(file, 4);
  const cache = cacheOf(disk);
  t.deepEqual(read(cache.image('none', rng()), 'f'), [1, 1, 1, 1]);
  t.deepEqual(read(cache.image('all', rng()), 'f'), [1, 1, 1, 2]);
  disk.unlink('f');
  t.deepEqual(read(cacheOf(disk).image('none', rng()), 'f'), [1, 1, 1, 1]);
  t.is(read(cacheOf(disk).image('all', rng()), 'f'), null);
});

test('the sync of a file settles its bytes, not its name and not another file', (t) => {
  const { disk, file } = settled();
  const other = disk.open('g');
  disk.write(other, bytes(1, 7), 0);
  disk.write(file, bytes(1, 2), 0);
  disk.sync(other);
  const image = cacheOf(disk).image('none', rng());
  t.deepEqual(read(image, 'f'), [1, 1, 1, 1]);
  t.is(read(image, 'g'), null);
  disk.syncDirectory();
  t.deepEqual(read(cacheOf(disk).image('none', rng()), 'g'), [7]);
});

test('a prefix keeps the first writes and tears the next one', (t) => {
  const { disk, file } = settled();
  for (const value of [2, 3, 4]) disk.write(file, bytes(4, value), 4 * (value - 1));
  const cache = cacheOf(disk);
  const luck = rng();
  const images = Array.from({ length: 200 }, () => read(cache.image('prefix', luck), 'f') ?? []);
  const whole = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4];
  t.true(images.every((image) => String(image) === String(whole.slice(0, image.length))));
  t.is(new Set(images.map(({ length }) => length)).size, 13, 'torn at every byte');
});

test('a subset keeps sectors out of order, leaves gaps as zeros and touches nothing beside its writes', (t) => {
  const { disk, file } = settled();
  disk.write(file, bytes(3 * 512, 2), 2);
  const cache = cacheOf(disk);
  const luck = rng();
  const images = Array.from({ length: 300 }, () => read(cache.image('subset', luck), 'f') ?? []);
  t.true(images.every((image) => image[0] === 1 && image[1] === 1));
  t.true(
    images.some((image) => image[2] === 1 && image.at(-1) === 2),
    'a later sector without the first',
  );
  t.true(
    images.some((image) => image[600] === 0 && image.at(-1) === 2),
    'a gap',
  );
  t.true(
    images.some((image) => image.length % 512 > 2),
    'a torn sector',
  );
});

test('an image is not changed by what is done to a disk that starts from it', (t) => {
  const image = cacheOf(settled().disk).image('none', rng());
  const disk = new VirtualDisk(image);
  disk.write(disk.open('f'), bytes(4, 9), 0);
  t.deepEqual(read(image, 'f'), [1, 1, 1, 1]);
  t.deepEqual(read(disk.start, 'f'), [1, 1, 1, 1]);
});
