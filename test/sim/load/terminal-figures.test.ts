import test from 'ava';
import type { TerminalId } from '../../../protocol/ids.ts';
import type { OperationRecord } from '../../../sim/history.ts';
import { dealtBack, TerminalFigures } from '../../../sim/load/terminal-figures.ts';

const record = (over: Partial<OperationRecord>) =>
  ({
    terminal: A,
    op: 'balance',
    outcome: 'ok',
    code: null,
    intendedUs: 1000,
    doneUs: 2000,
    ...over,
  }) as OperationRecord;
const [A, B] = ['ATM-001' as TerminalId, 'ATM-002' as TerminalId];

test('a terminal that did nothing has no figures', (t) => {
  t.deepEqual(
    new TerminalFigures([A]).details(() => 5),
    {
      p99Us: [null],
      errors: [0],
      lastError: [null],
      lastOp: [null],
      cash: [5],
    },
  );
});

test('errors are counted and the last is kept, of the terminal they are of', (t) => {
  const figures = new TerminalFigures([A, B]);
  figures.record(record({ terminal: B, outcome: 'fail', code: 'INSUFFICIENT_FUNDS' }));
  figures.record(record({ terminal: B, outcome: 'unknown', code: null, doneUs: null }));
  figures.record(record({ terminal: B, op: 'deposit' }));
  const { errors, lastError, lastOp, p99Us } = figures.details(() => 0);
  t.deepEqual(
    [errors, lastError, lastOp],
    [
      [0, 2],
      [null, 'UNKNOWN'],
      [null, 'deposit'],
    ],
  );
  t.deepEqual(p99Us, [null, 1000]);
});

test('p99 is the nearest rank of the last hundred: the largest of fewer, the second of all', (t) => {
  const figures = new TerminalFigures([A]);
  const p99 = () => figures.details(() => 0).p99Us[0];
  for (let us = 1; us <= 99; us++) figures.record(record({ intendedUs: 0, doneUs: us }));
  t.is(p99(), 99);
  figures.record(record({ intendedUs: 0, doneUs: 100 }));
  t.is(p99(), 99);
  for (let i = 0; i < 100; i++) figures.record(record({ intendedUs: 0, doneUs: 7 }));
  t.is(p99(), 7);
});

test("workers' terminals are dealt back into the order of the fleet", (t) => {
  const of = (names: readonly string[]) => ({
    p99Us: names.map(() => null),
    errors: names.map(() => 0),
    lastError: names,
    lastOp: names,
    cash: names.map(() => 1),
  });
  t.deepEqual(dealtBack([of(['a', 'c', 'e']), of(['b', 'd'])])?.lastOp, ['a', 'b', 'c', 'd', 'e']);
  t.is(dealtBack([of(['a']), undefined]), null);
  t.is(dealtBack([undefined]), null);
});
