/**
 * CONSERVE: recounts every balance from the entries, weighs debits against credits, asks where the money came from,
 * and looks for the entries of every acknowledged operation.
 *
 * @module
 */
import { customerAccount, type EntryRow, isDebitNatured, VAULT } from '../../bank/model.ts';
import { Books } from './books.ts';
import { type Finding, readable, Tally } from './finding.ts';
import type { CheckInput } from './input.ts';
import { nameOf, type Transaction, type Transactions } from './transactions.ts';

export function checkConserve({ bank, expected }: CheckInput, transactions: Transactions): Finding {
  const tally = new Tally('CONSERVE');
  const books = new Books();
  let vaultFunded = 0n;
  let accountsOpened = 0n;
  let seq = 0;
  for (const entry of bank.entries()) {
    seq += 1;
    tally.check(entry.seq === seq, () => `entry ${entry.seq} stands where ${seq} should`);
    books.post(entry);
    if (entry.kind === 'opening' && entry.debit === VAULT) vaultFunded += entry.amount;
    else if (entry.kind === 'opening') accountsOpened += entry.amount;
    checkShape(tally, entry);
  }
  if (seq > 0) {
    const minted = vaultFunded - expected.vaultFunded;
    tally.check(
      minted === 0n,
      () => `vault was funded with ${vaultFunded}, not ${expected.vaultFunded}`,
      minted,
    );
    const given = accountsOpened - expected.accountsOpened;
    tally.check(
      given === 0n,
      () => `accounts were opened with ${accountsOpened}, not ${expected.accountsOpened}`,
      given,
    );
  }
  checkRows(tally, bank.image, books);
  for (const transaction of transactions.values()) checkTransaction(tally, transaction);
  const sums = sidesOf([...books.accounts].map(([id, { ledger }]) => ({ id, ledger })));
  return tally.finding({
    entries: seq,
    debits: readable(sums.debits),
    credits: readable(sums.credits),
    vaultFunded: readable(vaultFunded),
    accountsOpened: readable(accountsOpened),
  });
}

/** Opening balances are the only money from outside: everything else moves between accounts that hold it. */
function checkShape(tally: Tally, { seq, kind, phase, amount, debit, credit }: EntryRow): void {
  const opens = debit === 'opening' || credit === 'opening';
  tally.check(opens === (kind === 'opening'), () => `entry ${seq}, ${kind}, uses account opening`, amount);
  const moves = phase === 'post' || phase === 'settle';
  tally.check(moves ? amount > 0n : amount === 0n, () => `entry ${seq}, a ${phase}, moves ${amount}`, amount);
}

function checkRows(tally: Tally, image: CheckInput['bank']['image'], books: Books): void {
  for (const { id, ledger, held, version } of image.accounts) {
    const sum = books.of(id);
    const off = ledger - sum.ledger;
    tally.check(off === 0n, () => `${id} is stored as ${ledger}, its entries say ${sum.ledger}`, off);
    tally.check(
      held === sum.held,
      () => `${id} is stored with ${held} held, its entries say ${sum.held}`,
      held - sum.held,
    );
    tally.check(
      version === sum.version,
      () => `${id} is stored at version ${version}, its entries say ${sum.version}`,
    );
  }
  const stored = new Set(image.accounts.map(({ id }) => id));
  for (const [id, { ledger }] of books.accounts) {
    tally.check(stored.has(id), () => `${id} has entries and is not stored`, ledger);
  }
  if (image.accounts.length === 0) return;
  const { debits, credits } = sidesOf(image.accounts);
  tally.check(debits === credits, () => `debits are ${debits}, credits ${credits}`, debits - credits);
}

function sidesOf(
  rows: readonly { readonly id: Parameters<typeof isDebitNatured>[0]; readonly ledger: bigint }[],
) {
  let debits = 0n;
  let credits = 0n;
  for (const { id, ledger } of rows) {
    if (isDebitNatured(id)) debits += ledger;
    else credits += ledger;
  }
  return { debits, credits };
}

function checkTransaction(tally: Tally, transaction: Transaction): void {
  const { op, row, money } = transaction;
  const name = nameOf(transaction);
  if (money) tally.check(row !== null, () => `${name} has entries and no transaction`, BigInt(money.moved));
  // What was held or moved twice is the same money twice: ONCE says so.
  if (money && (money.moves > 1 || money.holds > 1)) return;
  if (row && (row.state === 'completed' || row.state === 'partial')) {
    const moved = money?.moved ?? 0;
    const off = BigInt(row.settled) - BigInt(moved);
    tally.check(off === 0n, () => `${name} is settled with ${row.settled}, its entries moved ${moved}`, off);
  }
  if (
    op?.outcome !== 'ok' ||
    op.account === null ||
    !(op.op === 'deposit' || op.op === 'transfer' || op.op === 'withdraw')
  ) {
    return;
  }
  const booked = op.op === 'withdraw' ? (money?.held ?? 0) : (money?.moved ?? 0);
  const off = BigInt(op.amount) - BigInt(booked);
  tally.check(off === 0n, () => `${name} acknowledged a ${op.op} of ${op.amount}, booked is ${booked}`, off);
  if (!money) return;
  const mine = customerAccount(op.account);
  const side = op.op === 'deposit' ? money.credit : money.debit;
  const fits = side === mine || (op.op === 'withdraw' && row?.state === 'suspense');
  tally.check(fits, () => `${name}, a ${op.op} of ${mine}, is booked on ${side}`, BigInt(op.amount));
  if (op.op !== 'transfer' || op.counterparty === null) return;
  const theirs = customerAccount(op.counterparty);
  tally.check(
    money.credit === theirs,
    () => `${name}, a transfer to ${theirs}, went to ${money.credit}`,
    BigInt(op.amount),
  );
}
