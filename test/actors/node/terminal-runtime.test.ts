import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { systemClock } from '../../../actors/node/clock.ts';
import { type RunningTerminal, startTerminal } from '../../../actors/node/terminal-runtime.ts';
import type { OperationResult } from '../../../actors/operation.ts';
import type { AccountId, CustomerId, TerminalId } from '../../../protocol/ids.ts';
import { cents } from '../../../protocol/money.ts';
import { totalCash } from '../../../terminals/cassettes.ts';
import { ATM_1, RealBank } from '../../helpers/real-bank.ts';

const test = anyTest as TestFn<RealBank>;
test.beforeEach(async (t) => {
  t.context = await RealBank.start();
});
test.afterEach.always((t) => t.context.end());

const alice = 'alice' as CustomerId;
const account = 'A-1' as AccountId;

function start(bank: RealBank, terminal: TerminalId | null, directory = bank.terminals): RunningTerminal {
  const onError = (error: unknown) => {
    throw error;
  };
  const deps = { clock: systemClock(), onLine() {}, onBalance() {}, onError };
  return startTerminal(deps, { directory, terminal, address: bank.address });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
const does = (begin: (done: (result: OperationResult) => void) => void) =>
  new Promise<OperationResult>(begin);

test('a machine that is switched off in mid-withdrawal settles it at its next start, before it serves', async (t) => {
  const bank = t.context;
  const before = start(bank, ATM_1);
  await until(() => before.host.ready);
  await does((done) => before.host.login(alice, 'alice-pw', done));
  before.host.withdraw(account, cents(40_00), () => {});
  await before.stop();
  const after = start(bank, ATM_1);
  await until(() => after.host.ready && after.host.openAdvices === 0);
  await does((done) => after.host.login(alice, 'alice-pw', done));
  const { account: view } = await does((done) => after.host.balance(account, done));
  const paid = cents(7_000_00) - totalCash(after.cassettes);
  t.is(view?.ledger, cents(100_00n - paid), 'the books and the cassettes agree');
  t.is(view?.available, view?.ledger, 'nothing is on hold');
  t.deepEqual(bank.alerts, []);
  await after.stop();
});

test('a directory without a key, with several, or with a key under another name is refused', (t) => {
  const bank = t.context;
  const refused = (terminal: TerminalId | null, directory: string, message: RegExp) =>
    t.throws(() => start(bank, terminal, directory), { message });
  refused(null, join(bank.path, 'nowhere'), /No terminal's key in .*terminals enrol/);
  refused(null, bank.terminals, /keys of 2 terminals; choose one with --terminal ATM-001/);
  const other = join(bank.path, 'other');
  mkdirSync(other);
  copyFileSync(join(bank.terminals, `${ATM_1}.key`), join(other, 'ATM-9.key'));
  refused(null, other, /ATM-9\.key is the key of ATM-001/);
});

test('stopping twice is as good as once', async (t) => {
  const running = start(t.context, ATM_1);
  await Promise.all([running.stop(), running.stop()]);
  await start(t.context, ATM_1).stop();
  t.pass();
});
