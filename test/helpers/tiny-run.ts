/**
 * A small, whole run for the checkers: the real `decide`, books and audit trail over rows kept in arrays, driven one
 * operation after the other. Tests damage the arrays and see which checker notices.
 *
 * @module
 */

import { applyDecision, BatchBuilder } from '../../bank/apply.ts';
import { type AuditKey, AuditTrail, auditKey, openRecord } from '../../bank/audit/trail.ts';
import type { Command, Decision } from '../../bank/commands.ts';
import { decide } from '../../bank/decide/index.ts';
import type { AccountRow, AuditRow, EntryRow, TxnRow } from '../../bank/model.ts';
import { DEFAULT_POLICY } from '../../bank/policy.ts';
import { BankState, txnKey } from '../../bank/state.ts';
import type { AccountId, CustomerId, TerminalId, TxnId } from '../../protocol/ids.ts';
import type { Request } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { CheckInput } from '../../sim/check/index.ts';
import type { CashCount, HistoryRecord, OperationRecord } from '../../sim/history.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The run's records, free to be damaged. */
export interface TinyRun {
  readonly history: Mutable<HistoryRecord>[];
  readonly entries: Mutable<EntryRow>[];
  readonly txns: Mutable<TxnRow>[];
  readonly accounts: Mutable<AccountRow>[];
  readonly audit: Mutable<AuditRow>[];
  readonly key: AuditKey;
  auditHead: { seq: number; hash: Uint8Array };
}

export const TERMINALS = ['ATM-1', 'ATM-2'] as TerminalId[];
const OPENED = cents(100_000);
const LOADED = cents(50_000);
const VAULT_FUNDED = cents(1_000_000);
const CUSTOMERS = ['alice', 'bob'] as CustomerId[];
const NOW_MS = Date.UTC(2026, 10, 24);

export const op = (run: TinyRun, name: OperationRecord['op'], n = 0): Mutable<OperationRecord> => {
  const found = run.history.filter((one) => one.type === 'op' && one.op === name)[n];
  if (found?.type !== 'op') throw new Error(`Expected a ${name} number ${n}`);
  return found;
};
export const drawer = (run: TinyRun, terminal = TERMINALS[0]): Mutable<CashCount> => {
  const found = run.history.find((one) => one.type === 'cash' && one.terminal === terminal);
  if (found?.type !== 'cash') throw new Error(`Expected a count of ${terminal}`);
  return found;
};
export const row = (run: TinyRun, { txnId }: OperationRecord): Mutable<TxnRow> => {
  const found = run.txns.find((one) => one.txnId === txnId);
  if (!found) throw new Error(`Expected a row of ${txnId}`);
  return found;
};
export const entriesOf = (run: TinyRun, { txnId }: OperationRecord): Mutable<EntryRow>[] =>
  run.entries.filter((one) => one.txnId === txnId);

export const inputOf = (run: TinyRun): CheckInput => ({
  history: () => run.history,
  bank: {
    image: {
      accounts: run.accounts,
      customers: [],
      terminals: [],
      open: [],
      entrySeq: run.entries.length,
      auditHead: run.auditHead,
    },
    entries: () => run.entries,
    txns: () => run.txns,
    audit: () => run.audit,
    openAudit: (record) => openRecord(record, run.key),
  },
  expected: { vaultFunded: VAULT_FUNDED, accountsOpened: (OPENED * BigInt(CUSTOMERS.length)) as Cents },
});

/** Out of suspense, either way; paid although reversed; reversed before the bank had seen it. */
type Odd = 'foundPaid' | 'foundUnpaid' | 'paidReversed' | 'reversedFirst';

interface Asked {
  readonly op: OperationRecord['op'];
  readonly customer?: string;
  readonly terminal?: number;
  readonly amount?: number;
  readonly to?: string;
  /** What the device did after an approval; `late`: no reply came in time. */
  readonly ending?: 'taken' | 'partly' | 'unknown' | 'jam' | 'late' | 'pending' | Odd;
}

/** Each kind of operation and each end of a withdrawal, `rounds` times. */
export function tinyRun(rounds = 1): TinyRun {
  const bank = new TinyBank();
  for (let round = 0; round < rounds; round += 1) {
    for (const asked of SCRIPT) bank.operate(asked);
  }
  bank.operate({ op: 'withdraw', ending: 'pending', amount: 2_000 });
  return bank.finish();
}

