import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Report } from '../../reports/report.ts';
import type { Patch } from '../../sim/plants/index.ts';
import { cashpoint, Scratch, start } from '../helpers/cashpoint.ts';

const SMALL = ['--terminals', '16', '--duration', '2s', '--think', '20ms'];

const invariant = (report: Report, id: string) => report.invariants.find((each) => each.id === id);

test.serial('a run passes: every invariant checked, trail verified, files beside the report', async (t) => {
  const scratch = new Scratch();
  const { code, report, directory, last } = await scratch.run(SMALL);
  t.is(code, 0);
  t.is(report.verdict.status, 'pass');
  t.deepEqual(
    report.invariants.map(({ id }) => id),
    ['CONSERVE', 'NONNEG', 'ONCE', 'DURABLE', 'AUDIT', 'DISPENSE', 'LINEAR'],
  );
  for (const { id, checks, violations, status } of report.invariants) {
    t.true(checks > 0, id);
    t.is(violations, 0, id);
    t.is(status, 'ok', id);
  }
  t.true(report.audit?.ok);
  t.true(report.audit?.tamperSelfTest);
  t.true(report.totals.requests > 100);
  t.is(report.totals.unexpectedErrors, 0);
  t.is(report.money?.delta, '0');
  t.regex(last, /^PASS \(exit 0\): .* Again: cashpoint run --no-tui .*--seed cashpoint$/);
  const files = readdirSync(directory);
  for (const name of ['report.html', 'junit.xml', 'summary.md', 'history.jsonl.gz', 'scenario.json']) {
    t.true(files.includes(name), name);
  }
  t.false(files.some((name) => name.includes('part') || name.includes('tmp')));
  scratch.remove();
});

test.serial(
  'a bank killed in mid-run: terminals come back, what was unknown is settled by reversal, the run passes',
  async (t) => {
    const scratch = new Scratch();
    const { code, report } = await scratch.run([
      ...['--terminals', '32', '--duration', '4s', '--think', '0', '--kill-bank-at', '1500ms'],
      ...['--mix', 'deposit=50,withdraw=50'],
    ]);
    t.is(code, 0);
    t.is(report.faults.length, 1);
    t.is(report.faults[0]?.source, 'plan');
    t.true(report.totals.sessions >= 64, 'each terminal had a second session');
    const { spans } = report.sessions;
    t.is(new Set(spans.map(({ terminal }) => terminal)).size, 8);
    t.true(spans.some(({ session, state }) => session === '1' && state === 'offline'));
    t.true(spans.some(({ session, state }) => session === '2' && state === 'txn'));
    const { columns = [], rows = [] } = report.states.series ?? {};
    t.true(rows.some((row) => (row[columns.indexOf('txn')] ?? 0) > 0));
    const commits = report.series.rows.map(
      (row) => row[report.series.columns.indexOf('commitMaxUs')] ?? null,
    );
    t.true(commits.some((us) => us !== null && us > 0));
    t.is(report.windows?.requests.length, report.series.rows.length);
    t.true(
      Number(invariant(report, 'DURABLE')?.evidence['reversals']) > 0,
      'something was unknown and reversed',
    );
    t.true(invariant(report, 'DISPENSE')?.status === 'ok');
    scratch.remove();
  },
);

test.serial('somebody else kills the bank: the run goes on, passes and says so', async (t) => {
  const scratch = new Scratch();
  const running = scratch.start([...SMALL, '--duration', '4s']);
  await running.says(/^t=2 /m);
  const { pid } = running.child;
  execFileSync('pkill', ['-KILL', '-P', String(pid), '-f', 'bank-process']);
  const { code, report } = scratch.finished(await running.ended);
  t.is(code, 0);
  t.is(report.faults[0]?.source, 'operator');
  t.true(report.verdict.warnings.some(({ code: name }) => name === 'bank-restarted'));
  scratch.remove();
});

test.serial('Ctrl-C ends the load and still checks and reports: exit 105', async (t) => {
  const scratch = new Scratch();
  const running = scratch.start([...SMALL, '--duration', '60s']);
  await running.says(/^t=[23] state=run/m);
  running.child.kill('SIGINT');
  const { code, report, last } = scratch.finished(await running.ended);
  t.is(code, 105);
  t.is(report.verdict.status, 'incomplete');
  t.true(report.invariants.every(({ status }) => status === 'ok'));
  t.regex(last, /^INCOMPLETE \(exit 105\)/);
  scratch.remove();
});

