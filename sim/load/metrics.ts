/**
 * What a worker counts: operations by kind and outcome with latency histograms, cut into whole seconds of the run so
 * that seconds of different workers add up, and errors by code with their first places.
 *
 * @module
 */
import { CODES, type Code, type ErrorClass } from '../../protocol/errors.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { createHistogram, encodeHistogram, type Histogram, recordUs } from '../../reports/histogram.ts';
import type { Op } from '../history.ts';

/** One kind of operation within one second (or, for `total`, the whole run); histograms encoded. */
export interface OpSlice {
  readonly ok: number;
  readonly fail: number;
  readonly unknown: number;
  /** Of operations that got a decisive reply: from the intended start, and from the sending. */
  readonly latency: string;
  readonly service: string;
}

export interface ErrorCount {
  readonly code: string;
  readonly expected: boolean;
  readonly count: number;
}

export interface SecondSlice {
  /** Whole seconds since the start of the load. */
  readonly second: number;
  readonly ops: Readonly<Partial<Record<Op, OpSlice>>>;
  /** Operations that did not succeed. */
  readonly errors: readonly ErrorCount[];
}

export interface ErrorTally {
  readonly code: string;
  readonly class: Exclude<ErrorClass, 'ok'>;
  readonly expected: boolean;
  count: number;
  firstMs: number;
  lastMs: number;
  terminals: number;
  readonly samples: { terminal: TerminalId; session: null; frame: null; tMs: number }[];
}

export interface Measured {
  readonly op: Op;
  readonly terminal: TerminalId;
  readonly outcome: 'ok' | 'fail' | 'unknown';
  readonly code: Code | null;
  readonly intendedUs: number;
  readonly sentUs: number | null;
  readonly repliedUs: number | null;
  readonly doneUs: number;
  /** The fault that caused it was made by the run itself (a killed bank). */
  readonly provoked: boolean;
}

const SAMPLES_MAX = 5;

interface OpCounter {
  ok: number;
  fail: number;
  unknown: number;
  latency: Histogram;
  service: Histogram;
}

export class Metrics {
  readonly #onSecond: (slice: SecondSlice) => void;
  readonly #errors = new Map<string, ErrorTally & { readonly seen: Set<TerminalId>; told: number }>();
  #second = 0;
  #ops = new Map<Op, OpCounter>();
  readonly #spare: OpCounter[] = [];

  constructor(onSecond: (slice: SecondSlice) => void) {
    this.#onSecond = onSecond;
  }

  record(measured: Measured): void {
    this.roll(measured.doneUs);
    const counter = this.#counter(measured.op);
    counter[measured.outcome]++;
    if (measured.repliedUs !== null && measured.sentUs !== null) {
      recordUs(counter.latency, Math.max(0, measured.repliedUs - measured.intendedUs));
      recordUs(counter.service, Math.max(0, measured.repliedUs - measured.sentUs));
    }
    if (measured.outcome !== 'ok') this.#tally(measured);
  }

  /** Hands out the seconds that are over. */
  roll(nowUs: number): void {
    const second = Math.floor(nowUs / 1e6);
    if (second <= this.#second) return;
    this.#emit();
    this.#second = second;
  }

  /** Hands out the last, unfinished second. */
  finish(): ErrorTally[] {
    this.#emit();
    return [...this.#errors.values()].map(({ seen, told: _, ...tally }) => ({
      ...tally,
      terminals: seen.size,
    }));
  }

  #emit(): void {
    if (this.#ops.size === 0) return;
    const ops: Partial<Record<Op, OpSlice>> = {};
    for (const [op, counter] of this.#ops) {
      const { ok, fail, unknown, latency, service } = counter;
      ops[op] = {
        ok,
        fail,
        unknown,
        latency: encodeHistogram(latency),
        service: encodeHistogram(service),
      };
      // Histograms are large: they are used again instead of being left to the collector every second.
      latency.reset();
      service.reset();
      this.#spare.push({ ok: 0, fail: 0, unknown: 0, latency, service });
    }
    this.#ops = new Map();
    const errors = [...this.#errors.values()].flatMap((tally) => {
      const count = tally.count - tally.told;
      tally.told = tally.count;
      return count === 0 ? [] : [{ code: tally.code, expected: tally.expected, count }];
    });
    this.#onSecond({ second: this.#second, ops, errors });
  }

  #counter(op: Op): OpCounter {
    let counter = this.#ops.get(op);
    if (!counter) {
      counter = this.#spare.pop() ?? {
        ok: 0,
        fail: 0,
        unknown: 0,
        latency: createHistogram(),
        service: createHistogram(),
      };
      this.#ops.set(op, counter);
    }
    return counter;
  }

  #tally({ code, outcome, terminal, doneUs, provoked }: Measured): void {
    const name = code ?? (outcome === 'unknown' ? 'TIMEOUT' : 'CANCELLED');
    const cls = CODES[name].class;
    const expected = cls === 'business' || provoked;
    const key = `${name} ${expected}`;
    const tMs = Math.round(doneUs / 1000);
    let tally = this.#errors.get(key);
    if (!tally) {
      tally = {
        code: name,
        class: cls === 'ok' ? 'bug' : cls,
        expected,
        count: 0,
        firstMs: tMs,
        lastMs: tMs,
        terminals: 0,
        samples: [],
        seen: new Set(),
        told: 0,
      };
      this.#errors.set(key, tally);
    }
    tally.count++;
    tally.lastMs = tMs;
    tally.seen.add(terminal);
    if (tally.samples.length < SAMPLES_MAX) tally.samples.push({ terminal, session: null, frame: null, tMs });
  }
}

/** Adds up the errors of several workers; samples of the first few are kept. */
export function mergeErrors(parts: readonly (readonly ErrorTally[])[]): ErrorTally[] {
  const merged = new Map<string, ErrorTally>();
  for (const tally of parts.flat()) {
    const key = `${tally.code} ${tally.expected}`;
    const sum = merged.get(key);
    if (!sum) {
      merged.set(key, { ...tally, samples: [...tally.samples] });
      continue;
    }
    sum.count += tally.count;
    sum.terminals += tally.terminals;
    sum.firstMs = Math.min(sum.firstMs, tally.firstMs);
    sum.lastMs = Math.max(sum.lastMs, tally.lastMs);
    sum.samples.push(...tally.samples.slice(0, 5 - sum.samples.length));
  }
  return [...merged.values()].sort((a, b) => b.count - a.count);
}
