/**
 * Strict decoders (PROTOCOL §7): bytes of one message to its type, or `FORMAT_ERROR`. Nothing here throws; `detail`
 * is for the audit trail and holds no value of the peer's, since one of them may be a password.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer';
import { isStrictJson } from './json-scan.ts';
import type { BankMessage, Request } from './messages.ts';
import { BANK_STRUCTS, REQUEST_STRUCTS, type Struct } from './shapes.ts';

export type Decoded<T> =
  | { readonly ok: true; readonly message: T }
  | {
      readonly ok: false;
      readonly code: 'FORMAT_ERROR';
      /** The request's number, where at least that could be read. */
      readonly rid: number | null;
      readonly detail: string;
    };

/** What a terminal sends. */
export const decodeRequest = (bytes: Uint8Array): Decoded<Request> => decodeMessage(requests, bytes);

/** What the bank sends. */
export const decodeBankMessage = (bytes: Uint8Array): Decoded<BankMessage> =>
  decodeMessage(bankMessages, bytes);

type StructByType<T> = ReadonlyMap<unknown, Struct<T>>;
const requests = new Map(Object.entries(REQUEST_STRUCTS)) as StructByType<Request>;
const bankMessages = new Map(Object.entries(BANK_STRUCTS)) as StructByType<BankMessage>;

function decodeMessage<T>(structs: StructByType<T>, bytes: Uint8Array): Decoded<T> {
  if (!isUtf8(bytes)) return formatError(null, 'not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const value = parseObject(text);
  if (!value) return formatError(null, 'not a JSON object');
  const known = structs.get(value['type']);
  if (!known) return formatError(ridOf(value), 'unknown type');
  const message = known.decode(value);
  if (typeof message === 'string') return formatError(ridOf(value), message);
  // JSON.parse forgives a repeated key and `1.0`; a text it would write in the same way holds neither.
  if (JSON.stringify(value) !== text && !isStrictJson(text)) return formatError(null, 'not strict JSON');
  return { ok: true, message };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function ridOf(value: Record<string, unknown>): number | null {
  const rid = value['rid'];
  return typeof rid === 'number' && Number.isSafeInteger(rid) && rid >= 1 ? rid : null;
}

const formatError = (rid: number | null, detail: string) =>
  ({ ok: false, code: 'FORMAT_ERROR', rid, detail }) as const;