test.serial(
  'a run that is killed has a report all the same, of what it wrote as it went: incomplete',
  async (t) => {
    const scratch = new Scratch();
    // So few operations stay in the compressor unless it is flushed.
    const few = ['--terminals', '4', '--think', '100ms', '--mix', 'deposit=1'];
    const running = scratch.start([...few, '--workers', '2', '--duration', '60s', '--expect', 'p50<1us']);
    await running.says(/^t=2 state=run/m);
    const [run = ''] = readdirSync(scratch.in('out'));
    const directory = join(scratch.in('out'), run);
    const early = await cashpoint('report', 'render', directory);
    t.is(early.code, 2);
    t.regex(early.last, /goes on/);
    running.child.kill('SIGKILL');
    t.is((await running.ended).code, null);
    const { code, last, stdout } = await cashpoint('report', 'render', directory);
    t.is(code, 105);
    t.regex(last, /^INCOMPLETE \(exit 105\): Killed .* Again: cashpoint run /);
    t.is(stdout.trim(), join(directory, 'report.html'));
    const { report } = scratch.finished(await running.ended);
    t.is(report.verdict.status, 'incomplete');
    t.true(report.totals.ok > 20, `${report.totals.ok}`);
    t.true(report.series.rows.length >= 2);
    t.true((report.ops['deposit']?.latencyUs.n ?? 0) > 10);
    t.true(report.invariants.every(({ status }) => status === 'not-checked'));
    t.is(report.thresholds[0]?.ok, null);
    t.false(readdirSync(directory).some((name) => name.includes('part') || name.includes('tmp')));
    t.is((await cashpoint('report', 'render', directory)).code, 0);
    scratch.remove();
  },
);

