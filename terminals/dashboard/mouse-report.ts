/**
 * What the mouse does, as xterm reports it (SGR, mode 1006): presses and the wheel, no movement. Read here and not by
 * blessed, which loses the second of two reports in one read and asks for reports of every cell that is passed.
 *
 * @module
 */

export const MOUSE_ON = '\x1b[?1000h\x1b[?1006h';
export const MOUSE_OFF = '\x1b[?1000l\x1b[?1006l';

export interface MouseReport {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down';
  /** Cell of the screen, from 0. */
  readonly x: number;
  readonly y: number;
}

/** All reports in what was read, in order; what is none is skipped. */
export function mouseReports(read: string): readonly MouseReport[] {
  const reports: MouseReport[] = [];
  for (const [, button, x, y, end] of read.matchAll(SGR)) {
    const kind = KINDS.get(Number(button) & ~MODIFIERS);
    if (kind && end === 'M') reports.push({ kind, x: Number(x) - 1, y: Number(y) - 1 });
  }
  return reports;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a report begins with one.
const SGR = /\x1b\[<(\d{1,3});(\d{1,4});(\d{1,4})([Mm])/g;
/** Shift, meta, control. */
const MODIFIERS = 4 | 8 | 16;
const KINDS = new Map<number, MouseReport['kind']>([
  [0, 'press'],
  [64, 'wheel-up'],
  [65, 'wheel-down'],
]);
