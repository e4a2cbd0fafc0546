import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { LOAD_DEFAULTS } from '../../../sim/load/options.ts';
import { provision } from '../../../sim/load/provision.ts';
import { Provoked } from '../../../sim/load/provoked.ts';
import { RunView } from '../../../sim/load/run-view.ts';
import { SupervisedBank } from '../../../sim/load/supervised-bank.ts';

const directory = mkdtempSync(join(tmpdir(), 'cashpoint-bank-'));
test.after.always(() => rmSync(directory, { recursive: true }));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Of banks that this test process started. */
const killFromOutside = () =>
  execFileSync('pkill', ['-KILL', '-P', String(process.pid), '-f', 'bank-process']);

test('a bank that is killed comes back; whose doing it was, and until when failures are its fault, is told', async (t) => {
  const data = join(directory, 'data');
  await provision(data, { seed: 'seed', terminals: 1, accounts: 1 }, () => {});
  const view = new RunView(LOAD_DEFAULTS, { commit: '-' }, () => {});
  const provoked: boolean[] = [];
  const broken: string[] = [];
  const events = {
    onBroken: (problem: string) => broken.push(problem),
  };
  const told = new Provoked((active) => provoked.push(active), 2_000);
  const bank = new SupervisedBank({ data, provoked: told }, view, events);
  t.teardown(async () => {
    await bank.stop();
    view.close();
  });
  await bank.start();
  const { address } = bank;
  view.beginLoad();

  const second = new SupervisedBank({ data, provoked: told }, view, events);
  await t.throwsAsync(second.start(), { message: /in use by another process/ });

  bank.kill({ id: 'bank-kill-1', source: 'plan' });
  await until(() => view.bankDownMs !== null);
  bank.kill({ id: 'bank-kill-2', source: 'plan' });
  t.regex(view.collector.events.at(-1)?.text ?? '', /down already/);
  await until(() => view.bankDownMs === null);
  t.is(view.collector.faults.length, 1);
  t.not(view.collector.faults[0]?.endMs, null);
  t.is(view.collector.faults[0]?.source, 'plan');
  t.is(bank.unplanned.length, 0);

  // Within the tail of the first fault.
  killFromOutside();
  await until(() => view.collector.faults[1]?.endMs != null);
  t.is(view.collector.faults[1]?.source, 'operator');
  t.is(bank.unplanned.length, 1);
  const backMs = performance.now();
  t.deepEqual(provoked, [true]);
  await until(() => provoked.length === 2);
  t.false(provoked[1]);
  t.true(performance.now() - backMs > 1_900, "the first fault's tail does not end the second");
  t.is(bank.address, address, 'terminals find it where it was');
  t.deepEqual(broken, []);
});
