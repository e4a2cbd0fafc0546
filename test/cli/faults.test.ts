import { writeFileSync } from 'node:fs';
import test from 'ava';
import type { Report } from '../../reports/report.ts';
import { FAULT_KINDS } from '../../sim/load/fault-spec.ts';
import { Scratch } from '../helpers/cashpoint.ts';

/** Of a column of the series, in the seconds from..to. */
function largest({ series }: Report, column: string, from = 0, to = Number.POSITIVE_INFINITY): number {
  const at = series.columns.indexOf(column);
  if (at < 0) throw new Error(`Expected a column out of ${series.columns}, got ${column}`);
  return Math.max(0, ...series.rows.slice(from, to).map((row) => row[at] ?? 0));
}

function passed(t: import('ava').ExecutionContext, report: Report): void {
  t.deepEqual(report.verdict.reasons, []);
  for (const { id, checks, status } of report.invariants) {
    t.is(status, 'ok', id);
    t.true(checks > 0, id);
  }
  t.is(report.totals.unexpectedErrors, 0, JSON.stringify(report.errors));
}

const NETWORK = `name: network
terminals: 24
rate: 60/s
duration: 9s
mix: { deposit: 50, withdraw: 50 }
faults:
  - { kind: delay, at: 1s, for: 500ms, delay: 80ms }
  - { kind: jitter, at: 1100ms, for: 500ms, delay: 50ms, target: 50% }
  - { kind: bandwidth, at: 1700ms, for: 500ms, bytes: 8192 }
  - { kind: loss, at: 2500ms, share: 25% }
  - { kind: reset, at: 3200ms, share: 25% }
  - { kind: corrupt, at: 4s, for: 600ms, share: 10% }
  - { kind: half-open, at: 5s, for: 1500ms, share: 25% }
  - { kind: partition, at: 7s, for: 1200ms, target: 12 }
`;

test.serial(
  'every fault of the network, planned in a scenario: seen, banded, and no cent is lost',
  async (t) => {
    const scratch = new Scratch();
    const file = scratch.in('network.yaml');
    writeFileSync(file, NETWORK);
    const { report, stderr } = await scratch.run([file]);
    passed(t, report);
    t.deepEqual(
      report.faults.map(({ id, source }) => [id, source]),
      report.config.faults.map(({ id }) => [id, 'plan']),
    );
    t.is(report.faults.length, 8);
    for (const { kind, startMs, endMs, recoveryMs } of report.faults) {
      t.is(endMs === startMs, kind === 'loss' || kind === 'reset', kind);
      if (kind !== 'partition') t.not(recoveryMs, null, kind);
    }
    t.regex(stderr, /! fault=partition$/m);
    // A quarter of 24 were lost, a quarter reset, a quarter found half-open.
    t.true(report.totals.sessions >= 24 + 6 + 6 + 6, `${report.totals.sessions}`);
    t.true(largest(report, 'maxUs', 7, 9) >= 500_000, 'who was cut off waited');
    scratch.remove();
  },
);

test.serial('every fault of the bank, given as flags: seen, banded, and no cent is lost', async (t) => {
  const scratch = new Scratch();
  const faults = [
    'slow-disk at=1s for=1s delay=150ms',
    'bank-stop at=3s for=1200ms',
    'bank-restart at=5s',
    'bank-kill at=7s',
  ];
  const { report, code } = await scratch.run([
    ...['--terminals', '16', '--duration', '9s', '--think', '50ms', '--mix', 'deposit=50,withdraw=50'],
    ...faults.flatMap((fault) => ['--fault', fault]),
  ]);
  t.is(code, 0);
  passed(t, report);
  t.deepEqual(
    report.faults.map(({ id }) => id),
    ['slow-disk-1', 'bank-stop-2', 'bank-restart-3', 'bank-kill-4'],
  );
  t.true(largest(report, 'commitMaxUs', 1, 3) >= 150_000, 'a commit took as long as the disk was slow');
  t.true(largest(report, 'maxUs', 3, 5) >= 1_000_000, 'who asked a stopped bank waited');
  t.true(report.totals.sessions > 2 * 16, 'new sessions after the restart, and after the kill');
  t.deepEqual(
    report.verdict.warnings.filter(({ code: name }) => name === 'bank-restarted'),
    [],
    'no death was unplanned',
  );
  scratch.remove();
});

test('the two runs have every kind there is', (t) => {
  t.is(FAULT_KINDS.length, 8 + 4);
});
