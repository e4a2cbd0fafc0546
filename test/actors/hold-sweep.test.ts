import test from 'ava';
import { SWEEP_MS, sweepHolds } from '../../actors/hold-sweep.ts';
import { AdminDesk } from '../../actors/node/admin-desk.ts';
import type { DataDirectory } from '../../actors/node/data-directory.ts';
import type { Decision } from '../../bank/commands.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { cents } from '../../protocol/money.ts';
import type { PasswordHash, TimerId } from '../../protocol/ports.ts';
import { alice, aliceAccount, SmallTerminal, SmallWorld } from '../helpers/small-world.ts';
import * as b from '../helpers/test-bank.ts';

const ATM1 = 'ATM-1' as TerminalId;
const ATM2 = 'ATM-2' as TerminalId;
const DAY_MS = 86_400_000;

/** A bank with one hold, and a sweep whose timer is let go by hand. */
function swept() {
  const bank = b.TestBank.furnished();
  bank.run({ type: 'request', origin: b.origin(), request: b.authorise(1, 1000) });
  let timer: { fn: () => void; ms: number } | null = null;
  const clock = {
    now: () => bank.nowMs,
    setTimeout: (fn: () => void, ms: number) => {
      timer = { fn, ms };
      return {} as TimerId;
    },
    clearTimeout: () => {
      timer = null;
    },
  };
  const decided: Decision[] = [];
  const actor = {
    state: bank.state,
    submit: (command: Parameters<typeof bank.run>[0]) => {
      decided.push(bank.run(command));
      return true;
    },
  };
  const stop = sweepHolds({ clock, bank: actor, server: { announce: () => {} } });
  const after = (ms: number) => {
    bank.nowMs += ms;
    timer?.fn();
    return timer;
  };
  return { bank, decided, after, stop, timer: () => timer };
}

test('a hold whose terminal says nothing for a week is booked to suspense, and looked for every minute', (t) => {
  const { bank, decided, after } = swept();
  t.is(after(7 * DAY_MS - 1)?.ms, SWEEP_MS);
  t.is(decided.length, 0);
  after(1);
  t.deepEqual(
    decided.map(({ code }) => code),
    ['APPROVED'],
  );
  t.is(bank.state.transaction(b.terminal(1), b.txn(1))?.state, 'suspense');
  after(SWEEP_MS);
  t.is(decided.length, 1);
});

test('a hold of a revoked terminal does not wait for the week', (t) => {
  const { bank, decided, after } = swept();
  bank.run({ type: 'revokeTerminal', terminal: b.terminal(1) });
  after(SWEEP_MS);
  t.is(decided.length, 1);
  t.is(bank.state.transaction(b.terminal(1), b.txn(1))?.state, 'suspense');
});

test('a sweep that was stopped leaves no timer', (t) => {
  const { stop, timer } = swept();
  stop();
  t.is(timer(), null);
});

for (const [paid, balance] of [
  [true, cents(60_00)],
  [false, cents(100_00)],
] as const) {
  test(`a withdrawal at a revoked terminal ends as the operator says: ${paid ? 'paid' : 'not paid'}`, async (t) => {
    const world = new SmallWorld();
    await world.populate(ATM1, ATM2);
    const [one, two] = [new SmallTerminal(world, ATM1), new SmallTerminal(world, ATM2)];
    await one.connect();
    await one.login(alice);
    const desk = new AdminDesk({
      directory: {} as DataDirectory,
      bank: { actor: world.actor, state: world.actor.state, rekey: () => {} },
      passwords: {} as PasswordHash,
      server: world.server,
    });
    const perform = async (request: Parameters<AdminDesk['perform']>[0]) => {
      let ok: boolean | null = null;
      void desk.perform(request).then((answer) => {
        ok = answer.ok;
      });
      await world.until(() => ok !== null);
      return ok as unknown as boolean;
    };
    const stop = sweepHolds({ clock: world.clock, bank: world.actor, server: world.server });
    // The approval does not reach the terminal, nor does its advice reach the bank.
    world.wire.tap = (bytes, towards) => (towards === 'terminal' ? null : bytes);
    one.host.withdraw(aliceAccount, cents(40_00), () => {});
    await world.until(() => [...world.actor.state.openOf(ATM1)].length > 0);
    world.wire.tap = (bytes) => bytes;
    await two.connect();
    await two.login(alice);
    const [held] = world.actor.state.openOf(ATM1);
    t.true(await perform({ do: 'revokeTerminal', terminal: ATM1 }));
    await world.until(() => [...world.actor.state.openOf(ATM1)].length === 0);
    stop();
    const txnId = held?.txnId;
    if (txnId === undefined) throw new Error('there is a hold');
    t.true(await perform({ do: 'resolveSuspense', terminal: ATM1, txnId, paid }));
    t.false(await perform({ do: 'resolveSuspense', terminal: ATM1, txnId, paid: !paid }));
    await world.pass(50);
    t.is(world.store.load().accounts.find(({ id }) => id === 'customer:A-1')?.ledger, balance);
    t.is(two.pushes.at(-1)?.ledger, balance);
    t.true(world.audit().includes(`alice | withdraw $40.00 resolved - ${paid ? 'paid' : 'not paid'}`));
    t.deepEqual(world.errors, []);
    world.end();
  });
}
