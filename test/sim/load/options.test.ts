import test from 'ava';
import fc from 'fast-check';
import { activeAt, parseCount, parseDuration, parseMix, parseStage } from '../../../sim/load/options.ts';

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
test('stages', parses, parseStage, {
  '30s:500': { durationMs: 30_000, terminals: 500 },
  '1m:2k': { durationMs: 60_000, terminals: 2_000 },
  '30s': null,
  '0:5': null,
  '30s:5:5': null,
});

test('a mix names what is wrong with it', (t) => {
  t.like(parseMix('deposit=60,withdraw=40'), { deposit: 60, withdraw: 40, login: 0 });
  t.regex(String(parseMix('depsit=1')), /got "depsit"/);
  t.regex(String(parseMix('deposit')), /whole number after "deposit="/);
  t.regex(String(parseMix('deposit=0')), /at least one weight/);
});

test('stages ramp linearly between their targets and hold the last', (t) => {
  const stages = [
    { durationMs: 10_000, terminals: 100 },
    { durationMs: 10_000, terminals: 100 },
    { durationMs: 10_000, terminals: 20 },
  ];
  const at = (ms: number) => activeAt({ stages, terminals: 100 }, ms);
  t.deepEqual([0, 5_000, 10_000, 15_000, 25_000, 30_000, 99_000].map(at), [0, 50, 100, 100, 60, 20, 20]);
  t.is(activeAt({ stages: [], terminals: 7 }, 0), 7);
});

test('active terminals stay between the targets around them', (t) => {
  const stage = fc.record({
    durationMs: fc.integer({ min: 1, max: 10_000 }),
    terminals: fc.integer({ min: 1, max: 500 }),
  });
  fc.assert(
    fc.property(
      fc.array(stage, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 60_000 }),
      (stages, ms) => {
        const active = activeAt({ stages, terminals: 500 }, ms);
        return active >= 0 && active <= Math.max(...stages.map(({ terminals }) => terminals));
      },
    ),
  );
  t.pass();
});
