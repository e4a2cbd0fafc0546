/**
 * Observations written by hand for the live checks: one terminal, one customer, one deposit.
 *
 * @module
 */
import type { Outgoing } from '../../actors/terminal-link-port.ts';
import type { Command, Decision } from '../../bank/commands.ts';
import type { CustomerRow, LedgerAccount, TxnRow } from '../../bank/model.ts';
import type { AccountId, CustomerId, TerminalId, TxnId } from '../../protocol/ids.ts';
import type { Deposit, Login, Reply } from '../../protocol/messages.ts';
import { cents } from '../../protocol/money.ts';
import { Judge } from '../../sim/check/live/judge.ts';

export const ATM = 'ATM-1' as TerminalId;
export const ALICE = 'alice' as CustomerId;
export const BOB = 'bob' as CustomerId;
export const ACCOUNT = 'A-1' as AccountId;
export const TXN = '0'.repeat(32) as TxnId;
export const txn = (n: number) => n.toString(16).padStart(32, '0') as TxnId;

/** Collects what is reported. */
export class Bench {
  readonly reports: (readonly [string, string])[] = [];
  readonly judge = new Judge((invariant, text) => this.reports.push([invariant, text]));

  get violated(): string[] {
    return [...new Set(this.reports.map(([invariant]) => invariant))];
  }
}

export const deposit = (over: Partial<Deposit> = {}): Deposit => ({
  type: 'deposit',
  rid: 2,
  txnId: TXN,
  attempt: 1,
  account: ACCOUNT,
  amount: cents(40_00),
  notes: [{ denomination: cents(20_00), count: 2 }],
  ...over,
});

export const login = (over: Partial<Login> = {}): Login => ({
  type: 'login',
  rid: 1,
  user: ALICE,
  password: 'alice-pw',
  txnId: txn(99),
  ...over,
});

/** As a host hands it to its link. */
export function unnumbered({ rid: _rid, ...request }: Deposit | Login): Outgoing {
  return request as Outgoing;
}

/** As it stands on the wire. */
export const wire = (message: object) =>
  JSON.parse(JSON.stringify(message, (_, value) => (typeof value === 'bigint' ? String(value) : value)));

export const reply = (over: Partial<Reply> = {}): Reply => ({
  type: 'reply',
  rid: 2,
  code: 'APPROVED',
  audit: { seq: 1, head: '5a'.repeat(32) },
  ...over,
});

export const decision = (over: Partial<Decision> = {}): Decision => ({
  code: 'APPROVED',
  fields: {},
  writes: [],
  audit: null,
  changed: [],
  ...over,
});

export const addAlice: Command = {
  type: 'addCustomer',
  customer: ALICE,
  password: 'alice-pw',
  accounts: [{ id: ACCOUNT, opening: cents(100_00) }],
};

export const entry = (
  phase: 'hold' | 'post' | 'settle',
  over: { readonly txnId?: TxnId; readonly debit?: string } = {},
): Decision['writes'][number] => ({
  table: 'entry',
  row: {
    phase,
    kind: 'withdraw',
    debit: (over.debit ?? `customer:${ACCOUNT}`) as LedgerAccount,
    credit: `cash:${ATM}` as LedgerAccount,
    amount: cents(40_00),
    held: cents(0),
    terminal: ATM,
    txnId: over.txnId ?? TXN,
    atMs: 0,
  },
});

export const customerRow = (tries: number, locked = false): CustomerRow => ({
  id: ALICE,
  password: 'alice-pw',
  tries,
  locked,
  accounts: [ACCOUNT],
});

export const txnWrite = (atMs: number): Decision['writes'][number] => ({
  table: 'txn',
  row: { atMs } as TxnRow,
});
