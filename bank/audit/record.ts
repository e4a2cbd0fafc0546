/**
 * The plain form of an audit record: `CustomerID | Action taken | Timestamp`, one line. Separators and control
 * characters inside a field are percent-escaped, so that no name or amount can forge a field or a line.
 *
 * @module
 */
import type { AuditNote } from '../commands.ts';

export interface AuditRecord extends AuditNote {
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** `alice | deposit $40.00 | 2026-11-24T12:43:19.204Z` */
export const formatRecord = ({ customer, action }: AuditNote, atMs: number): string =>
  `${escapeField(customer)} | ${escapeField(action)} | ${isoTime(atMs)}`;

/** The reverse; null for text that is not such a record. */
export function parseRecord(text: string): AuditRecord | null {
  const [customer, action, time, ...more] = text.split(' | ');
  if (customer === undefined || action === undefined || time === undefined || more.length > 0) return null;
  const atMs = Date.parse(time);
  if (!Number.isFinite(atMs) || isoTime(atMs) !== time) return null;
  const note = { customer: unescapeField(customer), action: unescapeField(action) };
  return escapeField(note.customer) === customer && escapeField(note.action) === action
    ? { ...note, atMs }
    : null;
}

// C0, DEL, C1 and the two Unicode line separators: whatever a viewer might take for a new line or a command.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE = /[|%\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const UNSAFE_ALL = new RegExp(UNSAFE, 'g');

/** Percent-escapes the UTF-8 bytes of unsafe characters. */
export const escapeField = (text: string): string =>
  UNSAFE.test(text) ? text.replace(UNSAFE_ALL, escapeCharacter) : text;

export const unescapeField = (text: string): string =>
  text.replace(/(?:%[0-9A-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());

const escapeCharacter = (character: string): string =>
  Buffer.from(character).reduce(
    (out, byte) => `${out}%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    '',
  );

const isoTime = (ms: number): string => new Date(ms).toISOString();
