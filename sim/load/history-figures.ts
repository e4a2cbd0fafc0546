/**
 * Figures of a load from its history alone: what is left of a run that was killed.
 *
 * @module
 */
import type { HistoryRecord } from '../history.ts';
import { Collector } from './collector.ts';
import { type ErrorTally, Metrics, mergeErrors } from './metrics.ts';

export interface HistoryFigures {
  readonly collector: Collector;
  readonly errors: readonly ErrorTally[];
  /** When the last operation was over. */
  readonly loadMs: number;
}

/** @param records those of each worker in the order of their ends, one worker after the other */
export function historyFigures(records: Iterable<HistoryRecord>): HistoryFigures {
  const collector = new Collector(1);
  const newMetrics = () => new Metrics((slice) => collector.addSecond(slice));
  const tallies: ErrorTally[][] = [];
  let metrics = newMetrics();
  let second = 0;
  let lastUs = 0;
  for (const record of records) {
    if (record.type !== 'op') continue;
    const doneUs = record.doneUs ?? record.repliedUs ?? record.sentUs ?? record.intendedUs;
    // The next worker's begin.
    if (Math.floor(doneUs / 1e6) < second) {
      tallies.push(metrics.finish());
      metrics = newMetrics();
    }
    second = Math.floor(doneUs / 1e6);
    lastUs = Math.max(lastUs, doneUs);
    metrics.record({ ...record, doneUs, provoked: record.provoked === true });
  }
  tallies.push(metrics.finish());
  return { collector, errors: mergeErrors(tallies), loadMs: Math.round(lastUs / 1000) };
}
