import test from 'ava';
import { filterProblem, orderOf, type Sort } from '../../../terminals/dashboard/filter.ts';
import type { Terminals } from '../../../terminals/dashboard/model.ts';

const terminals: Terminals = {
  prefix: 'ATM-',
  first: 60,
  digits: 3,
  states: '.!x$@>',
  details: {
    p99Us: [null, 60_000, 40_000, 5000, 50_000, 1000],
    errors: [0, 2, 5, 0, 1, 0],
    lastError: [null, 'TIMEOUT', 'WRONG_PASSWORD', null, 'TIMEOUT', null],
    lastOp: [null, null, null, null, null, null],
    cash: [500, 400, null, 100, 200, 300],
  },
};
const choose = (filter: string, sort: Sort = 'id', reverse = false) =>
  orderOf(terminals, { filter, sort, reverse });

const filters = test.macro({
  title: (name) => `the filter "${name}" keeps what it says`,
  exec(t, expected: readonly number[]) {
    t.deepEqual(choose(/"(.*)"/.exec(t.title)?.[1] ?? ''), expected);
  },
});
test('', filters, [0, 1, 2, 3, 4, 5]);
test('state:error', filters, [1]);
test('offline', filters, [2]);
test('!idle', filters, [1, 2, 3, 4, 5]);
test('id:61', filters, [1]);
test('id:60-62', filters, [0, 1, 2]);
test('err:TIMEOUT', filters, [1, 4]);
test('err:wrong*', filters, [2]);
test('p99>50', filters, [1]);
test('p99<50', filters, [2, 3, 5]);
test('errors>0 !err:T*', filters, [2]);
test('id:60-64 !idle errors>0 state:login', filters, [4]);

const orders = test.macro({
  title: (name) => `sort by ${name} puts first what wants looking at`,
  exec(t, sort: Sort, expected: readonly number[]) {
    t.deepEqual(choose('', sort), expected);
    t.deepEqual(choose('', sort, true), expected.toReversed());
  },
});
test('id', orders, 'id', [0, 1, 2, 3, 4, 5]);
test('state', orders, 'state', [1, 2, 5, 4, 3, 0]);
test('p99', orders, 'p99', [1, 4, 2, 3, 5, 0]);
test('errors', orders, 'errors', [2, 1, 4, 0, 3, 5]);
test('balance', orders, 'balance', [3, 4, 5, 1, 0, 2]);

test('a filter that cannot be read is told, and hides nothing', (t) => {
  for (const word of ['colour:red', 'state:broken', 'p99=5', 'id:a', 'toString', 'err:(']) {
    t.regex(filterProblem(word) ?? '', /is no filter/);
    t.is(choose(word).length, 6);
  }
});

test('without details the grid is there, and nothing is known of errors', (t) => {
  const { details: _, ...bare } = terminals;
  const choice = { sort: 'p99', reverse: false } as const;
  t.is(orderOf(bare, { ...choice, filter: '' }).length, 6);
  t.is(orderOf(bare, { ...choice, filter: 'errors>0' }).length, 0);
});
