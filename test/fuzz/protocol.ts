/**
 * What the fuzzing thread and its owner say to each other.
 *
 * @module
 */

/** Inputs a target gets in a row. */
export const BATCH = 256;

export interface Task {
  readonly seed: string;
  readonly inputs: number;
  /** Names; empty for all. */
  readonly targets: readonly string[];
  /** An input that takes longer, three times, is a finding, ms. */
  readonly slowMs: number;
  /** Whether inputs with a new outcome are told. */
  readonly keep: boolean;
  /** Laid out as {@link Began}. */
  readonly shared: SharedArrayBuffer;
}

/** The input that is being decoded. */
export interface Began {
  /** How many were begun; target · 2^20 + length. */
  readonly count: Int32Array;
  readonly input: Uint8Array;
}

/** Longest input of any target, with room. */
export const SHARED_BYTES = 8 + 2 ** 17;

export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  /** What was thrown, or that it hung, was slow or held memory. */
  readonly text: string;
}

export interface Fuzzed {
  readonly name: string;
  readonly inputs: number;
  readonly outcomes: number;
}

export type FromWorker =
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'new'; readonly target: string; readonly input: Uint8Array; readonly words: string }
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'done'; readonly targets: readonly Fuzzed[] };
