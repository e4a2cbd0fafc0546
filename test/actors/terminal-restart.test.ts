import test from 'ava';
import type { Code } from '../../protocol/errors.ts';
import type { TxnId } from '../../protocol/ids.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import { sumDispensed } from '../../terminals/cassettes.ts';
import type { DispenserFault } from '../../terminals/dispenser.ts';
import type { JournalEntry } from '../../terminals/journal.ts';
import { Bench, CHECKING, GOOD_TOKEN, notes, reply, txn } from '../helpers/terminal-bench.ts';

const LOADED = 90_000n;
const FORTY = cents(4_000);
const audit = { seq: 3, head: '11'.repeat(32) };
const txnId = txn(500);
const intent: JournalEntry = {
  mark: 'intent',
  txnId,
  account: CHECKING,
  amount: FORTY,
  notes: notes([20, 2]),
};
const approved: JournalEntry = { mark: 'approved', txnId, audit };
const escrow: JournalEntry = {
  mark: 'escrow',
  txnId,
  account: CHECKING,
  amount: FORTY,
  notes: notes([20, 2]),
};
const mark = (
  name: 'authoriseSent' | 'stacking' | 'presenting' | 'presented' | 'retracting' | 'depositSent',
) => ({ mark: name, txnId }) satisfies JournalEntry;

/** How far the device had come when power was lost. */
type Device = 'idle' | 'stacked' | 'presented' | 'taken' | 'unknown' | 'partlyTaken';

function deviceAt(bench: Bench, device: Device): void {
  if (device === 'idle') return;
  if (device === 'unknown') bench.dispenser.script({ type: 'presentUnknown', taken: 2 });
  if (device === 'presented') bench.dispenser.script({ type: 'notTaken', taken: 0 });
  if (device === 'partlyTaken') bench.dispenser.script({ type: 'notTaken', taken: 1 });
  const nonce = bench.dispenser.nonce();
  bench.dispenser.stack({ txnId, amount: FORTY, notes: notes([20, 2]), nonce, token: GOOD_TOKEN }, () => {});
  if (device !== 'stacked')
    bench.dispenser.present(
      () => {},
      () => {},
    );
}

const row = test.macro({
  exec(t, marks: readonly JournalEntry[], device: Device, advice: object, taken: number) {
    const bench = new Bench();
    deviceAt(bench, device);
    bench.journal.durable.push(...marks);
    bench.restart();
    t.is(bench.link.sent.length, 1);
    t.like(bench.link.bodies[0], { origTxnId: txnId, ...advice });
    t.is(bench.host.counted(), cents(LOADED - BigInt(taken)));
    bench.link.answer(reply('APPROVED'));
    t.is(bench.host.openAdvices, 0);
    bench.restart();
    t.is(bench.link.sent.length, 0, 'settled once');
  },
  title: (_, marks: readonly JournalEntry[], device: Device, advice: object) =>
    `Restart after ${marks.at(-1)?.mark} with notes ${device}: ${Object.values(advice).join(' ')}`,
});

const reverse = { type: 'reverse', reason: 'restart' };
const taken = { type: 'complete', disposition: 'TAKEN' };
const upTo = (...names: Parameters<typeof mark>[0][]) => [
  intent,
  mark('authoriseSent'),
  approved,
  ...names.map(mark),
];

test(row, [intent], 'idle', reverse, 0);
test(row, [intent, mark('authoriseSent')], 'idle', reverse, 0);
test(row, upTo(), 'idle', reverse, 0);
test(row, upTo('stacking'), 'idle', reverse, 0);
test(row, upTo('stacking'), 'stacked', reverse, 0);
test(row, upTo('stacking', 'presenting'), 'stacked', reverse, 0);
test(row, upTo('stacking', 'presenting'), 'presented', reverse, 0);
test(row, upTo('stacking', 'presenting'), 'taken', taken, 4_000);
test(row, upTo('stacking', 'presenting'), 'unknown', { type: 'complete', disposition: 'UNKNOWN' }, 4_000);
test(row, upTo('stacking', 'presenting', 'presented'), 'presented', reverse, 0);
test(row, upTo('stacking', 'presenting', 'presented'), 'taken', taken, 4_000);
test(row, upTo('stacking', 'presenting', 'presented', 'retracting'), 'presented', reverse, 0);
test(
  row,
  upTo('stacking', 'presenting', 'presented', 'retracting'),
  'partlyTaken',
  { type: 'complete', disposition: 'PARTIAL' },
  2_000,
);
test(
  row,
  [
    ...upTo('stacking', 'presenting', 'presented'),
    { mark: 'taken', txnId, counts: [{ denomination: cents(2_000), dispensed: 2, rejected: 0 }] },
  ],
  'taken',
  taken,
  4_000,
);

