/**
 * Delta debugging: a smallest part of a list that still does what the whole does (Zeller & Hildebrandt, "Simplifying and
 * Isolating Failure-Inducing Input", IEEE TSE 28(2), 2002, algorithm ddmin). Pure.
 *
 * @module
 */

/**
 * @param fails whether a part, in the order of the whole, still fails; the whole is known to
 * @returns a part that fails, and from which no single item can be taken without it failing no more: 1-minimal, as long
 *   as `fails` answers the same when it is asked again
 */
export function ddmin<T>(whole: readonly T[], fails: (part: readonly T[]) => boolean): readonly T[] {
  if (whole.length === 0 || fails([])) return [];
  let items = whole;
  let pieces = 2;
  while (items.length >= 2) {
    const parts = split(items, pieces);
    const part = parts.find(fails);
    // Of two parts, each is the rest of the other.
    const rests = part || pieces === 2 ? [] : parts.map((_, i) => parts.toSpliced(i, 1).flat());
    const rest = rests.find(fails);
    if (part) {
      items = part;
      pieces = 2;
    } else if (rest) {
      items = rest;
      pieces = Math.max(pieces - 1, 2);
    } else if (pieces < items.length) {
      pieces = Math.min(2 * pieces, items.length);
    } else {
      break;
    }
  }
  return items;
}

/** @param pieces 2..the number of items */
function split<T>(items: readonly T[], pieces: number): readonly (readonly T[])[] {
  const from = (piece: number) => Math.floor((piece * items.length) / pieces);
  return Array.from({ length: pieces }, (_, i) => items.slice(from(i), from(i + 1)));
}
