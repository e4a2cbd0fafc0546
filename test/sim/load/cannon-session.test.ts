import test from 'ava';
import { systemEntropy } from '../../../actors/node/entropy.ts';
import type { ChannelEffect } from '../../../protocol/channel-effects.ts';
import { decodeRequest } from '../../../protocol/decode.ts';
import { encodeBankMessage } from '../../../protocol/encode.ts';
import type { Code } from '../../../protocol/errors.ts';
import { WindowedHelloGuard } from '../../../protocol/hello-guard.ts';
import type { AccountView, Request } from '../../../protocol/messages.ts';
import { cents } from '../../../protocol/money.ts';
import { ServerChannel } from '../../../protocol/server-channel.ts';
import type { OperationRecord } from '../../../sim/history.ts';
import { CannonSession } from '../../../sim/load/cannon-session.ts';
import { CASH_LOADED, planAccount } from '../../../sim/load/fleet.ts';
import { MIX_DEFAULT, MIX_OPS } from '../../../sim/load/options.ts';
import { fixedDelayFleet } from '../../helpers/fixed-delay-bank.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

const account: AccountView = {
  account: planAccount(0),
  ledger: cents(100),
  available: cents(100),
  version: 1,
};

/** A session that only makes `op`, and a bank that notes what is asked of it and answers with the codes it is given. */
function bench(op: 'deposit' | 'balance' | 'transfer') {
  const clock = new ManualClock();
  const entropy = systemEntropy();
  const guard = new WindowedHelloGuard();
  const records: OperationRecord[] = [];
  const lines: boolean[] = [];
  let over = 0;
  const [plan] = fixedDelayFleet(1);
  if (!plan) throw new Error('one terminal');
  const deps = {
    ...{ clock, entropy, ticks: () => clock.now() },
    onOperation: (record: OperationRecord) => void records.push(record),
    onLine: (up: boolean) => void lines.push(up),
    onOver: () => void over++,
  };
  const mix = { ...MIX_DEFAULT, ...Object.fromEntries(MIX_OPS.map((each) => [each, each === op ? 1 : 0])) };
  const session = new CannonSession(deps, plan, { seed: 's', mix, accounts: 2, accountBase: 0 });
  const asked: Request[] = [];
  let channel: ServerChannel | null = null;
  const kShared = Buffer.from(plan.kShared, 'hex');
  const connect = () => {
    channel = new ServerChannel({ entropy, keys: { lookup: () => ({ kShared }) }, guard });
  };
  connect();
  /** What the bank answers to the next POST, base64. */
  const serve = (code: Code = 'APPROVED'): string => {
    const out: Uint8Array[] = [];
    const apply = (effects: readonly ChannelEffect[]) => {
      for (const effect of effects) {
        if (effect.type === 'send') out.push(effect.bytes);
        else if (effect.type === 'message') {
          const read = decodeRequest(effect.bytes);
          if (!read.ok) throw new Error(read.detail);
          asked.push(read.message);
          const { rid, type } = read.message;
          const fields = code !== 'APPROVED' ? {} : type === 'login' ? { accounts: [account] } : { account };
          const audit = { seq: asked.length, head: '00'.repeat(32) };
          const reply = encodeBankMessage({ type: 'reply', rid, code, ...fields, audit });
          apply(channel?.send([reply], clock.now()) ?? []);
        }
      }
    };
    apply(channel?.receive(Buffer.from(session.next(), 'base64'), clock.now()) ?? []);
    return Buffer.concat(out).toString('base64');
  };
  const post = (code: Code = 'APPROVED') => session.answered(200, serve(code));
  /** Hello, then the login. */
  const logIn = () => {
    post();
    post();
  };
  return { session, records, lines, asked, connect, serve, post, logIn, over: () => over };
}

const opsOf = (records: readonly OperationRecord[]) => records.map(({ op, outcome }) => `${op} ${outcome}`);

test('hello, login, operations, each a POST; Close when it is stopped, and then it is over', (t) => {
  const { session, records, asked, post, logIn, over, lines } = bench('deposit');
  t.is(session.state, 'offline');
  logIn();
  t.is(session.state, 'idle');
  post();
  post();
  t.deepEqual(opsOf(records), ['login ok', 'deposit ok', 'deposit ok']);
  t.deepEqual(
    asked.map(({ rid }) => rid),
    [1, 2, 3],
  );
  session.stop();
  t.is(over(), 0);
  post();
  t.is(over(), 1);
  t.is(session.next(), '', 'its client asks once more before it is gone');
  t.deepEqual(lines, [true, false]);
  const kept = records.reduce((sum, { cash }) => sum + BigInt(cash), 0n);
  t.true(kept > 0n);
  t.is(session.cash, CASH_LOADED + kept);
});

test('a deposit whose answer is lost is repeated under its id in a new session, and recorded once', (t) => {
  const { records, asked, connect, serve, post, logIn, session } = bench('deposit');
  logIn();
  serve();
  connect();
  logIn();
  post();
  const [, first, , second] = asked;
  if (first?.type !== 'deposit' || second?.type !== 'deposit') throw new Error('deposits');
  t.deepEqual({ ...second, rid: first.rid, attempt: 1 }, first);
  t.is(second.attempt, 2);
  t.deepEqual(opsOf(records), ['login ok', 'login ok', 'deposit ok']);
  t.deepEqual(session.counts.retries, 1);
});

test('BUSY speaks for a first sending, and not for the one before', (t) => {
  const { records, asked, connect, serve, post, logIn, session } = bench('transfer');
  logIn();
  post('BUSY');
  t.deepEqual(opsOf(records), ['login ok', 'transfer fail']);
  serve();
  connect();
  logIn();
  post('BUSY');
  t.true(session.busy);
  post();
  t.deepEqual(opsOf(records), ['login ok', 'transfer fail', 'login ok', 'transfer ok']);
  const ids = asked.flatMap((request) => (request.type === 'transfer' ? [request.txnId] : []));
  t.is(ids.length, 4);
  t.is(new Set(ids).size, 2);
});

test('a lost balance is unknown; an answer that is not 200, or holds no reply, ends the session', (t) => {
  const { session, records, connect, serve, logIn } = bench('balance');
  logIn();
  serve();
  session.answered(409, '');
  t.deepEqual(opsOf(records), ['login ok', 'balance unknown']);
  t.is(session.state, 'offline');
  connect();
  logIn();
  serve();
  session.answered(200, '');
  t.is(session.state, 'offline');
  t.deepEqual(opsOf(records).slice(2), ['login ok', 'balance unknown']);
});

test('what is open when the load is over stays unknown, and no cash is claimed for it', (t) => {
  const { session, records, serve, logIn } = bench('deposit');
  logIn();
  serve();
  session.giveUp();
  t.deepEqual(opsOf(records), ['login ok', 'deposit unknown']);
  t.is(records[1]?.cash, '0');
  t.like(session.cashCount(true), { open: 1, counted: String(CASH_LOADED) });
});

test('a refused login is not tried again with the same customer', (t) => {
  const { asked, post, records } = bench('deposit');
  post();
  post('WRONG_PASSWORD');
  post();
  t.deepEqual(opsOf(records), ['login fail', 'login ok']);
  t.is(asked.length, 2);
});
