/**
 * Adds up what workers and bank report while the load runs: seconds, states, figures, events, faults. Reads no clock
 * and no file; the dashboard's model and the report's series are made from it.
 *
 * @module
 */
import type { BankFigures } from '../../actors/node/bank-process.ts';
import {
  createHistogram,
  decodeHistogram,
  type Histogram,
  mergeHistograms,
  recordUs,
} from '../../reports/histogram.ts';
import { latencyOf } from '../../reports/latency.ts';
import type { Latency } from '../../reports/report.ts';
import {
  EVENTS_MAX,
  type RunEvent,
  STATE_CODES,
  type TerminalDetails,
} from '../../terminals/dashboard/model.ts';
import type { WatchedTerminal } from '../../terminals/dashboard/watched.ts';
import type { Op } from '../history.ts';
import { type ArrivalCounts, type ArrivalSecond, addArrivals, noArrivals } from './arrival-counts.ts';
import type { ErrorCount, SecondSlice } from './metrics.ts';
import type { FaultBegun, JournalLine } from './run-journal.ts';
import { addFigures, countStates } from './second-marks.ts';
import { addLatency, Seconds } from './seconds.ts';
import { dealtBack } from './terminal-figures.ts';
import { WholeLoad } from './whole-load.ts';
import { WindowTally } from './windows.ts';

export interface OpTotals {
  ok: number;
  fail: number;
  unknown: number;
  readonly latency: Histogram;
  readonly service: Histogram;
}

export interface Snapshot {
  readonly states: string;
  readonly inFlight: number;
  readonly retries: number;
  readonly arrivals?: readonly ArrivalSecond[];
  readonly details?: TerminalDetails;
  readonly watched?: readonly WatchedTerminal[];
}

type Fault = FaultBegun & { endMs: number | null };

export class Collector {
  readonly ops = new Map<Op, OpTotals>();
  readonly errors = new Map<string, ErrorCount>();
  readonly seconds = new Seconds();
  readonly windows = new WindowTally();
  readonly #whole = new WholeLoad();
  readonly events: RunEvent[] = [];
  eventsBefore = 0;
  readonly #faults = new Map<string, Fault>();
  readonly bank = {
    mailbox: createHistogram(),
    batches: createHistogram(),
    commitUs: createHistogram(),
    loopLagUs: createHistogram(),
    rssMB: createHistogram(),
    cpuPct: createHistogram(),
    last: null as BankFigures | null,
    maxAbsDelta: 0n,
  };
  /** One string a worker, in the order of its terminals. */
  readonly #states: string[];
  readonly #details: (TerminalDetails | undefined)[];
  readonly #watched: (readonly WatchedTerminal[])[];
  readonly #inFlight: number[];
  readonly #retries: number[];
  #arrivals: ArrivalCounts | null = null;
  #latencies: ReadonlyMap<string, Latency> | null = null;
  readonly #opsInSecond = new Map<Op, { second: number; count: number; last: number }>();

  constructor(workers: number) {
    this.#states = Array.from({ length: workers }, () => '');
    this.#details = Array.from({ length: workers }, () => undefined);
    this.#watched = Array.from({ length: workers }, () => []);
    this.#inFlight = Array.from({ length: workers }, () => 0);
    this.#retries = Array.from({ length: workers }, () => 0);
  }

  addSecond(slice: SecondSlice): void {
    const { second, ops, errors } = slice;
    this.windows.add(slice);
    this.#latencies = null;
    for (const { code, expected, count } of errors) {
      const key = `${code} ${expected}`;
      this.errors.set(key, { code, expected, count: count + (this.errors.get(key)?.count ?? 0) });
    }
    for (const [op, part] of Object.entries(ops) as [Op, NonNullable<SecondSlice['ops'][Op]>][]) {
      const totals = this.#totals(op);
      const latency = decodeHistogram(part.latency);
      totals.ok += part.ok;
      totals.fail += part.fail;
      totals.unknown += part.unknown;
      totals.latency.add(latency);
      totals.service.add(decodeHistogram(part.service));
      this.seconds.change(second, (sum) => {
        sum.ok += part.ok;
        sum.notOk += part.fail + part.unknown;
        addLatency(sum, latency);
      });
      this.#countRate(op, second, part.ok + part.fail + part.unknown);
    }
  }

