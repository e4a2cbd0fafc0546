import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import type { AdminRequestJson } from '../../../actors/node/admin-request.ts';
import { askBank, serveAdmin } from '../../../actors/node/admin-socket.ts';
import { auditKeys } from '../../../actors/node/audit-files.ts';
import { systemClock } from '../../../actors/node/clock.ts';
import { openDataDirectory } from '../../../actors/node/data-directory.ts';
import { serveBank } from '../../../actors/node/serve-bank.ts';
import { terminalKeyPath, writeTerminalKey } from '../../../actors/node/terminal-key-file.ts';
import { type RunningTerminal, startTerminal } from '../../../actors/node/terminal-runtime.ts';
import { openRecord } from '../../../bank/audit/trail.ts';
import { verifyChain } from '../../../bank/audit/verify.ts';
import { DEFAULT_POLICY } from '../../../bank/policy.ts';
import { SqliteStore } from '../../../bank/sqlite/sqlite-store.ts';
import type { TerminalId } from '../../../protocol/ids.ts';
import { cents } from '../../../protocol/money.ts';

const ATM = 'ATM-001' as TerminalId;
const scratch = mkdtempSync(join(tmpdir(), 'cashpoint-admin-'));
test.after.always(() => rmSync(scratch, { recursive: true, force: true }));

/** A bank on a directory of its own, down at first. */
function bankIn(name: string) {
  const data = join(scratch, name);
  openDataDirectory(data, { create: true });
  const ask = (request: AdminRequestJson) => askBank(data, request, 'load-test');
  const serve = async () => {
    const bank = await serveBank(openDataDirectory(data, { create: false }), {
      listen: '127.0.0.1:0',
      passwordCost: 'load-test',
      policy: DEFAULT_POLICY,
      onFatal: (error) => {
        throw error;
      },
      onAlert: () => {},
      onCommitted: () => {},
    });
    const admin = await serveAdmin(data, bank.desk);
    const stop = async () => {
      admin.close();
      await bank.stop();
    };
    return { bank, stop };
  };
  /** The audit trail in clear, the chain verified. */
  const audit = () => {
    const keys = auditKeys(data);
    const store = SqliteStore.openReadOnly(data);
    const rows = [...store.audit(1)];
    store.close();
    const texts = rows.map((row) => {
      const key = keys.get(row.keyId);
      const record = key && openRecord(row, key);
      return record ? `${record.customer} | ${record.action}` : 'does not open';
    });
    return { ok: verifyChain(rows).ok, texts, keyIds: rows.map(({ keyId }) => keyId) };
  };
  return { data, ask, serve, audit };
}

const addAlice: AdminRequestJson = {
  do: 'addCustomer',
  customer: 'alice',
  password: 'alice-pw',
  account: 'A-1',
  opening: '10000',
};

/** [request, what it is answered with], in this order. */
const REQUESTS: readonly (readonly [AdminRequestJson, object])[] = [
  [addAlice, { ok: true, result: { shared: false } }],
  [addAlice, { ok: false, message: 'Customer alice is there already' }],
  [
    { ...addAlice, customer: 'bob' },
    { ok: true, result: { shared: true } },
  ],
  [
    { do: 'lockCustomer', customer: 'alice' },
    { ok: true, result: {} },
  ],
  [
    { do: 'unlockCustomer', customer: 'carol' },
    { ok: false, message: 'No customer carol' },
  ],
  [
    { do: 'loadCash', terminal: ATM, amount: '5000' },
    { ok: false, message: 'No terminal ATM-001' },
  ],
  [
    { do: 'revokeTerminal', terminal: ATM },
    { ok: false, message: 'No terminal ATM-001' },
  ],
  [
    { do: 'resolveSuspense', terminal: ATM, txnId: 'ab'.repeat(16), paid: true },
    { ok: false, message: `Nothing in suspense under ATM-001 ${'ab'.repeat(16)}` },
  ],
  [
    { do: 'retireKey', keyId: 1, force: true },
    { ok: false, message: 'Base key 1 is the newest; rotate before it is retired' },
  ],
  [
    { do: 'retireKey', keyId: 7, force: true },
    { ok: false, message: 'No base key 7' },
  ],
  [
    { do: 'lockCustomer', customer: 'a|b' },
    { ok: false, message: 'Expected an admin request; customer: "a|b" is not valid here' },
  ],
];
for (const mode of ['running', 'down'] as const) {
  test(`requests are answered alike, and audited, by a bank that is ${mode}`, async (t) => {
    const { ask, serve, audit } = bankIn(mode);
    const served = mode === 'running' ? await serve() : null;
    for (const [request, expected] of REQUESTS) t.deepEqual(await ask(request), expected as never);
    await served?.stop();
    const { ok, texts } = audit();
    t.true(ok);
    t.deepEqual(texts.slice(0, 4), [
      'alice | customer added',
      'alice | customer added failed - invalid transaction',
      'bob | customer added',
      'alice | customer locked',
    ]);
  });
}

