/**
 * The simulated bank's base keys, by id; they outlive its processes.
 *
 * @module
 */
import type { BaseKeys } from '../../actors/terminal-keys.ts';
import { invariant } from '../../protocol/invariant.ts';
import { Rng } from '../rng.ts';

type Key = BaseKeys['baseKey'];

export class KeyRing implements BaseKeys {
  readonly baseKeys = new Map<number, Key>();
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
    this.add();
  }

  get baseKey(): Key {
    const newest = this.baseKeys.get(this.baseKeys.size);
    invariant(newest, 'a ring has a key');
    return newest;
  }

  add(): Key {
    const id = this.baseKeys.size + 1;
    const key = { id, key: new Rng(this.#seed, `base key ${id}`).bytes(32) };
    this.baseKeys.set(id, key);
    return key;
  }
}
