/**
 * A bank without network or actors: each command is decided, applied and committed at once. For tests of the pure
 * parts; `customers` c1, c2 … with account … and terminals T1, T2.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { applyDecision, BatchBuilder } from '../../bank/apply.ts';
import { AuditTrail, auditKey, openRecord } from '../../bank/audit/trail.ts';
import type { Command, Decision, Origin } from '../../bank/commands.ts';
import { decide } from '../../bank/decide/index.ts';
import { customerAccount } from '../../bank/model.ts';
import { type BankPolicy, DEFAULT_POLICY } from '../../bank/policy.ts';
import { BankState } from '../../bank/state.ts';
import type { LedgerStore } from '../../bank/store.ts';
import type { AccountId, CustomerId, TerminalId, TxnId } from '../../protocol/ids.ts';
import type {
  Authorise,
  Complete,
  Deposit,
  Login,
  PasswordChange,
  Request,
  Reverse,
  Transfer,
} from '../../protocol/messages.ts';
import type { Cents } from '../../protocol/money.ts';
import { MemoryStore } from './memory-store.ts';

export const KEY = auditKey(new Uint8Array(32).fill(7), 1);
export const START_MS = Date.UTC(2026, 10, 24, 12);

export const terminal = (n: number) => `T${n}` as TerminalId;
export const customer = (n: number) => `c${n}` as CustomerId;
export const account = (n: number) => `A-${n}` as AccountId;
export const txn = (n: number) => n.toString(16).padStart(32, '0') as TxnId;
export const money = (n: number | bigint) => BigInt(n) as Cents;
/** Customer `n` at terminal `at`; 0 for nobody. */
export const origin = (n = 1, at = 1): Origin => ({
  terminal: terminal(at),
  customer: n === 0 ? null : customer(n),
});

const common = { rid: 1, attempt: 1 };
export const authorise = (id: number, amount: number, over: Partial<Authorise> = {}): Authorise => ({
  ...common,
  type: 'authorise',
  txnId: txn(id),
  account: account(1),
  amount: money(amount),
  notes: [{ denomination: money(1000), count: amount / 1000 }],
  nonce: 'ab'.repeat(16),
  ...over,
});
export const deposit = (id: number, amount: number, over: Partial<Deposit> = {}): Deposit => ({
  ...common,
  type: 'deposit',
  txnId: txn(id),
  account: account(1),
  amount: money(amount),
  notes: [{ denomination: money(1000), count: amount / 1000 }],
  ...over,
});
export const transfer = (id: number, amount: number, over: Partial<Transfer> = {}): Transfer => ({
  ...common,
  type: 'transfer',
  txnId: txn(id),
  from: account(1),
  to: account(2),
  amount: money(amount),
  ...over,
});
export const complete = (
  id: number,
  orig: number,
  [disposition, dispensed]: [Complete['disposition'], number],
  over: Partial<Complete> = {},
): Complete => ({
  ...common,
  type: 'complete',
  txnId: txn(id),
  origTxnId: txn(orig),
  disposition,
  dispensed: money(dispensed),
  cassettes: [{ denomination: money(1000), dispensed: dispensed / 1000, rejected: 0 }],
  ...over,
});
export const reverse = (id: number, orig: number, over: Partial<Reverse> = {}): Reverse => ({
  ...common,
  type: 'reverse',
  txnId: txn(id),
  origTxnId: txn(orig),
  reason: 'timeout',
  ...over,
});
export const login = (id: number, user: string, over: Partial<Login> = {}): Login => ({
  rid: 1,
  type: 'login',
  txnId: txn(id),
  user: user as CustomerId,
  password: 'guess',
  ...over,
});
export const passwordChange = (id: number): PasswordChange => ({
  ...common,
  type: 'passwordChange',
  txnId: txn(id),
  old: 'old',
  new: 'new',
});

