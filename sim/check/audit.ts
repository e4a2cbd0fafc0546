/**
 * AUDIT: walks the chain with a hash of its own, holds it against every head a terminal saw (which shows a trail that
 * was cut or rolled back), and, where the key is at hand, finds the record of every transaction and of every
 * acknowledged question.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { NOBODY, operationText, outcome } from '../../bank/audit/actions.ts';
import type { AuditRow, TxnRow } from '../../bank/model.ts';
import type { Cents } from '../../protocol/money.ts';
import type { HistoryRecord } from '../history.ts';
import { fitsFirst, fitsLast } from './audit-text.ts';
import { UNDECIDED } from './durable.ts';
import { type Finding, Tally } from './finding.ts';
import type { CheckInput } from './input.ts';
import { isAdvice, nameOf, type Transaction, type Transactions } from './transactions.ts';

const HASH_BYTES = 32;

/** The trail, by seq − 1: hashes end to end; customers and actions (one copy of each text) where they were opened. */
interface Trail {
  readonly hashes: Buffer;
  readonly records: number;
  readonly customers: readonly string[];
  readonly actions: readonly string[];
  readonly opened: boolean;
}

export function checkAudit({ history, bank }: CheckInput, transactions: Transactions): Finding {
  const tally = new Tally('AUDIT');
  const trail = walk(tally, bank);
  const witnesses = checkWitnesses(tally, history(), trail);
  const first = new Set<number>();
  for (const row of bank.txns()) checkRow(tally, { row, trail, first });
  let questions = 0;
  if (trail.opened) {
    for (const transaction of transactions.values()) checkOperation(tally, transaction, trail);
    questions = checkQuestions(tally, history(), trail);
  }
  return tally.finding({
    records: trail.records,
    head: `${bank.image.auditHead.seq}`,
    witnesses,
    questions,
    contents: trail.opened ? 'opened' : 'not opened',
  });
}

function walk(tally: Tally, { image, audit, openAudit }: CheckInput['bank']): Trail {
  const texts = new Map<string, string>();
  const once = (text: string): string => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  const customers: string[] = [];
  const actions: string[] = [];
  let hashes = Buffer.alloc(1024 * HASH_BYTES);
  let head: Uint8Array = new Uint8Array(HASH_BYTES);
  let records = 0;
  for (const row of audit()) {
    const at = records * HASH_BYTES;
    records += 1;
    const seq = records;
    tally.check(row.seq === seq, () => `audit record ${row.seq} stands where ${seq} should`);
    head = chained(head, row);
    tally.check(
      Buffer.compare(head, row.hash) === 0,
      () => `audit record ${row.seq} does not follow from the one before`,
    );
    // What is stored goes on, so that one forged record is one violation.
    head = row.hash;
    if (at === hashes.length) hashes = Buffer.concat([hashes, Buffer.alloc(hashes.length)]);
    hashes.set(row.hash, at);
    if (!openAudit) continue;
    const text = openAudit(row);
    tally.check(text !== null, () => `audit record ${row.seq} does not open`);
    customers.push(once(text?.customer ?? ''));
    actions.push(once(text?.action ?? ''));
  }
  const { seq } = image.auditHead;
  const ends = seq === records && Buffer.compare(head, image.auditHead.hash) === 0;
  if (records > 0 || seq > 0)
    tally.check(ends, () => `the audit trail ends at ${records}, its head is ${seq}`);
  return { hashes, records, customers, actions, opened: openAudit !== null };
}

/** h_n = SHA-256(h_{n−1} ‖ seq ‖ key id ‖ IV ‖ CT ‖ MAC). */
function chained(before: Uint8Array, { seq, keyId, iv, ct, mac }: AuditRow): Uint8Array {
  const numbers = Buffer.alloc(12);
  numbers.writeBigUInt64BE(BigInt(seq), 0);
  numbers.writeUInt32BE(keyId, 8);
  return hash('sha256', Buffer.concat([before, numbers, iv, ct, mac]), 'buffer');
}

