import test from 'ava';
import { tally } from '../../scripts/tally.ts';

test('the counts of a finished run are read from its closing lines', (t) => {
  const tap = 'TAP version 13\nok 1 - a\nnot ok 2 - b\n\n1..2\n# tests 2\n# pass 1\n# fail 1\n';
  t.deepEqual(tally(tap), { passed: 1, failed: 1 });
});

test('a run that broke off cannot be counted', (t) => {
  t.is(tally('TAP version 13\nok 1 - a\n'), null);
  t.is(tally('1..2\n# tests 2\n# pass 2\n'), null);
  t.is(tally(''), null);
});
