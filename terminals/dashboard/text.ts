/**
 * Text for cells: figures with fixed meaning, and the cleaning of text that came from elsewhere. Every character that
 * is put on a surface or a plain line goes through {@link cleanText}, so that no peer can move the cursor or recolour.
 *
 * @module
 */

/**
 * Replaces controls and direction marks by `·` and everything that may not be exactly one cell wide by `?`. With
 * `ascii` nothing above `~` is left.
 */
export function cleanText(text: string, ascii: boolean): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  const safe = text.replace(CONTROLS, ascii ? '.' : '·');
  return safe.replace(ascii ? NOT_ASCII : NOT_ONE_CELL, '?');
}

/** Cuts or pads to exactly `width` cells; a cut ends with `ellipsis`. */
export function clip(text: string, width: number, ellipsis = '…'): string {
  if (text.length <= width) return text.padEnd(width);
  return text.slice(0, Math.max(0, width - 1)) + ellipsis.slice(0, width);
}

/** `197123` → `03:17`; from an hour on `1:03:17`. */
export function formatClock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${two(minutes)}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** `197204` → `03:17.204`. */
export const formatInstant = (ms: number) =>
  `${formatClock(ms)}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`;

/** Microseconds as milliseconds, at most five cells: `0.42`, `6.9`, `120`, `12 s`; null is `absent`. */
export function formatLatency(us: number | null, absent: string): string {
  if (us === null) return absent;
  if (us < 995) return (us / 1000).toFixed(2);
  if (us < 99_950) return (us / 1000).toFixed(1);
  if (us < 9_999_500) return String(Math.round(us / 1000));
  return `${Math.round(us / 1e6)} s`;
}

/** At most six cells: `1994`, `123k`, `45M`. */
export function formatCount(count: number): string {
  if (count < 99_999.5) return String(Math.round(count));
  if (count < 99_999_500) return `${Math.round(count / 1000)}k`;
  return `${Math.round(count / 1e6)}M`;
}

/** Signed minor-unit digits → `10,000,000.00`; text that is no such number comes back as it is. */
export function formatMoney(digits: string): string {
  const match = /^(-?)([0-9]+)$/.exec(digits);
  if (!match) return digits;
  const padded = (match[2] ?? '').padStart(3, '0');
  const whole = padded.slice(0, -2).replace(/\B(?=([0-9]{3})+$)/g, ',');
  return `${match[1]}${whole}.${padded.slice(-2)}`;
}

/** Like {@link formatMoney}, with a sign unless it is zero: `+40.00`. */
export function formatDelta(digits: string): string {
  return /^0*[1-9]/.test(digits) ? `+${formatMoney(digits)}` : formatMoney(digits);
}

const two = (n: number) => String(n).padStart(2, '0');

const PRINTABLE_ASCII = /^[ -~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the point.
const CONTROLS = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const NOT_ASCII = /[^ -~]/g;
/** Latin, Greek, Cyrillic, punctuation, arrows, mathematics, boxes, blocks and the few signs of our own glyphs. */
const NOT_ONE_CELL =
  /[^ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u25ff\u2713\u2717]/g;
