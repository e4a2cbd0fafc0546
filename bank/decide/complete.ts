/**
 * COMPLETE: the terminal says what became of the cash. An advice: always acknowledged, whatever it says. One that
 * contradicts what is booked goes to suspense and raises an alert; it never charges the customer.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Complete } from '../../protocol/messages.ts';
import { CENTS_MAX, type Cents, subtract, ZERO } from '../../protocol/money.ts';
import { completed, contradicted, partlyCompleted, repeated, suspended } from '../audit/actions.ts';
import type { Decision, Write } from '../commands.ts';
import { postDebit, viewOf } from '../ledger.ts';
import { cashAccount, customerAccount, suspenseAccount, type TxnRow } from '../model.ts';
import { type BankView, cashFree } from '../state.ts';
import { type StepEvent, step } from '../steps.ts';
import { type Ask, decision, entryWrite, txnRow } from './ask.ts';

export function decideComplete(state: BankView, ask: Ask<Complete>, orig: TxnRow | undefined): Decision {
  if (orig?.state === 'held') return settleHold(state, ask, orig);
  if (orig && orig.kind !== 'authorise' && orig.state !== 'tombstone') return conflict(ask, orig);
  if (step(orig?.state ?? 'none', 'complete.full') === 'suspense') return contradiction(state, ask, orig);
  // Completed, partial or suspense: the books stand. It is an acknowledgement again, unless the two disagree.
  invariant(orig, 'a transaction with a final state has a row');
  if (orig.state !== 'suspense' && orig.settled !== ask.request.dispensed) return conflict(ask, orig);
  return acknowledge(ask, orig, repeated(completed(orig.settled)));
}

function settleHold(state: BankView, ask: Ask<Complete>, orig: TxnRow): Decision {
  const event = eventOf(ask.request, orig.amount);
  const next = step(orig.state, event);
  invariant(next && orig.account !== null, 'a hold has an account and can be completed');
  const settled = event === 'complete.part' ? ask.request.dispensed : orig.amount;
  const debit = customerAccount(orig.account);
  const account = state.accounts.get(debit);
  invariant(account, 'the account of a hold exists');
  const unknown = next === 'suspense';
  const sides = {
    kind: 'withdraw',
    debit,
    credit: unknown ? suspenseAccount(ask.terminal) : cashAccount(ask.terminal),
    txnId: orig.txnId,
  } as const;
  const settle = { ...sides, phase: 'settle', amount: settled, held: -settled as Cents } as const;
  const writes: Write[] = [entryWrite(ask, settle)];
  let after = postDebit(account, settle, state.entrySeq + 1);
  const rest = subtract(orig.amount, settled);
  if (rest > 0n) {
    const release = { ...sides, phase: 'release', amount: ZERO, held: -rest as Cents } as const;
    writes.push(entryWrite(ask, release));
    after = postDebit(after, release, state.entrySeq + 2);
  }
  const row = {
    ...orig,
    state: next,
    settled,
    balance: after.ledger,
    code: event === 'complete.part' ? ('APPROVED_PARTIAL' as const) : orig.code,
  };
  const fields = { state: next };
  writes.push(
    { table: 'txn', row, prior: orig },
    { table: 'txn', row: own(ask, 'APPROVED', { settled, reply: fields }) },
  );
  const said = unknown
    ? suspended(settled)
    : rest > 0n
      ? partlyCompleted(settled, orig.amount)
      : completed(settled);
  const odd = unknown && ask.request.disposition !== 'UNKNOWN';
  return decision({
    code: 'APPROVED',
    customer: orig.customer,
    action: said,
    fields,
    writes,
    changed: [viewOf(orig.account, after)],
    alert: odd ? alertText(ask, 'completed with an amount that is not the hold') : undefined,
  });
}

/** What an advice on a hold of `amount` says. One that cannot be true says that nobody knows. */
function eventOf({ disposition, dispensed }: Complete, amount: Cents): StepEvent {
  if (disposition === 'TAKEN' && dispensed === amount) return 'complete.full';
  if (disposition === 'PARTIAL' && dispensed > 0n && dispensed < amount) return 'complete.part';
  return 'complete.unknown';
}

