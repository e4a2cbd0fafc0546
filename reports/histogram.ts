/**
 * The one kind of latency histogram: integer microseconds, 1 µs to 10 minutes, three significant digits. Workers
 * record into it, send it encoded, and the parent adds them up; percentiles are never averaged.
 *
 * @module
 */
import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  type JsHistogram,
} from 'hdr-histogram-js';

export type { Histogram };

/** Longer ones are recorded as this. */
export const LATENCY_US_MAX = 600_000_000;
const BITS = 32;

/** About 90 kB. */
export function createHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LATENCY_US_MAX,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: BITS,
    autoResize: false,
    useWebAssembly: false,
  });
}

/** @param us whole microseconds, ≥ 0; throws RangeError for anything else. */
export function recordUs(histogram: Histogram, us: number): void {
  if (!Number.isInteger(us) || us < 0) {
    throw new RangeError(`Expected \`us\` to be a whole number of microseconds, got ${us}`);
  }
  histogram.recordValue(Math.min(us, LATENCY_US_MAX));
}

/** HdrHistogram V2, compressed, base64. */
export const encodeHistogram = (histogram: Histogram): string => encodeIntoCompressedBase64(histogram);

/** Inverse of {@link encodeHistogram}; throws on anything else. */
export const decodeHistogram = (base64: string): Histogram => decodeFromCompressedBase64(base64, BITS);

/** A new histogram with all samples of `parts`. */
export function mergeHistograms(parts: Iterable<Histogram>): Histogram {
  const sum = createHistogram();
  for (const part of parts) sum.add(part);
  return sum;
}

/** Every latency that occurred, µs (the middle of what the precision cannot tell apart), ascending, and how often. */
export function* bucketsOf(
  histogram: Histogram,
): Iterable<{ readonly value: number; readonly count: number }> {
  // What `build` and the decoder return is one, though their types say less.
  const slots = histogram as JsHistogram;
  let left = histogram.totalCount;
  for (let i = 0; i < slots.countsArrayLength && left > 0; i++) {
    const count = slots.getCountAtIndex(i);
    if (count === 0) continue;
    left -= count;
    yield { value: slots.medianEquivalentValue(slots.valueFromIndex(i)), count };
  }
}
