/**
 * The figures of a load so far, by operation, as its report has them.
 *
 * @module
 */
import { encodeHistogram } from '../../reports/histogram.ts';
import { latencyOf } from '../../reports/latency.ts';
import type { OpResult } from '../../reports/report.ts';
import type { Collector } from './collector.ts';

export function opsOf({ ops }: Collector, loadMs: number): Record<string, OpResult> {
  const results: Record<string, OpResult> = {};
  for (const [op, { ok, fail, unknown, latency, service }] of ops) {
    const count = ok + fail + unknown;
    results[op] = {
      count,
      ok,
      rate: Math.round((count * 100_000) / Math.max(1, loadMs)) / 100,
      latencyUs: latencyOf(latency),
      uncorrectedUs: latencyOf(service),
      hdr: encodeHistogram(latency),
    };
  }
  return results;
}