export class TestBank {
  readonly store: LedgerStore;
  readonly policy: BankPolicy;
  state: BankState;
  nowMs = START_MS;
  #trail: AuditTrail;
  #random = 0;

  constructor(policy: Partial<BankPolicy> = {}, store: LedgerStore = new MemoryStore()) {
    this.store = store;
    this.policy = { ...DEFAULT_POLICY, ...policy };
    this.state = this.#open();
    this.#trail = new AuditTrail({ key: KEY });
  }

  /** Two customers with 1,000.00 each, two terminals with 5,000.00 each. */
  static furnished(policy: Partial<BankPolicy> = {}, store?: LedgerStore): TestBank {
    const bank = new TestBank(policy, store);
    bank.run({ type: 'fundVault', amount: money(10_000_000) });
    for (const n of [1, 2]) {
      const accounts = [{ id: account(n), opening: money(100_000) }];
      bank.run({ type: 'addCustomer', customer: customer(n), password: `hash-of-${n}`, accounts });
      bank.run({ type: 'enrolTerminal', terminal: terminal(n), keyId: 1 });
      bank.run({ type: 'loadCash', terminal: terminal(n), amount: money(500_000) });
    }
    return bank;
  }

  /** Decides, applies and commits each command; all in one batch. */
  batch(commands: readonly Command[]): Decision[] {
    const builder = new BatchBuilder();
    const decisions = commands.map((command) => {
      const made = decide(this.state, command, this.nowMs);
      const applied = applyDecision(this.state, made, made.audit ? this.#trail.head.seq + 1 : 0);
      builder.add(applied, made.audit ? this.#trail.seal(made.audit, this.nowMs, this.#bytes()) : null);
      return made;
    });
    const batch = builder.build();
    let failed: unknown = null;
    this.store.commit(batch, (error) => {
      failed = error;
    });
    if (failed) throw failed;
    this.state.committed(batch);
    return decisions;
  }

  run(command: Command): Decision {
    const [made] = this.batch([command]);
    if (!made) throw new Error('a command has a decision');
    return made;
  }

  ask(request: Exclude<Request, Login | PasswordChange>, from: Origin = origin()): Decision {
    return this.run({ type: 'request', origin: from, request });
  }

  /** Both halves of a login; `ok` is what the hash would say. */
  login(request: Login, ok: boolean, from: Origin = origin(0)): Decision {
    const begun = this.run({ type: 'loginBegin', origin: from, request });
    return begun.verify ? this.run({ type: 'loginFinish', origin: from, request, ok }) : begun;
  }

  /** As after a crash: only what was committed is known. */
  restart(): void {
    this.state = this.#open();
    this.#trail = new AuditTrail({ key: KEY, head: this.store.load().auditHead });
  }

  balance(n: number): { ledger: number; available: number } {
    const row = this.state.accounts.get(customerAccount(account(n)));
    if (!row) throw new Error(`no account ${n}`);
    return { ledger: Number(row.ledger), available: Number(row.ledger - row.held) };
  }

  ledger(id: string): number {
    return Number([...this.state.accounts.values()].find((row) => row.id === id)?.ledger ?? Number.NaN);
  }

  /** `customer | action` of the last audit record. */
  lastAudit(): string {
    const row = [...this.store.audit(this.#trail.head.seq)].at(-1);
    const record = row && openRecord(row, KEY);
    return record ? `${record.customer} | ${record.action}` : 'no record';
  }

  get auditSeq(): number {
    return this.#trail.head.seq;
  }

  #open(): BankState {
    return BankState.open({
      store: this.store,
      policy: this.policy,
      nowMs: this.nowMs,
      tokenFor: ({ terminal: at, txnId, amount, nonce }) =>
        createHash('sha256').update(`${at} ${txnId} ${amount} ${nonce}`).digest('hex'),
    });
  }

  #bytes(): Uint8Array {
    this.#random += 1;
    return createHash('sha256').update(`iv ${this.#random}`).digest().subarray(0, 16);
  }
}
