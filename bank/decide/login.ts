/**
 * LOGIN, in two commands around the password hash: `loginBegin` books the try durably, the hash runs off the thread,
 * `loginFinish` answers. So parallel guesses cannot all pass, and a repeat of one attempt counts once.
 *
 * A name that is nobody's gets the same counter, the same time and the same answers. Such names share `strangersMax`
 * counter rows, so that guessing names cannot fill the disk.
 *
 * @module
 */
import { hash } from 'node:crypto';
import type { CustomerId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { AccountView, Login } from '../../protocol/messages.ts';
import * as say from '../audit/actions.ts';
import type { Decision } from '../commands.ts';
import { viewOf } from '../ledger.ts';
import { type CustomerRow, customerAccount, type TxnRow } from '../model.ts';
import { type BankView, HOUR_MS } from '../state.ts';
import { type Ask, decision, mayServe, mismatch, refuse, repeat, txnRow } from './ask.ts';

export function decideLoginBegin(state: BankView, ask: Ask<Login>, prior: TxnRow | undefined): Decision {
  const who = counterOf(state, ask.request.user);
  if (prior) {
    if (prior.fingerprint !== ask.fingerprint) return mismatch(ask);
    // Pending and not being hashed: the bank stopped in between. The try is booked, so hash it now.
    const resumed = prior.state === 'pending' && !state.isHashing(ask.terminal, ask.request.txnId);
    return resumed ? begin(ask, who, prior) : named(ask, repeat(state, ask, prior));
  }
  if (!mayServe(state, ask) || failuresOf(state, ask) >= state.policy.terminalFailuresMax) {
    return named(ask, refuse(ask, 'TERMINAL_NOT_PERMITTED'));
  }
  if (who.locked || who.tries >= state.policy.triesMax) {
    return named(ask, refuse(ask, 'TRIES_EXCEEDED', { fields: { triesLeft: 0 } }));
  }
  return begin(ask, { ...who, tries: who.tries + 1 });
}

export function decideLoginFinish(
  state: BankView,
  { ask, ok }: { ask: Ask<Login>; ok: boolean },
  prior: TxnRow | undefined,
): Decision {
  invariant(prior, 'a login that finishes has begun');
  if (prior.state !== 'pending') return named(ask, repeat(state, ask, prior));
  const who = counterOf(state, ask.request.user);
  const triesLeft = Math.max(0, state.policy.triesMax - who.tries);
  if (who.locked) {
    return named(ask, refuse(ask, 'TRIES_EXCEEDED', { prior, fields: { triesLeft: 0 } }));
  }
  if (!ok || who.password === null) {
    const refused = named(ask, refuse(ask, 'WRONG_PASSWORD', { prior, fields: { triesLeft } }));
    if (triesLeft > 0) return refused;
    return { ...refused, writes: [...refused.writes, { table: 'customer', row: { ...who, locked: true } }] };
  }
  const reply = { accounts: views(state, who) };
  const row = txnRow(ask, { state: 'posted', code: 'APPROVED' });
  return {
    ...decision({
      code: 'APPROVED',
      customer: who.id,
      action: ask.action,
      fields: reply,
      writes: [
        { table: 'customer', row: { ...who, tries: 0 } },
        { table: 'txn', row, prior },
      ],
    }),
    loggedIn: who.id,
  };
}

/** Of the terminal in the last hour. What is being hashed may fail: guesses side by side are not free. */
function failuresOf(state: BankView, { terminal, nowMs }: Ask<Login>): number {
  let failures = state.loginFailures(terminal, nowMs - HOUR_MS);
  for (const { kind, txnId } of state.openOf(terminal)) {
    if (kind === 'login' && state.isHashing(terminal, txnId)) failures += 1;
  }
  return failures;
}

/** The row that counts this name's tries: the customer's own, or one that strangers share. */
function counterOf(state: BankView, user: CustomerId): CustomerRow {
  const customer = state.customers.get(user);
  if (customer) return customer;
  const slot = Number.parseInt(hash('sha256', user, 'hex').slice(0, 8), 16) % state.policy.strangersMax;
  // No customer can have this id: `?` is not a character of one.
  const id = `?${slot}` as CustomerId;
  return state.customers.get(id) ?? { id, password: null, tries: 0, locked: false, accounts: [] };
}

function begin(ask: Ask<Login>, who: CustomerRow, prior?: TxnRow): Decision {
  const row = txnRow(ask, { state: 'pending', code: 'IN_PROGRESS' });
  return {
    code: 'IN_PROGRESS',
    fields: {},
    writes: prior
      ? [{ table: 'txn', row, prior }]
      : [
          { table: 'customer', row: who },
          { table: 'txn', row },
        ],
    audit: null,
    changed: [],
    verify: { encoded: who.password },
  };
}

/** The record carries the name as it was given, also when it is nobody's. */
const named = (ask: Ask<Login>, made: Decision): Decision => ({
  ...made,
  audit: { customer: ask.request.user, action: made.audit?.action ?? say.login() },
});

export const views = (state: BankView, customer: CustomerRow): readonly AccountView[] =>
  customer.accounts.map((id) => {
    const row = state.accounts.get(customerAccount(id));
    invariant(row, "a customer's account exists");
    return viewOf(id, row);
  });