function checkWitnesses(tally: Tally, history: Iterable<HistoryRecord>, trail: Trail): number {
  let witnesses = 0;
  for (const record of history) {
    if (record.type !== 'op' || record.audit === null || record.audit.seq === 0) continue;
    witnesses += 1;
    const { seq, head } = record.audit;
    const name = () => `${record.terminal}${record.txnId === null ? '' : `/${record.txnId}`} saw head ${seq}`;
    const kept = seq <= trail.records;
    tally.check(kept, () => `${name()}, the audit trail ends at ${trail.records}`);
    if (!kept) continue;
    const end = seq * HASH_BYTES;
    const same = trail.hashes.toString('hex', end - HASH_BYTES, end) === head;
    tally.check(same, () => `${name()} as ${head.slice(0, 16)}…, the trail has another`);
  }
  return witnesses;
}

/** Each transaction names its records, and no two first decisions share one. */
function checkRow(
  tally: Tally,
  { row, trail, first }: { readonly row: TxnRow; readonly trail: Trail; readonly first: Set<number> },
): void {
  const { seq, settledSeq, state, terminal, txnId, kind } = row;
  if (state === 'pending') return;
  const name = `${terminal}/${txnId}, ${kind} ${state},`;
  const named = seq >= 1 && settledSeq >= seq && settledSeq <= trail.records;
  tally.check(named, () => `${name} names audit records ${seq} and ${settledSeq} of ${trail.records}`);
  if (!isAdvice(row)) {
    tally.check(!first.has(seq), () => `${name} names audit record ${seq}, which is another transaction's`);
    first.add(seq);
  }
  if (!named || !trail.opened) return;
  const [begun = '', ended = ''] = [trail.actions[seq - 1], trail.actions[settledSeq - 1]];
  tally.check(fitsFirst(row, begun), () => `${name} is audited at ${seq} as "${begun}"`);
  if (settledSeq !== seq)
    tally.check(fitsLast(row, ended), () => `${name} is audited at ${settledSeq} as "${ended}"`);
  const customer = trail.customers[seq - 1];
  // A name that is nobody's is recorded as it was given; a tombstone knew no customer yet.
  if (row.customer === null || begun.startsWith('reverse')) return;
  tally.check(
    customer === row.customer,
    () => `${name} of ${row.customer} is audited at ${seq} as ${customer}'s`,
  );
}

/** What the terminal was told is what the record says. */
function checkOperation(tally: Tally, transaction: Transaction, trail: Trail): void {
  const { op, row } = transaction;
  if (!op || !row || op.outcome === 'unknown' || op.settledBy !== 'reply' || row.seq === 0) return;
  if (op.code === null || UNDECIDED.has(op.code) || op.code.startsWith('ALREADY')) return;
  const code = op.op === 'withdraw' && op.outcome === 'ok' ? 'APPROVED' : op.code;
  const expected = operationText(op.op, code, { amount: BigInt(op.amount) as Cents, to: op.counterparty });
  const found = trail.actions[row.seq - 1];
  const text = () =>
    `${nameOf(transaction)} is audited at ${row.seq} as "${found}", the terminal was told "${expected}"`;
  tally.check(found === expected || trail.actions[row.settledSeq - 1] === expected, text);
  const customer = trail.customers[row.seq - 1];
  const same = customer === op.customer || customer === NOBODY;
  tally.check(
    same,
    () => `${nameOf(transaction)} of ${op.customer} is audited at ${row.seq} as ${customer}'s`,
  );
}

/** Balance, history and logout carry no id: there must be at least as many records as acknowledged ones. */
function checkQuestions(tally: Tally, history: Iterable<HistoryRecord>, trail: Trail): number {
  const missing = new Map<string, number>();
  let questions = 0;
  for (const record of history) {
    if (record.type !== 'op' || record.txnId !== null || record.settledBy !== 'reply') continue;
    const code = record.code ?? 'APPROVED';
    // A session without a customer leaves a record without one.
    if (record.outcome === 'unknown' || UNDECIDED.has(code) || code === 'NOT_PERMITTED') continue;
    questions += 1;
    const key = `${record.customer} | ${outcome(record.op, code)}`;
    missing.set(key, (missing.get(key) ?? 0) + 1);
  }
  for (const [at, action] of trail.actions.entries()) {
    const key = `${trail.customers[at]} | ${action}`;
    const left = missing.get(key);
    if (left !== undefined) missing.set(key, left - 1);
  }
  for (const [key, left] of missing) {
    tally.check(left <= 0, () => `the audit trail lacks ${left} of "${key}"`);
  }
  return questions;
}
