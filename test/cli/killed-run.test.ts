import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { cashpoint, Scratch } from '../helpers/cashpoint.ts';

test('a run that is killed leaves its faults and its events, and its report shows them', async (t) => {
  t.timeout(60_000);
  const scratch = new Scratch();
  const running = scratch.start([
    ...['--terminals', '8', '--rate', '100/s', '--duration', '30s'],
    ...[
      '--fault',
      'delay at=1s for=1s delay=20ms target=50%',
      '--fault',
      'slow-disk at=2500ms for=20s delay=2ms',
    ],
    ...['--kill-bank-at', '3s'],
  ]);
  const exited = once(running.child, 'exit');
  await running.says(/^t=5 /m);
  running.child.kill('SIGKILL');
  await exited;

  const [run = ''] = readdirSync(scratch.in('out'));
  const directory = join(scratch.in('out'), run);
  const journal = join(directory, 'events.jsonl');
  const whole = readFileSync(journal);
  appendFileSync(journal, '{"type":"event","tMs":5000}\n');
  const refused = await cashpoint('report', 'render', directory);
  t.is(refused.code, 2);
  t.regex(refused.stderr, /events\.jsonl, line \d+, is not what a run writes; without that line/);
  writeFileSync(journal, whole);

  const rendered = await cashpoint('report', 'render', directory);
  t.is(rendered.code, 105);
  const { report } = scratch.finished(rendered);
  t.is(report.verdict.status, 'incomplete');
  t.deepEqual(
    report.faults.map(({ kind, source }) => [kind, source]),
    [
      ['delay', 'plan'],
      ['slow-disk', 'plan'],
      ['bank-kill', 'plan'],
    ],
  );
  const [delay, slow, kill] = report.faults;
  t.true((delay?.startMs ?? 0) >= 1_000 && (delay?.endMs ?? 0) - (delay?.startMs ?? 0) < 2_000);
  t.is(slow?.endMs, report.run.durationMs, 'it was on when the run was killed');
  t.true((kill?.startMs ?? 0) >= 3_000 && (kill?.endMs ?? 0) < 5_000);
  // What a history does not tell is not told as zero.
  t.false(report.series.columns.includes('offeredRate'));
  t.deepEqual([report.generator.loopLagUs, report.generator.cpuPct], [null, null]);
  const told = report.events?.map(({ level, text }) => `${level}: ${text}`) ?? [];
  for (const text of ['info: load begins, 8 terminals', 'fault: SIGKILL by plan', 'info: is back']) {
    t.true(told.includes(text), `${text} in ${told.join('; ')}`);
  }
  const page = readFileSync(join(directory, 'report.html'), 'utf8');
  t.regex(page, /class="band"/);
  t.notRegex(page, /✓ kept its schedule/);
  t.deepEqual(report.states.perState, {});
  t.regex(page, /<li>bank-kill-\d: bank-kill on bank, at 3 s<\/li>/);
  t.regex(page, /<td class="wrap">SIGKILL by plan/);
  t.true(report.artifacts.some(({ path }) => path === 'events.jsonl'));
  scratch.remove();
});

test('a bank whose run was killed ends in order and without a word', async (t) => {
  t.timeout(60_000);
  const scratch = new Scratch();
  // It reports all the time, also in the moment between the death of the run and the news of it.
  const chatty = {
    file: 'actors/node/bank-process.ts',
    find: 'const REPORT_MS = 500;',
    replace: 'const REPORT_MS = 1;',
  };
  const running = scratch.start(['--terminals', '4', '--duration', '30s'], [chatty]);
  await running.says(/^t=1 /m);
  running.child.kill('SIGKILL');
  // Its bank has the same stderr: that ends when both are gone.
  const { stderr } = await running.ended;
  t.regex(stderr.trimEnd().split('\n').at(-1) ?? '', /^t=\d/);
  scratch.remove();
});
