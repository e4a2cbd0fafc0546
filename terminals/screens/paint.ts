/**
 * The few shapes that the ATM's screens are made of: fields, questions, notes written out. Glyphs come from the theme of
 * the dashboard and a few marks of our own; nothing is told by colour alone.
 *
 * @module
 */
import type { Notes } from '../../protocol/messages.ts';
import { type Attr, attr, box, type Point, type Surface } from '../dashboard/surface.ts';
import { formatMoney } from '../dashboard/text.ts';
import { type Look, lookOf, type ThemeName } from '../dashboard/theme.ts';
import type { Confirm } from './state.ts';

export interface ScreenLook extends Look {
  /** The field, line or button that keys go to. */
  readonly focus: Attr;
  readonly marks: {
    readonly secret: string;
    readonly here: string;
    readonly done: string;
    readonly not: string;
  };
}

export const screenLook = (theme: ThemeName, ascii: boolean): ScreenLook => ({
  ...lookOf(theme, ascii),
  focus: attr({ inverse: true }),
  marks: ascii
    ? { secret: '*', here: '>', done: '+', not: 'x' }
    : { secret: '•', here: '▶', done: '✓', not: '✗' },
});

export interface FieldLook {
  readonly label: string;
  readonly text: string;
  readonly width: number;
  readonly focused: boolean;
  /** Cell of the text that the cursor is on; the end when left out. */
  readonly cursor?: number;
  readonly right?: boolean;
}

/** Column where the fields of a screen begin. */
const FIELD_X = 24;

export function putField(
  surface: Surface,
  y: number,
  field: FieldLook,
  { palette, focus }: ScreenLook,
): void {
  const { label, text, width, focused, right = false } = field;
  const from = Math.max(0, (field.cursor ?? text.length) - width + 1);
  const shown = right ? text.padStart(width) : text.slice(from, from + width).padEnd(width);
  surface.put({ x: 6, y }, label, focused ? palette.strong : palette.text);
  surface.put({ x: FIELD_X, y }, `[ ${' '.repeat(width)} ]`, focused ? palette.strong : palette.dim);
  surface.put({ x: FIELD_X + 2, y }, shown, palette.strong);
  if (!focused) return;
  const cell = right ? width - 1 : (field.cursor ?? text.length) - from;
  surface.put({ x: FIELD_X + 2 + cell, y }, shown.charAt(cell) || ' ', focus);
}

/** Dots for the characters of a secret, so many that its length is not told beyond the field. */
export const dots = (length: number, { marks }: ScreenLook): string => marks.secret.repeat(length);

export interface Question {
  readonly text: string;
  readonly yes: string;
  readonly marked: NonNullable<Confirm>;
}

/** Over the lower part of a screen. */
export function putQuestion(surface: Surface, { text, yes, marked }: Question, look: ScreenLook): void {
  const { palette, glyphs, focus } = look;
  const width = Math.min(surface.width - 8, Math.max(56, text.length + 6));
  const rect = { x: Math.floor((surface.width - width) / 2), y: surface.height - 7, width, height: 6 };
  const inside = box(surface, rect, {
    title: 'Please confirm',
    glyphs: glyphs.box,
    frame: palette.strong,
    titleStyle: palette.strong,
  });
  inside.put({ x: 2, y: 0 }, text, palette.strong);
  const answers = [
    { label: `[ Yes, ${yes} ]`, on: marked === 'yes' },
    { label: '[ No ]', on: marked === 'no' },
  ];
  let x = 4;
  for (const { label, on } of answers) {
    surface.put({ x: rect.x + x - 1, y: rect.y + 3 }, on ? look.marks.here : ' ', palette.strong);
    inside.put({ x, y: 2 }, label, on ? focus : palette.text);
    x += label.length + 5;
  }
}

/** `2 × 20.00 + 1 × 5.00`, in plain letters. */
export const notesText = (notes: readonly Notes[]): string =>
  notes.map(({ denomination, count }) => `${count} x ${money(denomination)}`).join(' + ');

export const money = (amount: bigint): string => formatMoney(String(amount));

export function putCentred(surface: Surface, y: number, text: string, style: Attr): void {
  surface.put({ x: Math.max(0, Math.floor((surface.width - text.length) / 2)), y }, text, style);
}

export function putLines(surface: Surface, at: Point, lines: readonly string[], style: Attr): void {
  lines.forEach((line, row) => {
    surface.put({ x: at.x, y: at.y + row }, line, style);
  });
}
