/**
 * NONCE and KEYFRESH: values that may occur once in all lives of all honest parties.
 *
 * @module
 */
import type { Judge } from './judge.ts';

export class Freshness {
  readonly #judge: Judge;
  /** Kind and bytes, and where they were seen first. */
  readonly #seen = new Map<string, string>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** @param value `kind` in words, and `where` it was seen now */
  once(
    invariant: 'NONCE' | 'KEYFRESH',
    bytes: Buffer,
    { kind, where }: { kind: string; where: string },
  ): boolean {
    const key = `${kind} ${bytes.toString('latin1')}`;
    const before = this.#seen.get(key);
    this.#seen.set(key, before ?? where);
    return this.#judge.check(
      invariant,
      before === undefined,
      () => `${where}: the ${kind} was that of ${before} before`,
    );
  }
}
