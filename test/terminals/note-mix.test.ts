import test from 'ava';
import fc from 'fast-check';
import { cents } from '../../protocol/money.ts';
import { type Cassette, newCassettes, sumNotes } from '../../terminals/cassettes.ts';
import { findMix, payable } from '../../terminals/note-mix.ts';
import { notes } from '../helpers/terminal-bench.ts';

const euros = (n: number) => cents(n * 100);

/** Every combination: the slow twin. Fewest notes, or null. */
function fewest(amount: bigint, cassettes: readonly Cassette[], notesMax: number): number | null {
  const [first, ...rest] = cassettes;
  if (!first) return amount === 0n ? 0 : null;
  let best: number | null = null;
  for (let count = 0; count <= Math.min(first.count, notesMax); count++) {
    const left = amount - first.denomination * BigInt(count);
    if (left < 0n) break;
    const others = fewest(left, rest, notesMax - count);
    if (others !== null && (best === null || others + count < best)) best = others + count;
  }
  return best;
}

for (const amount of [60, 80, 110, 130]) {
  test(`Notes of 50 and 20 pay ${amount}, where greedy fails`, (t) => {
    const mix = findMix(euros(amount), newCassettes(notes([50, 10], [20, 10])));
    t.is(mix && sumNotes(mix), euros(amount));
  });
}

test('The mix has the fewest notes, fits the cassettes, and is found exactly when there is one', (t) => {
  const cassettes = fc
    .uniqueArray(fc.tuple(fc.constantFrom(5, 10, 20, 25, 50, 70), fc.integer({ min: 0, max: 6 })), {
      selector: ([denomination]) => denomination,
      maxLength: 4,
    })
    .map((pairs) => newCassettes(notes(...pairs)));
  fc.assert(
    fc.property(
      cassettes,
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 1, max: 12 }),
      (boxes, fives, max) => {
        const amount = euros(fives * 5);
        const mix = findMix(amount, boxes, max);
        t.is(mix?.reduce((sum, { count }) => sum + count, 0) ?? null, fewest(amount, boxes, max));
        if (!mix) return;
        t.is(sumNotes(mix), amount);
        for (const { denomination, count } of mix)
          t.true(count > 0 && count <= (boxes.find((box) => box.denomination === denomination)?.count ?? 0));
      },
    ),
  );
});

test('No mix has more notes than the dispenser can pay at once', (t) => {
  const boxes = newCassettes(notes([10, 100]));
  t.not(findMix(euros(400), boxes), null);
  t.is(findMix(euros(410), boxes), null);
  t.is(findMix(euros(50), boxes, 4), null);
});

test('Nothing is paid from a jammed or a deposit-only cassette, nor for nothing', (t) => {
  const boxes = newCassettes(notes([50, 10], [20, 10]));
  for (const status of ['jammed', 'depositOnly'] as const) {
    const [fifties, twenties] = boxes;
    if (fifties) fifties.status = status;
    t.deepEqual(findMix(euros(100), boxes), notes([20, 5]));
    t.is(findMix(euros(50), boxes), null);
    t.is(twenties?.count, 10);
  }
  t.is(findMix(euros(0), boxes), null);
  t.is(findMix(euros(-20), boxes), null);
});

test('Only amounts that can be paid are offered', (t) => {
  const boxes = newCassettes(notes([50, 1], [20, 2]));
  t.deepEqual(payable([20, 30, 40, 50, 60, 70, 90, 100].map(euros), boxes), [20, 40, 50, 70, 90].map(euros));
});
