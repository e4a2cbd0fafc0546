import test from 'ava';
import fc from 'fast-check';
import { formatRecord, parseRecord } from '../../../bank/audit/record.ts';
import { START_MS } from '../../helpers/test-bank.ts';

test('a record is one line of three fields', (t) => {
  const note = { customer: 'alice', action: 'withdraw $100.00 failed - insufficient funds' };
  t.is(
    formatRecord(note, Date.UTC(2026, 10, 24, 12, 43, 19, 204)),
    'alice | withdraw $100.00 failed - insufficient funds | 2026-11-24T12:43:19.204Z',
  );
});

test('separators and control characters cannot forge a field or a line', (t) => {
  const note = { customer: 'a | b', action: 'x\r\n%|\u0000\u001b\u0085\u2028' };
  t.is(
    formatRecord(note, START_MS),
    'a %7C b | x%0D%0A%25%7C%00%1B%C2%85%E2%80%A8 | 2026-11-24T12:00:00.000Z',
  );
});

test('any fields come back as they went in, in exactly three parts and one line', (t) => {
  const text = fc.string({ unit: 'binary' });
  const law = fc.property(text, text, fc.integer({ min: 0, max: 4e12 }), (customer, action, atMs) => {
    const line = formatRecord({ customer, action }, atMs);
    if (/[\r\n\u2028]/.test(line) || line.split('|').length !== 3) throw new Error(line);
    t.deepEqual(parseRecord(line), { customer, action, atMs });
  });
  t.notThrows(() => fc.assert(law));
});

test('what is not exactly a record is none', (t) => {
  const time = '2026-11-24T12:00:00.000Z';
  for (const line of [
    '',
    'a | b',
    `a | b | ${time} | c`,
    'a | b | yesterday',
    'a | b | 2026-11-24',
    `a%zz | b | ${time}`,
    `a%41 | b | ${time}`,
  ]) {
    t.is(parseRecord(line), null, line);
  }
});
