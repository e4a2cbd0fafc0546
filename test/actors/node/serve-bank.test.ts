import { createPublicKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openDataDirectory } from '../../../actors/node/data-directory.ts';
import { type RunningBank, serveBank } from '../../../actors/node/serve-bank.ts';
import { openCheckpoint } from '../../../bank/audit/checkpoint.ts';
import type { Command } from '../../../bank/commands.ts';
import { DEFAULT_POLICY } from '../../../bank/policy.ts';
import { SqliteStore } from '../../../bank/sqlite/sqlite-store.ts';
import { cents } from '../../../protocol/money.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cashpoint-serve-'));
test.after.always(() => rmSync(scratch, { recursive: true }));

const serve = (name: string, listen = '127.0.0.1:0') =>
  serveBank(openDataDirectory(join(scratch, name), { create: true }), {
    listen,
    passwordCost: 'load-test',
    policy: DEFAULT_POLICY,
    onFatal: (error) => {
      throw error;
    },
    onAlert: () => {},
    onCommitted: () => {},
  });

const ask = (bank: RunningBank, command: Command) =>
  new Promise<string>((resolve) => bank.actor.submit(command, ({ code }) => resolve(code)));

const checkpointsOf = (name: string) => {
  const path = join(scratch, name, 'checkpoints.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
};

test('a stopped bank has signed the head of its trail; one that did nothing signs nothing more', async (t) => {
  const bank = await serve('signed');
  t.regex(bank.durability, /^journal wal, synchronous full$/);
  t.is(await ask(bank, { type: 'fundVault', amount: cents(100_00) }), 'APPROVED');
  const { head } = bank.actor;
  await bank.stop();
  const publicKey = createPublicKey(readFileSync(join(scratch, 'signed', 'checkpoint.pub'), 'utf8'));
  const [line = '', ...more] = checkpointsOf('signed');
  t.deepEqual(more, []);
  const checkpoint = openCheckpoint(line, publicKey);
  t.is(checkpoint?.seq, head.seq);
  t.is(Buffer.from(checkpoint?.hash ?? []).toString('hex'), head.head);
  const idle = await serve('signed');
  t.is(idle.actor.head.head, head.head, 'the trail goes on where it ended');
  await idle.stop();
  t.is(checkpointsOf('signed').length, 1);
});

test('commands that came before a stop are carried out, and what was answered is on the disk', async (t) => {
  const bank = await serve('drained');
  const answers = Array.from({ length: 50 }, () => ask(bank, { type: 'fundVault', amount: cents(1_00) }));
  await bank.stop();
  t.deepEqual(new Set(await Promise.all(answers)), new Set(['APPROVED']));
  const store = SqliteStore.open(join(scratch, 'drained'));
  t.is(store.load().accounts.find(({ id }) => id === 'vault')?.ledger, cents(50_00));
  store.close();
});

test('a bank that cannot listen says so, and lets go of its data', async (t) => {
  const first = await serve('first');
  await t.throwsAsync(serve('second', first.address), { code: 'EADDRINUSE' });
  const second = await serve('second');
  t.not(second.address, first.address);
  await Promise.all([first.stop(), second.stop()]);
});
