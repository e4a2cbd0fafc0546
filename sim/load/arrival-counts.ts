/**
 * What became of planned arrivals, second by second, and whether the generator produced the load: begun when due, late
 * because machine or line were not free, lagging because the generator was not in time, or dropped.
 *
 * A slow or stopped bank is not the generator's fault: its arrivals queue and their latency shows it.
 *
 * @module
 */

export interface ArrivalCounts {
  /** Due in this second. */
  planned: number;
  /** Begun in this second. */
  begun: number;
  /** Of `begun`: after their time, because terminal or line were not free. */
  late: number;
  /** Of `begun`: more than {@link LAG_MS} after their time with their terminal free. */
  lagging: number;
  /** Never begun: the queue of their terminal was full though the bank answered (too few terminals for the rate). */
  droppedHere: number;
  /** Never begun: the bank did not answer in time, or the line was down. */
  droppedThere: number;
}

export interface ArrivalSecond extends Readonly<ArrivalCounts> {
  /** Whole seconds since the start of the load. */
  readonly second: number;
}

/** Timers may be late by so much before an arrival counts as lagging. */
export const LAG_MS = 250;
/** Tolerances, of the planned arrivals. */
const LAGGING_PCT_MAX = 5;
const DROPPED_PCT_MAX = 1;

export const noArrivals = (): ArrivalCounts => ({
  planned: 0,
  begun: 0,
  late: 0,
  lagging: 0,
  droppedHere: 0,
  droppedThere: 0,
});

export function addArrivals(sum: ArrivalCounts, part: Readonly<ArrivalCounts>): void {
  for (const key of Object.keys(sum) as (keyof ArrivalCounts)[]) sum[key] += part[key];
}

/** Counts of one worker until they are handed out. */
export class ArrivalTally {
  #seconds = new Map<number, ArrivalCounts>();

  planned(dueUs: number): void {
    this.#at(dueUs).planned++;
  }

  begun(dueUs: number, atUs: number, waited: boolean): void {
    const counts = this.#at(atUs);
    counts.begun++;
    if (waited) counts.late++;
    else if (atUs - dueUs > LAG_MS * 1000) counts.lagging++;
  }

  /** @param slow laid to the bank or the line. */
  dropped(atUs: number, slow: boolean, count = 1): void {
    this.#at(atUs)[slow ? 'droppedThere' : 'droppedHere'] += count;
  }

  /** What was counted since the last call. */
  take(): ArrivalSecond[] {
    const seconds = [...this.#seconds].map(([second, counts]) => ({ second, ...counts }));
    this.#seconds = new Map();
    return seconds;
  }

  #at(us: number): ArrivalCounts {
    const second = Math.floor(us / 1e6);
    const counts = this.#seconds.get(second) ?? noArrivals();
    this.#seconds.set(second, counts);
    return counts;
  }
}

/** Why the planned load was not produced; empty when it was. @param counts null of a closed model. */
export function arrivalProblems(counts: Readonly<ArrivalCounts> | null): string[] {
  const { planned, lagging, droppedHere } = counts ?? noArrivals();
  const problems: string[] = [];
  if (100 * lagging > LAGGING_PCT_MAX * planned) {
    problems.push(
      `The generator fell behind: ${lagging} of ${planned} arrivals began more than ${LAG_MS} ms late ` +
        'with their terminal free; lower the rate or use more workers',
    );
  }
  if (100 * droppedHere > DROPPED_PCT_MAX * planned) {
    problems.push(
      `Too few terminals for the rate: ${droppedHere} of ${planned} arrivals found no free one; use more --terminals`,
    );
  }
  return problems;
}
