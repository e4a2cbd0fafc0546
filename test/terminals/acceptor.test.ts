import test from 'ava';
import { cents } from '../../protocol/money.ts';
import { totalCash } from '../../terminals/cassettes.ts';
import { Bench, notes, txn } from '../helpers/terminal-bench.ts';

const TEN = notes([10, 3]);

test("Notes in escrow are the machine's only once stored", (t) => {
  const { acceptor, cassettes, stored } = new Bench();
  acceptor.accept(txn(1), TEN, (counted) => t.deepEqual(counted, TEN));
  t.is(totalCash(cassettes), cents(90_000));
  acceptor.store(() => t.pass());
  acceptor.store(() => t.pass());
  t.is(totalCash(cassettes), cents(93_000));
  t.deepEqual([...stored], [[txn(1), cents(3_000)]]);
});

test("Returned notes are the customer's again, and the escrow is free", (t) => {
  const { acceptor, cassettes } = new Bench();
  acceptor.accept(txn(1), TEN, () => {});
  acceptor.giveBack((ok) => t.true(ok));
  acceptor.accept(txn(2), TEN, (counted) => t.deepEqual(counted, TEN));
  t.is(totalCash(cassettes), cents(90_000));
});

test('An occupied escrow takes no other notes', (t) => {
  const { acceptor } = new Bench();
  acceptor.accept(txn(1), TEN, () => {});
  acceptor.accept(txn(2), TEN, (counted) => t.is(counted, null));
});

test('Scripted faults hit the next step of their kind once', (t) => {
  const { acceptor, stored } = new Bench();
  acceptor.script('acceptFails');
  acceptor.script('returnFails');
  acceptor.accept(txn(1), TEN, (counted) => t.is(counted, null));
  acceptor.accept(txn(2), TEN, (counted) => t.deepEqual(counted, TEN));
  acceptor.giveBack((ok) => t.false(ok));
  acceptor.store(() => {});
  t.is(stored.get(txn(2)), cents(3_000));
});
