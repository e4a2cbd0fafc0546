/**
 * The bank's data directory: database, keys, checkpoints. Opening it gives everything that `serve-bank.ts` and the
 * checks need, or one clear error.
 *
 * ```
 * DIR/bank.db            ledger, transactions, customers, terminals, audit trail
 * DIR/keys/*.key         0600: base keys of the terminals, audit keys, checkpoint key
 * DIR/checkpoint.pub     public half of the checkpoint key, for whoever verifies
 * DIR/checkpoints.jsonl  signed heads of the audit trail
 * ```
 *
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { accessSync, appendFileSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE } from '../../bank/sqlite/sqlite-store.ts';
import type { CheckpointSink } from '../../protocol/ports.ts';
import { type KeyFile, loadKey } from './key-files.ts';
import { KeyRing } from './key-ring.ts';

export const KEYS_DIRECTORY = 'keys';
export const PUBLIC_KEY_FILE = 'checkpoint.pub';
export const CHECKPOINTS_FILE = 'checkpoints.jsonl';

export interface DataDirectory {
  readonly path: string;
  readonly checkpointsPath: string;
  readonly baseKeys: KeyRing;
  readonly auditKeys: KeyRing;
  /** The newest of each. */
  readonly baseKey: KeyFile;
  readonly auditKey: KeyFile;
  /** Ed25519 private key. */
  readonly checkpointKey: KeyObject;
  readonly checkpoints: CheckpointSink;
}

/** The directory cannot be used; exit code 2. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
}

/** Opens `path`, making it and its keys when `create` is set. Throws {@link DataDirectoryError} or KeyFileError. */
export function openDataDirectory(path: string, { create }: { create: boolean }): DataDirectory {
  if (!existsSync(path) && !create) throw new DataDirectoryError(`No data directory ${path}`);
  try {
    if (create) mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataDirectoryError(
      `Data directory ${path} cannot be read and written (${code}); check its owner and mode`,
    );
  }
  // New keys for an old database would lock its terminals out and its audit trail away.
  const fresh = create && !existsSync(join(path, DATABASE_FILE));
  const keys = join(path, KEYS_DIRECTORY);
  const baseKeys = KeyRing.open(keys, 'base', { create: fresh });
  const auditKeys = KeyRing.open(keys, 'audit', { create: fresh });
  const signing = loadKey(join(keys, 'checkpoint.key'), { usage: 'checkpoint', create: fresh });
  const checkpointKey = ed25519(signing.key);
  const publicPath = join(path, PUBLIC_KEY_FILE);
  if (!existsSync(publicPath)) {
    writeFileSync(publicPath, createPublicKey(checkpointKey).export({ type: 'spki', format: 'pem' }));
  }
  const checkpointsPath = join(path, CHECKPOINTS_FILE);
  return {
    path,
    checkpointsPath,
    baseKeys,
    auditKeys,
    get baseKey() {
      return baseKeys.current;
    },
    get auditKey() {
      return auditKeys.current;
    },
    checkpointKey,
    checkpoints: {
      append: (line) => appendFileSync(checkpointsPath, `${line}\n`, { mode: 0o644, flush: true }),
    },
  };
}

/** RFC 8410 §7: the PKCS #8 wrapping of a 32-byte Ed25519 seed. */
function ed25519(seed: Uint8Array): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}
