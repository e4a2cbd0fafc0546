/**
 * `cashpoint keys`: makes a bank's keys, makes new ones while the old still open, retires old ones (SECURITY "Keys").
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { KEYS_DIRECTORY, openDataDirectory } from '../actors/node/data-directory.ts';
import { type AdminFlags, adminCommand, ask, printDone } from './bank-admin.ts';
import { CommandError } from './fail.ts';
import { keyId } from './flags.ts';

export function keysCommand(): Command {
  return new Command('keys')
    .summary('init, rotate, retire')
    .description("A bank's keys: made once, renewed while it runs.")
    .addCommand(adminCommand('init', 'make the keys of a new bank').action(init))
    .addCommand(
      adminCommand('rotate', 'make a new base key and a new audit key; the old ones still open').action(
        rotate,
      ),
    )
    .addCommand(
      adminCommand('retire', 'refuse a base key from now on and destroy it')
        .argument('<id>', 'the key, as bank terminals list shows it', keyId)
        .option('--force', 'even if terminals are locked out until they are enrolled anew', false)
        .action(retire),
    )
    .addHelpText(
      'after',
      `
A rotation:
  cashpoint keys rotate --data bank-data
  cashpoint bank terminals enrol ATM-001 --out atm-data --data bank-data     each terminal, then start it anew
  cashpoint keys retire 1 --data bank-data`,
    );
}

function init(flags: AdminFlags): void {
  if (existsSync(join(flags.data, KEYS_DIRECTORY))) {
    throw new CommandError('usage', `${flags.data} has keys already; renew them with: cashpoint keys rotate`);
  }
  const { path, baseKey, auditKey } = openDataDirectory(flags.data, { create: true });
  printDone(flags, `Keys made in ${join(path, KEYS_DIRECTORY)}; keep a copy where nobody else can read it`, {
    baseKeyId: baseKey.id,
    auditKeyId: auditKey.id,
  });
}

async function rotate(flags: AdminFlags): Promise<void> {
  const result = await ask(flags, { do: 'rotateKeys' });
  const { baseKeyId, auditKeyId } = result;
  printDone(
    flags,
    `Base key ${baseKeyId} and audit key ${auditKeyId} made; enrol each terminal anew, then retire the old base key`,
    result,
  );
}

async function retire(id: number, flags: AdminFlags & { force: boolean }): Promise<void> {
  const result = await ask(flags, { do: 'retireKey', keyId: id, force: flags.force });
  printDone(flags, `Base key ${id} is retired and destroyed`, { keyId: id, ...result });
}
