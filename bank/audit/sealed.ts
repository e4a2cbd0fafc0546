/**
 * The encrypted trail as one text file, as the original system kept it: a header, then a line a record,
 * `seq keyId iv ct mac hash` with the bytes in base64. It verifies without a key and opens with one, like the database.
 *
 * @module
 */
import type { AuditRow } from '../model.ts';

export const SEALED_HEADER = 'cashpoint-sealed-audit/1';

export function* sealedLines(rows: Iterable<AuditRow>): Iterable<string> {
  yield SEALED_HEADER;
  for (const { seq, keyId, iv, ct, mac, hash } of rows) {
    yield [seq, keyId, ...[iv, ct, mac, hash].map((bytes) => Buffer.from(bytes).toString('base64'))].join(
      ' ',
    );
  }
}

/** The records of a sealed file, or the number (from 1) of the first line that is not one. */
export function parseSealed(lines: readonly string[]): readonly AuditRow[] | { readonly badLine: number } {
  if (lines[0] !== SEALED_HEADER) return { badLine: 1 };
  const rows: AuditRow[] = [];
  for (const [at, line] of lines.entries()) {
    if (at === 0) continue;
    const match = LINE.exec(line);
    if (!match) return { badLine: at + 1 };
    const [, seq, keyId, ...bytes] = match;
    const [iv, ct, mac, hash] = bytes.map((text) => Buffer.from(text, 'base64'));
    if (!iv || !ct || !mac || !hash) return { badLine: at + 1 };
    rows.push({ seq: Number(seq), keyId: Number(keyId), iv, ct, mac, hash });
  }
  return rows;
}

const BASE64 = '([A-Za-z0-9+/]+={0,2})';
const LINE = new RegExp(
  `^([1-9][0-9]{0,15}) ([1-9][0-9]{0,9}) ${[BASE64, BASE64, BASE64, BASE64].join(' ')}$`,
);
