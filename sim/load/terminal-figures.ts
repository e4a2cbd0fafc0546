/**
 * What the dashboard shows of single terminals: their slowest recent operations, errors and last doings. A ring of a
 * hundred figures each, no histogram: two thousand terminals cost a megabyte.
 *
 * @module
 */
import type { TerminalId } from '../../protocol/ids.ts';
import type { TerminalDetails } from '../../terminals/dashboard/model.ts';
import type { OperationRecord } from '../history.ts';

const RING = 100;

export class TerminalFigures {
  readonly #indices: ReadonlyMap<string, number>;
  readonly #latencyUs: Int32Array;
  readonly #counts: Int32Array;
  readonly #errors: number[];
  readonly #lastError: (string | null)[];
  readonly #lastOp: (string | null)[];

  constructor(terminals: readonly TerminalId[]) {
    const { length } = terminals;
    this.#indices = new Map(terminals.map((terminal, i) => [terminal, i]));
    this.#latencyUs = new Int32Array(length * RING);
    this.#counts = new Int32Array(length);
    this.#errors = Array.from({ length }, () => 0);
    this.#lastError = Array.from({ length }, () => null);
    this.#lastOp = Array.from({ length }, () => null);
  }

  record({ terminal, op, outcome, code, intendedUs, doneUs }: OperationRecord): void {
    const i = this.#indices.get(terminal);
    if (i === undefined) return;
    this.#lastOp[i] = op;
    if (outcome !== 'ok') {
      this.#errors[i] = (this.#errors[i] ?? 0) + 1;
      this.#lastError[i] = code ?? outcome.toUpperCase();
    }
    if (doneUs === null) return;
    const count = this.#counts[i] ?? 0;
    this.#latencyUs[i * RING + (count % RING)] = doneUs - intendedUs;
    this.#counts[i] = count + 1;
  }

  details(cashOf: (index: number) => number): TerminalDetails {
    return {
      p99Us: this.#errors.map((_, i) => this.#p99(i)),
      errors: [...this.#errors],
      lastError: [...this.#lastError],
      lastOp: [...this.#lastOp],
      cash: this.#errors.map((_, i) => cashOf(i)),
    };
  }

  /** Nearest rank: of a hundred the second largest, of fewer the largest. */
  #p99(index: number): number | null {
    const count = Math.min(RING, this.#counts[index] ?? 0);
    if (count === 0) return null;
    let [first, second] = [0, 0];
    for (const us of this.#latencyUs.subarray(index * RING, index * RING + count)) {
      if (us > first) [first, second] = [us, first];
      else if (us > second) second = us;
    }
    return count < RING ? first : second;
  }
}

/** Terminal i of the fleet is the worker i mod W's. Null while a worker has told nothing. */
export function dealtBack(parts: readonly (TerminalDetails | undefined)[]): TerminalDetails | null {
  const [only] = parts;
  if (parts.length === 1) return only ?? null;
  const all = parts.filter((part) => part !== undefined);
  if (all.length < parts.length) return null;
  const total = all.reduce((sum, { errors }) => sum + errors.length, 0);
  const deal = <T>(of: (part: TerminalDetails) => readonly T[], none: T): T[] =>
    Array.from({ length: total }, (_, i) => {
      const part = all[i % all.length];
      return (part && of(part)[Math.floor(i / all.length)]) ?? none;
    });
  return {
    p99Us: deal((part) => part.p99Us, null),
    errors: deal((part) => part.errors, 0),
    lastError: deal((part) => part.lastError, null),
    lastOp: deal((part) => part.lastOp, null),
    cash: deal((part) => part.cash, null),
  };
}
