/**
 * `cashpoint doctor`: says whether this machine and, when named, a data directory are fit for use; every line is a check
 * with what was found, and what to do when it is not good.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openDataDirectory } from '../actors/node/data-directory.ts';
import { listenTcp } from '../actors/node/tcp.ts';
import { verifyChain } from '../bank/audit/verify.ts';
import { SqliteStore } from '../bank/sqlite/sqlite-store.ts';
import { EXIT } from '../reports/exit-codes.ts';
import { explain } from './fail.ts';
import { openFilesMax, terminalsFor } from './open-files.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('check this machine and a data directory')
    .description('Checks versions, durability, limits and, with --data, keys, database and audit trail.')
    .option('--data <dir>', 'a data directory of a bank that is not running')
    .option('--listen <host:port>', 'whether a bank could listen there')
    .addHelpText(
      'after',
      '\nExamples:\n  cashpoint doctor\n  cashpoint doctor --data bank-data --listen 127.0.0.1:7001',
    )
    .action(async (flags: { data?: string; listen?: string }) => {
      process.exitCode = await doctor(flags);
    });
}

async function doctor({ data, listen }: { data?: string; listen?: string }): Promise<number> {
  const checks: Check[] = [node(), openFiles(), scratchDurability()];
  if (listen !== undefined) checks.push(await port(listen));
  if (data !== undefined) checks.push(...dataDirectory(data));
  for (const { name, ok, found } of checks) console.log(`${ok ? 'ok  ' : 'BAD '} ${name}: ${found}`);
  const bad = checks.filter(({ ok }) => !ok);
  if (bad.length === 0) return EXIT.pass.code;
  return bad.some(({ name }) => name === 'audit trail' || name === 'database')
    ? EXIT.audit.code
    : EXIT.usage.code;
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 24 || (major === 24 && minor >= 12);
  return {
    name: 'node',
    ok,
    found: `${process.version}, OpenSSL ${process.versions.openssl}${ok ? '' : '; 24.12 or newer is needed: npm ci brings it'}`,
  };
}

function openFiles(): Check {
  const name = 'open files';
  const limit = openFilesMax();
  if (limit === null) return { name, ok: true, found: 'limit not known' };
  const shown = Number.isFinite(limit) ? limit : 'unlimited';
  return {
    name,
    ok: limit >= 1024,
    found: `limit ${shown}: up to ${terminalsFor(limit)} terminals a process`,
  };
}

function scratchDurability(): Check {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-doctor-'));
  try {
    const store = SqliteStore.open(directory);
    const { journalMode, synchronous } = store.durability();
    store.close();
    return {
      name: 'durability',
      ok: true,
      found: `SQLite ${process.versions['sqlite'] ?? ''}, journal ${journalMode}, synchronous ${synchronous}`,
    };
  } catch (error) {
    return { name: 'durability', ok: false, found: (error as Error).message };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function port(address: string): Promise<Check> {
  try {
    const listener = await listenTcp(address, () => ({ onOpen() {}, onData() {}, onEnd() {}, onClose() {} }));
    listener.close();
    return { name: 'listen', ok: true, found: `${address} is free` };
  } catch (error) {
    return { name: 'listen', ok: false, found: explain(error)?.line ?? (error as Error).message };
  }
}

function dataDirectory(path: string): Check[] {
  const checks: Check[] = [];
  try {
    openDataDirectory(path, { create: false });
    checks.push({ name: 'data directory', ok: true, found: `${path}, keys private and intact` });
  } catch (error) {
    return [{ name: 'data directory', ok: false, found: (error as Error).message }];
  }
  let store: SqliteStore;
  try {
    store = SqliteStore.open(path);
  } catch (error) {
    const damaged = explain(error)?.exit === 'audit';
    return [
      ...checks,
      { name: damaged ? 'database' : 'data directory', ok: false, found: (error as Error).message },
    ];
  }
  try {
    const problems = store.integrity();
    checks.push({ name: 'database', ok: problems.length === 0, found: problems[0] ?? 'sound' });
    const { ok, count, broken } = verifyChain(store.audit(1));
    checks.push({
      name: 'audit trail',
      ok,
      found: ok ? `${count} records verify` : `record ${broken?.seq}: ${broken?.why}`,
    });
  } finally {
    store.close();
  }
  return checks;
}
