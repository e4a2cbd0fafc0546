import { join } from 'node:path';
import test from 'ava';
import { cashpoint, Scratch, start } from '../../helpers/cashpoint.ts';

test('a served bank takes terminals over TCP and HTTP, and tells its health and metrics, with units in the names', async (t) => {
  const scratch = new Scratch();
  const data = scratch.in('data');
  await scratch.run(['--terminals', '4', '--duration', '300ms', '--data', data, '--quiet']);
  const bank = start([
    'bank',
    '--data',
    data,
    '--listen',
    '127.0.0.1:0',
    '--http',
    '127.0.0.1:0',
    '--load-limits',
  ]);
  const [, address = ''] = /serving .* on ([\d.:]+);/.exec(await bank.says(/serving .*;/)) ?? [];
  const [url = ''] = /http:\/\/[\d.:]+/.exec(await bank.says(/http:\/\/.*/)) ?? [];
  const credentials = join(data, 'credentials.json');
  const load = ['--terminals', '4', '--duration', '1s', '--credentials', credentials];
  await scratch.run([...load, '--bank', address]);
  const { code, report } = await scratch.run([
    ...load,
    ...['--bank', new URL(url).host, '--transport', 'http'],
  ]);
  t.is(code, 0);
  t.is(report.config.other?.['transport'], 'http');
  t.is(report.totals.unexpectedErrors, 0);
  t.true(report.totals.ok > 10);
  const health = await (await fetch(`${url}/health`)).json();
  t.like(health, { status: 'serving', mailbox: 0, sessions: { established: 0, open: 0 } });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
  t.true(value('cashpoint_bank_commands_total') > 20);
  t.true(value('cashpoint_bank_commit_seconds_count') > 10);
  t.is(value('cashpoint_bank_money_difference_cents'), 0);
  t.is(value('cashpoint_bank_audit_sequence'), (health as { audit: { seq: number } }).audit.seq);
  t.is((await fetch(`${url}/nothing`)).status, 404);
  bank.child.kill('SIGTERM');
  t.is((await bank.ended).code, 0);
  scratch.remove();
});

test('an HTTP port in use stops the bank before it has served anyone', async (t) => {
  const scratch = new Scratch();
  const first = start([
    'bank',
    '--data',
    scratch.in('a'),
    '--listen',
    '127.0.0.1:0',
    '--http',
    '127.0.0.1:0',
  ]);
  const [, address = ''] = /http:\/\/([\d.:]+)/.exec(await first.says(/http:\/\/.*/)) ?? [];
  const { code, last } = await cashpoint(
    'bank',
    '--data',
    scratch.in('b'),
    '--listen',
    '127.0.0.1:0',
    '--http',
    address,
  );
  t.is(code, 2);
  t.regex(last, /another program uses this port/);
  first.child.kill('SIGTERM');
  await first.ended;
  scratch.remove();
});
