import test from 'ava';
import { Bench, reply, txn } from '../helpers/terminal-bench.ts';

/** A bench whose terminal owes the bank `count` UNKNOWN completions. */
function owing(count: number): Bench {
  const bench = new Bench();
  for (let n = 1; n <= count; n++) bench.host.onPush({ type: 'settle', txnId: txn(n) });
  return bench;
}
const origins = (bench: Bench) =>
  bench.link.bodies.map((body) => ('origTxnId' in body ? Number.parseInt(body.origTxnId, 16) : 0));
const attempts = (bench: Bench) => bench.link.bodies.map((body) => ('attempt' in body ? body.attempt : 0));

test('Advices are sent in order, one at a time', (t) => {
  const bench = owing(3);
  t.deepEqual(origins(bench), [1]);
  for (const _ of [1, 2, 3]) bench.link.answer(reply('APPROVED'));
  t.deepEqual(origins(bench), [1, 2, 3]);
  t.is(bench.host.openAdvices, 0);
});

test('An unanswered advice is repeated with the same id', (t) => {
  const bench = owing(1);
  bench.clock.advance(20_000);
  t.deepEqual(attempts(bench), [1, 2, 3]);
  t.is(new Set(bench.link.bodies.map((body) => ('txnId' in body ? body.txnId : ''))).size, 1);
});

test('Any answer acknowledges once, whichever sending it belongs to', (t) => {
  const bench = owing(2);
  bench.clock.advance(10_000);
  const [first, second] = bench.link.sent;
  first?.done(reply('APPROVED'));
  t.is(bench.host.openAdvices, 1);
  second?.done(reply('APPROVED'));
  t.is(bench.host.openAdvices, 1);
  t.deepEqual(origins(bench), [1, 1, 2]);
});

test('BUSY is repeated after a back-off that doubles up to its cap', (t) => {
  const bench = owing(1);
  const waits: number[] = [];
  for (let n = 0; n < 8; n++) {
    const sent = bench.link.sent.length;
    bench.link.answer(reply('BUSY'));
    let waited = 0;
    while (bench.link.sent.length === sent) {
      bench.clock.advance(250);
      waited += 250;
    }
    waits.push(waited);
  }
  t.deepEqual(waits, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('A bank that failed is asked again; one that refuses has the advice', (t) => {
  const bench = owing(1);
  bench.link.answer(reply('SYSTEM_ERROR'));
  t.is(bench.host.openAdvices, 1);
  bench.clock.advance(250);
  bench.link.answer(reply('STATE_CONFLICT'));
  t.is(bench.host.openAdvices, 0);
});

test('An advice outlives its session and goes first on the next, at once', (t) => {
  const bench = owing(1);
  bench.link.drop();
  bench.clock.advance(3_600_000);
  t.is(bench.link.sent.length, 1);
  bench.link.raise();
  t.deepEqual(attempts(bench), [1, 2]);
});

test('Unacknowledged advices survive a restart in their order, acknowledged ones do not', (t) => {
  const bench = owing(3);
  bench.link.answer(reply('APPROVED'));
  bench.restart();
  t.is(bench.host.openAdvices, 2);
  t.deepEqual(origins(bench), [2]);
  bench.link.answer(reply('APPROVED'));
  t.deepEqual(origins(bench), [2, 3]);
});

test('An advice is not sent before it is durable', (t) => {
  const bench = new Bench();
  bench.journal.held = true;
  bench.host.onPush({ type: 'settle', txnId: txn(1) });
  t.is(bench.host.openAdvices, 1);
  bench.link.drop();
  bench.link.raise();
  t.is(bench.link.sent.length, 0);
  bench.journal.flush();
  t.is(bench.link.sent.length, 1);
});

test('A stopped terminal sends nothing more', (t) => {
  const bench = owing(1);
  bench.host.stop();
  bench.clock.advance(60_000);
  t.is(bench.link.sent.length, 1);
  t.is(bench.clock.pending, 0);
});
