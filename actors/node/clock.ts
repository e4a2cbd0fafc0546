/**
 * The real {@link Clock} and the microsecond tick: the only place that touches Node's timers and time.
 *
 * @module
 */
import type { Clock, TimerId } from '../../protocol/ports.ts';

/**
 * Wall clock that never goes backwards: anchored once, advanced by the monotonic clock, so that a stepped system clock
 * cannot reorder audit records. A delay of 0 runs right after the sockets that are ready now were read.
 */
export function systemClock(): Clock {
  const anchorMs = Date.now() - performance.now();
  return {
    now: () => Math.floor(anchorMs + performance.now()),
    setTimeout(fn, ms) {
      return (ms <= 0 ? setImmediate(fn) : setTimeout(fn, ms)) as unknown as TimerId;
    },
    clearTimeout(id) {
      const handle = id as unknown as NodeJS.Timeout | NodeJS.Immediate;
      if (typeof handle === 'object' && handle !== null && 'refresh' in handle) clearTimeout(handle);
      else clearImmediate(handle as NodeJS.Immediate);
    },
  };
}

/** Integer microseconds since `originNs` on the clock that all threads and processes of this machine share. */
export const ticksSince =
  (originNs: bigint): (() => number) =>
  () =>
    Number((process.hrtime.bigint() - originNs) / 1000n);
