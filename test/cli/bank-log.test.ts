import { createConnection } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { Scratch, start } from '../helpers/cashpoint.ts';

test('--log json: a JSON object a line, with what happened and to whom, and no secret', async (t) => {
  const scratch = new Scratch();
  const data = scratch.in('data');
  await scratch.run(['--terminals', '2', '--duration', '300ms', '--data', data, '--quiet']);
  const bank = start(['bank', '--data', data, '--listen', '127.0.0.1:0', '--log', 'json', '--load-limits']);
  try {
    const [, address = ''] = /"address":"([\d.:]+)"/.exec(await bank.says(/\{.*"bank\.serving".*\}/)) ?? [];
    // A stranger who speaks something else.
    createConnection({ host: '127.0.0.1', port: Number(address.split(':')[1]) }).end(
      'GET / HTTP/1.1\r\n\r\n',
    );
    await bank.says(/session\.refused/);
    await scratch.run([
      ...['--terminals', '2', '--duration', '500ms', '--bank', address],
      ...['--credentials', join(data, 'credentials.json')],
    ]);
  } finally {
    bank.child.kill('SIGTERM');
  }
  const { code, stderr } = await bank.ended;
  t.is(code, 0);
  const entries = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const entry of entries) {
    t.regex(entry.time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    t.true(['info', 'warn', 'error'].includes(entry.level));
  }
  t.deepEqual(
    entries.map(({ event }) => event),
    ['bank.serving', 'session.refused', 'bank.stopping', 'bank.stopped'],
  );
  t.regex(entries[1]?.text, /^session refused - violation: .* from 127\.0\.0\.1/);
  const { default: credentials } = await import(join(data, 'credentials.json'), { with: { type: 'json' } });
  for (const { kShared } of credentials.terminals) t.false(stderr.includes(kShared));
  for (const { password } of credentials.customers) t.false(stderr.includes(password));
  scratch.remove();
});
