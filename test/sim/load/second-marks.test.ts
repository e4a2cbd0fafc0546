import test from 'ava';
import type { BankFigures } from '../../../actors/node/bank-process.ts';
import { SecondMarks, STATES } from '../../../sim/load/second-marks.ts';

test('terminals are counted by state once a second; a look before there is anything to see does not count', (t) => {
  const marks = new SecondMarks();
  marks.markStates(0, () => '');
  marks.markStates(0, () => '..$x');
  marks.markStates(0, () => '....');
  marks.markStates(2, () => '>@!.');
  t.deepEqual(STATES, ['idle', 'handshake', 'login', 'txn', 'error', 'offline']);
  t.deepEqual(marks.states, [
    [2, 0, 0, 1, 0, 1],
    undefined,
    [1, 1, 1, 0, 1, 0],
  ] as unknown as typeof marks.states);
});

test('what the bank reports twice in a second adds up; the longest commit is kept', (t) => {
  const marks = new SecondMarks();
  const figures = (over: Partial<BankFigures>) =>
    ({ batches: [], commitUs: [], loopLagUs: 0, ...over }) as unknown as BankFigures;
  marks.addFigures(1, figures({ batches: [4, 2], commitUs: [1_000, 3_000], loopLagUs: 50 }));
  marks.addFigures(1, figures({ batches: [6], commitUs: [2_000], loopLagUs: 20 }));
  t.deepEqual(marks.bank[1], {
    commits: 3,
    commands: 12,
    commitUs: 6_000,
    commitMaxUs: 3_000,
    loopLagUs: 50,
  });
});
