import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { historyFigures } from '../../../sim/load/history-figures.ts';

const SECONDS = 120;
const EACH = 20;

/** What a worker writes in two minutes: twenty balances in each second, and at the end what is in its machine. */
function part(terminal: string, latencyUs: number): string[] {
  const operations = Array.from({ length: SECONDS * EACH }, (_, i) => {
    const doneUs = Math.floor((i * 1e6) / EACH) + 1_000;
    const intendedUs = doneUs - latencyUs;
    const times = { intendedUs, sentUs: intendedUs, repliedUs: doneUs, doneUs };
    return { type: 'op', terminal, op: 'balance', outcome: 'ok', code: 'APPROVED', ...times };
  });
  return [...operations, { type: 'cash', terminal, loaded: '0', counted: '0', open: 0 }].map((line) =>
    JSON.stringify(line),
  );
}

test('what workers wrote one after the other is counted in the order of time, all of it together', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-history-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'history.jsonl');
  writeFileSync(path, `${[...part('ATM-1', 1_000), ...part('ATM-2', 900)].join('\n')}\n`);
  const { collector, errors, loadMs } = historyFigures(path);
  t.is(collector.total.ok, 2 * SECONDS * EACH);
  t.deepEqual(errors, []);
  t.is(loadMs, SECONDS * 1000 - 49);
  const { rows } = collector.seconds.timeline.series(['achievedRate', 'p50Us', 'maxUs'], SECONDS * 1000);
  t.is(rows.length, SECONDS);
  // Half of the samples of a second took 900 µs: their median is of both workers, not the worse of two.
  for (const [second, row] of rows.entries()) t.deepEqual(row, [2 * EACH, 900, 1_000], `second ${second}`);
});