test('cash funds the vault with what it lacks, and no more', async (t) => {
  const { ask, audit } = bankIn('cash');
  await ask({ do: 'enrolTerminal', terminal: ATM });
  const load = { do: 'loadCash', terminal: ATM, amount: '900000' } as const;
  t.deepEqual(await ask(load), { ok: true, result: { booked: '900000' } });
  t.deepEqual(await ask({ ...load, amount: '100' }), { ok: true, result: { booked: '900100' } });
  t.deepEqual(audit().texts.slice(1), [
    '- | vault funded with $9000.00',
    '- | cash $9000.00 loaded into ATM-001',
    '- | vault funded with $1.00',
    '- | cash $1.00 loaded into ATM-001',
  ]);
});

test('the socket is for its owner alone, goes with the bank, and a dead one is replaced', async (t) => {
  const { data, ask, serve } = bankIn('socket');
  const path = join(data, 'admin.sock');
  writeFileSync(path, '');
  const { stop } = await serve();
  t.is(statSync(path).mode & 0o777, 0o600);
  t.true((await ask(addAlice)).ok);
  await stop();
  t.false(existsSync(path));
});

test('a line that is no request is answered, and the next one is served', async (t) => {
  const { data, serve } = bankIn('garbage');
  const { stop } = await serve();
  const socket = connect(join(data, 'admin.sock'));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const say = async (line: string) => {
    socket.write(`${line}\n`);
    return JSON.parse(String((await lines.next()).value));
  };
  t.deepEqual(await say('{'), { ok: false, message: 'Expected one JSON object a line' });
  t.false((await say('null')).ok);
  t.false((await say('{"do":"lockCustomer","customer":"alice","more":1}')).ok);
  t.true((await say(JSON.stringify(addAlice))).ok);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.write('x'.repeat(200_000));
  await closed;
  await stop();
});

test('a path that no socket can have is refused with what to do', async (t) => {
  await t.throwsAsync(askBank(join(scratch, 'x'.repeat(120)), addAlice), {
    message: /use one of at most 92 bytes/,
  });
});