const escrowRow = test.macro({
  exec(t, marks: readonly JournalEntry[], code: Code | null, kept: number) {
    const bench = new Bench();
    bench.acceptor.accept(txnId, notes([20, 2]), () => {});
    bench.journal.durable.push(...marks);
    bench.restart();
    if (code) {
      t.false(bench.host.ready);
      bench.host.balance(CHECKING, bench.done);
      t.like(bench.result, { outcome: 'fail', code: null, sentUs: null });
      t.deepEqual(bench.link.types, ['reverse']);
      bench.link.answer(reply(code));
    }
    t.true(bench.host.ready);
    t.is(bench.host.counted(), cents(LOADED + BigInt(kept)));
    bench.acceptor.accept(txn(9), notes([20, 1]), (counted) => t.not(counted, null, 'the escrow is free'));
    bench.acceptor.giveBack(() => {});
    bench.restart();
    t.is(bench.link.sent.length, 0, 'settled once');
  },
  title: (_, marks: readonly JournalEntry[], code: Code | null, kept: number) =>
    `Restart after ${marks.at(-1)?.mark}${code ? `, reversal answered ${code}` : ''}: notes ${kept ? 'stored' : 'returned'}`,
});
const queued: JournalEntry = {
  mark: 'adviceQueued',
  txnId,
  advice: { type: 'reverse', txnId: txn(501), origTxnId: txnId, reason: 'timeout' },
};
test(escrowRow, [escrow], 'APPROVED', 0);
test(escrowRow, [escrow, mark('depositSent')], 'APPROVED', 0);
test(escrowRow, [escrow, mark('depositSent')], 'ALREADY_COMPLETED', 4_000);
test(escrowRow, [escrow, mark('depositSent'), queued], 'APPROVED', 0);
test(escrowRow, [escrow, mark('depositSent'), queued], 'ALREADY_COMPLETED', 4_000);
test(escrowRow, [escrow, { mark: 'accepted', txnId, audit }], null, 4_000);
test(escrowRow, [escrow, { mark: 'declined', txnId, code: 'ACCOUNT_BLOCKED', audit }], null, 0);
test(escrowRow, [escrow, { mark: 'returning', txnId }], null, 0);

/** The bank's side of the state chart, as small as it gets: what each transaction has booked. */
class TinyBank {
  readonly booked = new Map<TxnId, Cents | 'held' | 'suspense' | 'void'>();

  serve(bench: Bench, deliver: boolean): boolean {
    const sent = bench.link.sent.find(({ answered }) => !answered);
    if (!sent) return false;
    sent.answered = true;
    const result = this.#decide(sent.body);
    if (deliver) sent.done(result);
    return true;
  }

  #decide(body: Bench['link']['bodies'][number]) {
    if (body.type === 'authorise' || body.type === 'deposit') {
      if (this.booked.has(body.txnId)) return reply('ALREADY_REVERSED');
      this.booked.set(body.txnId, body.type === 'deposit' ? body.amount : 'held');
      return reply('APPROVED', { dispenseToken: GOOD_TOKEN });
    }
    if (body.type === 'complete') {
      if (this.booked.get(body.origTxnId) === 'held')
        this.booked.set(body.origTxnId, body.disposition === 'UNKNOWN' ? 'suspense' : body.dispensed);
      return reply('APPROVED');
    }
    if (body.type !== 'reverse') return reply('INVALID_TXN');
    const state = this.booked.get(body.origTxnId);
    if (typeof state === 'bigint') return reply('ALREADY_COMPLETED');
    this.booked.set(body.origTxnId, 'void');
    return reply('APPROVED');
  }
}

