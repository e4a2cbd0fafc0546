/**
 * What is fuzzed: a decoder with genuine inputs, a way to change them, and promises that hold for every input.
 *
 * @module
 */
import type { Mutate } from './mutate.ts';

export interface Target {
  readonly name: string;
  /** Its share of the inputs, relative to the others. */
  readonly weight: number;
  /** Longer inputs are cut, bytes. */
  readonly bytesMax: number;
  /** Genuine inputs. */
  readonly seeds: readonly Uint8Array[];
  readonly mutate: Mutate;
  /**
   * Decodes one input. Answers in a few words what came of it: an input that gives new words is worth changing further.
   * Throws when the decoder does, or when it breaks a promise. Depends on nothing but the input.
   */
  run(input: Uint8Array): string;
}

/** A promise the decoder makes. */
export function promise(holds: boolean, text: string): void {
  if (!holds) throw new Error(`broken promise: ${text}`);
}

/** 0, 1, 2, 3-4, 5-8 …: so that counts do not make every input new. */
export const sizeClass = (n: number): number => (n < 3 ? n : 1 + Math.ceil(Math.log2(n)));
