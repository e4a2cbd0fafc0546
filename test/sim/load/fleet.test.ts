import test from 'ava';
import fc from 'fast-check';
import {
  customersOf,
  deal,
  drawIndex,
  type Neighbourhood,
  planCustomer,
  planTerminal,
  visitorsOf,
} from '../../../sim/load/fleet.ts';
import { Rng } from '../../../sim/rng.ts';

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

const where: Neighbourhood = {
  seed: 'seed',
  terminals: 200,
  accounts: 1_000,
  customersPerAccount: 1,
  contention: 'uniform',
  branches: 1,
  remotePct: 15,
};
const everybody = (over: Partial<Neighbourhood>) =>
  Array.from({ length: where.terminals }, (_, i) => visitorsOf(i, { ...where, ...over }));

test('without branches and hot accounts, each terminal has an even share', (t) => {
  for (let i = 0; i < 20; i++) t.deepEqual(visitorsOf(i, where), customersOf(i, where));
  const all = everybody({ customersPerAccount: 2 }).flat();
  t.is(new Set(all).size, 2_000, 'all customers of shared accounts come');
});

test('with branches, 85 % of the visitors are from the terminal’s own and 15 % from another', (t) => {
  const visits = everybody({ branches: 20 }).flatMap((customers, i) =>
    customers.map((customer) => customer % 20 === i % 20),
  );
  const home = visits.filter(Boolean).length / visits.length;
  t.true(Math.abs(home - 0.85) < 0.02, `${home}`);
  t.true(everybody({ branches: 20, remotePct: 0 }).every((all, i) => all.every((c) => c % 20 === i % 20)));
});

test('hot accounts: the first comes by Zipf’s law, the last still comes', (t) => {
  const rng = new Rng('seed', 'zipf');
  const n = 100;
  const counts = Array.from({ length: n }, () => 0);
  for (let i = 0; i < 100_000; i++) {
    const index = drawIndex(rng, n, 'zipf');
    counts[index] = (counts[index] ?? 0) + 1;
  }
  for (const k of [0, 1, 4, 9, 99]) {
    const expected = (100_000 * Math.log((k + 2) / (k + 1))) / Math.log(n + 1);
    t.true(Math.abs((counts[k] ?? 0) - expected) < 5 * Math.sqrt(expected), `${k}: ${counts[k]}`);
  }
  t.is(
    counts.reduce((sum, count) => sum + count, 0),
    100_000,
  );
});

test('whatever shapes a fleet, every visitor is a customer of the run', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('uniform', 'zipf'),
      fc.integer({ min: 1, max: 50 }),
      (terminals, accounts, customersPerAccount, contention, wanted) => {
        const branches = Math.min(wanted, terminals, accounts);
        const over = { ...where, terminals, accounts, customersPerAccount, contention, branches };
        const visitors = Array.from({ length: terminals }, (_, i) => visitorsOf(i, over)).flat();
        return visitors.length > 0 && visitors.every((c) => c >= 0 && c < accounts * customersPerAccount);
      },
    ),
  );
  t.pass();
});
