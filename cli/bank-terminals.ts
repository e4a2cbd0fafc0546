/**
 * `cashpoint bank terminals`: enrolment writes the key file of a terminal, revocation ends its sessions at once.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { enrolledSchema } from '../actors/node/admin-request.ts';
import { loadTerminalKey, terminalKeyPath, writeTerminalKey } from '../actors/node/terminal-key-file.ts';
import { cashAccount } from '../bank/model.ts';
import type { TerminalId } from '../protocol/ids.ts';
import type { Notes } from '../protocol/messages.ts';
import { formatAmount, ZERO } from '../protocol/money.ts';
import { sumNotes } from '../terminals/cassettes.ts';
import { type AdminFlags, adminCommand, ask, printDone, printTable, readBooks } from './bank-admin.ts';
import { CommandError } from './fail.ts';
import { notes, terminal } from './flags.ts';

interface EnrolFlags extends AdminFlags {
  out: string;
  cash: Notes[];
}

export function bankTerminalsCommand(): Command {
  return new Command('terminals')
    .summary('enrol, revoke, list')
    .description('The terminals of a bank, running or not.')
    .addCommand(
      adminCommand('enrol', "make a terminal's keys, or new ones after a rotation")
        .argument('<terminal>', 'its name, like ATM-001', terminal)
        .requiredOption('--out <dir>', 'where its key file goes, for cashpoint atm')
        .option('--cash <notes>', 'notes that are put into it, like 50x100,20x200', notes, [])
        .action(enrol),
    )
    .addCommand(
      adminCommand('revoke', 'refuse a terminal from now on and end its sessions')
        .argument('<terminal>', 'its name', terminal)
        .action(async (id: TerminalId, flags: AdminFlags) => {
          await ask(flags, { do: 'revokeTerminal', terminal: id });
          printDone(flags, `${id} revoked`, { terminal: id, state: 'revoked' });
        }),
    )
    .addCommand(adminCommand('list', 'list terminals with keys and booked cash').action(list));
}

/** The key file is looked at first: what could not be written must not be enrolled. */
async function enrol(id: TerminalId, flags: EnrolFlags): Promise<void> {
  const path = terminalKeyPath(flags.out, id);
  const before = existsSync(path) ? loadTerminalKey(path) : null;
  if (before !== null && flags.cash.length > 0) {
    throw new CommandError('usage', `${path} says already what is in ${id}; leave out --cash`);
  }
  const { keyId, ...keys } = enrolledSchema.parse(await ask(flags, { do: 'enrolTerminal', terminal: id }));
  const amount = sumNotes(flags.cash);
  if (amount > 0n) await ask(flags, { do: 'loadCash', terminal: id, amount: String(amount) });
  const key = {
    terminal: id,
    keyId,
    kShared: Buffer.from(keys.kShared, 'hex'),
    kDispense: Buffer.from(keys.kDispense, 'hex'),
    cassettes: before?.cassettes ?? flags.cash,
  };
  writeTerminalKey(path, key, { replace: before !== null });
  const cash = amount > 0n ? ` and ${formatAmount(amount)} in it` : '';
  printDone(flags, `${id} enrolled with key ${keyId}${cash}; its key file is ${path}`, {
    terminal: id,
    keyId,
    cash: formatAmount(amount),
    keyFile: path,
  });
}

function list(flags: AdminFlags): void {
  const { terminals, accounts } = readBooks(flags, (store) => store.load());
  const ledger = new Map(accounts.map((row) => [row.id, row.ledger]));
  const rows = terminals.map(({ id, keyIds, revoked, enrolledAtMs }) => ({
    terminal: id,
    keys: keyIds.join(' '),
    cash: formatAmount(ledger.get(cashAccount(id)) ?? ZERO),
    enrolled: new Date(enrolledAtMs).toISOString(),
    state: revoked ? 'revoked' : 'enrolled',
  }));
  printTable(flags, ['terminal', 'keys', 'cash', 'enrolled', 'state'], rows);
}
