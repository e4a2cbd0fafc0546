/**
 * PASSWORD CHANGE, in two commands like a login. A wrong old password counts as a try: the session does not make
 * guessing free.
 *
 * @module
 */
import { invariant } from '../../protocol/invariant.ts';
import type { PasswordChange } from '../../protocol/messages.ts';
import type { Decision } from '../commands.ts';
import type { TxnRow } from '../model.ts';
import type { BankView } from '../state.ts';
import { type Ask, decision, mayServe, mismatch, refuse, repeat, txnRow } from './ask.ts';

export function decidePasswordBegin(
  state: BankView,
  ask: Ask<PasswordChange>,
  prior: TxnRow | undefined,
): Decision {
  const who = ask.customer === null ? undefined : state.customers.get(ask.customer);
  if (prior) {
    if (prior.fingerprint !== ask.fingerprint) return mismatch(ask);
    const resumed = prior.state === 'pending' && !state.isHashing(ask.terminal, ask.request.txnId);
    if (!resumed || !who) return repeat(state, ask, prior);
  }
  if (!mayServe(state, ask)) return refuse(ask, 'TERMINAL_NOT_PERMITTED');
  if (!who) return refuse(ask, 'NOT_PERMITTED');
  if (!prior && (who.locked || who.tries >= state.policy.triesMax)) {
    return refuse(ask, 'TRIES_EXCEEDED', { fields: { triesLeft: 0 } });
  }
  const row = txnRow(ask, { state: 'pending', code: 'IN_PROGRESS' });
  return {
    code: 'IN_PROGRESS',
    fields: {},
    writes: prior
      ? [{ table: 'txn', row, prior }]
      : [
          { table: 'customer', row: { ...who, tries: who.tries + 1 } },
          { table: 'txn', row },
        ],
    audit: null,
    changed: [],
    verify: { encoded: who.password },
  };
}

export function decidePasswordFinish(
  state: BankView,
  { ask, password }: { ask: Ask<PasswordChange>; password: string | null },
  prior: TxnRow | undefined,
): Decision {
  invariant(prior && ask.customer !== null, 'a password change that finishes has begun');
  if (prior.state !== 'pending') return repeat(state, ask, prior);
  const who = state.customers.get(ask.customer);
  invariant(who, 'a customer never disappears');
  if (who.locked) return refuse(ask, 'TRIES_EXCEEDED', { prior, fields: { triesLeft: 0 } });
  if (password === null) {
    const triesLeft = Math.max(0, state.policy.triesMax - who.tries);
    const refused = refuse(ask, 'WRONG_PASSWORD', { prior, fields: { triesLeft } });
    if (triesLeft > 0) return refused;
    return { ...refused, writes: [...refused.writes, { table: 'customer', row: { ...who, locked: true } }] };
  }
  return decision({
    code: 'APPROVED',
    customer: who.id,
    action: ask.action,
    writes: [
      { table: 'customer', row: { ...who, password, tries: 0 } },
      { table: 'txn', row: txnRow(ask, { state: 'posted', code: 'APPROVED' }), prior },
    ],
  });
}