/** Cash left the machine and no hold covers it: never seen, reversed, or declined. */
function contradiction(state: BankView, ask: Ask<Complete>, orig: TxnRow | undefined): Decision {
  const cash = state.accounts.get(cashAccount(ask.terminal));
  const gone = dispensedBy(ask.request);
  // A terminal may claim more than was ever in it; what the books cannot carry stays an alert.
  const posted = cash && gone <= cashFree(state, ask.terminal, cash) ? gone : ZERO;
  const writes: Write[] = [];
  if (posted > 0n) {
    writes.push(
      entryWrite(ask, {
        phase: 'post',
        kind: 'withdraw',
        debit: suspenseAccount(ask.terminal),
        credit: cashAccount(ask.terminal),
        amount: posted,
        held: ZERO,
        txnId: ask.request.origTxnId,
      }),
    );
  }
  const code: Code = orig ? 'STATE_CONFLICT' : 'ORIGINAL_NOT_FOUND';
  const fields = { state: 'suspense' } as const;
  const known = orig && orig.kind === 'authorise' ? orig : unseen(ask, gone);
  const row = { ...known, state: 'suspense', settled: posted, code } as const;
  writes.push(orig ? { table: 'txn', row, prior: orig } : { table: 'txn', row }, {
    table: 'txn',
    row: own(ask, code, { settled: posted, reply: fields }),
  });
  const alert = alertText(ask, `completed a transaction that was ${orig?.state ?? 'never seen'}`);
  return decision({ code, customer: ask.customer, action: contradicted(gone), fields, writes, alert });
}

/** At most 2^53, whatever the terminal claims. */
function dispensedBy({ disposition, dispensed, cassettes }: Complete): Cents {
  if (disposition !== 'UNKNOWN') return dispensed;
  const sum = cassettes.reduce((total, c) => total + c.denomination * BigInt(c.dispensed), 0n);
  return sum <= CENTS_MAX ? (sum as Cents) : CENTS_MAX;
}

/** The row of a withdrawal the bank never authorised: no request can match its empty fingerprint. */
function unseen(ask: Ask<Complete>, amount: Cents): Omit<TxnRow, 'seq' | 'settledSeq'> {
  const base = txnRow(ask, { state: 'suspense', code: 'STATE_CONFLICT', amount });
  return { ...base, txnId: ask.request.origTxnId, kind: 'authorise', fingerprint: '' };
}

function acknowledge(ask: Ask<Complete>, orig: TxnRow, action: string): Decision {
  const fields = { state: orig.state };
  const row = own(ask, 'APPROVED', { reply: fields });
  return decision({
    code: 'APPROVED',
    customer: orig.customer,
    action,
    fields,
    writes: [{ table: 'txn', row }],
  });
}

function conflict(ask: Ask<Complete>, orig: TxnRow): Decision {
  const fields = { state: orig.state };
  const row = own(ask, 'STATE_CONFLICT', { reply: fields });
  return decision({
    code: 'STATE_CONFLICT',
    customer: orig.customer,
    action: `${ask.action} failed - state conflict`,
    fields,
    writes: [{ table: 'txn', row }],
    alert: alertText(ask, `completed otherwise what was ${orig.state} before`),
  });
}

const own = (
  ask: Ask<Complete>,
  code: TxnRow['code'],
  over: Partial<TxnRow>,
): Omit<TxnRow, 'seq' | 'settledSeq'> =>
  txnRow(ask, {
    ...over,
    code,
    state: code === 'APPROVED' ? 'posted' : 'declined',
    amount: ask.request.dispensed,
    origTxnId: ask.request.origTxnId,
  });

const alertText = (ask: Ask<Complete>, what: string): string =>
  `${ask.terminal} ${what} (${ask.request.origTxnId})`;
