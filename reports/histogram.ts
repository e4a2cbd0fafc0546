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
