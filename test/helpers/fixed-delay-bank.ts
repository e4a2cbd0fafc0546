/**
 * A bank on HTTP that answers each request after a fixed time, with nothing behind it: what a driver measures against it
 * is known. It counts the requests, by kind.
 *
 * @module
 */
import { systemClock } from '../../actors/node/clock.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { framesServer } from '../../actors/node/frames-gateway.ts';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { decodeRequest } from '../../protocol/decode.ts';
import { encodeBankMessage } from '../../protocol/encode.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { AccountView, RequestType } from '../../protocol/messages.ts';
import { cents } from '../../protocol/money.ts';
import type { Accept } from '../../protocol/ports.ts';
import { ServerChannel } from '../../protocol/server-channel.ts';
import { planAccount, planCustomer, planTerminal, type TerminalPlan } from '../../sim/load/fleet.ts';

export interface FixedDelayBank {
  readonly address: string;
  readonly requests: Map<RequestType, number>;
  close(): Promise<void>;
}

const KEY = Buffer.alloc(32, 7);
const AUDIT = { seq: 1, head: '00'.repeat(32) };

/** Terminals that such a bank knows, each with a customer. */
export const fixedDelayFleet = (count: number): TerminalPlan[] =>
  Array.from({ length: count }, (_, i) => ({
    terminal: planTerminal(i, count),
    keyId: 1,
    kShared: KEY.toString('hex'),
    kDispense: KEY.toString('hex'),
    customers: [planCustomer('fixed', i)],
  }));

/** @param delayMs from a request's arrival to its answer */
export async function startFixedDelayBank(delayMs: number): Promise<FixedDelayBank> {
  const clock = systemClock();
  const guard = new WindowedHelloGuard();
  const requests = new Map<RequestType, number>();
  const account: AccountView = {
    account: planAccount(0),
    ledger: cents(100),
    available: cents(100),
    version: 1,
  };
  const accept: Accept = (conn) => {
    const keys = { lookup: () => ({ kShared: KEY }) };
    const channel = new ServerChannel({ entropy: systemEntropy(), keys, guard });
    let pending = 0;
    const answer = (bytes: Uint8Array) => {
      const read = decodeRequest(bytes);
      if (!read.ok) throw new Error(read.detail);
      const { type, rid } = read.message;
      requests.set(type, (requests.get(type) ?? 0) + 1);
      pending++;
      // Node's timers may be a millisecond early.
      const dueMs = performance.now() + delayMs;
      const reply = () => {
        if (performance.now() < dueMs) return setTimeout(reply, 1);
        pending--;
        const fields = type === 'balance' ? { account } : { accounts: [account] };
        const message = encodeBankMessage({ type: 'reply', rid, code: 'APPROVED', ...fields, audit: AUDIT });
        return apply(channel.send([message], clock.now()));
      };
      setTimeout(reply, delayMs);
    };
    const apply = (effects: readonly ChannelEffect[]) => {
      for (const effect of effects) {
        if (effect.type === 'send') conn.write(effect.bytes);
        else if (effect.type === 'message') answer(effect.bytes);
        else if (effect.type === 'closed') conn.end();
      }
    };
    return {
      onOpen: () => {},
      onData: (chunk) => apply(channel.receive(chunk, clock.now())),
      onEnd: () => {},
      onClose: () => {},
      pending: () => pending,
    };
  };
  const server = framesServer(accept);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { address: new URL(url).host, requests, close: () => server.close() };
}
