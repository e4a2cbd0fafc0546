/**
 * Which notes pay an amount: an exact bounded search (docs/ARCHITECTURE "Cash"). Greedy is not enough: with notes of
 * 50 and 20 it fails for 60 and 80. Must not change the cassettes.
 *
 * @module
 */
import type { Notes } from '../protocol/messages.ts';
import type { Cents } from '../protocol/money.ts';
import type { Cassette } from './cassettes.ts';

export const NOTES_MAX_DEFAULT = 40;

/** Counts per cassette of one candidate; parallel to the sorted cassettes. */
interface Search {
  readonly cassettes: readonly Cassette[];
  readonly counts: number[];
  best: number[] | null;
  /** Notes the next find must stay below. */
  bound: number;
}

/** The mix with the fewest notes, at most `notesMax`, largest denomination first; null when there is none. */
export function findMix(
  amount: Cents,
  cassettes: readonly Cassette[],
  notesMax: number = NOTES_MAX_DEFAULT,
): Notes[] | null {
  if (amount <= 0n) return null;
  const usable = cassettes
    .filter(({ status, count }) => status === 'ok' && count > 0)
    .sort((a, b) => (a.denomination < b.denomination ? 1 : -1));
  const search: Search = { cassettes: usable, counts: [], best: null, bound: notesMax + 1 };
  descend(search, amount, 0);
  return search.best === null ? null : toNotes(usable, search.best);
}

/** Those of `amounts` that can be paid now: only they are offered. */
export const payable = (
  amounts: readonly Cents[],
  cassettes: readonly Cassette[],
  notesMax: number = NOTES_MAX_DEFAULT,
): Cents[] => amounts.filter((amount) => findMix(amount, cassettes, notesMax) !== null);

/** Tries every count of cassette `counts.length`, most notes first, and cuts branches that cannot beat the best. */
function descend(search: Search, rest: bigint, used: number): void {
  if (rest === 0n) {
    search.best = [...search.counts];
    search.bound = used;
    return;
  }
  const cassette = search.cassettes[search.counts.length];
  if (!cassette) return;
  const { denomination } = cassette;
  const most = Math.min(cassette.count, Number(rest / denomination), search.bound - 1 - used);
  for (let count = most; count >= 0; count--) {
    // Smaller notes are needed at least as often as notes of this size: with fewer here it only gets worse.
    const least = used + Number((rest + denomination - 1n) / denomination);
    if (least >= search.bound) return;
    search.counts.push(count);
    descend(search, rest - denomination * BigInt(count), used + count);
    search.counts.pop();
  }
}

const toNotes = (cassettes: readonly Cassette[], counts: readonly number[]): Notes[] =>
  cassettes
    .map(({ denomination }, i) => ({ denomination, count: counts[i] ?? 0 }))
    .filter(({ count }) => count > 0);