const SCRIPT: readonly Asked[] = [
  { op: 'login' },
  { op: 'balance' },
  { op: 'deposit', amount: 40_000 },
  { op: 'withdraw', amount: 10_000, ending: 'taken' },
  { op: 'withdraw', amount: 6_000, ending: 'partly' },
  { op: 'withdraw', amount: 4_000, ending: 'jam' },
  { op: 'withdraw', amount: 4_000, ending: 'late' },
  { op: 'withdraw', amount: 3_000, ending: 'unknown', terminal: 1 },
  { op: 'withdraw', amount: 20_000_000 },
  { op: 'withdraw', amount: 2_000, ending: 'foundPaid', terminal: 1 },
  { op: 'withdraw', amount: 2_000, ending: 'foundUnpaid', terminal: 1 },
  { op: 'withdraw', amount: 1_000, ending: 'paidReversed', terminal: 1 },
  { op: 'withdraw', amount: 1_000, ending: 'reversedFirst', terminal: 1 },
  { op: 'transfer', amount: 1_500, to: 'bob' },
  { op: 'transfer', amount: 700, customer: 'bob', to: 'alice', terminal: 1 },
  { op: 'deposit', amount: 21_000, customer: 'bob', terminal: 1 },
  { op: 'transfer', amount: 700, to: 'nobody' },
  { op: 'balance', customer: 'bob', terminal: 1 },
  { op: 'history' },
  { op: 'logout' },
];

class TinyBank {
  private readonly rows = new Map<string, TxnRow>();
  private readonly key = auditKey(new Uint8Array(32).fill(7), 1);
  private readonly trail = new AuditTrail({ key: this.key });
  private readonly audit: AuditRow[] = [];
  private readonly entries: EntryRow[] = [];
  private readonly history: HistoryRecord[] = [];
  private readonly cash = new Map(TERMINALS.map((id) => [id, Number(LOADED)]));
  private readonly state: BankState;
  private count = 0;
  private timeUs = 0;

  constructor() {
    const store = {
      transaction: (terminal: TerminalId, txnId: TxnId) => this.rows.get(txnKey(terminal, txnId)),
      history: () => [],
    };
    const image = inputOf({
      history: [],
      entries: [],
      txns: [],
      accounts: [],
      audit: [],
      key: this.key,
      auditHead: { seq: 0, hash: new Uint8Array(32) },
    }).bank.image;
    const policy = { ...DEFAULT_POLICY, dayAmountMax: cents(10n ** 12n), dayCountMax: 1_000_000 };
    this.state = BankState.from({
      store,
      image,
      usage: [],
      nowMs: NOW_MS,
      policy,
      tokenFor: () => '00'.repeat(32),
    });
    this.carryOut({ type: 'fundVault', amount: VAULT_FUNDED });
    for (const customer of CUSTOMERS) {
      const accounts = [{ id: String(customer) as AccountId, opening: OPENED }];
      this.carryOut({ type: 'addCustomer', customer, password: 'hash', accounts });
    }
    for (const terminal of TERMINALS) {
      this.carryOut({ type: 'enrolTerminal', terminal, keyId: 1 });
      this.carryOut({ type: 'loadCash', terminal, amount: LOADED });
    }
  }

  operate({ op, customer = 'alice', terminal = 0, amount = 0, to, ending = 'taken' }: Asked): void {
    const at = TERMINALS[terminal] ?? ('ATM-1' as TerminalId);
    const who = customer as CustomerId;
    const account = customer as AccountId;
    const money = cents(amount);
    const txnId = ['login', 'deposit', 'withdraw', 'transfer'].includes(op) ? this.nextId() : null;
    const base = { rid: 1, attempt: 1, txnId: txnId ?? this.nextId() };
    const notes = [{ denomination: cents(1_000), count: amount / 1_000 }];
    const request = {
      login: { ...base, type: 'login', user: who, password: '' },
      logout: { rid: 1, type: 'logout' },
      balance: { rid: 1, type: 'balance', account },
      history: { rid: 1, type: 'history', account, cursor: null, limit: 10, kinds: [] },
      deposit: { ...base, type: 'deposit', account, amount: money, notes },
      withdraw: { ...base, type: 'authorise', account, amount: money, notes, nonce: '00'.repeat(16) },
      transfer: { ...base, type: 'transfer', from: account, to: to as AccountId, amount: money },
    }[op] as Request;
    const sentUs = this.tick();
    const origin = { terminal: at, customer: who };
    if (ending === 'reversedFirst') {
      const advice = { rid: 1, attempt: 1, txnId: this.nextId(), origTxnId: base.txnId };
      this.ask(origin, { ...advice, type: 'reverse', reason: 'timeout' });
    }
    const made = this.ask(origin, request);
    const repliedUs = this.tick();
    const view = made.fields.account;
    const approved = made.code === 'APPROVED';
    const cash = op === 'deposit' && approved ? amount : 0;
    const isLate = op === 'withdraw' && ending === 'late';
    let record: Mutable<OperationRecord> = {
      type: 'op',
      terminal: at,
      customer: who,
      op,
      txnId,
      account: op === 'login' || op === 'logout' ? null : account,
      counterparty: (to ?? null) as AccountId | null,
      amount: `${amount}`,
      cash: `${cash}`,
      intendedUs: sentUs,
      sentUs,
      repliedUs,
      doneUs: repliedUs,
      outcome: approved ? 'ok' : 'fail',
      code: made.code,
      settledBy: 'reply',
      ledger: view ? `${view.ledger}` : null,
      available: view ? `${view.available}` : null,
      version: view?.version ?? null,
      audit: this.head(),
    };
    if (isLate)
      record = { ...record, repliedUs: null, ledger: null, available: null, version: null, code: 'TIMEOUT' };
    if (op === 'withdraw' && approved && txnId) this.settle(record, { ending, txnId });
    this.cash.set(at, (this.cash.get(at) ?? 0) + (op === 'withdraw' ? -1 : 1) * Number(record.cash));
    record.audit = this.head();
    this.history.push(record);
  }

