/**
 * Fuzzes one target: changes inputs, keeps those whose outcome is new and changes them further. The same seed gives the
 * same inputs.
 *
 * @module
 */
import { Rng } from '../../sim/rng.ts';
import { without } from './mutate.ts';
import type { Target } from './target.ts';

const POOL_MAX = 1024;
/** Tries to make a failing input smaller. */
const SHRINKS_MAX = 2000;

/** A Buffer's `slice` shares its bytes; a Uint8Array's copies them. */
const plain = ({ buffer, byteOffset, length }: Uint8Array) => new Uint8Array(buffer, byteOffset, length);

/** What came of an input: its words, or what was thrown. */
export type Outcome = { readonly words: string } | { readonly failure: string };

export function outcomeOf(target: Target, input: Uint8Array): Outcome {
  try {
    return { words: target.run(input) };
  } catch (error) {
    return { failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

export class Fuzzer {
  readonly target: Target;
  readonly #rng: Rng;
  readonly #pool: Uint8Array[];
  /** Of the pool, what was not tried yet. */
  readonly #begin: Uint8Array[];
  readonly #known = new Set<string>();

  /** @param corpus inputs that were new in earlier runs */
  constructor(target: Target, options: { seed: string; corpus: readonly Uint8Array[] }) {
    this.target = target;
    this.#rng = new Rng(options.seed, target.name);
    this.#pool = [...target.seeds, ...options.corpus].map(plain);
    this.#begin = [...this.#pool];
  }

  /** How many different outcomes were seen. */
  get outcomes(): number {
    return this.#known.size;
  }

  /** First what is known, then changes of it. */
  next(): Uint8Array {
    const first = this.#begin.pop();
    if (first !== undefined) return first;
    const rng = this.#rng;
    // Half of the time what was found last: there is more behind it.
    const recent = rng.ratio(1, 2) ? Math.max(0, this.#pool.length - 64) : 0;
    const base = this.#pool[recent + rng.below(this.#pool.length - recent)] ?? new Uint8Array();
    return plain(this.target.mutate(rng, base, rng.pick(this.#pool))).subarray(0, this.target.bytesMax);
  }

  /** Takes the outcome of {@link next}'s input; true when there was none like it. */
  learn(input: Uint8Array, outcome: Outcome): boolean {
    if (!this.#note(outcome)) return false;
    if (this.#pool.length < POOL_MAX) this.#pool.push(input.slice());
    return true;
  }

  #note(outcome: Outcome): boolean {
    const words = 'words' in outcome ? outcome.words : outcome.failure;
    if (this.#known.has(words)) return false;
    this.#known.add(words);
    return true;
  }
}

/** A smaller input of which `attempt` fails in the same way. */
export function shrink(
  attempt: (input: Uint8Array) => Outcome,
  input: Uint8Array,
  failure: string,
): Uint8Array {
  let smallest = input;
  let tries = 0;
  for (let length = smallest.length >> 1; length >= 1; length >>= 1) {
    for (let at = 0; at < smallest.length && tries < SHRINKS_MAX; tries++) {
      const smaller = without(smallest, at, length);
      const outcome = attempt(smaller);
      if ('failure' in outcome && outcome.failure === failure) smallest = smaller;
      else at += length;
    }
  }
  return smallest;
}
