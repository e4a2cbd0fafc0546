/**
 * `cashpoint audit`: verify, show and export the audit trail. Verifying needs no key and may be done beside a running
 * bank; with the key the contents are looked at too.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { auditKeys, checkpointHeads, journalHeads } from '../actors/node/audit-files.ts';
import type { Head } from '../bank/audit/chain.ts';
import { type AuditRecord, formatRecord } from '../bank/audit/record.ts';
import { parseSealed, sealedLines } from '../bank/audit/sealed.ts';
import { openRecord } from '../bank/audit/trail.ts';
import { type Break, verifyChain } from '../bank/audit/verify.ts';
import type { AuditRow } from '../bank/model.ts';
import { SqliteStore } from '../bank/sqlite/sqlite-store.ts';
import { CommandError } from './fail.ts';

interface SourceFlags {
  data: string;
  /** A sealed file instead of the database. */
  sealed?: string;
}

interface VerifyFlags extends SourceFlags {
  pub?: string;
  checkpoints?: string;
  witness: string[];
}

interface Filter {
  customer?: string;
  action?: string;
  since?: number;
}

export function auditCommand(): Command {
  const audit = new Command('audit').summary('verify, show or export the audit trail');
  const data = () => new Option('--data <dir>', "the bank's data directory").makeOptionMandatory();
  const sealed = () => new Option('--sealed <file>', 'a sealed export instead of the database');
  audit
    .command('verify')
    .description(
      'Verifies the chain, signed checkpoints and witnesses; exit 116 and the place when it does not.',
    )
    .addOption(data())
    .addOption(sealed())
    .option('--pub <file>', 'public checkpoint key (default: checkpoint.pub in the data)')
    .option('--checkpoints <file>', 'signed checkpoints (default: checkpoints.jsonl in the data)')
    .option(
      '--witness <journal>',
      "a terminal's journal; may be repeated (default: those in the data)",
      collect,
      [],
    )
    .addHelpText(
      'after',
      '\nExample:\n  cashpoint audit verify --data bank-data --witness atm-1/ATM-001.journal',
    )
    .exitOverride()
    .action(verify);
  audit
    .command('show')
    .description('Prints "CustomerID | Action taken | Timestamp", a line a record.')
    .addOption(data())
    .addOption(sealed())
    .option('--customer <id>', 'only of this customer')
    .option('--action <text>', 'only actions that contain this')
    .option('--since <time>', 'only from this time on, ISO 8601', instant)
    .addHelpText(
      'after',
      '\nExample:\n  cashpoint audit show --data bank-data --customer alice --action failed',
    )
    .exitOverride()
    .action((flags: SourceFlags & Filter) => {
      for (const record of records(flags, flags)) console.log(formatRecord(record, record.atMs));
    });
  audit
    .command('export')
    .description('Writes the trail to stdout or a file: opened as txt, csv or jsonl, or sealed as it is.')
    .addOption(data())
    .addOption(
      new Option('--format <name>', 'of the opened trail').choices(['txt', 'csv', 'jsonl']).default('txt'),
    )
    .option('--sealed <file>', 'write the encrypted trail to this file; needs no key')
    .addHelpText(
      'after',
      '\nExamples:\n  cashpoint audit export --data bank-data --format csv\n  cashpoint audit export --data bank-data --sealed audit.sealed',
    )
    .exitOverride()
    .action(exportTrail);
  return audit;
}

function verify(flags: VerifyFlags): void {
  // Heads first: a running bank commits on, and what it signs in between must be among the rows.
  const { heads, witnesses } = headsOf(flags);
  const rows = [...rowsOf(flags)];
  const { broken, count, head } = verifyChain(rows, { heads });
  if (broken)
    throw new CommandError(
      'audit',
      `the audit trail does not verify at record ${broken.seq}: ${WHY[broken.why]}`,
    );
  const opened = openAll(flags.data, rows);
  console.log(
    `${count} records verify, head #${head.seq} ${Buffer.from(head.hash).toString('hex')}; ${witnesses}; ${opened}`,
  );
}

const WHY: Readonly<Record<Break, string>> = {
  hash: 'it does not follow from the record before; it was changed, inserted or moved',
  gap: 'records are missing here',
  order: 'it stands twice or out of order',
  truncated:
    'the trail ends here, but later records were witnessed; it was cut off or an older copy was put back',
  fork: 'another record was witnessed at this place; the trail was written anew',
};

