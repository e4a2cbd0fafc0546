/**
 * The key file of one terminal: its name, its two keys and what its cassettes hold when it is first switched on. The
 * bank writes it at enrolment, `cashpoint atm` reads it (SECURITY "Keys"). A file that others may read, that is for
 * something else or that was changed is refused.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { type TerminalId, terminalId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Notes } from '../../protocol/messages.ts';
import { type Cents, parseDigits } from '../../protocol/money.ts';
import { KeyFileError } from './key-files.ts';

export interface TerminalKey {
  readonly terminal: TerminalId;
  readonly keyId: number;
  /** 32 bytes, the terminal's own key to the bank. */
  readonly kShared: Uint8Array;
  /** 32 bytes, the dispenser's. */
  readonly kDispense: Uint8Array;
  /** As loaded by the bank before the first start. */
  readonly cassettes: readonly Notes[];
}

/** Where a terminal's key lies in a directory of terminals. */
export const terminalKeyPath = (directory: string, terminal: TerminalId): string =>
  join(directory, `${terminal}${KEY_SUFFIX}`);

export const KEY_SUFFIX = '.key';

/**
 * Writes a key file that only its owner may read; on the disk whole or not at all.
 *
 * @param replace whether a file that is there already may be replaced (a new key id after a rotation)
 * @throws KeyFileError when there is one and it may not
 */
export function writeTerminalKey(path: string, key: TerminalKey, { replace = false } = {}): void {
  if (!replace && existsSync(path)) {
    throw new KeyFileError(`Key file ${path} is there already; remove it to enrol the terminal anew`);
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const body = bodyOf(key);
  const file = { ...body, mac: macOf(body).toString('hex') };
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  renameSync(fresh, path);
}

/** Throws {@link KeyFileError} that says what is wrong with the file and what to do. */
export function loadTerminalKey(path: string): TerminalKey {
  if (!existsSync(path)) {
    throw new KeyFileError(`No key file ${path}; get one with: cashpoint bank terminals enrol`);
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new KeyFileError(`Key file ${path} can be read by others; run: chmod 600 ${path}`);
  }
  const { mac, ...body } = parse(path);
  if (!timingSafeEqual(Buffer.from(mac, 'hex'), macOf(body))) {
    throw new KeyFileError(`Key file ${path} was changed: its MAC does not fit`);
  }
  return {
    terminal: body.terminal,
    keyId: body.keyId,
    kShared: Buffer.from(body.kShared, 'hex'),
    kDispense: Buffer.from(body.kDispense, 'hex'),
    cassettes: body.cassettes.map(({ denomination, count }) => ({
      denomination: digits(denomination),
      count,
    })),
  };
}

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const fileSchema = z.strictObject({
  v: z.literal(1),
  usage: z.literal('terminal'),
  terminal: z.string().transform((text, context) => {
    const id = terminalId(text);
    if (id !== null) return id;
    context.addIssue('no terminal id');
    return z.NEVER;
  }),
  keyId: z.int().positive(),
  kShared: hex32,
  kDispense: hex32,
  cassettes: z.array(
    z.strictObject({
      denomination: z.string().refine((text) => (parseDigits(text) ?? 0n) > 0n),
      count: z.int().min(0).max(100_000),
    }),
  ),
  mac: hex32,
});
type File = z.infer<typeof fileSchema>;
type Body = Omit<File, 'mac'>;

function parse(path: string): File {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new KeyFileError(`Key file ${path} is not readable as a key file`);
  }
  const { usage } = (value ?? {}) as { usage?: unknown };
  if (typeof usage === 'string' && usage !== 'terminal') {
    throw new KeyFileError(`Key file ${path} holds a key for "${usage}"; here one for "terminal" is needed`);
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'shape';
  throw new KeyFileError(`Key file ${path} is not a terminal's: its ${where} is not what it should be`);
}

const bodyOf = ({ terminal, keyId, kShared, kDispense, cassettes }: TerminalKey): Body => ({
  v: 1,
  usage: 'terminal',
  terminal,
  keyId,
  kShared: Buffer.from(kShared).toString('hex'),
  kDispense: Buffer.from(kDispense).toString('hex'),
  cassettes: cassettes.map(({ denomination, count }) => ({ denomination: String(denomination), count })),
});

/** Over all other fields in a fixed order, so that spaces and the order in the file do not count. */
function macOf({ v, usage, terminal, keyId, kShared, kDispense, cassettes }: Body): Buffer {
  const notes = cassettes.map(({ denomination, count }) => [denomination, count]);
  const text = JSON.stringify([v, usage, terminal, keyId, kShared, kDispense, notes]);
  return createHmac('sha256', Buffer.from(kShared, 'hex'))
    .update(`cashpoint terminal key file|${text}`)
    .digest();
}

function digits(text: string): Cents {
  const value = parseDigits(text);
  invariant(value, 'the schema lets only amounts pass');
  return value;
}
