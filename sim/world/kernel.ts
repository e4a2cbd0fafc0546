/**
 * The simulator's heart: one event queue, keyed (time, seeded tie, sequence). Time is whole microseconds and moves only
 * from one due event to the next. Whatever runs belongs to a {@link Life}; when that ends (a crash, a power loss) all
 * that it had scheduled is as if it had never been.
 *
 * ```
 *            0: (due 12, tie 7, seq 3)          a binary heap in an array:
 *       1: (due 15, …)     2: (due 12, tie 9)   children of i stand at 2i+1 and 2i+2, none due before its parent
 * ```
 *
 * @module
 */
import { invariant } from '../../protocol/invariant.ts';
import type { Clock, TimerId } from '../../protocol/ports.ts';
import { Rng } from '../rng.ts';

/** A process' lifetime. */
export class Life {
  readonly name: string;
  #alive = true;
  readonly #atEnd: (() => void)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Called once when the life ends, in the order given. */
  atEnd(fn: () => void): void {
    this.#atEnd.push(fn);
  }

  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const fn of this.#atEnd) fn();
  }
}

interface Task {
  readonly dueUs: number;
  readonly tie: number;
  readonly seq: number;
  readonly life: Life;
  fn: (() => void) | null;
}

/** 2026-01-01T00:00:00Z: every run begins at the same instant. */
export const START_MS = 1_767_225_600_000;

export class Kernel {
  /** The simulator's own life, which never ends. */
  readonly world = new Life('world');
  readonly #ties: Rng;
  readonly #heap: Task[] = [];
  #nowUs = 0;
  #seq = 0;
  #events = 0;

  constructor(seed: string) {
    this.#ties = new Rng(seed, 'ties');
  }

  /** Microseconds since the start of the run. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Events carried out so far. */
  get events(): number {
    return this.#events;
  }

  /** Calls `fn` after `delayUs`, rounded to whole microseconds, unless `life` has ended by then. Returns a cancel. */
  schedule(life: Life, delayUs: number, fn: () => void): () => void {
    const dueUs = this.#nowUs + Math.max(0, Math.round(delayUs));
    invariant(Number.isSafeInteger(dueUs), 'an event is due at a time that can be told');
    const task: Task = { dueUs, tie: this.#ties.u32(), seq: this.#seq++, life, fn };
    this.#push(task);
    return () => {
      task.fn = null;
    };
  }

  /** Carries out the next event; false when there is none up to `untilUs`, where the time then stands. */
  step(untilUs: number): boolean {
    for (let task = this.#heap[0]; task !== undefined; task = this.#heap[0]) {
      if (task.dueUs > untilUs) break;
      this.#pop();
      const { fn } = task;
      if (fn === null || !task.life.alive) continue;
      invariant(task.dueUs >= this.#nowUs, 'time never goes back');
      this.#nowUs = task.dueUs;
      this.#events += 1;
      task.fn = null;
      fn();
      return true;
    }
    this.#nowUs = Math.max(this.#nowUs, untilUs);
    return false;
  }

  /** The clock of a process; `skewMs` is what its wall clock is ahead of the true time. */
  clockOf(life: Life, skewMs = 0): Clock {
    return {
      now: () => START_MS + skewMs + Math.floor(this.#nowUs / 1000),
      // The cancel is the timer's id.
      setTimeout: (fn, ms) => this.schedule(life, ms * 1000, fn) as unknown as TimerId,
      clearTimeout: (id) => (id as unknown as () => void)(),
    };
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !isBefore(task, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const task = heap.pop();
    if (task === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      let child = heap[down];
      if (child === undefined) break;
      const right = heap[down + 1];
      if (right !== undefined && isBefore(right, child)) {
        down += 1;
        child = right;
      }
      if (!isBefore(child, task)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = task;
  }
}

const isBefore = (a: Task, b: Task): boolean =>
  a.dueUs !== b.dueUs ? a.dueUs < b.dueUs : a.tie !== b.tie ? a.tie < b.tie : a.seq < b.seq;
