import test from 'ava';
import {
  cleanText,
  clip,
  formatClock,
  formatCount,
  formatDelta,
  formatInstant,
  formatLatency,
  formatMoney,
} from '../../../terminals/dashboard/text.ts';

test('latencies keep to five cells from microseconds to minutes', (t) => {
  const cases = [
    [420, '0.42'],
    [994, '0.99'],
    [999, '1.0'],
    [6900, '6.9'],
    [99_940, '99.9'],
    [99_999, '100'],
    [120_400, '120'],
    [9_999_900, '10 s'],
    [75_000_000, '75 s'],
  ] as const;
  for (const [us, text] of cases) t.is(formatLatency(us, '-'), text);
  t.is(formatLatency(null, '-'), '-');
});

test('money digits become an amount with thousands, and only digits do', (t) => {
  t.is(formatMoney('1000000000'), '10,000,000.00');
  t.is(formatMoney('-5'), '-0.05');
  t.is(formatDelta('0'), '0.00');
  t.is(formatDelta('4000'), '+40.00');
  t.is(formatDelta('-4000'), '-40.00');
  t.is(formatMoney('NaN'), 'NaN');
});

test('clocks and counts are readable at every size', (t) => {
  t.is(formatClock(197_204), '03:17');
  t.is(formatClock(3_797_000), '1:03:17');
  t.is(formatInstant(197_004), '03:17.004');
  t.is(formatCount(99_999), '99999');
  t.is(formatCount(123_456), '123k');
});

test('clip makes text exactly as wide as asked', (t) => {
  t.is(clip('abc', 5), 'abc  ');
  t.is(clip('abcdef', 4), 'abc…');
  t.is(clip('abcdef', 0), '');
});

test('controls, direction marks and wide characters are replaced one for one', (t) => {
  t.is(cleanText('a\x1b[2Jb\u0085\u202e', false), 'a·[2Jb··');
  t.is(cleanText('漢é▁', false), '?é▁');
  t.is(cleanText('é\n▁', true), '?.?');
});
