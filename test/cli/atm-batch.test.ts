import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import anyTest, { type TestFn } from 'ava';
import type { CustomerId } from '../../protocol/ids.ts';
import { cashpoint, type Ended, start } from '../helpers/cashpoint.ts';
import { ATM_1, ATM_2, RealBank } from '../helpers/real-bank.ts';

const test = anyTest as TestFn<RealBank>;
test.beforeEach(async (t) => {
  t.context = await RealBank.start();
});
test.afterEach.always((t) => t.context.end());

interface Batch extends Ended {
  readonly answers: readonly Record<string, unknown>[];
}

const words = (bank: RealBank, commands: string, more: readonly string[]) => {
  const file = join(bank.path, `commands-${process.hrtime.bigint()}`);
  writeFileSync(file, commands);
  const base = ['atm', '--bank', bank.address, '--data', bank.terminals, '--batch', file];
  return [...base, '--terminal', ATM_1, '--password-file', join(bank.path, 'alice.pw'), ...more];
};
const parsed = (ended: Ended): Batch => ({
  ...ended,
  answers: ended.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line)),
});
const batch = async (bank: RealBank, commands: string, ...more: string[]): Promise<Batch> =>
  parsed(await cashpoint(...words(bank, commands, more)));

const codes = ({ answers }: Batch) => answers.map(({ code }) => code);

test('a visit by script: deposit, withdraw, a refusal, and a history that shows all three', async (t) => {
  const commands = `
    login alice           # with the password of the file
    deposit 100.00
    withdraw 40.00
    withdraw 900.00
    history 3
    balance
    logout`;
  const { code, answers, stderr } = await batch(t.context, commands);
  t.is(code, 0, stderr);
  const [login, deposit, withdraw, refused, history, balance, logout] = answers;
  t.like(login, { command: 'login alice', outcome: 'ok', accounts: ['A-1'], available: '100.00' });
  t.like(deposit, { outcome: 'ok', amount: '100.00', cash: '100.00', available: '200.00' });
  t.like(withdraw, { outcome: 'ok', code: 'APPROVED', amount: '40.00', cash: '40.00', available: '160.00' });
  t.like(refused, {
    outcome: 'fail',
    code: 'INSUFFICIENT_FUNDS',
    meaning: 'The balance is too low',
    cash: '0.00',
  });
  const items = history?.['items'] as Record<string, unknown>[];
  t.deepEqual(
    items.map(({ kind, amount, code }) => [kind, amount, code]),
    [
      ['withdraw', '-900.00', 'INSUFFICIENT_FUNDS'],
      ['withdraw', '-40.00', 'APPROVED'],
      ['deposit', '100.00', 'APPROVED'],
    ],
  );
  t.like(balance, { balance: '160.00', available: '160.00' });
  t.like(logout, { outcome: 'ok' });
  await t.context.stop();
  const audit = t.context.audit();
  t.true(audit.includes('alice | withdraw $900.00 failed - insufficient funds'));
  t.true(audit.includes('alice | withdraw $40.00 completed'));
});

test('three wrong passwords lock a customer, over runs and terminals, until the bank unlocks', async (t) => {
  const wrong = t.context.secret('wrong.pw', 'not it');
  const first = await batch(t.context, 'login alice\nlogin alice', '--password-file', wrong);
  t.is(first.code, 0);
  t.deepEqual(
    first.answers.map(({ code, triesLeft }) => [code, triesLeft]),
    [
      ['WRONG_PASSWORD', 2],
      ['WRONG_PASSWORD', 1],
    ],
  );
  const second = await batch(
    t.context,
    `login alice ${wrong}\nlogin alice\nwithdraw 20.00`,
    '--terminal',
    ATM_2,
  );
  t.deepEqual(codes(second), ['WRONG_PASSWORD', 'TRIES_EXCEEDED', 'NOT_PERMITTED']);
  await t.context.ask({ type: 'unlockCustomer', customer: 'alice' as CustomerId });
  const third = await batch(t.context, 'login alice\ntransfer A-2 10.00\nbalance');
  t.deepEqual(codes(third), ['APPROVED', 'APPROVED', 'APPROVED']);
  t.is(third.answers[2]?.['available'], '90.00');
});

