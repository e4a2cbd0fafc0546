/**
 * `cashpoint bank cash`: the notes in the machines, as the bank's books have them.
 *
 * @module
 */
import { Command } from 'commander';
import { cashAccount, suspenseAccount, VAULT } from '../bank/model.ts';
import type { TerminalId } from '../protocol/ids.ts';
import { type Cents, cents, formatAmount, ZERO } from '../protocol/money.ts';
import { type AdminFlags, adminCommand, ask, printDone, printTable, readBooks } from './bank-admin.ts';
import { CommandError } from './fail.ts';
import { amount, terminal } from './flags.ts';

export function bankCashCommand(): Command {
  return new Command('cash')
    .summary('load, count')
    .description('The cash in the terminals of a bank, running or not.')
    .addCommand(
      adminCommand('load', 'book notes that are put into a terminal; the vault is funded with what it lacks')
        .argument('<terminal>', 'its name', terminal)
        .argument('<amount>', 'like 5000.00', amount)
        .action(load),
    )
    .addCommand(
      adminCommand('count', 'show what the books say is in the terminals')
        .argument('[terminal]', 'only this one', terminal)
        .action(count),
    );
}

async function load(id: TerminalId, value: Cents, flags: AdminFlags): Promise<void> {
  const { booked } = await ask(flags, { do: 'loadCash', terminal: id, amount: String(value) });
  const total = formatAmount(cents(BigInt(String(booked))));
  printDone(flags, `${formatAmount(value)} loaded into ${id}; ${total} is booked in it`, {
    terminal: id,
    loaded: formatAmount(value),
    booked: total,
  });
}

function count(only: TerminalId | undefined, flags: AdminFlags): void {
  const { terminals, accounts, open } = readBooks(flags, (store) => store.load());
  if (only !== undefined && !terminals.some(({ id }) => id === only)) {
    throw new CommandError('usage', `No terminal ${only}`);
  }
  const ledger = new Map(accounts.map((row) => [row.id, row.ledger]));
  const shown = terminals.filter(({ id }) => only === undefined || id === only);
  const rows = shown.map(({ id }) => ({
    terminal: id,
    booked: formatAmount(ledger.get(cashAccount(id)) ?? ZERO),
    held: formatAmount(
      open
        .filter((row) => row.terminal === id && row.state === 'held')
        .reduce((sum, row) => (sum + row.amount) as Cents, ZERO),
    ),
    suspense: formatAmount(ledger.get(suspenseAccount(id)) ?? ZERO),
  }));
  const vault = { terminal: VAULT, booked: formatAmount(ledger.get(VAULT) ?? ZERO), held: '', suspense: '' };
  printTable(flags, ['terminal', 'booked', 'held', 'suspense'], only === undefined ? [...rows, vault] : rows);
}
