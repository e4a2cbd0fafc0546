import test from 'ava';
import { Coverage } from '../../../sim/check/coverage.ts';
import { GAPS } from '../../../sim/check/gaps.ts';
import { ROWS } from '../../../sim/check/refine.ts';

const step = (from: string, to: string | null) => ({ machine: 'm', actor: 'any', from, event: 'go', to });
const rows = new Set(['m|a|go|b', 'm|b|go|ignored', 'm|b|go|c', 'm|c|go|a']);
const gaps = [
  { rows: ['m|b|go|c'], why: 'there is no way', seldom: false },
  { rows: ['m|c|go|a'], why: 'takes luck', seldom: true },
];

test('what was never seen is missing, unless a gap explains it', (t) => {
  const coverage = new Coverage(rows, gaps);
  t.deepEqual(coverage.missing(), ['m|a|go|b', 'm|b|go|ignored']);
  coverage.see(step('a', 'b'));
  coverage.see(step('b', null));
  t.deepEqual(coverage.missing(), []);
  t.deepEqual(coverage.contradicted(), []);
});

test('a gap that is seen is contradicted, one that takes luck is not', (t) => {
  const coverage = new Coverage(rows, gaps);
  coverage.see(step('b', 'c'));
  coverage.see(step('c', 'a'));
  t.deepEqual(coverage.contradicted(), ['m|b|go|c']);
});

test('counts are plain and in order, and those of two runs add up', (t) => {
  const one = new Coverage(rows, gaps);
  const two = new Coverage(rows, gaps);
  one.see(step('b', null));
  for (let i = 0; i < 3; i++) two.see(step('a', 'b'));
  two.see(step('b', null));
  one.merge(JSON.parse(JSON.stringify(two.counts())));
  t.deepEqual(Object.entries(one.counts()), [
    ['m|a|go|b', 3],
    ['m|b|go|ignored', 2],
  ]);
});

test('each gap is a row of the table, once, with a reason', (t) => {
  const all = GAPS.flatMap((gap) => gap.rows);
  t.is(new Set(all).size, all.length);
  t.deepEqual(
    all.filter((row) => !ROWS.has(row)),
    [],
  );
  for (const { why } of GAPS) t.not(why, '');
  t.true(all.length < ROWS.size / 2);
});
