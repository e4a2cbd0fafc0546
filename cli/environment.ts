/**
 * What a report says about where it was made: source, machine, versions.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { EnvironmentInfo, SourceInfo } from '../reports/report.ts';

/** Root of the checkout or of the installed package. */
export const ROOT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));

export function sourceInfo(): SourceInfo {
  const commit = git('rev-parse', 'HEAD');
  const branch = git('rev-parse', '--abbrev-ref', 'HEAD');
  const lock = `${ROOT}/package-lock.json`;
  return {
    commit,
    dirty: commit !== null && git('status', '--porcelain') !== '',
    ...(branch ? { branch } : {}),
    lockfileSha256: existsSync(lock) ? createHash('sha256').update(readFileSync(lock)).digest('hex') : null,
    protocolVersion: 'ATMB/1',
    suite: 'X25519_PSK_AES128CBC_HMACSHA256',
  };
}

export function environmentInfo(): EnvironmentInfo {
  const cores = cpus().length;
  const memMB = Math.round(totalmem() / 2 ** 20);
  return {
    host: { cpuModel: cpus()[0]?.model.trim() ?? 'unknown', cores, memMB, kernel: release() },
    node: process.version,
    openssl: process.versions.openssl ?? 'unknown',
    tz: 'UTC',
    machineClass: `${process.platform}-${process.arch}-${cores}c-${Math.round(memMB / 1024)}GB`,
  };
}

/** Null where there is no checkout or no git. */
function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
