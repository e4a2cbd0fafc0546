/**
 * What a terminal in the adversary's hands does with a customer's password: logs in, asks, and hears codes.
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import type { TxnId } from '../../protocol/ids.ts';
import type { Reply } from '../../protocol/messages.ts';
import { cents } from '../../protocol/money.ts';
import type { CustomerPlan } from '../load/fleet.ts';
import { NOTE } from './atm.ts';
import { noise } from './noise.ts';
import type { Ask, Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';

export const newId = (): TxnId => noise(16).toString('hex') as TxnId;

/** A rogue at terminal `index` with somebody logged in. */
export async function loggedIn(
  stage: Stage,
  index: number,
  customer: CustomerPlan = stage.customer(index),
): Promise<Rogue> {
  const rogue = await stage.rogue(index);
  stage.control((await logIn(stage, rogue, customer)) === 'APPROVED', 'a right password was refused');
  return rogue;
}

export async function logIn(
  stage: Stage,
  rogue: Rogue,
  customer: CustomerPlan,
  password = customer.password,
) {
  const { customer: user } = customer;
  const reply = await rogue.ask({ type: 'login', user, password, txnId: newId() });
  if (reply) stage.expected.record(user, say.outcome(say.login(), reply.code));
  return reply?.code ?? null;
}

/** A code that refuses, or an end; `expected` what it must be. */
export function mustSay(stage: Stage, reply: Reply | null, expected: Reply['code'], what: string): void {
  const code = reply?.code ?? 'closed';
  stage.attempt(code, code === expected, what);
}

export const depositAsk = (
  customer: CustomerPlan,
  txnId: TxnId,
  notes = 1,
): Extract<Ask, { readonly type: 'deposit' }> => ({
  type: 'deposit',
  txnId,
  attempt: 1,
  account: customer.account,
  amount: cents(notes * 10_00),
  notes: [{ denomination: NOTE, count: notes }],
});
