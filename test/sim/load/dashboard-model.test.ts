import test from 'ava';
import type { BankFigures } from '../../../actors/node/bank-process.ts';
import type { TerminalId } from '../../../protocol/ids.ts';
import { Collector } from '../../../sim/load/collector.ts';
import { dashboardModel, type ModelInput } from '../../../sim/load/dashboard-model.ts';
import { type Measured, Metrics } from '../../../sim/load/metrics.ts';
import { SERIES_MAX } from '../../../terminals/dashboard/model.ts';

const figures = (over: Partial<BankFigures> = {}): BankFigures => ({
  mailbox: 3,
  mailboxMax: 4096,
  batches: Array.from({ length: 100 }, () => 8),
  commitUs: Array.from({ length: 100 }, () => 400),
  loopLagUs: 2_400,
  rssMB: 90,
  cpuUs: 100_000,
  wallUs: 500_000,
  sessions: { established: 2, open: 2 },
  audit: { seq: 1, head: 'aa' },
  delta: '0',
  sum: '1000',
  ...over,
});

function modelOf(collector: Collector, over: Partial<ModelInput> = {}) {
  return dashboardModel({
    collector,
    run: {
      scenario: 'default',
      seed: 's',
      commit: '-',
      state: 'run',
      elapsedMs: 10_000,
      plannedMs: 30_000,
      offeredRate: null,
    },
    terminals: 4,
    terminalBase: 0,
    loadMs: 10_000,
    audit: { status: 'unchecked', headSeq: 0, headHash: '', lagMs: null, text: '', atMs: null },
    figuresAtMs: 9_900,
    adversary: null,
    activeFaults: [],
    verdict: null,
    ...over,
  });
}

function loaded(perSecond: readonly number[], over: Partial<Measured> = {}): Collector {
  const collector = new Collector(1);
  const metrics = new Metrics((slice) => collector.addSecond(slice));
  for (const [second, count] of perSecond.entries()) {
    for (let i = 0; i < count; i++) {
      const doneUs = second * 1_000_000 + i;
      const terminal = 'ATM-000' as TerminalId;
      const times = { intendedUs: doneUs - 2_000, sentUs: doneUs - 1_000, repliedUs: doneUs, doneUs };
      metrics.record({
        ...times,
        op: 'deposit',
        terminal,
        outcome: 'ok',
        code: 'APPROVED',
        provoked: false,
        ...over,
      });
    }
  }
  metrics.finish();
  return collector;
}

test('before the load there is nothing to show, and no light is green', (t) => {
  const model = modelOf(new Collector(1), { loadMs: null, figuresAtMs: null });
  t.is(model.terminals.states, 'xxxx');
  t.deepEqual(model.okPerS, []);
  t.deepEqual(model.latency, []);
  t.is(model.bank, null);
  t.is(model.lights.money.status, 'unchecked');
});

test('series hold whole seconds only, also when a worker is late with its last one', (t) => {
  const collector = loaded([10, 20, 30, 40]);
  t.deepEqual(modelOf(collector, { loadMs: 3_399 }).okPerS, [10, 20]);
  const model = modelOf(collector, { loadMs: 3_400 });
  t.deepEqual(model.okPerS, [10, 20, 30]);
  t.is(model.run.achievedRate, 30);
});

test('of a long run the newest minute is shown', (t) => {
  const collector = loaded(Array.from({ length: 100 }, (_, second) => second + 1));
  const { okPerS, p99Us } = modelOf(collector, { loadMs: 100_500 });
  t.is(okPerS.length, SERIES_MAX);
  t.is(p99Us.length, SERIES_MAX);
  t.is(okPerS.at(-1), 100);
  t.is(okPerS[0], 41);
});

test('latency has a row a kind and one of all, with the rate of the last second', (t) => {
  const rows = modelOf(loaded([500, 700]), { loadMs: 2_500 }).latency;
  t.deepEqual(
    rows.map(({ op, rate, p50 }) => ({ op, rate, p50 })),
    [
      { op: 'deposit', rate: 700, p50: 2_000 },
      { op: 'ALL', rate: 700, p50: 2_000 },
    ],
  );
});

test('money: green while the bank’s balances agree, stale without news, red as soon as they differ', (t) => {
  const collector = new Collector(1);
  collector.addFigures(figures(), 1);
  const status = (over: Partial<ModelInput>) => modelOf(collector, over).lights.money.status;
  t.is(status({ figuresAtMs: 7_000 }), 'ok');
  t.is(status({ figuresAtMs: 6_999 }), 'stale');
  const { run } = modelOf(collector);
  t.is(status({ figuresAtMs: 0, run: { ...run, state: 'done' } }), 'ok', 'after the end nothing is late');
  collector.addFigures(figures({ delta: '-5' }), 2);
  const { money } = modelOf(collector, { figuresAtMs: 0 }).lights;
  t.like(money, { status: 'violated', delta: '-5', sum: '1000' });
  t.is(collector.bank.maxAbsDelta, 5n);
});

test('errors have their class and the most frequent comes first; only unexpected ones count as such', (t) => {
  const collector = loaded([3], { outcome: 'fail', code: 'INSUFFICIENT_FUNDS' });
  const metrics = new Metrics((slice) => collector.addSecond(slice));
  const lost = {
    op: 'balance',
    terminal: 'ATM-000' as TerminalId,
    outcome: 'unknown',
    code: null,
    intendedUs: 0,
    sentUs: 0,
    repliedUs: null,
    doneUs: 5,
  } as const;
  for (let i = 0; i < 5; i++) metrics.record({ ...lost, provoked: false });
  metrics.record({ ...lost, provoked: true });
  metrics.finish();
  const { errors, totals } = modelOf(collector);
  t.deepEqual(errors, [
    { code: 'TIMEOUT', expected: false, count: 5, class: 'network' },
    { code: 'INSUFFICIENT_FUNDS', expected: true, count: 3, class: 'business' },
    { code: 'TIMEOUT', expected: true, count: 1, class: 'network' },
  ]);
  t.like(totals, { ok: 0, failed: 9, unexpected: 5 });
});

test('the bank’s figures are its own: mailbox, batch, disk, lag, memory', (t) => {
  const collector = new Collector(1);
  collector.addFigures(figures(), 1);
  t.like(modelOf(collector).bank, { mailbox: 3, mailboxMax: 4096, batchP50: 8, loopLagMs: 2, rssMB: 90 });
  t.deepEqual(modelOf(collector).bank?.sessions, { established: 2, open: 2 });
});

test('faults become bands of the charts, those that are on without an end', (t) => {
  const collector = loaded([3, 3]);
  const fault = { kind: 'delay', target: 'all', source: 'plan', params: {} } as const;
  collector.addHappening({ type: 'faultBegun', ...fault, id: 'delay-1', startMs: 500 });
  collector.addHappening({ type: 'faultBegun', ...fault, id: 'delay-2', startMs: 900 });
  collector.addHappening({ type: 'faultOver', id: 'delay-1', tMs: 1_500 });
  const { bands, secondsOver } = modelOf(collector);
  t.deepEqual(bands, [
    { kind: 'delay', fromMs: 500, toMs: 1_500 },
    { kind: 'delay', fromMs: 900, toMs: null },
  ]);
  t.is(secondsOver, 9);
});
