/**
 * Looks for secrets in bytes of any kind: as they are, in hex, in base64, in UTF-16, and inside gzip.
 *
 * @module
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Secret {
  readonly name: string;
  readonly forms: readonly Buffer[];
}

/** A text, e.g. a password. */
export const textSecret = (name: string, text: string): Secret => ({
  name,
  forms: [...formsOf(Buffer.from(text)), Buffer.from(text, 'utf16le')],
});

/** Bytes, e.g. a key. */
export const byteSecret = (name: string, bytes: Uint8Array): Secret => ({
  name,
  forms: [Buffer.from(bytes), ...formsOf(Buffer.from(bytes))],
});

function formsOf(bytes: Buffer): Buffer[] {
  const hex = bytes.toString('hex');
  // In base64 the first and the last characters depend on what stands beside it.
  const base64 = [0, 1, 2].map((at) => bytes.subarray(at, at + 3 * Math.floor((bytes.length - at) / 3)));
  return [
    bytes,
    ...[hex, hex.toUpperCase(), ...base64.map((part) => part.toString('base64'))].map((text) =>
      Buffer.from(text),
    ),
  ];
}

/** Names of the secrets that stand in it. */
export function found(haystack: Uint8Array, secrets: readonly Secret[]): string[] {
  const bytes = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.length);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isGzip ? gunzipSync(bytes) : bytes;
  return secrets.filter(({ forms }) => forms.some((form) => plain.includes(form))).map(({ name }) => name);
}

/** `path: secret` for every file below the directory, but those that are there to hold them. */
export function foundInFiles(
  directory: string,
  secrets: readonly Secret[],
  mayHold: (path: string) => boolean,
): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(directory, name);
    if (!statSync(path).isFile() || mayHold(name)) return [];
    return found(readFileSync(path), secrets).map((secret) => `${name}: ${secret}`);
  });
}
