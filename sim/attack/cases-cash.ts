/**
 * Attacks on the cash itself: forged orders to a dispenser, reversals of what was paid out (catalogue 40, 41).
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import type { TxnId } from '../../protocol/ids.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { DispenseOrder } from '../../protocol/ports.ts';
import { NOTE } from './atm.ts';
import type { Attack } from './attack.ts';
import { depositAsk, loggedIn, mustSay, newId } from './insider.ts';
import { noise } from './noise.ts';
import type { Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';

export const CASH_ATTACKS: readonly Attack[] = [
  {
    number: 40,
    name: 'dispense-token',
    sentence:
      'A dispenser is given a token again, with more money, for another transaction or another machine',
    expected: 'It moves no note',
    property: 'integrity',
    rules: [],
    play: dispenseToken,
  },
  {
    number: 41,
    name: 'reversal-fraud',
    sentence: 'What was paid out is reversed, twice, from elsewhere, and a deposit with it',
    expected: 'No cent comes back; the bank answers with a conflict, records it and tells its operator',
    property: 'integrity',
    rules: [],
    play: reversalFraud,
  },
];

/** A rogue has 40.00 approved for the dispenser's own nonce. */
async function approvedOrder(stage: Stage, rogue: Rogue, nonce: string, amount: Cents = cents(40_00)) {
  const { account, customer } = stage.customer(1);
  const txnId = newId();
  const notes = [{ denomination: cents(20_00), count: Number(amount) / 20_00 }];
  const reply = await rogue.ask({ type: 'authorise', txnId, attempt: 1, account, amount, notes, nonce });
  stage.control(reply?.code === 'APPROVED', 'a withdrawal was refused');
  stage.expected.record(customer, say.authorised(amount));
  const order: DispenseOrder = { txnId, amount, notes, nonce, token: reply?.dispenseToken ?? '' };
  return order;
}

async function dispenseToken(stage: Stage): Promise<void> {
  const { customer } = stage.customer(1);
  const { dispenser } = stage.idleAtm(1);
  const { dispenser: elsewhere } = stage.idleAtm(0);
  const rogue = await loggedIn(stage, 1);
  const stacked = (order: DispenseOrder, machine = dispenser) => {
    let report = '';
    machine.stack(order, ({ type }) => {
      report = type;
    });
    return report;
  };
  const forged: { what: string; edit: (order: DispenseOrder) => DispenseOrder }[] = [
    {
      what: 'more money',
      edit: (order) => ({
        ...order,
        amount: cents(80_00),
        notes: [{ denomination: cents(20_00), count: 4 }],
      }),
    },
    {
      what: 'notes beyond the amount',
      edit: (order) => ({ ...order, notes: [{ denomination: cents(20_00), count: 9 }] }),
    },
    { what: 'another transaction', edit: (order) => ({ ...order, txnId: newId() }) },
    { what: 'a token of noise', edit: (order) => ({ ...order, token: noise(32).toString('hex') }) },
    { what: 'no token', edit: (order) => ({ ...order, token: '' }) },
  ];
  for (const { what, edit } of forged) {
    const order = await approvedOrder(stage, rogue, dispenser.nonce());
    const report = stacked(edit(order));
    stage.attempt(report, report === 'refused', `an order with ${what}`);
    await giveBack(stage, rogue, order);
  }
  const other = await approvedOrder(stage, rogue, elsewhere.nonce());
  const report = stacked(other, elsewhere);
  stage.attempt(report, report === 'refused', "another machine's order");
  await giveBack(stage, rogue, other);
  const good = await approvedOrder(stage, rogue, dispenser.nonce());
  stage.control(stacked(good) === 'stacked', 'a right order moved no notes');
  const again = stacked(good);
  stage.attempt(again, again === 'refused', 'a token used twice');
  await rogue.ask({
    type: 'complete',
    txnId: newId(),
    attempt: 1,
    origTxnId: good.txnId,
    disposition: 'TAKEN',
    dispensed: good.amount,
    cassettes: [{ denomination: cents(20_00), dispensed: 2, rejected: 0 }],
  });
  stage.expected.record(customer, say.completed(good.amount));
  stage.moved(stage.customer(1).account, -good.amount);
  await rogue.leave();
}

async function giveBack(stage: Stage, rogue: Rogue, { txnId, amount }: DispenseOrder): Promise<void> {
  await rogue.ask({ type: 'reverse', txnId: newId(), attempt: 1, origTxnId: txnId, reason: 'token' });
  stage.expected.record(stage.customer(1).customer, say.reversed(say.withdraw(amount)));
}

async function reversalFraud(stage: Stage): Promise<void> {
  const { customer, account } = stage.customer(1);
  const rogue = await loggedIn(stage, 1);
  const order = await approvedOrder(stage, rogue, noise(16).toString('hex'));
  const { txnId: origTxnId, amount } = order;
  const reverse = (id: TxnId, from = rogue) =>
    from.ask({ type: 'reverse', txnId: newId(), attempt: 1, origTxnId: id, reason: 'hardware' });
  // While it is a hold, which is all that a reversal can undo.
  const elsewhere = await stage.rogue(0);
  const answer = await reverse(origTxnId, elsewhere);
  const isNothing = answer?.code === 'APPROVED' && answer.state === 'tombstone';
  stage.attempt(answer?.state ?? 'closed', isNothing, "another terminal's withdrawal, reversed");
  stage.expected.unnamed += 1;
  await elsewhere.leave();
  const taken = await rogue.ask({
    type: 'complete',
    txnId: newId(),
    attempt: 1,
    origTxnId,
    disposition: 'TAKEN',
    dispensed: amount,
    cassettes: [{ denomination: cents(20_00), dispensed: 2, rejected: 0 }],
  });
  stage.control(taken?.code === 'APPROVED', 'a withdrawal could not be completed');
  stage.moved(account, -amount);
  stage.expected.record(customer, say.completed(amount));
  for (const _ of [1, 2]) {
    mustSay(stage, await reverse(origTxnId), 'STATE_CONFLICT', 'what was paid out, reversed');
    stage.expected.record(customer, say.outcome(say.reverse(amount), 'STATE_CONFLICT'));
    stage.expected.alert(`${stage.plan(1).terminal} reversed what was completed (${origTxnId})`);
  }
  const deposit = newId();
  const kept = await rogue.ask(depositAsk(stage.customer(1), deposit));
  stage.control(kept?.code === 'APPROVED', 'a deposit was refused');
  stage.moved(account, 10_00n);
  stage.expected.record(customer, say.deposit(NOTE));
  mustSay(stage, await reverse(deposit), 'ALREADY_COMPLETED', 'a deposit, reversed');
  stage.expected.record(customer, say.outcome(say.reverse(NOTE), 'ALREADY_COMPLETED'));
  await rogue.leave();
}
