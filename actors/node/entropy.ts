/**
 * The real {@link Entropy}: the operating system's generator, drawn 64 KiB at a time, because one call costs more than
 * a record's whole encryption. Bytes are handed out once and wiped behind.
 *
 * @module
 */
import { randomFillSync } from 'node:crypto';
import type { Entropy } from '../../protocol/ports.ts';

const POOL_BYTES = 65_536;

export function systemEntropy(): Entropy {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(n) {
      if (n > POOL_BYTES / 4) return randomFillSync(new Uint8Array(n));
      if (used + n > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const out = new Uint8Array(n);
      out.set(pool.subarray(used, used + n));
      pool.fill(0, used, used + n);
      used += n;
      return out;
    },
  };
}
