/**
 * `cashpoint bank recon`: the terminals' own counts against the books, what is in suspense, and the operator's word on
 * what became of it.
 *
 * @module
 */
import { Command } from 'commander';
import { cashAccount, isDebitNatured, suspenseAccount, type TxnRow } from '../bank/model.ts';
import type { BankImage } from '../bank/store.ts';
import type { TerminalId, TxnId } from '../protocol/ids.ts';
import { type Cents, formatAmount, ZERO } from '../protocol/money.ts';
import { EXIT } from '../reports/exit-codes.ts';
import { type AdminFlags, adminCommand, ask, printDone, printTable, readBooks } from './bank-admin.ts';
import { CommandError } from './fail.ts';
import { txn } from './flags.ts';

interface ResolveFlags extends AdminFlags {
  paid?: true;
  notPaid?: true;
}

export function bankReconCommand(): Command {
  const resolve = adminCommand('resolve', 'say what became of a withdrawal in suspense')
    .argument('<txn>', 'its id, as recon shows it', txn)
    .option('--paid', 'the customer has the cash')
    .option('--not-paid', 'the cash is still in the machine')
    .action(settle);
  return new Command('recon')
    .summary('compare counts with the books, settle what is in suspense')
    .description('What the terminals counted and what is in suspense, against the books.')
    .addCommand(adminCommand('show', 'show counts, books and suspense').action(recon), { isDefault: true })
    .addCommand(resolve);
}

interface Looked {
  readonly image: BankImage;
  readonly counts: ReadonlyMap<TerminalId, TxnRow>;
  readonly suspended: readonly TxnRow[];
}

function look(flags: AdminFlags): Looked {
  return readBooks(flags, (store) => {
    const counts = new Map<TerminalId, TxnRow>();
    const suspended: TxnRow[] = [];
    for (const row of store.txns()) {
      if (row.kind === 'recon') counts.set(row.terminal, row);
      if (row.state === 'suspense') suspended.push(row);
    }
    return { image: store.load(), counts, suspended };
  });
}

function recon(flags: AdminFlags): void {
  const { image, counts, suspended } = look(flags);
  const ledger = new Map(image.accounts.map((row) => [row.id, row.ledger]));
  const terminals = image.terminals.map(({ id }) => {
    const counted = counts.get(id);
    return {
      terminal: id,
      booked: formatAmount(ledger.get(cashAccount(id)) ?? ZERO),
      suspense: formatAmount(ledger.get(suspenseAccount(id)) ?? ZERO),
      counted: counted ? formatAmount(counted.amount) : '-',
      difference: counted?.reply.difference === undefined ? '-' : formatAmount(counted.reply.difference),
      at: counted ? new Date(counted.atMs).toISOString() : '-',
    };
  });
  const open = suspended.map((row) => ({
    txn: row.txnId,
    terminal: row.terminal,
    customer: row.customer ?? '-',
    amount: formatAmount(row.amount),
    since: new Date(row.atMs).toISOString(),
  }));
  const debits = sum(image, true);
  const credits = sum(image, false);
  if (debits !== credits) process.exitCode = EXIT.invariant.code;
  if (flags.json) {
    const books = { debits: formatAmount(debits), credits: formatAmount(credits) };
    return console.log(JSON.stringify({ terminals, suspense: open, books }));
  }
  printTable(flags, ['terminal', 'booked', 'suspense', 'counted', 'difference', 'at'], terminals);
  console.log('');
  if (open.length === 0) console.log('Nothing is in suspense.');
  else printTable(flags, ['txn', 'terminal', 'customer', 'amount', 'since'], open);
  const verdict = debits === credits ? 'the books balance' : 'THE BOOKS DO NOT BALANCE';
  console.log(`\ndebits ${formatAmount(debits)}, credits ${formatAmount(credits)}: ${verdict}`);
}

const sum = ({ accounts }: BankImage, debit: boolean): Cents =>
  accounts
    .filter(({ id }) => isDebitNatured(id) === debit)
    .reduce((total, row) => (total + row.ledger) as Cents, ZERO);

async function settle(id: TxnId, flags: ResolveFlags): Promise<void> {
  if ((flags.paid === true) === (flags.notPaid === true)) {
    throw new CommandError('usage', 'Say either --paid or --not-paid');
  }
  const paid = flags.paid === true;
  const found = look(flags).suspended.filter(({ txnId }) => txnId === id);
  const [row] = found;
  if (!row || found.length > 1) throw new CommandError('usage', `Not one withdrawal in suspense is ${id}`);
  await ask(flags, { do: 'resolveSuspense', terminal: row.terminal, txnId: id, paid });
  const text = `${id} of ${row.customer ?? 'nobody'}, ${formatAmount(row.amount)}: ${paid ? 'paid' : 'not paid'}`;
  printDone(flags, text, { txn: id, terminal: row.terminal, amount: formatAmount(row.amount), paid });
}
