import test from 'ava';
import fc from 'fast-check';
import { customersOf, deal, planCustomer, planTerminal } from '../../../sim/load/fleet.ts';

test('dealing gives every terminal to exactly one worker, evenly', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 16 }), (terminals, workers) => {
      const all = Array.from({ length: terminals }, (_, i) => i);
      const hands = deal(all, workers);
      const sizes = hands.map((hand) => hand.length);
      const dealt = hands.flat().sort((a, b) => a - b);
      return Math.max(...sizes) - Math.min(...sizes) <= 1 && dealt.every((each, i) => each === i);
    }),
  );
  t.pass();
});

test('terminals share customers only when there are fewer accounts than terminals', (t) => {
  const used = (terminals: number, accounts: number) =>
    Array.from({ length: terminals }, (_, i) => customersOf(i, { terminals, accounts })).flat();
  const plenty = used(100, 250);
  t.is(new Set(plenty).size, plenty.length);
  t.is(plenty.length, 200);
  const few = used(100, 3);
  t.is(few.length, 100);
  t.deepEqual(new Set(few), new Set([0, 1, 2]));
});

test('names are valid and in order; passwords depend on the seed', (t) => {
  t.is(String(planTerminal(7, 100)), 'ATM-007');
  t.is(String(planTerminal(7, 20_000)), 'ATM-00007');
  t.is(String(planCustomer('a', 3).customer), 'customer-000003');
  t.not(planCustomer('a', 3).password, planCustomer('b', 3).password);
  t.is(planCustomer('a', 3).password, planCustomer('a', 3).password);
});
