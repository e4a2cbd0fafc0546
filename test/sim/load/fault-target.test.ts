import test from 'ava';
import { isTerminals, placesTarget, struckPlaces } from '../../../sim/load/fault-target.ts';

test('a list of places is written as short as it can be, and read back', (t) => {
  const places = [12, 3, 5, 4, 9, 4];
  t.is(placesTarget(places), 'id:3-5+9+12');
  t.deepEqual(struckPlaces(placesTarget(places), 100), [3, 4, 5, 9, 12]);
});

test('a target of terminals is all, a share, a number or a list', (t) => {
  for (const text of ['all', '25%', '40', 'id:0', 'id:3+5-9']) t.true(isTerminals(text), text);
  for (const text of ['bank', '0', '', 'id:', 'id:5-3', 'id:1,2', 'id:1+', 'id:x', '3-5', 'id:123456'])
    t.false(isTerminals(text), text);
});
