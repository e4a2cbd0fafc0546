/**
 * Changes of a byte string that break decoders: bits, lengths, numbers at their edges, pieces doubled, moved, cut out or
 * taken from another input.
 *
 * @module
 */
import type { Rng } from '../../sim/rng.ts';

/** How a target changes its inputs; `other` is another input that was interesting. */
export type Mutate = (rng: Rng, base: Uint8Array, other: Uint8Array) => Uint8Array;

const EDGE_BYTES = [0, 1, 2, 15, 16, 17, 32, 64, 127, 128, 142, 143, 255];
const EDGE_U16 = [0, 1, 2, 16, 63, 64, 80, 128, 142, 0x7fff, 0x8000, 16_381, 16_382, 16_383, 16_432, 0xffff];

/** One to eight changes of bytes, mostly one or two. */
export const mutateBytes: Mutate = (rng, base, other) => {
  let bytes = base;
  do bytes = change(rng, bytes, other);
  while (rng.ratio(2, 5));
  return bytes;
};

function change(rng: Rng, base: Uint8Array, other: Uint8Array): Uint8Array {
  if (base.length === 0) return other.slice(0, 64);
  const at = rng.below(base.length);
  const bytes = base.slice();
  switch (rng.below(9)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << rng.below(8));
      return bytes;
    case 1:
      bytes[at] = rng.below(256);
      return bytes;
    case 2:
      bytes[at] = rng.pick(EDGE_BYTES);
      return bytes;
    case 3: {
      const value = rng.pick(EDGE_U16);
      bytes[at] = value >> 8;
      if (at + 1 < bytes.length) bytes[at + 1] = value;
      return bytes;
    }
    case 4:
      return base.slice(0, at);
    case 5:
      return without(base, at, 1 + rng.below(Math.min(64, base.length)));
    case 6:
      return join(base.subarray(0, at), rng.bytes(1 + rng.below(16)), base.subarray(at));
    case 7: {
      const piece = base.subarray(at, at + 1 + rng.below(256));
      const to = rng.below(base.length);
      return join(base.subarray(0, to), piece, base.subarray(to));
    }
    default:
      return join(base.subarray(0, at), other.subarray(rng.below(other.length + 1)));
  }
}

export function without(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return join(bytes.subarray(0, at), bytes.subarray(at + length));
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
