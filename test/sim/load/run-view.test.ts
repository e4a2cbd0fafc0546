import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import type { BankFigures } from '../../../actors/node/bank-process.ts';
import { LOAD_DEFAULTS } from '../../../sim/load/options.ts';
import { provision } from '../../../sim/load/provision.ts';
import { RunView } from '../../../sim/load/run-view.ts';
import type { DashboardModel } from '../../../terminals/dashboard/model.ts';

const figures = (delta: string): BankFigures => ({
  mailbox: 0,
  mailboxMax: 0,
  batches: [],
  commitUs: [],
  loopLagUs: 0,
  rssMB: 1,
  cpuUs: 0,
  wallUs: 1,
  sessions: { established: 0, open: 0 },
  audit: { seq: 0, head: '' },
  delta,
  sum: '100',
});

function viewed() {
  const models: DashboardModel[] = [];
  const view = new RunView(LOAD_DEFAULTS, { commit: 'abc1234' }, (model) => models.push(model));
  return { view, last: () => models.at(-1), models };
}

test('a money light that was red stays red, with its first violation, to the end of the run', (t) => {
  const { view, last } = viewed();
  view.beginLoad();
  for (const delta of ['0', '7', '0', '-9']) {
    view.takeFigures(figures(delta));
    view.publish();
  }
  view.conclude({ status: 'fail', exitCode: 110, reasons: [] });
  view.close();
  t.like(last()?.lights.money, { status: 'violated', delta: '7' });
  t.is(last()?.run.state, 'done');
});

test('the phases, the bank’s absence and the verdict are on the models', (t) => {
  const { view, last, models } = viewed();
  view.enter('run');
  t.like(last()?.run, { state: 'run', elapsedMs: 0, commit: 'abc1234', seed: LOAD_DEFAULTS.seed });
  view.bankDownMs = 5;
  view.publish();
  t.deepEqual(last()?.faults, ['bank down']);
  view.bankDownMs = null;
  view.event('warn', 'bank', 'is back');
  view.enter('drain');
  t.deepEqual(last()?.faults, []);
  t.is(last()?.events.at(-1)?.text, 'is back');
  t.is(last()?.verdict, null);
  view.conclude({ status: 'pass', exitCode: 0, reasons: [] });
  t.is(last()?.verdict?.status, 'pass');
  view.close();
  t.is(models.length, 4);
});

test('the audit light verifies the trail on disk; a record that was changed there turns it red for good', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-view-'));
  await provision(directory, { seed: 'seed', terminals: 2, accounts: 3 }, () => {});
  const seen = viewed();
  seen.view.publish();
  t.is(seen.last()?.lights.audit.status, 'unchecked');
  seen.view.watchAudit(directory);
  await until(() => seen.models.some(({ lights }) => lights.audit.status === 'ok'));
  const { headSeq = 0, headHash } = seen.last()?.lights.audit ?? {};
  t.true(headSeq >= 8, 'every terminal and customer has a record');
  t.regex(headHash ?? '', /^[0-9a-f]{64}$/);
  seen.view.close();
  seen.view.enter('check');
  t.is(seen.last()?.lights.audit.status, 'ok', 'it keeps what it knew');

  const forged = join(directory, 'forged');
  mkdirSync(forged);
  copyFileSync(join(directory, 'bank.db'), join(forged, 'bank.db'));
  const database = new DatabaseSync(join(forged, 'bank.db'));
  database.exec('update audit set ct = zeroblob(length(ct)) where seq = 5');
  database.close();
  const red = viewed();
  red.view.watchAudit(forged);
  red.view.close();
  red.view.enter('check');
  t.is(red.last()?.lights.audit.status, 'violated', 'the last look counts');
  t.regex(red.last()?.lights.audit.text ?? '', /^record 5: /);
  rmSync(directory, { recursive: true });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
