import test from 'ava';
import { Expected, isAlertOf, isOf, strays } from '../../../sim/attack/trail.ts';

const line = (customer: string, action: string) => ({ seq: 1, customer, action });
const suspects = { customers: new Set(['alice']), terminals: new Set(['ATM-001']), source: '127.41.0.2' };

test('a trail that has just what was expected differs in nothing, whatever was coalesced', (t) => {
  const expected = new Expected();
  expected.record('alice', 'login');
  expected.refused('violation: bad seq', 3);
  expected.refusedLike(/^violation: bad (mac|epoch)$/, 2);
  expected.perhaps('alice', 'reverse $10.00');
  const trail = [
    line('alice', 'login'),
    line('-', 'session refused - violation: bad seq from 127.41.0.2 - 2 times within 7 ms'),
    line('-', 'session refused - violation: bad seq from 127.41.0.2'),
    line('-', 'session refused - violation: bad mac from 127.41.0.2'),
    line('-', 'session refused - violation: bad epoch from 127.41.0.2'),
  ];
  t.deepEqual(expected.differences(trail), []);
  t.deepEqual(expected.differences([...trail, line('alice', 'reverse $10.00')]), []);
});

test('a record that is missing, one too many and a count that is off are each a difference', (t) => {
  const expected = new Expected();
  expected.record('alice', 'login');
  expected.refused('violation: bad seq');
  t.is(expected.differences([line('alice', 'login')]).length, 1);
  const both = [line('alice', 'login'), line('-', 'session refused - violation: bad seq from 127.41.0.2')];
  t.deepEqual(expected.differences(both), []);
  t.is(expected.differences([...both, line('alice', 'deposit $9.00')]).length, 1);
  const twice = line('-', 'session refused - violation: bad seq from 127.41.0.2 - 2 times within 7 ms');
  t.is(expected.differences([line('alice', 'login'), twice]).length, 1);
});

test('a record is of a case by its customer, its terminal or the address it came from, and not by half of one', (t) => {
  t.true(isOf(line('alice', 'deposit $9.00'), suspects));
  t.true(isOf(line('-', 'terminal ATM-001 revoked'), suspects));
  t.true(isOf(line('-', 'session refused - timeout: no hello from 127.41.0.2'), suspects));
  t.true(isOf(line('-', 'session refused - x from 127.41.0.2 - 2 times within 3 ms'), suspects));
  t.false(isOf(line('-', 'session refused - timeout: no hello from 127.41.0.20'), suspects));
  t.false(isOf(line('bob', 'deposit $9.00'), suspects));
  t.false(isOf(line('-', 'terminal ATM-0010 revoked'), suspects));
});

test('an alert that is missing and one that nobody expected are each a difference', (t) => {
  const expected = new Expected();
  expected.alert('ATM-001 reversed what was completed');
  expected.alert('ATM-001 reversed what was completed');
  t.is(expected.alertDifferences(['ATM-001 reversed what was completed']).length, 1);
  t.deepEqual(expected.alertDifferences(Array(2).fill('ATM-001 reversed what was completed')), []);
  t.is(expected.alertDifferences([...Array(2).fill('ATM-001 reversed what was completed'), 'x']).length, 1);
  t.true(isAlertOf('ATM-001 reversed it', suspects));
  t.false(isAlertOf('ATM-0010 reversed it', suspects));
});

test('a record of no case is wrong unless it can name nobody, and those there must be', (t) => {
  const unnamed = line('-', 'reverse of an unknown transaction');
  t.deepEqual(strays([unnamed, unnamed], 1), []);
  t.is(strays([], 1).length, 1);
  t.is(strays([unnamed, line('carol', 'login')], 1).length, 1);
});
