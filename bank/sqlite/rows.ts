/**
 * Rows of the model to and from SQLite's columns. Integers come back as `bigint`; what is not money becomes a number
 * again here. Stored replies are JSON with amounts as digit strings.
 *
 * @module
 */
import type { SQLInputValue } from 'node:sqlite';
import type { AccountView, ReplyFields } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { AccountRow, AuditRow, CustomerRow, EntryRow, TerminalRow, TxnRow } from '../model.ts';
import type { Columns } from './database.ts';

export const accountFrom = (c: Columns): AccountRow =>
  ({ id: c['id'], ledger: c['ledger'], held: c['held'], version: Number(c['version']) }) as AccountRow;

export const entryFrom = (c: Columns): EntryRow =>
  ({
    seq: Number(c['seq']),
    phase: c['phase'],
    kind: c['kind'],
    debit: c['debit'],
    credit: c['credit'],
    amount: c['amount'],
    held: c['held'],
    terminal: c['terminal'],
    txnId: c['txn_id'],
    auditSeq: Number(c['audit_seq']),
    atMs: Number(c['at_ms']),
  }) as EntryRow;

export const TXN_COLUMNS =
  'terminal, txn_id, kind, customer, account, counterparty, amount, settled, state, code, fingerprint, reply, ' +
  'balance, counter_balance, seq, settled_seq, at_ms, orig_txn_id';

export const txnValues = (row: TxnRow): SQLInputValue[] => [
  row.terminal,
  row.txnId,
  row.kind,
  row.customer,
  row.account,
  row.counterparty,
  row.amount,
  row.settled,
  row.state,
  row.code,
  row.fingerprint,
  encodeReply(row.reply),
  row.balance,
  row.counterBalance ?? null,
  row.seq,
  row.settledSeq,
  row.atMs,
  row.origTxnId,
];

export const txnFrom = (c: Columns): TxnRow =>
  ({
    terminal: c['terminal'],
    txnId: c['txn_id'],
    kind: c['kind'],
    customer: c['customer'],
    account: c['account'],
    counterparty: c['counterparty'],
    amount: c['amount'],
    settled: c['settled'],
    state: c['state'],
    code: c['code'],
    fingerprint: c['fingerprint'],
    reply: decodeReply(String(c['reply'])),
    balance: c['balance'],
    ...(c['counter_balance'] === null ? {} : { counterBalance: c['counter_balance'] }),
    seq: Number(c['seq']),
    settledSeq: Number(c['settled_seq']),
    atMs: Number(c['at_ms']),
    origTxnId: c['orig_txn_id'],
  }) as TxnRow;

export const customerFrom = (c: Columns): CustomerRow =>
  ({
    id: c['id'],
    password: c['password'],
    tries: Number(c['tries']),
    locked: c['locked'] === 1n,
    accounts: JSON.parse(String(c['accounts'])),
  }) as CustomerRow;

export const terminalFrom = (c: Columns): TerminalRow =>
  ({
    id: c['id'],
    keyIds: JSON.parse(String(c['key_ids'])),
    revoked: c['revoked'] === 1n,
    enrolledAtMs: Number(c['enrolled_at_ms']),
  }) as TerminalRow;

export const auditFrom = (c: Columns): AuditRow =>
  ({
    seq: Number(c['seq']),
    keyId: Number(c['key_id']),
    iv: c['iv'],
    ct: c['ct'],
    mac: c['mac'],
    hash: c['hash'],
  }) as AuditRow;

/** Replies that are stored carry at most these fields; lists of accounts and history pages are never repeated. */
type StoredReply = Pick<ReplyFields, 'account' | 'triesLeft' | 'holdId' | 'state' | 'total' | 'difference'>;

export function encodeReply(fields: StoredReply): string {
  const { account, total, difference } = fields;
  return JSON.stringify({
    ...fields,
    ...(account && {
      account: { ...account, ledger: `${account.ledger}`, available: `${account.available}` },
    }),
    ...(total !== undefined && { total: `${total}` }),
    ...(difference !== undefined && { difference: `${difference}` }),
  });
}

export function decodeReply(text: string): ReplyFields {
  const fields = JSON.parse(text);
  const { account, total, difference } = fields;
  return {
    ...fields,
    ...(account && { account: decodeView(account) }),
    ...(total !== undefined && { total: money(total) }),
    ...(difference !== undefined && { difference: money(difference) }),
  };
}

const decodeView = (view: AccountView): AccountView => ({
  ...view,
  ledger: money(view.ledger),
  available: money(view.available),
});

const money = (digits: unknown): Cents => cents(BigInt(String(digits)));
