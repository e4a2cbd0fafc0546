/**
 * The keys of one usage that a bank has, by id: `base-1.key`, `base-2.key`, … New things are made with the newest; each
 * opens what names it (SECURITY "Keys"). A file whose id is not the one in its name was mixed up, and is refused.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '../../protocol/invariant.ts';
import { type KeyFile, KeyFileError, loadKey, writeKey } from './key-files.ts';

const USAGES = { base: 'bdk', audit: 'audit' } as const;
export type RingName = keyof typeof USAGES;

export class KeyRing {
  readonly #directory: string;
  readonly #name: RingName;
  readonly #keys: Map<number, KeyFile>;

  private constructor(directory: string, name: RingName, keys: readonly KeyFile[]) {
    this.#directory = directory;
    this.#name = name;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** Reads all keys in `directory`, making the first when `create` is set. Throws {@link KeyFileError}. */
  static open(directory: string, name: RingName, { create }: { create: boolean }): KeyRing {
    const want = { usage: USAGES[name], create };
    const ids = idsIn(directory, name);
    const keys = (ids.length > 0 ? ids : [1]).map((id) => {
      const path = join(directory, fileOf(name, id));
      const key = loadKey(path, want);
      if (key.id !== id) throw new KeyFileError(`Key file ${path} holds key ${key.id}`);
      return key;
    });
    return new KeyRing(directory, name, keys);
  }

  /** As {@link KeyRing.open}; null where there is no key at all. */
  static find(directory: string, name: RingName): KeyRing | null {
    return idsIn(directory, name).length === 0 ? null : KeyRing.open(directory, name, { create: false });
  }

  /** The newest. */
  get current(): KeyFile {
    const key = this.#keys.get(Math.max(...this.#keys.keys()));
    invariant(key, 'a ring has a key');
    return key;
  }

  get ids(): readonly number[] {
    return [...this.#keys.keys()].sort((a, b) => a - b);
  }

  get(id: number): KeyFile | undefined {
    return this.#keys.get(id);
  }

  /** Makes the next key, on the disk before it is used. */
  add(): KeyFile {
    const key = { usage: USAGES[this.#name], id: this.current.id + 1, key: new Uint8Array(randomBytes(32)) };
    writeKey(join(this.#directory, fileOf(this.#name, key.id)), key);
    this.#keys.set(key.id, key);
    return key;
  }

  /** Destroys a key that is not the newest. */
  remove(id: number): void {
    invariant(id !== this.current.id, 'the newest key stays');
    rmSync(join(this.#directory, fileOf(this.#name, id)), { force: true });
    this.#keys.delete(id);
  }
}

const fileOf = (name: RingName, id: number) => `${name}-${id}.key`;

function idsIn(directory: string, name: RingName): number[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((file) => new RegExp(`^${name}-([1-9][0-9]{0,8})\\.key$`).exec(file)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