async function terminalFor(bank: ReturnType<typeof bankIn>, address: string) {
  const directory = join(bank.data, 'atm');
  const answer = await bank.ask({ do: 'enrolTerminal', terminal: ATM });
  if (!answer.ok) throw new Error(answer.message);
  const { keyId, kShared, kDispense } = answer.result as Record<string, string>;
  const key = {
    terminal: ATM,
    keyId: Number(keyId),
    kShared: Buffer.from(String(kShared), 'hex'),
    kDispense: Buffer.from(String(kDispense), 'hex'),
    cassettes: [{ denomination: cents(2000), count: 100 }],
  };
  writeTerminalKey(terminalKeyPath(directory, ATM), key, { replace: true });
  const clock = systemClock();
  const fail = (error: unknown) => {
    throw error;
  };
  return startTerminal(
    { clock, onLine: () => {}, onBalance: () => {}, onError: fail },
    { directory, terminal: ATM, address },
  );
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Two more hellos went out. */
async function triedTwice({ link }: RunningTerminal): Promise<void> {
  const before = link.counts.bytesTx;
  await until(() => link.counts.bytesTx >= before + 2 * 144);
}

test('revocation ends a live session at once, and the terminal stays out under that key', async (t) => {
  const own = bankIn('revoked');
  const { bank, stop } = await own.serve();
  const terminal = await terminalFor(own, bank.address);
  await until(() => terminal.link.up);
  t.true((await own.ask({ do: 'revokeTerminal', terminal: ATM })).ok);
  await until(() => !terminal.link.up);
  await triedTwice(terminal);
  t.is(bank.server.sessions.established, 0);
  const again = await own.ask({ do: 'enrolTerminal', terminal: ATM });
  t.regex(again.ok ? '' : again.message, /revoked with key 1; make new keys first/);
  await own.ask({ do: 'rotateKeys' });
  t.true((await own.ask({ do: 'enrolTerminal', terminal: ATM })).ok);
  t.false(terminal.link.up);
  await terminal.stop();
  await stop();
});

test('a rotation under load: both keys serve until the old one is retired, and the trail opens with both', async (t) => {
  const own = bankIn('rotated');
  const { bank, stop } = await own.serve();
  await own.ask(addAlice);
  const old = await terminalFor(own, bank.address);
  await own.ask({ do: 'loadCash', terminal: ATM, amount: '200000' });
  await until(() => old.link.up);
  const login = (terminal: typeof old) =>
    new Promise<string | null>((done) => {
      terminal.host.login('alice' as never, 'alice-pw', ({ code }) => done(code));
    });
  const withdraw = (terminal: typeof old) =>
    new Promise<bigint>((done) => {
      terminal.host.withdraw('A-1' as never, cents(2000), ({ cash }) => done(cash));
    });
  t.is(await login(old), 'APPROVED');
  t.deepEqual(await own.ask({ do: 'rotateKeys' }), { ok: true, result: { baseKeyId: 2, auditKeyId: 2 } });
  t.is(await withdraw(old), 2000n);
  const early = await own.ask({ do: 'retireKey', keyId: 1, force: false });
  t.regex(early.ok ? '' : early.message, /ATM-001 would be locked out/);
  await until(() => old.host.openAdvices === 0);
  await old.stop();
  const fresh = await terminalFor(own, bank.address);
  t.true((await own.ask({ do: 'retireKey', keyId: 1, force: false })).ok);
  await until(() => fresh.link.up);
  t.is(await login(fresh), 'APPROVED');
  t.is(await withdraw(fresh), 2000n);
  await until(() => fresh.host.openAdvices === 0);
  await fresh.stop();
  await stop();
  t.false(existsSync(join(own.data, 'keys', 'base-1.key')));
  const { ok, texts, keyIds } = own.audit();
  t.true(ok);
  t.false(texts.includes('does not open'));
  t.deepEqual([...new Set(keyIds)], [1, 2]);
  t.true(texts.includes('- | keys rotated - base key 2, audit key 2'));
  t.true(texts.includes('- | base key 1 retired'));
});

test('a forced retirement drops the sessions of that key', async (t) => {
  const own = bankIn('forced');
  const { bank, stop } = await own.serve();
  const terminal = await terminalFor(own, bank.address);
  await until(() => terminal.link.up);
  await own.ask({ do: 'rotateKeys' });
  const answer = await own.ask({ do: 'retireKey', keyId: 1, force: true });
  t.deepEqual(answer, { ok: true, result: { lockedOut: [ATM] } });
  await until(() => !terminal.link.up);
  await triedTwice(terminal);
  t.is(bank.server.sessions.established, 0);
  await terminal.stop();
  await stop();
});
