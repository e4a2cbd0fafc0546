/**
 * The yardstick: what one process can do with the primitives a deposit needs and nothing else. For each: request sealed,
 * opened, decoded; five rows written; audit record sealed; reply encoded, sealed, opened. Commits of 64, synced.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { applyDecision, BatchBuilder } from '../../bank/apply.ts';
import { AuditTrail } from '../../bank/audit/trail.ts';
import { decide } from '../../bank/decide/index.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { decodeBankMessage, decodeRequest } from '../../protocol/decode.ts';
import { encodeBankMessage, encodeRequest } from '../../protocol/encode.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { TxnId } from '../../protocol/ids.ts';
import { ServerChannel } from '../../protocol/server-channel.ts';
import { account, customer, KEY, money, START_MS, TestBank, terminal } from '../helpers/test-bank.ts';

const FLEET = 256;
const BATCH = 64;

/** Deposits a second. */
export function bareLoop(seconds: number): number {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-bare-'));
  const store = SqliteStore.open(directory);
  const bank = new TestBank({}, store);
  for (let n = 0; n < FLEET; n++) {
    bank.run({ type: 'enrolTerminal', terminal: terminal(n), keyId: 1 });
    const accounts = [{ id: account(n), opening: money(1_000) }];
    bank.run({ type: 'addCustomer', customer: customer(n), password: 'x', accounts });
  }
  const trail = new AuditTrail({ key: KEY, head: store.load().auditHead });
  const { client, server } = channels();
  const startedMs = performance.now();
  let done = 0;
  while (performance.now() - startedMs < seconds * 1000) {
    const builder = new BatchBuilder();
    for (let i = 0; i < BATCH; i++, done++) {
      const n = done % FLEET;
      const asked = encodeRequest({
        type: 'deposit',
        rid: done + 1,
        txnId: randomBytes(16).toString('hex') as TxnId,
        attempt: 1,
        account: account(n),
        amount: money(10),
        notes: [{ denomination: money(10), count: 1 }],
      });
      const request = decodeRequest(carry(client.send([asked], START_MS), server));
      if (!request.ok || request.message.type !== 'deposit') throw new Error('Expected a deposit');
      const origin = { terminal: terminal(n), customer: customer(n) };
      const decision = decide(bank.state, { type: 'request', origin, request: request.message }, START_MS);
      if (decision.code !== 'APPROVED' || !decision.audit) throw new Error(`Got ${decision.code}`);
      const audit = trail.seal(decision.audit, START_MS, randomBytes(16));
      builder.add(applyDecision(bank.state, decision, audit.seq), audit);
      const head = { seq: audit.seq, head: Buffer.from(audit.hash).toString('hex') };
      const reply = encodeBankMessage({
        type: 'reply',
        rid: done + 1,
        code: decision.code,
        ...decision.fields,
        audit: head,
      });
      if (!decodeBankMessage(carry(server.send([reply], START_MS), client)).ok)
        throw new Error('Expected a reply');
    }
    const batch = builder.build();
    store.commit(batch, (error) => {
      if (error) throw error;
    });
    bank.state.committed(batch);
  }
  const rate = Math.round(done / ((performance.now() - startedMs) / 1000));
  store.close();
  rmSync(directory, { recursive: true, force: true });
  return rate;
}

const KEY_SHARED = new Uint8Array(32).fill(1);

function channels(): { client: ClientChannel; server: ServerChannel } {
  const entropy = systemEntropy();
  const client = new ClientChannel({ entropy }, { terminal: terminal(0), keyId: 1, kShared: KEY_SHARED });
  const keys = { lookup: () => ({ kShared: KEY_SHARED }) };
  const server = new ServerChannel({ entropy, keys, guard: new WindowedHelloGuard() });
  const hello = server.receive(sent(client.start(START_MS)), START_MS);
  server.receive(sent(client.receive(sent(hello), START_MS)), START_MS);
  return { client, server };
}

function sent(effects: readonly ChannelEffect[]): Uint8Array {
  const [first] = effects;
  if (first?.type !== 'send') throw new Error('Expected bytes to send');
  return first.bytes;
}

/** Takes what one side sent to the other; the message it carried. */
function carry(effects: readonly ChannelEffect[], to: ClientChannel | ServerChannel): Uint8Array {
  const [message] = to.receive(sent(effects), START_MS);
  if (message?.type !== 'message') throw new Error('Expected a message');
  return message.bytes;
}
