/**
 * Attacks by terminals that have their key and by customers who have their password: guesses, repeats, abused fields,
 * races (catalogue 31 to 34).
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import { cents } from '../../protocol/money.ts';
import type { CustomerPlan } from '../load/fleet.ts';
import { NOTE } from './atm.ts';
import type { Attack } from './attack.ts';
import { ABUSES } from './field-abuse.ts';
import { depositAsk, loggedIn, logIn, mustSay, newId } from './insider.ts';
import { noise } from './noise.ts';
import type { Ask, Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';

export const BUSINESS_ATTACKS: readonly Attack[] = [
  {
    number: 31,
    name: 'password-guessing',
    sentence:
      'Passwords are guessed one after the other, side by side, over terminals, and sprayed over names',
    expected: 'Three wrong ones lock the customer, twenty the terminal, and a right one comes too late',
    property: 'confidentiality',
    rules: [],
    needs: 'books',
    terminals: 4,
    play: passwordGuessing,
  },
  {
    number: 32,
    name: 'business-repeat',
    sentence: 'A transaction is said again on a new session, as it was and with something else in it',
    expected: 'It is booked once; the changed one is refused as a mismatch, and the operator told',
    property: 'integrity',
    rules: [],
    play: businessRepeat,
  },
  {
    number: 33,
    name: 'field-abuse',
    sentence:
      'An authentic terminal sends fields that are negative, huge, fractional, foreign, torn or too many',
    expected: 'Each is refused by a code, the session goes on, and nothing is booked',
    property: 'integrity',
    rules: ['R20', 'R21'],
    play: fieldAbuse,
  },
  {
    number: 34,
    name: 'overdraft-race',
    sentence: 'Fifty terminals withdraw from one account in one moment, more than there is in it',
    expected: 'Exactly as many are approved as the balance bears',
    property: 'integrity',
    rules: [],
    needs: 'books',
    terminals: 50,
    play: overdraftRace,
  },
];

async function passwordGuessing(stage: Stage): Promise<void> {
  // Its first terminal and customer are those of the sanity transactions, and stay out of this.
  const victim = stage.customer(1);
  await (await loggedIn(stage, 1)).leave();
  for (const n of [1, 2, 3]) {
    const rogue = await stage.rogue(1 + (n % 2));
    const code = await logIn(stage, rogue, victim, `guess ${n}`);
    stage.attempt(code ?? 'closed', code === 'WRONG_PASSWORD', `guess ${n} of a password`);
    await rogue.leave();
  }
  for (const terminal of [1, 2]) {
    const other = await stage.rogue(terminal);
    const code = await logIn(stage, other, victim);
    stage.attempt(code ?? 'closed', code === 'TRIES_EXCEEDED', 'the right password after three wrong ones');
    await other.leave();
  }
  // A busy machine may hash the first guess before it hears of the last: three customers, three chances.
  for (const customer of [stage.customer(1, 1), stage.customer(2), stage.customer(2, 1)])
    await guessSideBySide(stage, customer);
  const sprayer = await stage.rogue(3);
  let failed = 0;
  let locked = 0;
  for (let n = 0; n < 24; n++) {
    const user = `nobody-${stage.plan(3).terminal}-${n}` as CustomerPlan['customer'];
    stage.alias(user);
    const code = await logIn(stage, sprayer, { ...victim, customer: user }, 'password');
    if (code === 'WRONG_PASSWORD') failed += 1;
    if (code === 'TERMINAL_NOT_PERMITTED') locked += 1;
    stage.attempt(code ?? 'closed', code !== 'APPROVED' && code !== null, 'a name sprayed with a password');
  }
  if (failed > 20 || locked === 0) stage.fault('accepted', `a terminal could fail ${failed} times`);
  await sprayer.leave();
}

/** All are connected before the first one guesses, so that none is hashed before the last one has begun. */
async function guessSideBySide(stage: Stage, customer: CustomerPlan): Promise<void> {
  const guessers = await Promise.all(Array.from({ length: 6 }, (_, n) => stage.rogue(1 + (n % 2))));
  const guesses = await Promise.all(
    guessers.map((rogue, n) => logIn(stage, rogue, customer, `side by side ${n}`)),
  );
  for (const rogue of guessers) await rogue.leave();
  for (const code of guesses) {
    const isRefused = code === 'WRONG_PASSWORD' || code === 'TRIES_EXCEEDED';
    stage.attempt(code ?? 'closed', isRefused, 'a guess side by side');
  }
  const hashed = guesses.filter((code) => code === 'WRONG_PASSWORD').length;
  if (hashed > 3) stage.fault('accepted', `guesses side by side: ${hashed} were hashed, 3 may be`);
}

