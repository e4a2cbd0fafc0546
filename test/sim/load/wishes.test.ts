import test from 'ava';
import { cents } from '../../../protocol/money.ts';
import { planAccount } from '../../../sim/load/fleet.ts';
import { AMOUNTS_DEFAULT, type Amounts } from '../../../sim/load/options.ts';
import { Wishes } from '../../../sim/load/wishes.ts';
import { Rng } from '../../../sim/rng.ts';

const wishesOf = (amounts: Partial<Amounts> = {}, contention: 'uniform' | 'zipf' = 'uniform') =>
  new Wishes(new Rng('seed', 'wishes'), {
    accounts: 10,
    accountBase: 5,
    contention,
    amounts: { ...AMOUNTS_DEFAULT, ...amounts },
  });
const many = <T>(draw: () => T, n = 2_000) => Array.from({ length: n }, draw);

test('amounts are within their range, on its steps, ends included', (t) => {
  const wishes = wishesOf({
    overLimitPct: 0,
    withdraw: { min: '20.00', max: '100.00', step: '20.00' },
    transfer: { min: '0.01', max: '0.03', step: '0.01' },
  });
  const amounts = new Set(many(() => wishes.withdrawal()));
  t.deepEqual([...amounts].sort(), [cents(10000), cents(2000), cents(4000), cents(6000), cents(8000)].sort());
  t.deepEqual([...new Set(many(() => wishes.transfer()))].sort(), [cents(1), cents(2), cents(3)]);
});

test('withdrawals over the limit come as often as asked for', (t) => {
  const over = (overLimitPct: number) => {
    const wishes = wishesOf({ overLimitPct });
    return many(() => wishes.withdrawal(), 20_000).filter((amount) => amount > 20_000n).length / 20_000;
  };
  t.is(over(0), 0);
  t.is(over(100), 1);
  t.true(Math.abs(over(2) - 0.02) < 0.005);
});

test('deposits have 1 to so many notes of a kind', (t) => {
  const wishes = wishesOf({ depositNotes: 3 });
  const counts = many(() => wishes.notes()).flatMap((notes) => notes.map(({ count }) => count));
  t.deepEqual([...new Set(counts)].sort(), [1, 2, 3]);
});

test('payees are accounts of the run, never one’s own, and the first more often when accounts are hot', (t) => {
  const own = planAccount(5);
  const others = Array.from({ length: 9 }, (_, i) => planAccount(6 + i));
  for (const contention of ['uniform', 'zipf'] as const) {
    const wishes = wishesOf({}, contention);
    t.deepEqual([...new Set(many(() => wishes.payee(own)))].sort(), others);
  }
  const share = (contention: 'uniform' | 'zipf') => {
    const wishes = wishesOf({}, contention);
    return many(() => wishes.payee(planAccount(10))).filter((account) => account === own).length / 2_000;
  };
  t.true(share('zipf') > 2 * share('uniform'), `${share('zipf')} ${share('uniform')}`);
});