test.serial('a run that is killed leaves no bank behind', async (t) => {
  const scratch = new Scratch();
  const running = scratch.start([...SMALL, '--duration', '60s']);
  await running.says(/^t=1 state=run/m);
  const found = execFileSync('pgrep', ['-P', String(running.child.pid), '-f', 'bank-process']);
  const bank = Number(found.toString());
  t.true(isAlive(bank));
  running.child.kill('SIGKILL');
  await running.ended;
  while (isAlive(bank)) await new Promise((resolve) => setTimeout(resolve, 20));
  t.false(isAlive(bank));
  scratch.remove();
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.serial(
  'a missed threshold is exit 99 and names it; --json prints the report and nothing else',
  async (t) => {
    const scratch = new Scratch();
    const { code, report, stdout } = await scratch.run([...SMALL, '--expect', 'p50<1us', '--json']);
    t.is(code, 99);
    t.is(report.verdict.status, 'fail');
    t.deepEqual(JSON.parse(stdout), report);
    scratch.remove();
  },
);

test.serial(
  'a bank of its own is loaded too; checks that need its data are not made, and the report says so',
  async (t) => {
    const scratch = new Scratch();
    const data = scratch.in('data');
    await scratch.run([...SMALL, '--data', data]);
    const bank = start(['bank', '--data', data, '--listen', '127.0.0.1:0', '--load-limits']);
    const [, address = ''] =
      /on (127\.0\.0\.1:\d+)/.exec(await bank.says(/serving .* on 127\.0\.0\.1:\d+;/)) ?? [];
    const { code, report } = await scratch.run([
      ...SMALL,
      ...['--bank', address, '--credentials', join(data, 'credentials.json')],
    ]);
    bank.child.kill('SIGTERM');
    t.is((await bank.ended).code, 0);
    t.is(code, 0);
    t.true(report.totals.ok > 50);
    t.true(report.invariants.length > 0);
    t.true(report.invariants.every(({ status }) => status === 'not-checked'));
    t.is(report.audit, null);
    t.true(report.verdict.warnings.some(({ code: name }) => name === 'not-checked'));
    scratch.remove();
  },
);

const caught = test.macro({
  async exec(t, { words, patches, ids }: { words: string[]; patches: Patch[]; ids: string[] }) {
    const scratch = new Scratch();
    const { code, report } = await scratch.run([...SMALL, '--think', '0', ...words], patches);
    t.is(code, 110);
    for (const id of ids) t.is(invariant(report, id)?.status, 'violated', id);
    scratch.remove();
  },
  title: (claim) => `planted: ${claim}`,
});

// The commit comes 30 ms after the answers, so that a kill falls in between.
test.serial('a bank that answers before it commits, and is killed, violates DURABLE', caught, {
  words: [
    '--terminals',
    '48',
    '--duration',
    '5s',
    ...[1, 2, 3, 4].flatMap((s) => ['--kill-bank-at', `${s}s`]),
  ],
  patches: [
    {
      file: 'actors/bank-actor.ts',
      find: '    this.#deps.store.commit(batch, (error) => {',
      replace: `for (const [i, { answer }] of entries.entries()) answer(decisions[i] as Decision);
        this.#deps.onCommitted({ size: 0, commitUs: 0 });
        this.#deps.clock.setTimeout(() => this.#deps.store.commit(batch, (error) => {`,
    },
    { file: 'actors/bank-actor.ts', find: '        entry.answer(decision);\n', replace: '' },
    {
      file: 'actors/bank-actor.ts',
      find: 'mailboxEmpty: this.mailboxDepth === 0 });\n    });',
      replace: 'mailboxEmpty: this.mailboxDepth === 0 });\n    }), 30);',
    },
  ],
  ids: ['DURABLE'],
});

test.serial('a single audit record left out violates AUDIT', caught, {
  words: [],
  patches: [
    {
      file: 'actors/bank-actor.ts',
      find: 'const audit = decision.audit ?',
      replace: `const world = globalThis as { skipped?: boolean };
        const skip = trail.head.seq >= 300 && decision.audit?.action.startsWith('deposit') && !world.skipped;
        if (skip) world.skipped = true;
        const audit = decision.audit && !skip ?`,
    },
  ],
  ids: ['AUDIT'],
});

test.serial('a deposit booked twice violates ONCE and DISPENSE', caught, {
  words: [],
  patches: [
    {
      file: 'bank/apply.ts',
      find: '      state.entrySeq += 1;\n',
      replace: `      if (write.row.kind === 'deposit' && state.entrySeq % 20 === 0) {
        state.entrySeq += 1;
        const again = { ...write.row, seq: state.entrySeq, auditSeq };
        rows.entries.push(again);
        rows.accounts.push(...applyEntry(state, again));
      }
      state.entrySeq += 1;\n`,
    },
  ],
  ids: ['ONCE', 'DISPENSE'],
});

test.serial('a worker that dies ends the load; the run is invalid, not shorter in silence', async (t) => {
  const scratch = new Scratch();
  const { code, report, last } = await scratch.run(
    [...SMALL, '--workers', '2'],
    [
      {
        file: 'sim/load/worker.ts',
        find: 'onOperation: (record) => this.recorder.record(record),',
        replace: `onOperation: (record) => {
          this.recorder.record(record);
          if (task.worker === 0 && this.recorder.ticks() > 1_000_000) process.exit(3);
        },`,
      },
    ],
  );
  t.is(code, 113);
  t.is(report.verdict.status, 'invalid');
  t.regex(last, /A worker failed: worker exited with code: 3/);
  t.true((invariant(report, 'ONCE')?.checks ?? 0) > 0, 'what the other worker wrote is checked');
  t.false(
    report.invariants.some(({ status }) => status === 'violated'),
    'nothing is invented either',
  );
  scratch.remove();
});

test.serial('a patch that finds nothing to plant fails the run instead of proving nothing', async (t) => {
  const scratch = new Scratch();
  const running = scratch.start(SMALL, [{ file: 'bank/apply.ts', find: 'not there', replace: '' }]);
  const { code, stderr } = await running.ended;
  t.not(code, 0);
  t.regex(stderr, /Expected to find "not there" once in bank\/apply\.ts, found it 0 times/);
  scratch.remove();
});

test.serial('a fleet that took long to connect has figures from the first second of the load', async (t) => {
  const scratch = new Scratch();
  const { code, report } = await scratch.run(SMALL, [
    {
      file: 'sim/load/worker.ts',
      find: '    dial();\n',
      replace: '    setTimeout(dial, 2_500);\n',
    },
  ]);
  t.is(code, 0);
  const rate = report.series.columns.indexOf('achievedRate');
  t.is(report.series.rows.length, 2);
  for (const row of report.series.rows) t.true((row[rate] ?? 0) > 50, JSON.stringify(report.series.rows));
  scratch.remove();
});
