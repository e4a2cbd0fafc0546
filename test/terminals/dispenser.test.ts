import test from 'ava';
import { cents } from '../../protocol/money.ts';
import type { DeviceCounts, PresentReport, StackReport } from '../../protocol/ports.ts';
import { sumDispensed, totalCash } from '../../terminals/cassettes.ts';
import type { DispenserFault } from '../../terminals/dispenser.ts';
import { Bench, GOOD_TOKEN, notes, txn } from '../helpers/terminal-bench.ts';

const LOADED = cents(90_000);

function order(bench: Bench, changes: { nonce?: string; token?: string } = {}) {
  return {
    txnId: txn(1),
    amount: cents(9_000),
    notes: notes([50, 1], [20, 2]),
    nonce: bench.dispenser.nonce(),
    token: GOOD_TOKEN,
    ...changes,
  };
}

/** Stacks, presents and retracts as far as it goes; what each step reported. */
function pay(bench: Bench, fault?: DispenserFault) {
  const seen: {
    stack?: StackReport;
    present?: PresentReport;
    taken: boolean;
    retract?: DeviceCounts | null;
  } = {
    taken: false,
  };
  if (fault) bench.dispenser.script(fault);
  bench.dispenser.stack(order(bench), (report) => {
    seen.stack = report;
  });
  if (seen.stack?.type !== 'stacked') return seen;
  bench.dispenser.present(
    (report) => {
      seen.present = report;
    },
    () => {
      seen.taken = true;
    },
  );
  if (seen.present === 'presented' && !seen.taken)
    bench.dispenser.retract((counts) => {
      seen.retract = counts;
    });
  return seen;
}

test('An allowed order is stacked, presented and taken', (t) => {
  const bench = new Bench();
  t.like(pay(bench), { present: 'presented', taken: true });
  t.is(bench.taken.get(txn(1)), cents(9_000));
  t.is(totalCash(bench.cassettes), cents(LOADED - 9_000n));
});

const refused = test.macro({
  exec(t, changes: { nonce?: string; token?: string }) {
    const bench = new Bench();
    let report: StackReport | null = null;
    bench.dispenser.stack(order(bench, changes), (said) => {
      report = said;
    });
    t.deepEqual(report, { type: 'refused' });
    t.is(totalCash(bench.cassettes), LOADED);
    t.is(bench.taken.size, 0);
  },
  title: (what = '') => `No note moves for an order with ${what}`,
});
test('a wrong token', refused, { token: 'bb'.repeat(32) });
test('no token', refused, { token: '' });
test('a nonce of another dispenser', refused, { nonce: '00'.repeat(16) });

test('A nonce is good once, and only until the next one or a power loss', (t) => {
  const bench = new Bench();
  const reports: string[] = [];
  const stack = (nonce: string) =>
    bench.dispenser.stack(order(bench, { nonce }), ({ type }) => {
      reports.push(type);
    });
  const first = order(bench);
  bench.dispenser.stack(first, ({ type }) => reports.push(type));
  bench.dispenser.stack(first, ({ type }) => reports.push(type));
  const old = bench.dispenser.nonce();
  stack(old);
  const lost = order(bench);
  bench.dispenser.clear(txn(9), () => {});
  bench.dispenser.stack(lost, ({ type }) => reports.push(type));
  t.deepEqual(reports, ['stacked', 'refused', 'refused', 'refused']);
});

test('An order whose notes are not its amount is refused', (t) => {
  const bench = new Bench();
  bench.dispenser.stack({ ...order(bench), amount: cents(2_000) }, ({ type }) => t.is(type, 'refused'));
});

interface Case {
  readonly fault: DispenserFault;
  readonly seen: object;
  readonly taken: number;
  /** What the device claims the customer has; null when it cannot tell. */
  readonly claimed: number | null;
}
const fails = test.macro({
  exec(t, { fault, seen, taken, claimed }: Case) {
    const bench = new Bench();
    t.like(pay(bench, fault), seen);
    t.is(bench.taken.get(txn(1)) ?? cents(0), cents(taken));
    t.is(totalCash(bench.cassettes), cents(LOADED - BigInt(taken)));
    bench.dispenser.clear(txn(1), (counts) =>
      t.is(counts && sumDispensed(counts), claimed === null ? null : cents(claimed)),
    );
  },
  title: (what = '') => `${what}: the device's word fits the notes`,
});
test('jam at once', fails, {
  fault: { type: 'jam', after: 0 },
  seen: { stack: { type: 'jammed' }, taken: false },
  taken: 0,
  claimed: 0,
});
test('jam after one note', fails, {
  fault: { type: 'jam', after: 1 },
  seen: { present: 'presented', taken: true },
  taken: 5_000,
  claimed: 5_000,
});
test('present fails', fails, {
  fault: { type: 'presentFails' },
  seen: { present: 'failed', taken: false },
  taken: 0,
  claimed: 0,
});
test('present unknown', fails, {
  fault: { type: 'presentUnknown', taken: 2 },
  seen: { present: 'unknown', taken: false },
  taken: 7_000,
  claimed: null,
});
test('nothing taken', fails, {
  fault: { type: 'notTaken', taken: 0 },
  seen: { present: 'presented', taken: false },
  taken: 0,
  claimed: 0,
});
test('some taken', fails, {
  fault: { type: 'notTaken', taken: 2 },
  seen: { present: 'presented', taken: false },
  taken: 7_000,
  claimed: 7_000,
});
test('retract count lost', fails, {
  fault: { type: 'retractUnknown', taken: 1 },
  seen: { present: 'presented', taken: false, retract: null },
  taken: 5_000,
  claimed: null,
});

test('After a power loss stacked notes are rejected, presented ones pulled back', (t) => {
  const bench = new Bench();
  bench.dispenser.stack(order(bench), () => {});
  bench.dispenser.clear(txn(1), (counts) => t.is(counts && sumDispensed(counts), cents(0)));
  t.is(totalCash(bench.cassettes), LOADED);
  t.deepEqual(
    bench.cassettes.map(({ rejected }) => rejected),
    [1, 2],
  );
});

test('Of an order the dispenser never saw, nothing is out', (t) => {
  new Bench().dispenser.clear(txn(5), (counts) => t.deepEqual(counts, []));
});

test('Only stacked notes can be presented and only presented ones retracted', (t) => {
  const bench = new Bench();
  t.throws(
    () =>
      bench.dispenser.present(
        () => {},
        () => {},
      ),
    { message: /the notes are stacked/ },
  );
  bench.dispenser.stack(order(bench), () => {});
  t.throws(() => bench.dispenser.retract(() => {}), { message: /the notes are presented/ });
});
