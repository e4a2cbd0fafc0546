import test from 'ava';
import fc from 'fast-check';
import {
  activeAt,
  executorOf,
  parseStage,
  rateAt,
  resized,
  stageText,
  stretched,
} from '../../../sim/load/executor.ts';

test('stages are of terminals or of a rate', (t) => {
  const table: Record<string, ReturnType<typeof parseStage>> = {
    '30s:500': { durationMs: 30_000, terminals: 500 },
    '1m:2k': { durationMs: 60_000, terminals: 2_000 },
    '30s:500/s': { durationMs: 30_000, perSecond: 500 },
    '30s': null,
    '0:5': null,
    '30s:5:5': null,
    '30s:/s': null,
  };
  for (const [text, stage] of Object.entries(table)) t.deepEqual(parseStage(text), stage, text);
  t.is(stageText({ durationMs: 90_000, perSecond: 0.5 }), '1m30s:0.5/s');
  t.is(stageText({ durationMs: 500, terminals: 7 }), '500ms:7');
});

test('an executor follows from what is given; what does not go together is named', (t) => {
  const rates = [{ durationMs: 1_000, perSecond: 5 }];
  const sizes = [{ durationMs: 1_000, terminals: 5 }];
  t.is(executorOf({}), null);
  t.like(executorOf({ rate: 5 }), { type: 'constant-arrival-rate', perSecond: 5 });
  t.like(executorOf({ stages: rates }), { type: 'ramping-arrival-rate', startPerSecond: 0 });
  t.like(executorOf({ stages: sizes }), { type: 'ramping-terminals' });
  t.like(executorOf({ iterations: 3 }), { type: 'per-terminal-iterations', iterations: 3 });
  t.like(executorOf({ executor: 'constant-terminals' }), { type: 'constant-terminals' });
  t.like(executorOf({ rate: 5, stages: rates }), { key: 'rate' });
  t.like(executorOf({ stages: [...rates, ...sizes] }), { key: 'stages' });
  t.like(executorOf({ executor: 'ramping-terminals', stages: rates }), { key: 'stages' });
  t.like(executorOf({ executor: 'constant-arrival-rate' }), { key: 'executor' });
  t.like(executorOf({ executor: 'constant-terminals', iterations: 1 }), { key: 'iterations' });
  t.like(executorOf({ startRate: 1 }), { key: 'startRate' });
});

test('stages ramp linearly between their targets and hold the last', (t) => {
  const stages = [
    { durationMs: 10_000, terminals: 100 },
    { durationMs: 10_000, terminals: 100 },
    { durationMs: 10_000, terminals: 20 },
  ];
  const at = (ms: number) => activeAt({ type: 'ramping-terminals', stages }, 100, ms);
  t.deepEqual([0, 5_000, 10_000, 15_000, 25_000, 30_000, 99_000].map(at), [0, 50, 100, 100, 60, 20, 20]);
  t.is(activeAt({ type: 'constant-terminals' }, 7, 0), 7);
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
        const active = activeAt({ type: 'ramping-terminals', stages }, 500, ms);
        return active >= 0 && active <= Math.max(...stages.map(({ terminals }) => terminals));
      },
    ),
  );
  t.pass();
});

test('a rate ramps from its start and holds the last; a closed model has none', (t) => {
  const stages = [
    { durationMs: 10_000, perSecond: 100 },
    { durationMs: 10_000, perSecond: 0 },
  ];
  const at = (ms: number) => rateAt({ type: 'ramping-arrival-rate', startPerSecond: 20, stages }, ms);
  t.deepEqual([0, 5_000, 10_000, 15_000, 20_000, 99_000].map(at), [20, 60, 100, 50, 0, 0]);
  t.is(rateAt({ type: 'constant-arrival-rate', perSecond: 3 }, 5), 3);
  t.is(rateAt({ type: 'constant-terminals' }, 5), null);
});

test('stretched and resized executors keep their shape', (t) => {
  const executor = {
    type: 'ramping-terminals',
    stages: [
      { durationMs: 10_000, terminals: 100 },
      { durationMs: 20_000, terminals: 50 },
    ],
  } as const;
  const small = resized(stretched(executor, 0.1), 8);
  t.deepEqual(small, {
    type: 'ramping-terminals',
    stages: [
      { durationMs: 1_000, terminals: 8 },
      { durationMs: 2_000, terminals: 4 },
    ],
  });
});
