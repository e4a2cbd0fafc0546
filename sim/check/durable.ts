/**
 * DURABLE: looks up every acknowledged operation, refusals too, in the transactions of the bank as it was opened again.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { TxnState } from '../../protocol/messages.ts';
import { type Finding, Tally } from './finding.ts';
import { nameOf, type OpSide, type RowSide, type Transactions } from './transactions.ts';

const KIND = { login: 'login', deposit: 'deposit', withdraw: 'authorise', transfer: 'transfer' } as const;
const CARRIED_OUT: Readonly<Record<keyof typeof KIND, readonly TxnState[]>> = {
  login: ['posted'],
  deposit: ['posted'],
  transfer: ['posted'],
  withdraw: ['held', 'completed', 'partial', 'suspense'],
};
const UNDONE: readonly TxnState[] = ['voided', 'tombstone', 'declined'];

/** Answers to a repeat: they tell of the state, not of a decision. */
const REPEATED: Readonly<Partial<Record<Code, readonly TxnState[]>>> = {
  ALREADY_REVERSED: UNDONE,
  ALREADY_COMPLETED: ['posted', 'completed', 'partial', 'suspense'],
};
/** Refusals that leave no transaction: nothing was decided, or another request owns the id. */
export const UNDECIDED: ReadonlySet<Code> = new Set<Code>([
  'BUSY',
  'IN_PROGRESS',
  'FORMAT_ERROR',
  'DUPLICATE_MISMATCH',
  'SECURITY_VIOLATION',
  'SYSTEM_ERROR',
  'RESPONSE_TOO_LATE',
]);

export function checkDurable(transactions: Transactions): Finding {
  const tally = new Tally('DURABLE');
  const seen = { approvals: 0, refusals: 0, reversals: 0 };
  for (const transaction of transactions.values()) {
    const { op, row } = transaction;
    if (!op || op.outcome === 'unknown' || !isKeyed(op.op)) continue;
    const said = `${nameOf(transaction)}, ${op.op} of ${op.amount},`;
    const size = BigInt(op.amount);
    const found = row ? `${row.kind} ${row.state} ${row.code}` : 'missing';
    if (op.outcome === 'ok') {
      seen.approvals += 1;
      tally.check(isCarriedOut(op.op, op, row), () => `${said} was acknowledged and is ${found}`, size);
    } else if (op.settledBy === 'reversal') {
      seen.reversals += 1;
      const undone = row !== null && UNDONE.includes(row.state);
      tally.check(undone, () => `${said} was acknowledged as reversed and is ${found}`, size);
    } else if (op.settledBy === 'reply' && op.code !== null && !UNDECIDED.has(op.code)) {
      seen.refusals += 1;
      tally.check(isRefused(op.code, row), () => `${said} was refused with ${op.code} and is ${found}`, size);
    }
  }
  return tally.finding(seen);
}

const isKeyed = (op: string): op is keyof typeof KIND => Object.hasOwn(KIND, op);

function isCarriedOut(name: keyof typeof KIND, op: OpSide, row: RowSide | null): boolean {
  if (!row || row.kind !== KIND[name] || !CARRIED_OUT[name].includes(row.state)) return false;
  if (name === 'login') return true;
  return row.amount === op.amount && row.account === op.account && row.counterparty === op.counterparty;
}

function isRefused(code: Code, row: RowSide | null): boolean {
  if (!row) return false;
  // What was refused and then paid out all the same is in suspense, and its code tells of the conflict.
  return (
    REPEATED[code]?.includes(row.state) ||
    row.state === 'suspense' ||
    (row.state === 'declined' && row.code === code)
  );
}
