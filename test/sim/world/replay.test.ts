import test from 'ava';
import fc from 'fast-check';
import { PROFILES } from '../../../sim/world/config.ts';
import { drawConfig } from '../../../sim/world/draw.ts';
import type { WorldOutcome } from '../../../sim/world/outcome.ts';
import {
  differenceFrom,
  parseReplay,
  type Replay,
  replayOf,
  replayText,
  traceLines,
} from '../../../sim/world/replay.ts';

const outcome = (seed: string, more: Partial<WorldOutcome> = {}): WorldOutcome => ({
  config: drawConfig(seed, 'swarm'),
  violations: [
    { invariant: 'DURABLE', class: 'safety', text: 'gone after recovery', atUs: 7, event: 3 },
    { invariant: 'AUDIT', class: 'audit', text: 'a gap', atUs: 8, event: 4 },
  ],
  digest: 'ab'.repeat(32),
  events: 3,
  virtualMs: 1,
  settleMs: null,
  fired: [],
  marks: {},
  checks: {},
  operations: { ok: 0, fail: 0, unknown: 0 },
  transitions: {},
  trace: [],
  ...more,
});

const origin = { commit: '0123456789abcdef', plant: null };
const replay = replayOf(outcome('1'), origin);

test('what is written is what is read, whatever was drawn', (t) => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...PROFILES), (seed, profile) => {
      const config = {
        ...drawConfig(seed, profile),
        only: ['net.partition/network#3', 'byz.flip/ATM-001#0'],
      };
      const written = replayOf(outcome(seed, { config }), { commit: null, plant: 'ack-before-sync' });
      t.deepEqual(parseReplay(replayText(written)), { replay: written });
    }),
  );
});

test('every fault of a bad file is told at once', (t) => {
  const { config, expect, ...head } = replay;
  const bad = {
    ...head,
    version: 2,
    config: {
      ...config,
      terminals: 0,
      net: { delayUsMin: 1.5, delayUsMean: 0 },
      chances: { 'disk.crash': [1, 0], 'disk.melts': [1, 2] },
      only: ['disk.melts/bank#0', 'nonsense'],
      weather: 'fine',
    },
    expect: { ...expect, digest: 'short' },
  };
  const read = parseReplay(JSON.stringify(bad));
  t.deepEqual('problems' in read && read.problems.map((problem) => problem.split(':')[0]).sort(), [
    'config',
    'config.chances.disk.crash.1',
    'config.chances.disk.melts',
    'config.net.delayUsMin',
    'config.only.0',
    'config.only.1',
    'config.only.1',
    'config.terminals',
    'expect.digest',
    'version',
  ]);
});

const refused = test.macro({
  exec(t, text: string, problem: RegExp) {
    const read = parseReplay(text);
    t.regex('problems' in read ? read.problems.join('\n') : 'nothing', problem);
  },
  title: (name) => `${name} is no replay`,
});
test('an empty file', refused, '', /^not JSON: /);
test('half a file', refused, replayText(replay).slice(0, 200), /^not JSON: /);
test('a list', refused, '[]', /^file: .*expected object/);
test('a file of another schema', refused, '{"schema":"other"}', /^schema: /);

test('a run that comes to the same does not differ', (t) => {
  t.is(differenceFrom(replay, outcome('1')), null);
});

const differs = test.macro({
  exec(t, [of, more]: readonly [Replay, Partial<WorldOutcome>], text: string) {
    t.is(differenceFrom(of, outcome('1', more)), text);
  },
  title: (name) => `a replay says when ${name}`,
});
test(
  'nothing fails any more',
  differs,
  [replay, { violations: [] }],
  'expected DURABLE to fail, and nothing did: another build than 0123456789ab, which wrote the file?',
);
test(
  'something else fails',
  differs,
  [{ ...replay, commit: null }, { violations: outcome('1').violations.slice(1) }],
  'expected DURABLE to fail, and AUDIT did: another build?',
);
test(
  'it fails in another way',
  differs,
  [replay, { digest: 'cd'.repeat(32) }],
  'DURABLE fails, but in another run, digest cdcdcdcdcdcd and not abababababab: another build than 0123456789ab, which wrote the file?',
);

test('a trace is written one event a line', (t) => {
  const trace = [
    { atUs: 0, event: 0, lane: 'bank', what: 'start', text: 'bank 1' },
    { atUs: 5, event: 1, lane: 'ATM-001', what: 'send', text: 'a\nb', peer: 'bank', id: 'L1.1' },
  ];
  const lines = traceLines(trace).split('\n');
  t.is(lines.pop(), '');
  t.deepEqual(
    lines.map((line) => JSON.parse(line)),
    trace,
  );
});
