/**
 * What a few terminals of the load went through, stay by stay, for the session timeline: lines down, logins,
 * transactions. Between two stays a terminal was idle.
 *
 * Memory is bounded: when a terminal has too many stays, neighbours of one kind that lie close together are joined, and
 * closer is twice as far each time. Stays with an error are never joined.
 *
 * @module
 */
import type { SessionSpan } from '../../reports/report.ts';
import type { OperationRecord } from '../history.ts';

/** Terminals of a fleet that are recorded, at most. */
const SAMPLED = 8;
export const STAYS_MAX = 200;
/** From here on joining loses what the picture is for; later stays are left out. */
const CLOSE_MS_MAX = 30_000;

type Stay = { -readonly [K in keyof SessionSpan]: SessionSpan[K] };

export class SpanRecorder {
  readonly #terminal: string;
  /** In order of their ends. */
  #stays: Stay[] = [];
  #closeMs = 1;
  #sessions = 0;
  #downSinceMs: number | null = 0;

  constructor(terminal: string) {
    this.#terminal = terminal;
  }

  /** The line is up or down now. @param tMs of the load; before it began nothing is recorded */
  line(isUp: boolean, tMs: number): void {
    if (isUp) {
      if (this.#downSinceMs !== null && this.#sessions > 0) this.#add('offline', this.#downSinceMs, tMs);
      this.#sessions++;
      this.#downSinceMs = null;
    } else this.#downSinceMs = tMs;
  }

  record({ op, intendedUs, sentUs, doneUs, outcome, code }: OperationRecord): void {
    if (doneUs === null) return;
    const startMs = Math.floor((sentUs ?? intendedUs) / 1000);
    const failed = outcome === 'ok' ? undefined : (code ?? outcome.toUpperCase());
    this.#add(op === 'login' ? 'login' : 'txn', startMs, Math.ceil(doneUs / 1000), failed);
  }

  /** @param endMs the end of the load */
  spans(endMs: number): readonly SessionSpan[] {
    if (this.#downSinceMs !== null && this.#sessions > 0) this.#add('offline', this.#downSinceMs, endMs);
    return this.#stays;
  }

  #add(state: string, startMs: number, endMs: number, code?: string): void {
    const stay: Stay = {
      terminal: this.#terminal,
      session: String(Math.max(1, this.#sessions)),
      state,
      startMs: Math.max(0, startMs),
      endMs: Math.max(0, startMs, endMs),
      ...(code !== undefined && { code }),
    };
    if (this.#joins(this.#stays, stay)) return;
    while (this.#stays.length >= STAYS_MAX && this.#closeMs < CLOSE_MS_MAX) this.#thin();
    if (this.#stays.length < STAYS_MAX) this.#stays.push(stay);
  }

  #thin(): void {
    this.#closeMs *= 2;
    const kept: Stay[] = [];
    for (const stay of this.#stays) if (!this.#joins(kept, stay)) kept.push(stay);
    this.#stays = kept;
  }

  /** Makes the last of `stays` longer by `next`, when they are of a kind and close together. */
  #joins(stays: Stay[], next: Stay): boolean {
    const last = stays.at(-1);
    if (last === undefined || last.state !== next.state || last.session !== next.session) return false;
    if (last.code !== undefined || next.code !== undefined) return false;
    if (next.startMs - last.endMs > this.#closeMs) return false;
    last.endMs = Math.max(last.endMs, next.endMs);
    return true;
  }
}

/** The recorders of those terminals of a worker that are in the sample. */
export class SessionSample {
  readonly #recorders: ReadonlyMap<string, SpanRecorder>;

  constructor(terminals: readonly string[]) {
    this.#recorders = new Map(terminals.map((terminal) => [terminal, new SpanRecorder(terminal)]));
  }

  line(terminal: string, isUp: boolean, tMs: number): void {
    this.#recorders.get(terminal)?.line(isUp, tMs);
  }

  record(record: OperationRecord): void {
    this.#recorders.get(record.terminal)?.record(record);
  }

  spans(endMs: number): readonly SessionSpan[] {
    return [...this.#recorders.values()].flatMap((recorder) => recorder.spans(endMs));
  }
}

/** Of a fleet of this size, every so many are in the sample. */
export const sampleEvery = (fleet: number): number => Math.max(1, Math.ceil(fleet / SAMPLED));
