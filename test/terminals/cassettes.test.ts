import test from 'ava';
import { cents } from '../../protocol/money.ts';
import {
  depositNotes,
  newCassettes,
  rejectNotes,
  sumDispensed,
  totalCash,
  withdrawNotes,
} from '../../terminals/cassettes.ts';
import { notes } from '../helpers/terminal-bench.ts';

test('A level falls by dispensed and rejected notes; only dispensed ones leave the machine', (t) => {
  const boxes = newCassettes(notes([50, 10]));
  withdrawNotes(boxes, [{ denomination: cents(5_000), dispensed: 3, rejected: 1 }]);
  t.like(boxes[0], { count: 6, rejected: 1 });
  t.is(totalCash(boxes), cents(7 * 5_000));
});

test('Notes that come back go to the reject bin, not to the level', (t) => {
  const boxes = newCassettes(notes([50, 10]));
  withdrawNotes(boxes, [{ denomination: cents(5_000), dispensed: 3, rejected: 0 }]);
  rejectNotes(boxes, notes([50, 3]));
  t.like(boxes[0], { count: 7, rejected: 3 });
  t.is(totalCash(boxes), cents(10 * 5_000));
});

test('A cassette never pays more notes than it holds', (t) => {
  const boxes = newCassettes(notes([50, 1]));
  t.throws(() => withdrawNotes(boxes, [{ denomination: cents(5_000), dispensed: 1, rejected: 1 }]), {
    message: /no cassette pays more/,
  });
  t.throws(() => withdrawNotes(boxes, [{ denomination: cents(2_000), dispensed: 1, rejected: 0 }]), {
    message: /cassette that exists/,
  });
});

test('Deposited notes are recycled, those of a new denomination only kept', (t) => {
  const boxes = newCassettes(notes([50, 1]));
  depositNotes(boxes, notes([50, 2], [10, 4]));
  t.deepEqual(
    boxes.map(({ count, status }) => [count, status]),
    [
      [3, 'ok'],
      [4, 'depositOnly'],
    ],
  );
  t.is(totalCash(boxes), cents(19_000));
});

test('The value of a dispense leaves rejected notes out', (t) => {
  t.is(sumDispensed([{ denomination: cents(2_000), dispensed: 2, rejected: 5 }]), cents(4_000));
  t.is(sumDispensed([]), cents(0));
});
