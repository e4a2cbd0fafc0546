/**
 * The bank's data directory: database, keys, checkpoints. Opening it gives everything that `serve-bank.ts` and the
 * checks need, or one clear error.
 *
 * ```
 * DIR/bank.db            ledger, transactions, customers, terminals, audit trail
 * DIR/keys/*.key         0600: base key of the terminals, audit key, checkpoint key
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

export interface DataDirectory {
  readonly path: string;
  readonly checkpointsPath: string;
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
  const key = (usage: KeyFile['usage'], name: string) =>
    loadKey(join(path, 'keys', name), { usage, create: fresh });
  const checkpointKey = ed25519(key('checkpoint', 'checkpoint.key').key);
  const publicPath = join(path, 'checkpoint.pub');
  if (!existsSync(publicPath)) {
    writeFileSync(publicPath, createPublicKey(checkpointKey).export({ type: 'spki', format: 'pem' }));
  }
  const checkpointsPath = join(path, 'checkpoints.jsonl');
  return {
    path,
    checkpointsPath,
    baseKey: key('bdk', 'base-1.key'),
    auditKey: key('audit', 'audit-1.key'),
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
