import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { loadTerminalKey } from '../../actors/node/terminal-key-file.ts';
import { cents } from '../../protocol/money.ts';
import { cashpoint, type Ended, start } from '../helpers/cashpoint.ts';

function scratch(t: { teardown(fn: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'cashpoint-bank-cli-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  writeFileSync(join(path, 'pw'), 'alice-pw\n', { mode: 0o600 });
  return path;
}

test('an operator makes a bank, its customer and its terminal while it is down, and works on while it runs', async (t) => {
  const path = scratch(t);
  const data = join(path, 'bank');
  const key = join(path, 'atm', 'ATM-001.key');
  const done = async (...words: string[]): Promise<Ended> => {
    const ended = await cashpoint(...words, '--data', data);
    t.is(ended.code, 0, ended.stderr);
    return ended;
  };
  await done('keys', 'init');
  const add = ['bank', 'customers', 'add', 'alice', '--account', 'A-1', '--opening', '100.00'];
  await done(...add, '--password-file', join(path, 'pw'));
  const enrol = ['bank', 'terminals', 'enrol', 'ATM-001', '--out', join(path, 'atm')];
  await done(...enrol, '--cash', '50x100,20x200');
  t.is(statSync(key).mode & 0o777, 0o600);
  const first = loadTerminalKey(key);
  t.is(first.keyId, 1);
  t.deepEqual(first.cassettes, [
    { denomination: cents(50_00), count: 100 },
    { denomination: cents(20_00), count: 200 },
  ]);

  const bank = start(['bank', '--data', data, '--listen', '127.0.0.1:0']);
  await bank.says(/serving .* on 127/);
  await done('bank', 'customers', 'lock', 'alice');
  await done('bank', 'cash', 'load', 'ATM-001', '500');
  await done('keys', 'rotate');
  await done(...enrol);
  await done('keys', 'retire', '1');
  const second = loadTerminalKey(key);
  t.is(second.keyId, 2);
  t.notDeepEqual(second.kShared, first.kShared);
  t.deepEqual(second.cassettes, first.cassettes);
  const [customer] = JSON.parse((await done('bank', 'customers', 'list', '--json')).stdout);
  t.deepEqual(customer, {
    customer: 'alice',
    accounts: 'A-1',
    balance: '100.00',
    held: '0.00',
    tries: '0',
    state: 'locked',
  });
  const recon = JSON.parse((await done('bank', 'recon', '--json')).stdout);
  t.is(recon.terminals[0].booked, '9500.00');
  t.deepEqual(recon.books, { debits: '9500.00', credits: '9500.00' });
  bank.child.kill('SIGTERM');
  t.is((await bank.ended).code, 0);
  t.false(existsSync(join(data, 'admin.sock')));
  t.regex((await done('bank', 'terminals', 'list')).stdout, /^ATM-001 +2 +9500\.00 .* enrolled$/m);
  await done('audit', 'verify');
});

/** [words, before `--data DIR`; the last line on stderr]; the bank has keys, Alice and no terminal. */
const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [['keys', 'init'], /has keys already/],
  [['bank', 'customers', 'lock', 'carol'], /^cashpoint: No customer carol$/m],
  [['bank', 'terminals', 'revoke', 'ATM-001'], /^cashpoint: No terminal ATM-001$/m],
  [['bank', 'terminals', 'enrol', 'ATM 1', '--out', 'x'], /Expected a terminal like ATM-001, got "ATM 1"/],
  [
    ['bank', 'terminals', 'enrol', 'ATM-1', '--out', 'x', '--cash', '50'],
    /Expected notes like 50x100,20x200/,
  ],
  [['bank', 'cash', 'load', 'ATM-001', '1.234'], /Expected an amount like 40\.00, got "1\.234"/],
  [['bank', 'recon', 'resolve', 'ab'.repeat(16)], /Say either --paid or --not-paid/],
  [['bank', 'recon', 'resolve', 'ab'.repeat(16), '--paid'], /Not one withdrawal in suspense is abab/],
  [['keys', 'retire', '1'], /Base key 1 is the newest/],
];

test('what an operator cannot have is refused with one line and exit 2', async (t) => {
  const path = scratch(t);
  const data = join(path, 'bank');
  await cashpoint('keys', 'init', '--data', data);
  const add = ['bank', 'customers', 'add', 'alice', '--account', 'A-1', '--data', data];
  t.is((await cashpoint(...add, '--password-file', join(path, 'pw'))).code, 0);
  for (const [words, line] of REFUSED) {
    const { code, stdout, stderr } = await cashpoint(...words, '--data', data);
    t.is(code, 2, stderr);
    t.regex(stderr, line);
    t.is(stdout, '');
  }
  chmodSync(join(path, 'pw'), 0o644);
  const open = await cashpoint(...add, '--password-file', join(path, 'pw'));
  t.is(open.code, 2);
  t.regex(open.last, /can be read by others/);
});