/** Heads that others saw: signed checkpoints and terminals' journals. */
function headsOf({ data, pub, checkpoints, witness }: VerifyFlags): { heads: Head[]; witnesses: string } {
  const signedPath = checkpoints ?? join(data, 'checkpoints.jsonl');
  const publicPath = pub ?? join(data, 'checkpoint.pub');
  const isGiven = checkpoints !== undefined || pub !== undefined;
  const signed =
    isGiven || (existsSync(signedPath) && existsSync(publicPath))
      ? checkpointHeads(signedPath, publicPath)
      : [];
  if (typeof signed === 'string') throw new CommandError('audit', signed);
  const own = readdirSync(data).filter((name) => name.endsWith('.journal'));
  const journals = witness.length > 0 ? witness : own.map((name) => join(data, name));
  const seen = journals.flatMap((path) => journalHeads(path));
  return {
    heads: [...signed, ...seen],
    witnesses: `${signed.length} checkpoints and ${seen.length} heads of ${journals.length} journals are on it`,
  };
}

/** Every record whose key is here must open: a forger without the key cannot make one. */
function openAll(data: string, rows: readonly AuditRow[]): string {
  const keys = auditKeys(data);
  let opened = 0;
  for (const row of rows) {
    const key = keys.get(row.keyId);
    if (!key) continue;
    if (openRecord(row, key) === null) {
      throw new CommandError(
        'audit',
        `the audit trail does not verify at record ${row.seq}: its MAC does not fit key ${row.keyId}`,
      );
    }
    opened++;
  }
  return keys.size === 0 ? 'no key here, contents not looked at' : `${opened} opened with ${keys.size} keys`;
}

function* records(flags: SourceFlags, { customer, action, since }: Filter): Iterable<AuditRecord> {
  const keys = auditKeys(flags.data);
  for (const row of rowsOf(flags)) {
    const key = keys.get(row.keyId);
    if (!key)
      throw new CommandError(
        'usage',
        `record ${row.seq} is sealed with key ${row.keyId}, which is not in ${flags.data}/keys`,
      );
    const record = openRecord(row, key);
    if (!record)
      throw new CommandError(
        'audit',
        `record ${row.seq} does not open; run: cashpoint audit verify --data ${flags.data}`,
      );
    if (customer !== undefined && record.customer !== customer) continue;
    if (action !== undefined && !record.action.includes(action)) continue;
    if (since !== undefined && record.atMs < since) continue;
    yield record;
  }
}

function exportTrail(flags: { data: string; format: 'txt' | 'csv' | 'jsonl'; sealed?: string }): void {
  if (flags.sealed !== undefined) {
    const lines = [...sealedLines(rowsOf({ data: flags.data }))];
    writeFileSync(flags.sealed, `${lines.join('\n')}\n`, { mode: 0o600 });
    console.error(`cashpoint: ${lines.length - 1} sealed records in ${flags.sealed}`);
    return;
  }
  if (flags.format === 'csv') console.log('CustomerID,Action taken,Timestamp');
  for (const record of records({ data: flags.data }, {})) console.log(FORMATS[flags.format](record));
}

const FORMATS = {
  txt: (record: AuditRecord) => formatRecord(record, record.atMs),
  csv: ({ customer, action, atMs }: AuditRecord) =>
    [customer, action, new Date(atMs).toISOString()]
      .map((field) => `"${field.replaceAll('"', '""')}"`)
      .join(','),
  jsonl: ({ customer, action, atMs }: AuditRecord) =>
    JSON.stringify({ customer, action, timestamp: new Date(atMs).toISOString() }),
};

function* rowsOf({ data, sealed }: SourceFlags): Iterable<AuditRow> {
  if (sealed !== undefined) {
    const rows = parseSealed(readFileSync(sealed, 'utf8').trimEnd().split('\n'));
    if ('badLine' in rows)
      throw new CommandError('audit', `${sealed} line ${rows.badLine} is not a sealed record`);
    yield* rows;
    return;
  }
  const store = SqliteStore.openReadOnly(data);
  try {
    yield* store.audit(1);
  } finally {
    store.close();
  }
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function instant(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new InvalidArgumentError(`Expected a time like 2026-11-24T12:00:00Z, got "${text}".`);
  return ms;
}
