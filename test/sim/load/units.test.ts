import test from 'ava';
import fc from 'fast-check';
import {
  durationText,
  parseCount,
  parseDuration,
  parsePercent,
  parseRate,
  rateText,
} from '../../../sim/load/units.ts';

const parses = test.macro({
  exec<T>(
    t: { deepEqual(a: unknown, b: unknown, m?: string): unknown },
    parse: (text: string) => T,
    table: Record<string, T>,
  ) {
    for (const [text, expected] of Object.entries(table)) t.deepEqual(parse(text), expected, text);
  },
  title: (claim) => claim ?? '',
});

test('durations', parses, parseDuration, {
  '0': 0,
  '500ms': 500,
  '30s': 30_000,
  '1h30m': 5_400_000,
  '1.5s': 1_500,
  '5': null,
  '5x': null,
  '': null,
  '-1s': null,
  '0.1ms': null,
});
test('counts', parses, parseCount, {
  '1': 1,
  '200': 200,
  '10k': 10_000,
  '0': null,
  '1.5k': null,
  k: null,
  '-1': null,
});
test('rates', parses, parseRate, {
  '2000/s': 2_000,
  '90/m': 1.5,
  '2k/s': 2_000,
  '0.5/s': 0.5,
  '3600/h': 1,
  '500': null,
  '/s': null,
  '-1/s': null,
});
test('shares', parses, parsePercent, {
  '15%': 15,
  '0%': 0,
  '100%': 100,
  '0.1%': 0.1,
  '101%': null,
  '15': null,
});

test('what is written for a duration or a rate is read as the same', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 360_000_000 }), (ms) => parseDuration(durationText(ms)) === ms),
  );
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), (rate) => parseRate(rateText(rate)) === rate));
  t.is(durationText(5_400_000), '1h30m');
});
