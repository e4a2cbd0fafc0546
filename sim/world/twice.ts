/**
 * The proof of determinism: a share of all seeds, chosen by their hash, is run twice and must leave the same trace,
 * the second time under the audit of `strays.ts`.
 *
 * @module
 */
import { hash } from 'node:crypto';
import type { TraceEvent, Violation } from './outcome.ts';

/** One seed in so many. */
const SHARE = 32;

export const isRunTwice = (seed: string): boolean =>
  Number.parseInt(hash('sha256', seed).slice(0, 8), 16) % SHARE === 0;

interface Traced {
  readonly digest: string;
  readonly events: number;
}

/** What is wrong when the two runs of one seed differ, or the second made something asynchronous, else null. */
export function compareRuns(first: Traced, second: Traced, strays: readonly string[] = []): Violation | null {
  if (first.digest === second.digest && strays.length === 0) return null;
  const text =
    first.digest === second.digest
      ? `the run made what Node comes back to later: ${strays.join(', ')}`
      : `two runs of one seed differ: ${first.events} events, digest ${first.digest.slice(0, 12)}, then ` +
        `${second.events} events, digest ${second.digest.slice(0, 12)}`;
  return { invariant: 'NONDET', class: 'nondeterminism', text, atUs: 0, event: 0 };
}

/** Where two traces of one seed part, for people; null when they do not. */
export function firstDifference(first: readonly TraceEvent[], second: readonly TraceEvent[]): string | null {
  const length = Math.max(first.length, second.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [told(first[i]), told(second[i])];
    if (a !== b) return `line ${i + 1} of the trace was\n  ${a}\nand then\n  ${b}`;
  }
  return null;
}

const told = (event: TraceEvent | undefined): string =>
  event === undefined
    ? 'the end'
    : `${event.atUs}us event ${event.event} ${event.lane} ${event.what} ${event.text} ${event.peer ?? ''} ${event.id ?? ''}`.trimEnd();
