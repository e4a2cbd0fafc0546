/**
 * `cashpoint bank customers`: who the bank's customers are, and who may log in.
 *
 * @module
 */
import { Command, Option } from 'commander';
import { customerAccount, isCustomer } from '../bank/model.ts';
import type { AccountId, CustomerId } from '../protocol/ids.ts';
import { type Cents, formatAmount, ZERO } from '../protocol/money.ts';
import { type AdminFlags, adminCommand, ask, printDone, printTable, readBooks } from './bank-admin.ts';
import { CommandError } from './fail.ts';
import { account, amount, customer } from './flags.ts';
import { promptPassword, readPasswordFile } from './secrets.ts';

interface AddFlags extends AdminFlags {
  account: AccountId;
  opening: Cents;
  passwordFile?: string;
}

export function bankCustomersCommand(): Command {
  return new Command('customers')
    .summary('add, list, lock, unlock')
    .description('The customers of a bank, running or not.')
    .addCommand(
      adminCommand('add', 'add a customer with an account')
        .argument('<name>', 'user name', customer)
        .requiredOption('--account <id>', 'the account; one that is there already is shared', account)
        .addOption(
          // Commander cannot print a bigint.
          new Option('--opening <amount>', 'what a new account begins with')
            .argParser(amount)
            .default(ZERO, '0.00'),
        )
        .option('--password-file <file>', 'the password, in a file that only its owner can read; else asked')
        .action(add),
    )
    .addCommand(adminCommand('list', 'list customers with accounts and balances').action(list))
    .addCommand(lockCommand('lock', 'keep a customer from logging in and withdrawing'))
    .addCommand(lockCommand('unlock', 'let a locked customer in again, with all tries'));
}

async function add(name: CustomerId, flags: AddFlags): Promise<void> {
  const password =
    flags.passwordFile === undefined ? await choosePassword(name) : readPasswordFile(flags.passwordFile);
  const { shared } = await ask(flags, {
    do: 'addCustomer',
    customer: name,
    password,
    account: flags.account,
    opening: String(flags.opening),
  });
  const text = shared
    ? `${name} added; shares account ${flags.account}, whose balance did not change`
    : `${name} added with account ${flags.account} and ${formatAmount(flags.opening)}`;
  printDone(flags, text, { customer: name, account: flags.account, shared });
}

async function choosePassword(name: CustomerId): Promise<string> {
  const password = await promptPassword(`Password of ${name}`);
  if (password === '') throw new CommandError('usage', 'An empty password is none');
  if ((await promptPassword('Once more')) !== password) {
    throw new CommandError('usage', 'The two passwords differ');
  }
  return password;
}

function list(flags: AdminFlags): void {
  const { customers, accounts } = readBooks(flags, (store) => store.load());
  const ledger = new Map(accounts.map((row) => [row.id, row]));
  const rows = customers.filter(isCustomer).map(({ id, accounts: own, tries, locked }) => ({
    customer: id,
    accounts: own.join(' '),
    balance: own.map((one) => formatAmount(ledger.get(customerAccount(one))?.ledger ?? ZERO)).join(' '),
    held: own.map((one) => formatAmount(ledger.get(customerAccount(one))?.held ?? ZERO)).join(' '),
    tries: String(tries),
    state: locked ? 'locked' : 'open',
  }));
  printTable(flags, ['customer', 'accounts', 'balance', 'held', 'tries', 'state'], rows);
}

const lockCommand = (verb: 'lock' | 'unlock', summary: string): Command =>
  adminCommand(verb, summary)
    .argument('<name>', 'user name', customer)
    .action(async (name: CustomerId, flags: AdminFlags) => {
      await ask(flags, { do: verb === 'lock' ? 'lockCustomer' : 'unlockCustomer', customer: name });
      printDone(flags, `${name} ${verb}ed`, { customer: name, state: verb === 'lock' ? 'locked' : 'open' });
    });