  setSnapshot(
    worker: number,
    { states, inFlight, retries, arrivals = [], details, watched = [] }: Snapshot,
  ): void {
    this.#watched[worker] = watched;
    if (details) this.#details[worker] = details;
    for (const { second, ...counts } of arrivals) {
      this.#arrivals ??= noArrivals();
      addArrivals(this.#arrivals, counts);
      this.seconds.change(second, (sum) => {
        sum.arrivals ??= noArrivals();
        addArrivals(sum.arrivals, counts);
      });
    }
    this.#states[worker] = states;
    this.#inFlight[worker] = inFlight;
    this.#retries[worker] = retries;
  }

  addFigures(figures: BankFigures, second: number | null): void {
    const { bank } = this;
    bank.last = figures;
    bank.mailbox.recordValue(figures.mailbox);
    for (const size of figures.batches) bank.batches.recordValue(size);
    for (const us of figures.commitUs) bank.commitUs.recordValue(us);
    recordUs(bank.loopLagUs, figures.loopLagUs);
    bank.rssMB.recordValue(figures.rssMB);
    bank.cpuPct.recordValue(Math.round((100 * figures.cpuUs) / Math.max(1, figures.wallUs)));
    const delta = BigInt(figures.delta);
    const size = delta < 0n ? -delta : delta;
    if (size > bank.maxAbsDelta) bank.maxAbsDelta = size;
    if (second === null) return;
    this.seconds.change(second, (present) => {
      present.bank = addFigures(present.bank, figures);
      present.mailbox = Math.max(present.mailbox ?? 0, figures.mailbox);
      present.inFlight = Math.max(present.inFlight ?? 0, this.inFlight);
    });
  }

  /** Counts terminals by state; the first look in a second that sees any counts. */
  markStates(second: number): void {
    this.seconds.change(second, (present) => {
      present.states ??= countStates(this.states);
    });
  }

  /** Something that happened: an event, or a fault that begins or ends. */
  addHappening(line: JournalLine): void {
    switch (line.type) {
      case 'event': {
        const { type: _, ...event } = line;
        this.events.push(event);
        if (this.events.length <= EVENTS_MAX) break;
        this.events.shift();
        this.eventsBefore++;
        break;
      }
      case 'faultBegun': {
        const { type: _, ...fault } = line;
        this.#faults.set(fault.id, { ...fault, endMs: null });
        break;
      }
      case 'faultOver': {
        const fault = this.#faults.get(line.id);
        if (fault) fault.endMs = line.tMs;
        break;
      }
    }
  }

  /** The load in a few steps. @param second the first that is not over yet */
  wholeUpTo(second: number) {
    return this.#whole.upTo(second, this.seconds);
  }

  /** In the order in which they began; `endMs` is null of those that are on. */
  get faults(): readonly Fault[] {
    return [...this.#faults.values()];
  }

  get retries(): number {
    return this.#retries.reduce((sum, count) => sum + count, 0);
  }

  get inFlight(): number {
    return this.#inFlight.reduce((sum, count) => sum + count, 0);
  }

  /** Terminals whose session is up, as last told. */
  get linesUp(): number {
    const { offline, handshake } = STATE_CODES;
    return this.#states.reduce(
      (sum, states) => sum + [...states].filter((code) => code !== offline && code !== handshake).length,
      0,
    );
  }

  /** States in the order of the fleet: terminal i is the worker i mod W's. */
  get states(): string {
    const workers = this.#states.length;
    const total = this.#states.reduce((sum, states) => sum + states.length, 0);
    return Array.from(
      { length: total },
      (_, i) => this.#states[i % workers]?.[Math.floor(i / workers)] ?? 'x',
    ).join('');
  }

  /** Of the whole fleet, once every worker has told its own. */
  get details(): TerminalDetails | null {
    return dealtBack(this.#details);
  }

  /** Terminals that somebody looks at. */
  get watched(): readonly WatchedTerminal[] {
    return this.#watched.flat();
  }

  /** Operations completed in the last whole second before `second`. */
  rateOf(op: Op, second: number): number {
    const rate = this.#opsInSecond.get(op);
    if (!rate) return 0;
    if (rate.second === second - 1) return rate.count;
    return rate.second === second ? rate.last : 0;
  }

  get total(): { ok: number; fail: number; unknown: number } {
    const sum = { ok: 0, fail: 0, unknown: 0 };
    for (const { ok, fail, unknown } of this.ops.values()) {
      sum.ok += ok;
      sum.fail += fail;
      sum.unknown += unknown;
    }
    return sum;
  }

  /** What became of all arrivals; null for a closed model. */
  get arrivals(): Readonly<ArrivalCounts> | null {
    return this.#arrivals;
  }

  /** Percentiles over all that was added so far, by operation and under `ALL`. Merging is dear: once a second is enough. */
  get latencies(): ReadonlyMap<string, Latency> {
    if (this.#latencies === null) {
      const rows: [string, Latency][] = [...this.ops].map(([op, { latency }]) => [op, latencyOf(latency)]);
      const all = mergeHistograms([...this.ops.values()].map(({ latency }) => latency));
      this.#latencies = new Map([...rows, ['ALL', latencyOf(all)]]);
    }
    return this.#latencies;
  }

  #countRate(op: Op, second: number, count: number): void {
    const rate = this.#opsInSecond.get(op);
    if (rate?.second === second) rate.count += count;
    else this.#opsInSecond.set(op, { second, count, last: rate?.second === second - 1 ? rate.count : 0 });
  }

  #totals(op: Op): OpTotals {
    let totals = this.ops.get(op);
    if (!totals) {
      totals = { ok: 0, fail: 0, unknown: 0, latency: createHistogram(), service: createHistogram() };
      this.ops.set(op, totals);
    }
    return totals;
  }
}
