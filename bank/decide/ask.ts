/**
 * What every decision on a request is made from and of: the request with its origin and fingerprint, the row it leaves,
 * the refusal, and the answer to a repeat (ARCHITECTURE "Idempotency").
 *
 * A repeat's answer is a decision like any other: its audit record goes into a later batch than the original, or into
 * the same one after it. Batches commit in order and replies leave after their own commit, so no repeat is ever
 * answered before the original is durable.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { AccountId, CustomerId, TerminalId } from '../../protocol/ids.ts';
import type { ReplyFields } from '../../protocol/messages.ts';
import { ZERO } from '../../protocol/money.ts';
import { NOBODY, outcome, repeated } from '../audit/actions.ts';
import type { Decision, Write } from '../commands.ts';
import type { Keyed } from '../fingerprint.ts';
import { type AccountRow, customerAccount, type EntryRow, type TxnRow } from '../model.ts';
import type { BankView } from '../state.ts';

export interface Ask<R extends Keyed> {
  readonly request: R;
  readonly terminal: TerminalId;
  /** The session's customer; of an advice, the original's. */
  readonly customer: CustomerId | null;
  /** Of the session's key, where a token may be made. */
  readonly keyId?: number | undefined;
  readonly nowMs: number;
  readonly fingerprint: string;
  /** Words for the audit trail, e.g. `withdraw $40.00`. */
  readonly action: string;
}

type NewRow = Omit<TxnRow, 'seq' | 'settledSeq'>;

export interface Verdict {
  readonly code: Code;
  readonly customer: CustomerId | null;
  /** Unescaped audit text, complete. */
  readonly action: string;
  readonly fields?: ReplyFields;
  readonly writes?: readonly Write[];
  readonly changed?: Decision['changed'];
  readonly alert?: string | undefined;
}

export const decision = (v: Verdict): Decision => ({
  code: v.code,
  fields: v.fields ?? {},
  writes: v.writes ?? [],
  audit: { customer: v.customer ?? NOBODY, action: v.action },
  changed: v.changed ?? [],
  ...(v.alert === undefined ? {} : { alert: v.alert }),
});

/** The row of this request's own id; `over` says what came of it. */
export function txnRow<R extends Keyed>(
  ask: Ask<R>,
  over: Pick<TxnRow, 'state' | 'code'> & Partial<NewRow>,
): NewRow {
  return {
    terminal: ask.terminal,
    txnId: ask.request.txnId,
    kind: ask.request.type,
    customer: ask.customer,
    account: null,
    counterparty: null,
    amount: ZERO,
    settled: ZERO,
    fingerprint: ask.fingerprint,
    reply: {},
    balance: null,
    atMs: ask.nowMs,
    origTxnId: null,
    ...over,
  };
}

export const entryWrite = <R extends Keyed>(
  ask: Ask<R>,
  entry: Pick<EntryRow, 'phase' | 'kind' | 'debit' | 'credit' | 'amount' | 'held'> & Pick<TxnRow, 'txnId'>,
): Write => ({ table: 'entry', row: { ...entry, terminal: ask.terminal, atMs: ask.nowMs } });

/** Refused, finally for this id. `about` names accounts and amount for the customer's history. */
export function refuse<R extends Keyed>(
  ask: Ask<R>,
  code: Code,
  about: Partial<NewRow> & { readonly prior?: TxnRow; readonly fields?: ReplyFields } = {},
): Decision {
  const { prior, fields = {}, ...row } = about;
  const written = txnRow(ask, { ...row, state: 'declined', code, reply: fields });
  return decision({
    code,
    customer: ask.customer,
    action: outcome(ask.action, code),
    fields,
    writes: [prior ? { table: 'txn', row: written, prior } : { table: 'txn', row: written }],
  });
}

/** Another request under a used id: no effect at all, not even on the row. */
export const mismatch = <R extends Keyed>(ask: Ask<R>): Decision =>
  decision({
    code: 'DUPLICATE_MISMATCH',
    customer: ask.customer,
    action: outcome(ask.action, 'DUPLICATE_MISMATCH'),
    alert: `${ask.terminal} used ${ask.request.txnId} for two different requests`,
  });

/** The answer to a repeat, from the present state of its row. Never an effect. */
export function repeat<R extends Keyed>(state: BankView, ask: Ask<R>, row: TxnRow): Decision {
  const code = repeatCode(row);
  const stored = code === row.code ? row.reply : {};
  const { request, terminal, keyId } = ask;
  // The token is made anew and only while the hold is open, so it is neither stored nor given out twice over.
  const fields =
    row.state === 'held' && request.type === 'authorise' && mayServe(state, ask)
      ? { ...stored, dispenseToken: state.tokenFor({ terminal, keyId, ...request }) }
      : stored;
  return decision({ code, customer: row.customer, action: repeated(outcome(ask.action, code)), fields });
}

function repeatCode(row: TxnRow): Code {
  switch (row.state) {
    case 'voided':
    case 'tombstone':
      return 'ALREADY_REVERSED';
    case 'completed':
    case 'partial':
    case 'suspense':
      return 'ALREADY_COMPLETED';
    case 'pending':
      return 'IN_PROGRESS';
    case 'posted':
      // Were the stored approval repeated, a terminal could log a past customer in without the password.
      return row.kind === 'login' ? 'ALREADY_COMPLETED' : row.code;
    default:
      return row.code;
  }
}

/** The account, if it is the customer's; otherwise why not. */
export function ownAccount(
  state: BankView,
  customer: CustomerId | null,
  account: AccountId,
): AccountRow | Code {
  if (customer === null) return 'NOT_PERMITTED';
  const row = state.accounts.get(customerAccount(account));
  if (!row) return 'UNKNOWN_ACCOUNT';
  return state.customers.get(customer)?.accounts.includes(account) ? row : 'NOT_PERMITTED';
}

/**
 * True when the terminal may start something new for a customer. Advices need no such leave. A session's last requests
 * may still wait here when its key is retired.
 */
export function mayServe(
  state: BankView,
  { terminal, keyId }: { readonly terminal: TerminalId; readonly keyId?: number | undefined },
): boolean {
  const row = state.terminals.get(terminal);
  return row !== undefined && !row.revoked && (keyId === undefined || row.keyIds.includes(keyId));
}

export const isLocked = (state: BankView, customer: CustomerId): boolean =>
  state.customers.get(customer)?.locked === true;
