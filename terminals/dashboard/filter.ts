/**
 * Which terminals the grid shows, and in which order. The filter is words that must all hold: `state:error`,
 * `id:60-80`, `err:TIME*`, `p99>50` (milliseconds), `errors>0`, a state's name alone; `!` before a word turns it round.
 *
 * @module
 */
import { STATE_CODES, stateOf, type TerminalState, type Terminals } from './model.ts';

export const SORTS = ['id', 'state', 'p99', 'errors', 'balance'] as const;
export type Sort = (typeof SORTS)[number];

export interface Choice {
  readonly filter: string;
  readonly sort: Sort;
  readonly reverse: boolean;
}

/** Indices of the fleet in display order. A filter that cannot be read hides nothing; see {@link filterProblem}. */
export function orderOf(terminals: Terminals, { filter, sort, reverse }: Choice): readonly number[] {
  const count = terminals.states.length;
  const read = readFilter(filter);
  const indices: number[] = [];
  for (let i = 0; i < count; i++) if ('problem' in read || read.holds(rowOf(terminals, i))) indices.push(i);
  if (sort !== 'id') {
    const keys = indices.map((i) => [i, sortKey(rowOf(terminals, i), sort)] as const);
    keys.sort(([a, x], [b, y]) => x - y || a - b);
    keys.forEach(([i], at) => {
      indices[at] = i;
    });
  }
  return reverse ? indices.reverse() : indices;
}

/** What is wrong with a filter; null when it can be used. */
export function filterProblem(filter: string): string | null {
  const read = readFilter(filter);
  return 'problem' in read ? read.problem : null;
}

/** All that is known of one terminal. */
export interface TerminalRow {
  readonly number: number;
  readonly state: TerminalState;
  readonly p99Us: number | null;
  readonly errors: number;
  readonly lastError: string | null;
  readonly lastOp: string | null;
  /** Cash in the machine, minor units; null when unknown. */
  readonly cash: number | null;
}

export function rowOf(terminals: Terminals, index: number): TerminalRow {
  const { details, first, states } = terminals;
  return {
    number: first + index,
    state: stateOf(states.charAt(index)),
    p99Us: details?.p99Us[index] ?? null,
    errors: details?.errors[index] ?? 0,
    lastError: details?.lastError[index] ?? null,
    lastOp: details?.lastOp[index] ?? null,
    cash: details?.cash[index] ?? null,
  };
}

type Holds = (row: TerminalRow) => boolean;

/** Smallest first: what wants looking at is at the top. */
function sortKey(row: TerminalRow, sort: Sort): number {
  switch (sort) {
    case 'id':
      return row.number;
    case 'state':
      return URGENCY.indexOf(row.state);
    case 'p99':
      return -(row.p99Us ?? -1);
    case 'errors':
      return -row.errors;
    case 'balance':
      return row.cash ?? Number.MAX_SAFE_INTEGER;
  }
}

const URGENCY: readonly TerminalState[] = ['error', 'offline', 'handshake', 'login', 'txn', 'idle'];

function readFilter(filter: string): { readonly holds: Holds } | { readonly problem: string } {
  const all: Holds[] = [];
  for (const word of filter.split(/\s+/).filter((part) => part !== '')) {
    const negated = word.startsWith('!');
    const holds = readWord(negated ? word.slice(1) : word);
    if (holds === null)
      return { problem: `"${word}" is no filter: try state:error id:60-80 err:TIME* p99>50` };
    all.push(negated ? (row) => !holds(row) : holds);
  }
  return { holds: (row) => all.every((holds) => holds(row)) };
}

function readWord(word: string): Holds | null {
  const state = /^(?:state:)?([a-z]+)$/.exec(word)?.[1];
  if (state !== undefined) return Object.hasOwn(STATE_CODES, state) ? (row) => row.state === state : null;
  const id = /^id:(\d+)(?:-(\d+))?$/.exec(word);
  if (id) {
    const from = Number(id[1]);
    const to = Number(id[2] ?? id[1]);
    return ({ number }) => number >= from && number <= to;
  }
  const code = /^err:([\w*-]+)$/.exec(word)?.[1];
  if (code !== undefined) return matching(code.toUpperCase());
  const figure = /^(p99|errors)([<>])(\d+(?:\.\d+)?)$/.exec(word);
  if (!figure) return null;
  const [, name, sign, text] = figure;
  const limit = Number(text);
  return (row) => {
    const value = name === 'errors' ? row.errors : row.p99Us === null ? null : row.p99Us / 1000;
    return value !== null && (sign === '>' ? value > limit : value < limit);
  };
}

/** `*` stands for anything; the parts between must come in this order. */
function matching(pattern: string): Holds {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll('-', '\\-'))
    .join('.*');
  const whole = new RegExp(`^${source}$`, 'u');
  return ({ lastError }) => lastError !== null && whole.test(lastError);
}