/** One thing happens: something becomes durable, or the bank answers, or time passes. False when all is quiet. */
function happen(bench: Bench, bank: TinyBank): boolean {
  if (bench.journal.waiting > 0) {
    bench.journal.flush();
    return true;
  }
  if (bank.serve(bench, true)) return true;
  if (bench.clock.pending === 0) return false;
  bench.clock.advance(30_000);
  return true;
}

function settle(bench: Bench, bank: TinyBank): void {
  while (bench.journal.waiting > 0 || bench.clock.pending > 0 || bench.host.openAdvices > 0)
    happen(bench, bank);
}

interface Scenario {
  readonly start: (bench: Bench) => void;
  readonly fault?: DispenserFault;
}
const anywhere = test.macro({
  exec(t, { start, fault }: Scenario) {
    let crashes = 0;
    for (let steps = 0, quiet = false; !quiet; steps++) {
      for (const arrived of [true, false]) {
        const bench = new Bench();
        const bank = new TinyBank();
        if (fault) bench.dispenser.script(fault);
        bench.journal.held = true;
        start(bench);
        quiet = false;
        for (let n = 0; n < steps && !quiet; n++) quiet = !happen(bench, bank);
        // What was on its way at the power loss arrived all the same, or did not.
        if (arrived) bank.serve(bench, false);
        bench.restart();
        settle(bench, bank);
        crashes += 1;
        const where = `power loss after ${steps} steps, request ${arrived ? 'arrived' : 'lost'}`;
        const [paid = cents(0)] = bench.taken.values();
        const [kept = cents(0)] = bench.stored.values();
        const [booked = 'void'] = bank.booked.values();
        t.not(booked, 'held', where);
        if (booked === 'suspense') t.regex(fault?.type ?? '', /Unknown$/, where);
        else t.is(booked === 'void' ? cents(0) : booked, (paid + kept) as Cents, where);
        t.is(bench.host.counted(), cents(LOADED - paid + kept), where);
        bench.acceptor.accept(txn(9), notes([20, 1]), (counted) =>
          t.not(counted, null, `${where}: the escrow is free`),
        );
        t.deepEqual(bench.errors, []);
      }
    }
    t.true(crashes >= 10, `${crashes} crashes`);
  },
  title: (what = '') => `Power loss at any step of ${what}: booked is what changed hands`,
});

const withdraw = (bench: Bench) => bench.withdraw(40);
test('a withdrawal', anywhere, { start: withdraw });
test('a withdrawal with a jam', anywhere, { start: withdraw, fault: { type: 'jam', after: 0 } });
test('a withdrawal with a jam after one note', anywhere, {
  start: withdraw,
  fault: { type: 'jam', after: 1 },
});
test('a withdrawal whose present fails', anywhere, { start: withdraw, fault: { type: 'presentFails' } });
test('a withdrawal whose notes nobody took', anywhere, {
  start: withdraw,
  fault: { type: 'notTaken', taken: 0 },
});
test('a withdrawal partly taken', anywhere, { start: withdraw, fault: { type: 'notTaken', taken: 1 } });
test('a withdrawal nobody can judge', anywhere, {
  start: withdraw,
  fault: { type: 'presentUnknown', taken: 1 },
});
test('a withdrawal retracted without a count', anywhere, {
  start: withdraw,
  fault: { type: 'retractUnknown', taken: 1 },
});
test('a deposit', anywhere, { start: (bench) => bench.host.deposit(CHECKING, notes([20, 2]), bench.done) });

test('A restart keeps the counts of a partial dispense', (t) => {
  const bench = new Bench();
  const counts = [{ denomination: cents(2_000), dispensed: 1, rejected: 1 }];
  bench.journal.durable.push(...upTo('stacking', 'presenting', 'presented'), {
    mark: 'taken',
    txnId,
    counts,
  });
  bench.restart();
  t.like(bench.link.bodies[0], {
    disposition: 'PARTIAL',
    dispensed: sumDispensed(counts),
    cassettes: counts,
  });
});
