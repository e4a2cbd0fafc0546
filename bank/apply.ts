/**
 * Carries out a {@link Decision} on the state and hands back the finished rows, which go into the batch of the next
 * commit. The second guard: whatever `decide` allowed, an entry that breaks the ledger's promises stops the bank here,
 * before anything is stored.
 *
 * @module
 */
import { invariant, unreachable } from '../protocol/invariant.ts';
import type { Decision, Write } from './commands.ts';
import { checkPosting, postCredit, postDebit } from './ledger.ts';
import { spent } from './limits.ts';
import {
  type AccountRow,
  type AuditRow,
  type CustomerRow,
  type EntryRow,
  isDebitNatured,
  type LedgerAccount,
  type TerminalRow,
  type TxnRow,
} from './model.ts';
import { type BankState, dayOf, txnKey } from './state.ts';
import type { Batch } from './store.ts';

/** Finished rows of one decision. */
export type Applied = Omit<Batch, 'audit'>;

interface Rows extends Applied {
  readonly entries: EntryRow[];
  readonly accounts: AccountRow[];
  readonly txns: TxnRow[];
  readonly customers: CustomerRow[];
  readonly terminals: TerminalRow[];
}

/**
 * @param auditSeq sequence of the audit record of this decision; 0 when it has none.
 * @throws InvariantError when the decision breaks the ledger; the state is then not to be used any more.
 */
export function applyDecision(state: BankState, decision: Decision, auditSeq: number): Applied {
  const rows: Rows = { entries: [], accounts: [], txns: [], customers: [], terminals: [] };
  for (const write of decision.writes) applyWrite(state, write, { rows, auditSeq });
  invariant(state.debitTotal === state.creditTotal, 'debit-natured and credit-natured accounts are equal');
  return rows;
}

function applyWrite(
  state: BankState,
  write: Write,
  { rows, auditSeq }: { rows: Rows; auditSeq: number },
): void {
  switch (write.table) {
    case 'entry': {
      state.entrySeq += 1;
      const row = { ...write.row, seq: state.entrySeq, auditSeq };
      rows.entries.push(row);
      rows.accounts.push(...applyEntry(state, row));
      return;
    }
    case 'txn': {
      const row = { ...write.row, seq: write.prior?.seq || auditSeq, settledSeq: auditSeq };
      rows.txns.push(row);
      applyTxn(state, row, write.prior);
      return;
    }
    case 'customer':
      rows.customers.push(write.row);
      state.customers.set(write.row.id, write.row);
      return;
    case 'terminal':
      rows.terminals.push(write.row);
      state.terminals.set(write.row.id, write.row);
      return;
    case 'account':
      invariant(!state.accounts.has(write.row.id), 'an account is opened once');
      rows.accounts.push(write.row);
      state.accounts.set(write.row.id, write.row);
      return;
    default:
      unreachable(write);
  }
}

function applyEntry(state: BankState, entry: EntryRow): readonly [AccountRow, AccountRow] {
  checkPosting(entry);
  const debit = state.accounts.get(entry.debit);
  const credit = state.accounts.get(entry.credit);
  invariant(debit, 'the debited account exists');
  invariant(credit, 'the credited account exists');
  const debited = postDebit(debit, entry, entry.seq);
  // A hold touches its customer only: the other side's version stays that of its last change.
  const credited = entry.amount === 0n ? credit : postCredit(credit, entry, entry.seq);
  count(state, debited.id, debited.ledger - debit.ledger);
  count(state, credited.id, credited.ledger - credit.ledger);
  state.accounts.set(debited.id, debited);
  state.accounts.set(credited.id, credited);
  return [debited, credited];
}

function count(state: BankState, id: LedgerAccount, change: bigint): void {
  if (isDebitNatured(id)) state.debitTotal += change;
  else state.creditTotal += change;
}

function applyTxn(state: BankState, row: TxnRow, prior: TxnRow | undefined): void {
  const key = txnKey(row.terminal, row.txnId);
  state.overlay.set(key, row);
  if (row.state === 'held' || row.state === 'pending') state.keepOpen(row);
  else state.dropOpen(row);
  if (row.state === 'pending') state.hashing.add(key);
  else if (prior?.state === 'pending') state.hashing.delete(key);
  if (row.kind === 'login' && row.code === 'WRONG_PASSWORD') state.noteFailure(row.terminal, row.atMs);
  if (row.kind === 'authorise') countUsage(state, row, prior);
}

/** Same rule as the store's `dayUsage`, kept up to date. */
function countUsage(state: BankState, row: TxnRow, prior: TxnRow | undefined): void {
  const before = prior ? spent(prior) : null;
  const after = spent(row);
  if (row.customer === null || before === after) return;
  const day = dayOf(row.atMs);
  const known = state.usage.get(row.customer);
  // A hold of an earlier day that ends today changes nothing that is still counted.
  if (known && known.day > day) return;
  const { amount, count: n } = state.usageOn(row.customer, day);
  state.usage.set(row.customer, {
    day,
    amount: amount + (after ?? 0n) - (before ?? 0n),
    count: n + (after === null ? 0 : 1) - (before === null ? 0 : 1),
  });
}

/** Gathers the rows of many decisions into one batch; of rows with the same key the last one is kept. */
export class BatchBuilder {
  readonly #entries: EntryRow[] = [];
  readonly #audit: AuditRow[] = [];
  readonly #accounts = new Map<LedgerAccount, AccountRow>();
  readonly #txns = new Map<string, TxnRow>();
  readonly #customers = new Map<string, CustomerRow>();
  readonly #terminals = new Map<string, TerminalRow>();

  add(applied: Applied, audit: AuditRow | null): void {
    for (const row of applied.entries) this.#entries.push(row);
    for (const row of applied.accounts) this.#accounts.set(row.id, row);
    for (const row of applied.txns) this.#txns.set(txnKey(row.terminal, row.txnId), row);
    for (const row of applied.customers) this.#customers.set(row.id, row);
    for (const row of applied.terminals) this.#terminals.set(row.id, row);
    if (audit) this.#audit.push(audit);
  }

  build(): Batch {
    return {
      entries: this.#entries,
      accounts: [...this.#accounts.values()],
      txns: [...this.#txns.values()],
      customers: [...this.#customers.values()],
      terminals: [...this.#terminals.values()],
      audit: this.#audit,
    };
  }
}
