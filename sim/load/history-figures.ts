/**
 * Figures of a load from its history alone: what is left of a run that was killed.
 *
 * @module
 */
import type { HistoryRecord } from '../history.ts';
import { Collector } from './collector.ts';
import { placedRecords, type Range, readHistory } from './history-file.ts';
import { type ErrorTally, Metrics, mergeErrors } from './metrics.ts';

export interface HistoryFigures {
  readonly collector: Collector;
  readonly errors: readonly ErrorTally[];
  /** When the last operation was over. */
  readonly loadMs: number;
}

/** @param path plain; records of each worker in the order of their ends, one worker after the other */
export function historyFigures(path: string): HistoryFigures {
  const collector = new Collector(1);
  const metrics = new Metrics((slice) => collector.addSecond(slice));
  let lastUs = 0;
  // In the order of time, as a run's own figures come: old seconds are not kept whole.
  for (const record of inOrder(workersOf(path).map((range) => readHistory(path, range)))) {
    if (record.type !== 'op') continue;
    lastUs = Math.max(lastUs, doneOf(record));
    metrics.record({ ...record, doneUs: doneOf(record), provoked: record.provoked === true });
  }
  return { collector, errors: mergeErrors([metrics.finish()]), loadMs: Math.round(lastUs / 1000) };
}

/** What each worker wrote: where time goes back by a second, the next one's begins. */
function workersOf(path: string): Range[] {
  const ranges: Range[] = [];
  let [from, to, second] = [0, 0, 0];
  for (const { record, end } of placedRecords(path)) {
    const now = record.type === 'op' ? Math.floor(doneOf(record) / 1e6) : second;
    if (now < second) {
      ranges.push({ from, to });
      from = to;
    }
    second = now;
    to = end;
  }
  return [...ranges, { from, to }];
}

function* inOrder(parts: readonly Iterable<HistoryRecord>[]): Iterable<HistoryRecord> {
  const readers = parts.map((part) => part[Symbol.iterator]());
  const heads = readers.map((reader) => reader.next());
  for (;;) {
    let next = -1;
    for (const [i, { done, value }] of heads.entries()) {
      if (!done && (next < 0 || doneOf(value) < doneOf(heads[next]?.value))) next = i;
    }
    const reader = readers[next];
    if (reader === undefined) return;
    yield heads[next]?.value;
    heads[next] = reader.next();
  }
}

/** µs of the run; what is counted at the end has no time. */
const doneOf = (record: HistoryRecord): number =>
  record.type === 'op' ? (record.doneUs ?? record.repliedUs ?? record.sentUs ?? record.intendedUs) : 0;
