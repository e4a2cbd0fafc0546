import test from 'ava';
import { WriteAheadLog } from '../../../sim/world/wal.ts';
import { accountRow, auditRow, batchOf, entryRow, txnRow } from '../../conformance/store.ts';

/** Draws these numbers, in order. */
const luck = (...draws: number[]) => ({
  below: (n: number) => {
    const draw = draws.shift();
    if (draw === undefined || draw >= n) throw new Error(`Expected a draw below ${n}, got ${draw}`);
    return draw;
  },
});
const TORN = 0;
const CLEAN = 1;

const nth = (n: number) =>
  batchOf({
    accounts: [accountRow(1, 1n)],
    entries: [entryRow(2 * n - 1), entryRow(2 * n)],
    txns: [txnRow(n)],
    audit: [auditRow(n)],
  });

/** One durable record and three that were only written. */
function written(): WriteAheadLog {
  const log = new WriteAheadLog();
  for (let n = 1; n <= 4; n++) log.append(nth(n));
  log.sync(1);
  return log;
}
const batches = (log: WriteAheadLog) => log.records.map(({ batch }) => batch);

test('a crash keeps what is durable, and some first records of the rest', (t) => {
  for (let kept = 0; kept <= 3; kept++) {
    const log = written();
    t.deepEqual(log.crash(luck(kept, CLEAN)), { kept, torn: 0, lost: 3 - kept });
    t.is(log.recover(), 0);
    t.deepEqual(batches(log), [1, 2, 3, 4].slice(0, 1 + kept).map(nth));
    t.is(log.durable, 1 + kept);
  }
});

test('of a torn record the first rows are left; recovery sees that and drops it', (t) => {
  for (let rows = 0; rows < 5; rows++) {
    const log = written();
    t.deepEqual(log.crash(luck(1, TORN, rows)), { kept: 1, torn: 1, lost: 1 });
    const { accounts, entries, txns, audit } = batches(log)[2] ?? batchOf({});
    t.is(accounts.length + entries.length + txns.length + audit.length, rows);
    t.deepEqual(entries, nth(3).entries.slice(0, Math.max(0, rows - 1)));
    t.is(log.recover(), 1);
    t.deepEqual(batches(log), [nth(1), nth(2)]);
    t.is(log.append(nth(5)), 3);
  }
});

test('a record without rows is not torn', (t) => {
  const log = new WriteAheadLog();
  log.append(batchOf({}));
  t.deepEqual(log.crash(luck(0)), { kept: 0, torn: 0, lost: 1 });
});

test('what was never written cannot be synced', (t) => {
  t.throws(() => new WriteAheadLog().sync(1), { name: 'InvariantError' });
});
