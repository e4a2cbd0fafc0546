/**
 * Reports of two runs to be compared: windows with latencies from a fixed little generator, some stretches of them slow
 * together, as real ones are.
 *
 * @module
 */
import { createHistogram, encodeHistogram, recordUs } from '../../reports/histogram.ts';
import type { Report, Windows } from '../../reports/report.ts';
import { passReport } from './report-fixture.ts';

interface Made {
  /** Another stream, another run. */
  readonly stream: number;
  /** Of every latency. @default 1 */
  readonly slower?: number;
  /** Of a hundred operations, those that end in an unexpected error. @default 0 */
  readonly errorsPct?: number;
  /** How much windows differ from each other. @default 0.2 */
  readonly wild?: number;
  /** @default 30 */
  readonly windows?: number;
}

const base = passReport();

export const comparedRun = (made: Made): Report => ({
  ...base,
  run: { ...base.run, id: `run-${made.stream}` },
  windows: windowsOf(made),
});

function windowsOf({ stream, slower = 1, errorsPct = 0, wild = 0.2, windows = 30 }: Made): Windows {
  const random = xorshift(stream);
  const histogram = createHistogram();
  let mood = 1;
  const rows = Array.from({ length: windows }, (_, i) => {
    // A window goes on much as the one before it; the first are always slow.
    mood = 0.6 * mood + 0.4 * (1 - wild / 2 + wild * random()) * (i < 2 ? 3 : 1);
    histogram.reset();
    const requests = 300 + Math.floor(random() * 20);
    for (let n = 0; n < requests; n++) {
      recordUs(
        histogram,
        Math.round(5_000 * slower * mood * (0.8 + 0.4 * random() + (random() < 0.03 ? 2 : 0))),
      );
    }
    return { requests, hdr: encodeHistogram(histogram) };
  });
  const requests = rows.map((row) => row.requests);
  const unexpected = requests.map((n) => Math.round((n * errorsPct) / 100));
  return {
    stepMs: 1_000,
    requests,
    ok: requests.map((n, i) => n - (unexpected[i] ?? 0)),
    unexpected,
    hdr: { deposit: rows.map(({ hdr }) => hdr) },
  };
}

/** Marsaglia's, of 32 bits. */
function xorshift(seed: number) {
  let x = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x / 2 ** 32;
  };
}