async function businessRepeat(stage: Stage): Promise<void> {
  const customer = stage.customer(1);
  const txnId = newId();
  const first = await loggedIn(stage, 1);
  const booked = await first.ask(depositAsk(customer, txnId));
  stage.control(booked?.code === 'APPROVED', 'a deposit was refused');
  stage.moved(customer.account, 10_00n);
  stage.expected.record(customer.customer, say.deposit(NOTE));
  await first.leave();
  const second = await loggedIn(stage, 1);
  for (const _ of [1, 2]) {
    const again = await second.ask(depositAsk(customer, txnId));
    const isSame = again?.code === 'APPROVED' && again.account?.ledger === booked?.account?.ledger;
    stage.attempt(again?.code ?? 'closed', isSame, 'a deposit said again on a new session');
    stage.expected.record(customer.customer, say.repeated(say.deposit(NOTE)));
  }
  const { account } = stage.customer(1, 1);
  const [ten, ninety] = [depositAsk(customer, txnId), depositAsk(customer, txnId, 9)];
  const { notes } = ten;
  const changed: { what: string; ask: Ask; action: string }[] = [
    { what: 'more notes', ask: ninety, action: say.deposit(ninety.amount) },
    { what: 'another amount', ask: { ...ninety, notes }, action: say.deposit(ninety.amount) },
    { what: 'another account', ask: { ...ten, account }, action: say.deposit(NOTE) },
    {
      what: 'another kind',
      ask: { type: 'transfer', txnId, attempt: 1, from: customer.account, to: account, amount: NOTE },
      action: say.transfer(NOTE, account),
    },
  ];
  for (const { what, ask, action } of changed) {
    mustSay(stage, await second.ask(ask), 'DUPLICATE_MISMATCH', `the same id with ${what}`);
    stage.expected.record(customer.customer, say.outcome(action, 'DUPLICATE_MISMATCH'));
    stage.expected.alert(`${stage.plan(1).terminal} used ${txnId} for two different requests`);
  }
  await second.leave();
}

async function fieldAbuse(stage: Stage): Promise<void> {
  const customer = stage.customer(1);
  const foreign = stage.customer(0, 1);
  const rogue = await loggedIn(stage, 1);
  let unread = 0;
  for (const { what, text, codes } of ABUSES) {
    const rid = rogue.nextRid();
    const before = rogue.heard.length;
    rogue.say(text({ rid, own: customer.account, foreign: foreign.account, txnId: newId() }));
    await rogue.caller.until(() => rogue.heard.length > before || rogue.caller.hasEnded());
    const reply = rogue.heard[before];
    const code = reply?.type === 'reply' ? reply.code : 'closed';
    stage.attempt(code, codes.includes(code), what);
    if (code === 'FORMAT_ERROR') unread += 1;
    stage.control((await rogue.ask({ type: 'echo' })) !== null, `the session ended with ${what}`);
  }
  await rogue.leave();
  const { customer: user } = customer;
  stage.expected.like(`${user} | message from ${stage.plan(1).terminal} failed - format error`, unread);
  stage.expected.like(`${user} | transfer `, ABUSES.length - unread);
}

async function overdraftRace(stage: Stage): Promise<void> {
  const customer = stage.customer(1);
  const amount = cents(40_00);
  // One after the other: the tries of one customer take turns anyway.
  const rogues: Rogue[] = [];
  for (let at = 1; at < stage.fleet.length; at++) rogues.push(await loggedIn(stage, at, customer));
  const ids = rogues.map(() => newId());
  const replies = await Promise.all(
    rogues.map((rogue, i) =>
      rogue.ask({
        type: 'authorise',
        txnId: ids[i] ?? newId(),
        attempt: 1,
        account: customer.account,
        amount,
        notes: [{ denomination: cents(20_00), count: 2 }],
        nonce: noise(16).toString('hex'),
      }),
    ),
  );
  const approved = replies.filter((reply) => reply?.code === 'APPROVED').length;
  for (const reply of replies) {
    const code = reply?.code ?? 'closed';
    stage.attempt(code, code === 'APPROVED' || code === 'INSUFFICIENT_FUNDS', 'one of fifty withdrawals');
    if (code === 'APPROVED') stage.expected.record(customer.customer, say.authorised(amount));
    else if (reply) stage.expected.record(customer.customer, say.outcome(say.withdraw(amount), reply.code));
  }
  const bearable = 12;
  stage.control(approved > 0, 'no withdrawal was approved');
  if (approved !== bearable)
    stage.fault('accepted', `${approved} withdrawals of 40.00 from 500.00 were approved, ${bearable} can be`);
  for (const [i, rogue] of rogues.entries()) {
    const origTxnId = ids[i];
    if (replies[i]?.code === 'APPROVED' && origTxnId !== undefined) {
      await rogue.ask({ type: 'reverse', txnId: newId(), attempt: 1, origTxnId, reason: 'cancelled' });
      stage.expected.record(customer.customer, say.reversed(say.withdraw(amount)));
    }
    await rogue.leave();
  }
}
