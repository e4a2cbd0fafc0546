/**
 * The seconds of a load, all workers together: the last ones whole, for the dashboard and for what workers tell late;
 * those before them as rows of a {@link Timeline}. Memory is bounded, however long a load lasts.
 *
 * @module
 */
import {
  createHistogram,
  decodeHistogram,
  encodeHistogram,
  type Histogram,
} from '../../reports/histogram.ts';
import { latencyOf } from '../../reports/latency.ts';
import type { Latency } from '../../reports/report.ts';
import { SERIES_MAX } from '../../terminals/dashboard/model.ts';
import { type ArrivalCounts, noArrivals } from './arrival-counts.ts';
import { type BankSecond, STATES } from './second-marks.ts';
import { type Rule, Timeline } from './timeline.ts';

/** One second of the load. */
export interface Second {
  ok: number;
  notOk: number;
  /** Encoded once the second is over, since a histogram takes 90 kB; null: no samples. */
  latency: Histogram | string | null;
  /** Of `latency`; made anew when samples were added. */
  stats: Latency | null;
  inFlight: number | null;
  mailbox: number | null;
  /** Null: a closed model. */
  arrivals: ArrivalCounts | null;
  /** In the order of STATES; null where nobody looked. */
  states: readonly number[] | null;
  /** Null where the bank reported nothing. */
  bank: BankSecond | null;
}

/** Slices of a second come within this many seconds, but for a worker that hung. */
const OPEN_SECONDS = 10;
/** Kept whole. */
const WHOLE_SECONDS = SERIES_MAX + OPEN_SECONDS;

/** Columns of the timeline, but for states. */
const RULES = {
  offeredRate: 'rate',
  begunRate: 'rate',
  lateRate: 'rate',
  droppedRate: 'rate',
  achievedRate: 'rate',
  errorRate: 'rate',
  p50Us: 'worst',
  p95Us: 'worst',
  p99Us: 'worst',
  maxUs: 'worst',
  inFlight: 'mean',
  mailbox: 'mean',
  batchMean: 'mean',
  commitMeanUs: 'worst',
  commitMaxUs: 'worst',
  bankLagUs: 'worst',
} as const satisfies Record<string, Rule>;
const STATE_RULES = Object.fromEntries(STATES.map((state) => [state, 'mean' as const]));

export class Seconds {
  readonly #past = new Timeline({ ...RULES, ...STATE_RULES });
  /** The one at 0 is second `#first` of the load. */
  #whole: Second[] = [];
  #first = 0;

  /** Changes what is known of a second; of one that is no longer whole, what is added counts. */
  change(second: number, act: (second: Second) => void): void {
    const late = second < this.#first ? emptySecond() : null;
    const changed = late ?? this.#at(second);
    act(changed);
    if (late !== null) this.#past.add(second, rowOf(late));
  }

  /** Those of the last minute that lie in the range, without `to`. */
  slice(from: number, to: number): readonly Second[] {
    return this.#whole.slice(Math.max(0, from - this.#first), Math.max(0, to - this.#first));
  }

  /** The load so far. */
  get timeline(): Timeline {
    const all = this.#past.copy();
    for (const [i, second] of this.#whole.entries()) all.add(this.#first + i, rowOf(second));
    return all;
  }

  #at(second: number): Second {
    while (this.#first + this.#whole.length <= second) {
      this.#whole.push(emptySecond());
      const over = this.#whole.at(-1 - OPEN_SECONDS);
      if (over) pack(over);
      if (this.#whole.length > WHOLE_SECONDS) this.#retire();
    }
    const found = this.#whole[second - this.#first];
    if (!found) throw new RangeError(`Expected a second of the run, got ${second}`);
    return found;
  }

  #retire(): void {
    const oldest = this.#whole.shift();
    if (oldest) this.#past.add(this.#first++, rowOf(oldest));
  }
}

const NO_SAMPLES = latencyOf(createHistogram());

export function addLatency(second: Second, more: Histogram): void {
  const { latency } = second;
  const isPacked = typeof latency === 'string';
  const sum = isPacked ? decodeHistogram(latency) : (latency ?? createHistogram());
  sum.add(more);
  second.latency = sum;
  second.stats = null;
  if (isPacked) pack(second);
}

export function statsOf(second: Second): Latency {
  const { latency } = second;
  if (latency === null) return NO_SAMPLES;
  second.stats ??= latencyOf(typeof latency === 'string' ? decodeHistogram(latency) : latency);
  return second.stats;
}

function pack(second: Second): void {
  if (second.latency === null || typeof second.latency === 'string') return;
  statsOf(second);
  second.latency = encodeHistogram(second.latency);
}

const emptySecond = (): Second => ({
  ok: 0,
  notOk: 0,
  latency: null,
  stats: null,
  inFlight: null,
  mailbox: null,
  arrivals: null,
  states: null,
  bank: null,
});

/** As {@link RULES}, then the states. */
function rowOf(second: Second): readonly (number | null)[] {
  const { arrivals, ok, notOk, inFlight, mailbox, bank, states } = second;
  const { p50, p95, p99, max } = statsOf(second);
  const { planned, begun, late, droppedHere, droppedThere } = arrivals ?? noArrivals();
  return [
    ...[planned, begun, late, droppedHere + droppedThere],
    ...[ok, notOk, p50, p95, p99, max, inFlight, mailbox],
    ...bankColumns(bank),
    ...(states ?? STATES.map(() => null)),
  ];
}

/** Mean batch and commit, longest commit, lag. */
function bankColumns(bank: BankSecond | null): (number | null)[] {
  if (bank === null) return [null, null, null, null];
  const { commits, commands, commitUs, commitMaxUs, loopLagUs } = bank;
  if (commits === 0) return [null, null, null, loopLagUs];
  return [Math.round((10 * commands) / commits) / 10, Math.round(commitUs / commits), commitMaxUs, loopLagUs];
}
