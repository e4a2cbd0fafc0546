/**
 * Puts together, for each transaction id of a terminal, what its terminal says (history), what the bank's table says
 * and what the ledger says. Slim on purpose: a run has millions. Amounts are numbers, exact up to 2^53.
 *
 * @module
 */
import {
  cashAccount,
  type EntryRow,
  type LedgerAccount,
  suspenseAccount,
  type TxnRow,
} from '../../bank/model.ts';
import type { TerminalId, TxnId } from '../../protocol/ids.ts';
import type { OperationRecord } from '../history.ts';
import type { CheckInput } from './input.ts';

export type OpSide = Pick<
  OperationRecord,
  'op' | 'outcome' | 'code' | 'settledBy' | 'customer' | 'account' | 'counterparty'
> & { readonly amount: number; readonly cash: number };

export type RowSide = Pick<
  TxnRow,
  'kind' | 'state' | 'code' | 'customer' | 'account' | 'counterparty' | 'seq' | 'settledSeq'
> & {
  readonly amount: number;
  readonly settled: number;
};

export interface MoneySide {
  /** Of the entry that began it, a hold or a post. */
  readonly firstSeq: number;
  debit: LedgerAccount;
  credit: LedgerAccount;
  holds: number;
  /** What was held, and what of it still is. */
  held: number;
  heldLeft: number;
  /** Entries that moved money (without corrections), and how much. */
  moves: number;
  moved: number;
  settles: number;
  releases: number;
  resolves: number;
  /** Booked out of (−: into) its terminal's cash, and into its suspense. */
  cashOut: number;
  suspended: number;
  /** A settlement or release without a hold before it, or of more than was held. */
  unheld: boolean;
}

export interface Transaction {
  readonly terminal: TerminalId;
  readonly txnId: TxnId;
  op: OpSide | null;
  /** Records of the history with this id. */
  ops: number;
  /** Two of them ask for different things. */
  differs: boolean;
  row: RowSide | null;
  money: MoneySide | null;
}

export type Transactions = ReadonlyMap<string, Transaction>;

export const transactionKey = (terminal: TerminalId, txnId: TxnId): string => `${terminal}/${txnId}`;
export const nameOf = ({ terminal, txnId }: Transaction): string => `${terminal}/${txnId}`;

export function collectTransactions({ history, bank }: CheckInput): Transactions {
  const all = new Map<string, Transaction>();
  const strings = new Map<string, string>();
  /** One copy of each account's name: parsing makes a new one for each record. */
  const once = <T extends string | null>(text: T): T => {
    if (text === null) return text;
    const known = strings.get(text) as T | undefined;
    if (known === undefined) strings.set(text, text);
    return known ?? text;
  };
  const of = (terminal: TerminalId, txnId: TxnId): Transaction => {
    const key = transactionKey(terminal, txnId);
    let found = all.get(key);
    if (!found) {
      found = { terminal: once(terminal), txnId, op: null, ops: 0, differs: false, row: null, money: null };
      all.set(key, found);
    }
    return found;
  };
  for (const row of bank.txns()) {
    if (!isAdvice(row)) of(row.terminal, row.txnId).row = rowSide(row, once);
  }
  for (const entry of bank.entries()) {
    if (entry.terminal !== null && entry.txnId !== null)
      addEntry(of(entry.terminal, entry.txnId), entry, once);
  }
  for (const record of history()) {
    if (record.type === 'op' && record.txnId !== null) addOp(of(record.terminal, record.txnId), record, once);
  }
  return all;
}

type Once = <T extends string | null>(text: T) => T;

/** The row of an advice itself, or of a count: nothing of its own happens under that id. */
export const isAdvice = ({ kind, origTxnId }: TxnRow): boolean => origTxnId !== null || kind === 'recon';

const rowSide = (row: TxnRow, once: Once): RowSide => ({
  kind: once(row.kind),
  state: once(row.state),
  code: once(row.code),
  customer: once(row.customer),
  account: once(row.account),
  counterparty: once(row.counterparty),
  seq: row.seq,
  settledSeq: row.settledSeq,
  amount: Number(row.amount),
  settled: Number(row.settled),
});

function addOp(transaction: Transaction, record: OperationRecord, once: Once): void {
  const side: OpSide = {
    op: once(record.op),
    outcome: once(record.outcome),
    code: once(record.code),
    settledBy: once(record.settledBy),
    customer: once(record.customer),
    account: once(record.account),
    counterparty: once(record.counterparty),
    amount: Number(record.amount),
    cash: Number(record.cash),
  };
  const before = transaction.op;
  transaction.ops += 1;
  transaction.op = side;
  if (before === null) return;
  transaction.differs ||=
    before.op !== side.op ||
    before.account !== side.account ||
    before.counterparty !== side.counterparty ||
    before.amount !== side.amount;
}

function addEntry(transaction: Transaction, entry: EntryRow, once: Once): void {
  const amount = Number(entry.amount);
  const held = Number(entry.held);
  transaction.money ??= begun(entry, once);
  const { money } = transaction;
  const { terminal } = transaction;
  for (const [account, sign] of [
    [entry.credit, 1],
    [entry.debit, -1],
  ] as const) {
    if (account === cashAccount(terminal)) money.cashOut += sign * amount;
    if (account === suspenseAccount(terminal)) money.suspended += sign * amount;
  }
  if (entry.kind === 'resolve') {
    money.resolves += 1;
    return;
  }
  if (entry.phase === 'hold') {
    money.holds += 1;
    money.held += held;
  }
  if (entry.phase === 'settle') money.settles += 1;
  if (entry.phase === 'release') money.releases += 1;
  if (amount > 0) {
    money.moves += 1;
    money.moved += amount;
    money.debit = once(entry.debit);
    money.credit = once(entry.credit);
  }
  money.heldLeft += held;
  if (money.heldLeft < 0) money.unheld = true;
}

const begun = (entry: EntryRow, once: Once): MoneySide => ({
  firstSeq: entry.seq,
  debit: once(entry.debit),
  credit: once(entry.credit),
  holds: 0,
  held: 0,
  heldLeft: 0,
  moves: 0,
  moved: 0,
  settles: 0,
  releases: 0,
  resolves: 0,
  cashOut: 0,
  suspended: 0,
  unheld: false,
});
