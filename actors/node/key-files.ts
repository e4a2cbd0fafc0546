/**
 * Key files: one JSON object a file with usage, id and key, and a MAC by the key itself over the header, so that a file
 * that was mixed up or edited is refused (SECURITY "Keys"). A file that others may read is refused as well.
 *
 * @module
 */
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** `bdk`: base key that terminals' keys derive from. `audit`: seals the trail. `checkpoint`: signs its heads. */
export type KeyUsage = 'bdk' | 'audit' | 'checkpoint';

export interface KeyFile {
  readonly usage: KeyUsage;
  readonly id: number;
  /** 32 bytes; for `checkpoint` the Ed25519 private seed. */
  readonly key: Uint8Array;
}

/** What is wrong with a key file and what to do; exit code 2. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

/** Reads a key, making it first when the file is absent and `create` is set. Throws {@link KeyFileError}. */
export function loadKey(path: string, want: { usage: KeyUsage; create: boolean }): KeyFile {
  if (!existsSync(path)) {
    if (!want.create)
      throw new KeyFileError(
        `No key file ${path}; restore it, or make a new bank's with: cashpoint keys init`,
      );
    writeKey(path, { usage: want.usage, id: 1, key: randomBytes(32) });
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new KeyFileError(`Key file ${path} can be read by others; run: chmod 600 ${path}`);
  }
  const { usage, id, key, mac } = parse(path);
  if (usage !== want.usage) {
    throw new KeyFileError(
      `Key file ${path} holds a key for "${usage}"; here one for "${want.usage}" is needed`,
    );
  }
  const file = { usage: want.usage, id, key: new Uint8Array(Buffer.from(key, 'hex')) };
  if (headerMac(file) !== mac) throw new KeyFileError(`Key file ${path} was changed: its MAC does not fit`);
  return file;
}

/** Writes a new file that only its owner may read; throws Node's EEXIST when there is one. */
export function writeKey(path: string, file: KeyFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const body = {
    usage: file.usage,
    id: file.id,
    key: Buffer.from(file.key).toString('hex'),
    mac: headerMac(file),
  };
  writeFileSync(path, `${JSON.stringify(body)}\n`, { mode: 0o600, flag: 'wx', flush: true });
}

function parse(path: string): { usage: string; id: number; key: string; mac: string } {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new KeyFileError(`Key file ${path} is not readable as a key file`);
  }
  const { usage, id, key, mac } = (value ?? {}) as Record<string, unknown>;
  const sound =
    typeof usage === 'string' &&
    typeof id === 'number' &&
    Number.isInteger(id) &&
    typeof key === 'string' &&
    /^[0-9a-f]{64}$/.test(key) &&
    typeof mac === 'string';
  if (!sound) throw new KeyFileError(`Key file ${path} lacks a usage, an id, a 256-bit key or a MAC`);
  return { usage, id, key, mac };
}

const headerMac = ({ usage, id, key }: KeyFile) =>
  createHmac('sha256', key).update(`cashpoint key file|${usage}|${id}`).digest('hex');
