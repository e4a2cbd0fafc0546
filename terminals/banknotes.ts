/**
 * The banknotes a customer may put in, and how they are written down: `50x2,20x1`.
 *
 * @module
 */
import type { Notes } from '../protocol/messages.ts';
import { type Cents, cents, parseAmount } from '../protocol/money.ts';

/** Largest first; each a multiple of the smallest. */
export const BANKNOTES: readonly Cents[] = [100_00, 50_00, 20_00, 10_00, 5_00].map(cents);
/** Of one denomination in one deposit. */
export const NOTES_MAX = 2000;

/** The fewest notes that make up the amount; null when there are none, or too many. */
export function notesFor(amount: Cents): Notes[] | null {
  let rest: bigint = amount;
  const notes: Notes[] = [];
  for (const denomination of BANKNOTES) {
    const count = Number(rest / denomination);
    if (count > NOTES_MAX) return null;
    if (count > 0) notes.push({ denomination, count });
    rest %= denomination;
  }
  return rest === 0n && notes.length > 0 ? notes : null;
}

/** Null when it is not such a list, has a note that does not exist, or one twice. */
export function parseNotes(text: string): Notes[] | null {
  const notes: Notes[] = [];
  for (const part of text.split(',')) {
    const [, value, times] = /^([0-9.]+)x([0-9]{1,4})$/.exec(part.trim()) ?? [];
    const denomination = parseAmount(value ?? '');
    const count = Number(times);
    const sound =
      denomination !== null && BANKNOTES.includes(denomination) && count > 0 && count <= NOTES_MAX;
    if (!sound || notes.some((each) => each.denomination === denomination)) return null;
    notes.push({ denomination, count });
  }
  return notes;
}