test('a changed password is the one that counts, and a password is in no output', async (t) => {
  const fresh = t.context.secret('fresh.pw', 'Canary-77');
  const old = join(t.context.path, 'alice.pw');
  const changed = await batch(t.context, `login alice\npassword ${old} ${fresh}\nlogout`);
  t.deepEqual(codes(changed), ['APPROVED', 'APPROVED', 'APPROVED']);
  const again = await batch(t.context, `login alice\nlogin alice ${fresh}`);
  t.deepEqual(codes(again), ['WRONG_PASSWORD', 'APPROVED']);
  t.notRegex(changed.stdout + changed.stderr + again.stdout + again.stderr, /Canary-77|alice-pw/);
});

test('commands may come through a pipe', async (t) => {
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  const args = words(t.context, '', []).filter((word) => !word.includes('commands-'));
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin.write('login alice\n');
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  child.stdin.end('deposit 50x1,20x2');
  t.is(await ended, 0);
  t.like(JSON.parse(stdout.split('\n')[1] ?? ''), { command: 'deposit 50x1,20x2', available: '190.00' });
});

test('what a terminal holds survives its end', async (t) => {
  const counts = () =>
    JSON.parse(readFileSync(join(t.context.terminals, `${ATM_1}.devices`), 'utf8')).cassettes.map(
      ({ count }: { count: number }) => count,
    );
  t.deepEqual(codes(await batch(t.context, 'login alice\nwithdraw 60.00')), ['APPROVED', 'APPROVED']);
  t.deepEqual(counts(), [100, 97]);
  t.deepEqual(codes(await batch(t.context, 'login alice\ndeposit 50x1\nwithdraw 40.00')), [
    'APPROVED',
    'APPROVED',
    'APPROVED',
  ]);
  t.deepEqual(counts(), [101, 95]);
});

test('a terminal runs once, and another process of it is refused', async (t) => {
  const first = start(words(t.context, 'login alice\nwait 20s', []));
  await new Promise<void>((resolve) => first.child.stdout?.once('data', () => resolve()));
  const second = await batch(t.context, 'login alice');
  t.is(second.code, 2);
  t.regex(second.last, /ATM-001 runs already/);
  first.child.kill('SIGTERM');
  const { code } = await first.ended;
  t.is(code, 105);
});

test('without a bank a script ends with 114 when its time is over', async (t) => {
  await t.context.stop();
  const { code, last, answers } = await batch(t.context, 'login alice', '--timeout', '300ms');
  t.is(code, 114);
  t.regex(last, /no session with the bank/);
  t.is(answers.length, 0);
});

test('a terminal that was revoked is told so at once, and ends with 2', async (t) => {
  await t.context.ask({ type: 'revokeTerminal', terminal: ATM_1 });
  const { code, last } = await batch(t.context, 'login alice');
  t.is(code, 2, last);
  t.regex(last, /does not accept the key of ATM-001: unknown there, or revoked/);
});

test('a line that is no command ends a script with 2 and says what was expected', async (t) => {
  const { code, last, answers } = await batch(t.context, 'login alice\nfly away\nwithdraw 20.00');
  t.is(code, 2);
  t.regex(last, /line 2: Expected one of login, /);
  t.is(answers.length, 1);
});

test('a password file or key that others can read is refused', async (t) => {
  const password = join(t.context.path, 'alice.pw');
  chmodSync(password, 0o644);
  const first = await batch(t.context, 'login alice');
  t.deepEqual([first.code, /can be read by others; run: chmod 600/.test(first.last)], [2, true]);
  chmodSync(password, 0o600);
  chmodSync(join(t.context.terminals, `${ATM_1}.key`), 0o604);
  const second = await batch(t.context, 'login alice');
  t.deepEqual([second.code, /can be read by others; run: chmod 600/.test(second.last)], [2, true]);
});
