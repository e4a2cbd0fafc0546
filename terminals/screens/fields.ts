/**
 * Editors of single fields, pure: a text with a cursor, an amount typed from the right in minor units, the answer to a
 * question. blessed's own fields double letters and keep what was typed.
 *
 * @module
 */
import { CENTS_MAX, type Cents } from '../../protocol/money.ts';

export interface TextField {
  readonly text: string;
  readonly cursor: number;
}

export const emptyText: TextField = { text: '', cursor: 0 };

/** One character that can be shown; a pasted control or half a pair is none. */
export const isPrintable = (character: string): boolean => /^[^\p{Cc}\p{Cs}]$/u.test(character);

export interface Press {
  readonly key: string;
  readonly character: string;
}

/** @param allowed what a character must be to be taken */
export function editText(
  field: TextField,
  press: Press,
  allowed: { max: number; pattern: RegExp },
): TextField {
  const { text, cursor } = field;
  switch (press.key) {
    case 'left':
      return { text, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { text, cursor: Math.min(text.length, cursor + 1) };
    case 'home':
      return { text, cursor: 0 };
    case 'end':
      return { text, cursor: text.length };
    case 'backspace':
      if (cursor === 0) return field;
      return { text: text.slice(0, cursor - 1) + text.slice(cursor), cursor: cursor - 1 };
    case 'delete':
      return { text: text.slice(0, cursor) + text.slice(cursor + 1), cursor };
    case 'C-u':
      return emptyText;
    default:
      if (!allowed.pattern.test(press.character) || text.length >= allowed.max) return field;
      return { text: text.slice(0, cursor) + press.character + text.slice(cursor), cursor: cursor + 1 };
  }
}

/** Names of customers and accounts. */
export const NAME = { max: 32, pattern: /^[A-Za-z0-9._@-]$/ };

/** `4`, `5`, `0`, `0` make 0.04, 0.45, 4.50, 45.00. A digit too many is not taken. */
export function editAmount(amount: Cents, { key, character }: Press): Cents {
  if (key === 'backspace') return (amount / 10n) as Cents;
  if (key === 'C-u' || key === 'delete') return 0n as Cents;
  if (!/^[0-9]$/.test(character)) return amount;
  const longer = amount * 10n + BigInt(character);
  return longer > CENTS_MAX / 10n ? amount : (longer as Cents);
}

/** The longest password there is, in code points. */
const SECRET_MAX = 128;

export type SecretEdit = 'erase' | 'clear' | { readonly add: string };

/** What the press does to a secret of `length` characters, and its new length; null when nothing. */
export function editSecret(
  length: number,
  { key, character }: Press,
): { edit: SecretEdit; length: number } | null {
  if (key === 'backspace') return length > 0 ? { edit: 'erase', length: length - 1 } : null;
  if (key === 'C-u') return { edit: 'clear', length: 0 };
  if (!isPrintable(character) || length >= SECRET_MAX) return null;
  return { edit: { add: character }, length: length + 1 };
}

export type Answer = 'yes' | 'no';

/** To a question with `marked` under the cursor: another mark, or the answer. Esc says no. */
export function answer(marked: Answer, { key }: Press): { marked: Answer } | { answer: Answer } {
  switch (key) {
    case 'y':
      return { answer: 'yes' };
    case 'n':
    case 'escape':
      return { answer: 'no' };
    case 'enter':
      return { answer: marked };
    case 'left':
    case 'right':
    case 'up':
    case 'down':
    case 'tab':
    case 'S-tab':
      return { marked: marked === 'yes' ? 'no' : 'yes' };
    default:
      return { marked };
  }
}