  finish(): TinyRun {
    for (const terminal of TERMINALS) {
      const counted = `${this.cash.get(terminal)}`;
      const open = terminal === TERMINALS[0] ? 1 : 0;
      this.history.push({ type: 'cash', terminal, loaded: `${LOADED}`, counted, open });
    }
    return {
      history: this.history,
      entries: this.entries,
      txns: [...this.rows.values()].sort((a, b) => a.seq - b.seq),
      accounts: [...this.state.accounts.values()].map((one) => ({ ...one })),
      audit: this.audit,
      key: this.key,
      auditHead: { ...this.trail.head },
    };
  }

  /** What the terminal does after an approval. */
  private settle(
    record: Mutable<OperationRecord>,
    { ending, txnId }: { ending: Asked['ending']; txnId: TxnId },
  ): void {
    const { terminal } = record;
    const origin = { terminal, customer: null };
    const amount = cents(BigInt(record.amount));
    const advice = () => ({ rid: 2, attempt: 1, txnId: this.nextId(), origTxnId: txnId });
    if (ending === 'jam' || ending === 'late' || ending === 'paidReversed') {
      this.ask(origin, { ...advice(), type: 'reverse', reason: ending === 'late' ? 'timeout' : 'hardware' });
      record.outcome = 'fail';
      record.settledBy = 'reversal';
      if (ending !== 'paidReversed') return;
    }
    const isUnknown = ending === 'unknown' || ending === 'foundPaid' || ending === 'foundUnpaid';
    const taken = ending === 'partly' ? 2_000 : ending === 'foundUnpaid' ? 0 : Number(amount);
    record.cash = `${taken}`;
    if (ending === 'pending') return;
    const disposition = ending === 'partly' ? 'PARTIAL' : isUnknown ? 'UNKNOWN' : 'TAKEN';
    const dispensed = cents(isUnknown ? 0 : taken);
    this.ask(origin, { ...advice(), type: 'complete', disposition, dispensed, cassettes: [] });
    if (isUnknown || ending === 'paidReversed') record.outcome = 'unknown';
    if (ending === 'foundPaid' || ending === 'foundUnpaid') {
      this.carryOut({ type: 'resolveSuspense', terminal, txnId, paid: ending === 'foundPaid' });
    }
  }

  private ask(origin: { terminal: TerminalId; customer: CustomerId | null }, request: Request): Decision {
    if (request.type === 'passwordChange') throw new Error('Expected another request');
    if (request.type !== 'login') return this.carryOut({ type: 'request', origin, request });
    this.carryOut({ type: 'loginBegin', origin, request });
    return this.carryOut({ type: 'loginFinish', origin, request, ok: true });
  }

  private carryOut(command: Command): Decision {
    const made = decide(this.state, command, NOW_MS);
    const sealed = made.audit ? this.trail.seal(made.audit, NOW_MS, new Uint8Array(16)) : null;
    if (sealed) this.audit.push({ ...sealed, hash: sealed.hash });
    const builder = new BatchBuilder();
    builder.add(applyDecision(this.state, made, sealed?.seq ?? 0), sealed);
    const batch = builder.build();
    for (const one of batch.entries) this.entries.push({ ...one });
    for (const one of batch.txns) this.rows.set(txnKey(one.terminal, one.txnId), { ...one });
    this.state.committed(batch);
    return made;
  }

  private nextId(): TxnId {
    this.count += 1;
    return this.count.toString(16).padStart(32, '0') as TxnId;
  }

  private tick(): number {
    this.timeUs += 100;
    return this.timeUs;
  }

  private head(): { seq: number; head: string } {
    const { seq, hash } = this.trail.head;
    return { seq, head: Buffer.from(hash).toString('hex') };
  }
}
