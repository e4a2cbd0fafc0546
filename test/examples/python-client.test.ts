import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { terminalKeyPath } from '../../actors/node/terminal-key-file.ts';
import { ATM_1, RealBank } from '../helpers/real-bank.ts';

const CLIENT = fileURLToPath(new URL('../../examples/python-client/atmb1.py', import.meta.url));

/** Debian's own has Debian's packages, which another that comes first in PATH may lack. */
const python = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import cryptography'], { stdio: 'ignore' }).status === 0,
);

interface Ended {
  readonly code: number;
  readonly stderr: string;
  /** One a line of stdout. */
  readonly replies: readonly Reply[];
}
interface Reply {
  readonly code: string;
  readonly account?: { readonly account: string; readonly ledger: string };
}

interface Words {
  readonly key?: string;
  readonly password?: string;
  readonly more?: readonly string[];
}

function client(bank: RealBank, { key, password, more = [] }: Words): Promise<Ended> {
  const keyFile = key ?? terminalKeyPath(bank.terminals, ATM_1);
  const argv = [CLIENT, bank.address, keyFile, 'alice', password ?? bank.passwordFile, '50x2,20x1', ...more];
  return new Promise((resolve) => {
    const child = execFile(python ?? '', argv, { timeout: 60_000 }, (_, stdout, stderr) => {
      const lines = stdout.split('\n').filter(Boolean);
      const replies = lines.map((line) => JSON.parse(line) as Reply);
      resolve({ code: child.exitCode ?? -1, stderr, replies });
    });
  });
}

test('a client written from docs/PROTOCOL.md alone logs in and deposits, with and without X25519', async (t) => {
  if (python === undefined) {
    t.log('NOT TESTED: the Python client; there is no python3 with the package cryptography');
    t.pass();
    return;
  }
  const bank = await RealBank.start();
  try {
    for (const [suite, ledger] of [
      ['1', '22000'],
      ['2', '34000'],
    ] as const) {
      const { code, replies, stderr } = await client(bank, { more: ['--suite', suite] });
      t.is(code, 0, stderr);
      t.like(replies[1], { code: 'APPROVED', account: { account: 'A-1', ledger } });
    }
    const txn = '0123456789abcdef0123456789abcdef';
    for (const ledger of ['46000', '46000']) {
      const { code, replies, stderr } = await client(bank, { more: ['--txn', txn] });
      t.is(code, 0, stderr);
      t.like(replies[1], { code: 'APPROVED', account: { account: 'A-1', ledger } });
    }
    const wrong = await client(bank, { password: bank.secret('wrong', 'not it') });
    t.is(wrong.code, 1);
    t.like(wrong.replies, [{ code: 'WRONG_PASSWORD' }]);

    const key = JSON.parse(readFileSync(terminalKeyPath(bank.terminals, ATM_1), 'utf8'));
    const forged = bank.secret('forged.key', JSON.stringify({ ...key, kShared: 'ab'.repeat(32) }));
    const stranger = await client(bank, { key: forged });
    t.is(stranger.code, 3);
    t.deepEqual(stranger.replies, []);
    t.regex(stranger.stderr, /the bank refused the hello/);
  } finally {
    await bank.stop();
  }
  const lines = bank.audit();
  t.is(lines.filter((line) => line === 'alice | deposit $120.00').length, 3);
  // Every session ended with an authenticated Close.
  t.false(lines.some((line) => line.includes('truncated')));
  await bank.end();
});
