/**
 * Entropy for tests: a counted stream that repeats itself in every run, and a scripted one that makes the channel
 * produce given frames.
 *
 * @module
 */
import { createDecipheriv, createHash } from 'node:crypto';
import type { Entropy } from '../../protocol/ports.ts';

/** Never the same bytes twice, the same in each run. */
export function countedEntropy(name = ''): Entropy {
  let count = 0;
  return {
    bytes(n, label) {
      count += 1;
      const parts: Buffer[] = [];
      for (let at = 0; at < n; at += 32) {
        parts.push(createHash('sha256').update(`${name} ${label} ${count} ${at}`).digest());
      }
      return Buffer.concat(parts).subarray(0, n);
    },
  };
}

/** Gives out what was written down for each label, in order. */
export function scriptedEntropy(script: Record<string, readonly Uint8Array[]>): Entropy {
  const left = new Map(Object.entries(script).map(([label, values]) => [label, [...values]]));
  return {
    bytes(n, label) {
      const next = left.get(label)?.shift();
      if (next?.length !== n) throw new Error(`nothing scripted for ${n} bytes of ${label}`);
      return next;
    },
  };
}

/**
 * The random blocks from which the long-lived cipher of one direction and epoch makes exactly the IVs of `frames`:
 * R = D(IV) ⊕ (last ciphertext block before it, zero at first).
 */
export function randomBlocksFor(encKey: Uint8Array, frames: readonly Uint8Array[]): Uint8Array[] {
  let previous: Uint8Array = Buffer.alloc(16);
  return frames.map((frame) => {
    const ecb = createDecipheriv('aes-128-ecb', encKey, null).setAutoPadding(false);
    const block = ecb.update(frame.subarray(16, 32)).map((byte, at) => byte ^ (previous[at] ?? 0));
    previous = frame.subarray(frame.length - 48, frame.length - 32);
    return block;
  });
}
