/**
 * The load cut into at most 64 equal windows, each with its counts and latencies, for comparing two runs. Windows are
 * seconds at first; when there are too many, neighbours are joined and all are twice as long: memory is bounded however
 * long a run lasts.
 *
 * @module
 */
import { decodeHistogram, encodeHistogram, mergeHistograms } from '../../reports/histogram.ts';
import type { Windows } from '../../reports/report.ts';
import type { Op } from '../history.ts';
import type { SecondSlice } from './metrics.ts';

const WINDOWS_MAX = 64;
/** Encoded histograms of one window and operation that wait to be added up. */
const PARTS_MAX = 8;

interface Window {
  requests: number;
  ok: number;
  unexpected: number;
  readonly parts: Map<Op, string[]>;
}

export class WindowTally {
  #seconds = 1;
  #windows: Window[] = [];

  add({ second, ops, errors }: SecondSlice): void {
    while (second >= WINDOWS_MAX * this.#seconds) this.#halve();
    const window = this.#at(Math.floor(second / this.#seconds));
    for (const [op, { ok, fail, unknown, latency }] of Object.entries(ops) as [Op, OpSlice][]) {
      window.requests += ok + fail + unknown;
      window.ok += ok;
      append(window, op, [latency]);
    }
    for (const { expected, count } of errors) if (!expected) window.unexpected += count;
  }

  /** Those that were over when the load ended; null when none was. @param loadMs how long it lasted */
  whole(loadMs: number): Windows | null {
    const stepMs = this.#seconds * 1000;
    const count = Math.min(WINDOWS_MAX, Math.floor(loadMs / stepMs));
    if (count === 0) return null;
    const windows = Array.from({ length: count }, (_, i) => this.#windows[i] ?? empty());
    const ops = [...new Set(windows.flatMap(({ parts }) => [...parts.keys()]))];
    return {
      stepMs,
      requests: windows.map(({ requests }) => requests),
      ok: windows.map(({ ok }) => ok),
      unexpected: windows.map(({ unexpected }) => unexpected),
      hdr: Object.fromEntries(ops.map((op) => [op, windows.map(({ parts }) => joined(parts.get(op) ?? []))])),
    };
  }

  #at(index: number): Window {
    while (this.#windows.length <= index) this.#windows.push(empty());
    return this.#windows[index] ?? empty();
  }

  #halve(): void {
    this.#seconds *= 2;
    const all = this.#windows;
    this.#windows = [];
    for (const [i, { requests, ok, unexpected, parts }] of all.entries()) {
      const into = this.#at(Math.floor(i / 2));
      into.requests += requests;
      into.ok += ok;
      into.unexpected += unexpected;
      for (const [op, encoded] of parts) append(into, op, encoded);
    }
  }
}

type OpSlice = NonNullable<SecondSlice['ops'][Op]>;

const empty = (): Window => ({ requests: 0, ok: 0, unexpected: 0, parts: new Map() });

function append({ parts }: Window, op: Op, more: readonly string[]): void {
  const all = [...(parts.get(op) ?? []), ...more];
  parts.set(op, all.length < PARTS_MAX ? all : [joined(all)]);
}

function joined(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? '';
  return encodeHistogram(mergeHistograms(parts.map(decodeHistogram)));
}
