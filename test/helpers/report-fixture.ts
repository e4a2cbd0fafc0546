/**
 * Reports of four runs that never were: one that passed, one that failed, one that is invalid, one cut short. Every
 * figure comes from a fixed little generator, so goldens stay equal.
 *
 * @module
 */
import { createHistogram, encodeHistogram, recordUs } from '../../reports/histogram.ts';
import { latencyOf } from '../../reports/latency.ts';
import type { Delta, Dist, OpResult, Report, Series } from '../../reports/report.ts';
import { SCHEMA_NAME, SCHEMA_VERSION } from '../../reports/report.ts';
import { evaluate, parseThreshold } from '../../reports/thresholds.ts';
import { judge } from '../../reports/verdict.ts';

const SECONDS = 120;
const OPS = ['login', 'balance', 'deposit', 'withdraw'];

export function passReport(): Report {
  const ops = opsOf({ scale: 1 });
  const totals = {
    sessions: 204,
    requests: 184_213,
    ok: 181_940,
    expectedErrors: 2_259,
    unexpectedErrors: 14,
    retries: 141,
    shed: 6,
    dropped: 0,
    bytesTx: 61_203_412,
    bytesRx: 84_110_733,
  };
  const thresholds = ['p99<400ms', 'p99(withdraw)<450ms', 'errors<0.1%', 'rate>1000/s'].map(parsed);
  const results = thresholds.map((t) => evaluate(t, { ops, totals }));
  const invariants = invariantsOk();
  const audit = auditOk();
  const { verdict, exit } = judge({ thresholds: results, invariants, audit, adversary: [], also: {} });
  return {
    schema: { name: SCHEMA_NAME, version: SCHEMA_VERSION },
    run: {
      id: '20260301-120000-rush-hour',
      scenario: 'rush-hour',
      scenarioHash: 'a1'.repeat(32),
      seed: '5eed42',
      startedAt: '2026-03-01T12:00:00.000Z',
      endedAt: '2026-03-01T12:02:03.412Z',
      durationMs: SECONDS * 1000,
      warmupMs: 5_000,
      argv: ['run', 'examples/rush-hour.yaml', '--seed', '5eed42'],
      reproCommand: 'cashpoint run examples/rush-hour.yaml --seed 5eed42',
      exit,
      tags: { team: 'core', purpose: 'nightly' },
    },
    source: {
      commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
      dirty: false,
      branch: 'main',
      lockfileSha256: 'b2'.repeat(32),
      protocolVersion: '1.0',
      suite: 'X25519-PSK-AES256CBC-HMACSHA256',
    },
    environment: {
      host: {
        cpuModel: 'AMD EPYC 7B13',
        cores: 2,
        memMB: 7_936,
        kernel: 'Linux 6.1.0-28-amd64',
        container: 'docker',
      },
      node: '24.21.0',
      openssl: '3.5.2',
      tz: 'UTC',
      machineClass: 'linux-x64-2c-8GB',
    },
    config: {
      terminals: 200,
      accounts: 2_000,
      arrival: 'open',
      offeredRate: 1_600,
      mix: { balance: 40, deposit: 25, withdraw: 30, login: 5 },
      thinkTime: { distribution: 'exponential', meanMs: 500 },
      timeouts: { replyMs: 10_000, handshakeMs: 5_000, idleMs: 60_000 },
      retry: { attemptsMax: 5, backoffMs: 200, jitter: true },
      faults: [
        {
          id: 'slow-net',
          kind: 'latency',
          target: '40 terminals',
          params: { delayMs: 150 },
          startMs: 40_000,
          durationMs: 18_000,
        },
        {
          id: 'restart',
          kind: 'bank-restart',
          target: 'bank',
          params: { signal: 'SIGKILL' },
          startMs: 85_000,
          durationMs: 3_000,
        },
      ],
      thresholds,
      other: { transport: 'tcp', workers: 2, 'sqlite synchronous': 'FULL', 'sqlite journal_mode': 'wal' },
    },
    verdict,
    thresholds: results,
    totals,
    ops,
    series: seriesOf(),
    states: {
      perState: {
        idle: { totalMs: 14_880_000, share: 0.62, entries: 184_400 },
        transaction: { totalMs: 6_480_000, share: 0.27, entries: 175_003 },
        login: { totalMs: 1_680_000, share: 0.07, entries: 9_210 },
        handshake: { totalMs: 720_000, share: 0.03, entries: 404 },
        offline: { totalMs: 240_000, share: 0.01, entries: 204 },
      },
      series: {
        stepMs: 1_000,
        t0: 0,
        columns: ['idle', 'transaction', 'login', 'handshake', 'offline', 'error'],
        rows: Array.from({ length: SECONDS }, (_, s) =>
          s >= 85 && s < 88 ? [0, 0, 0, 60, 140, 0] : [124 - (s % 7), 54 + (s % 7), 14, 6, 2, 0],
        ),
      },
    },
    errors: errorsOf(),
    invariants,
    money: {
      unit: 'minor',
      initial: '1000000000',
      minted: '0',
      accounts: '612480050',
      terminalCash: '387499950',
      inFlight: '20000',
      delta: '0',
      maxAbsDelta: '0',
    },
    audit,
    adversary: [],
    faults: [
      {
        id: 'slow-net',
        kind: 'latency',
        target: '40 terminals',
        params: { delayMs: 150 },
        startMs: 40_000,
        endMs: 58_000,
        source: 'plan',
        recoveryMs: 1_200,
      },
      {
        id: 'restart',
        kind: 'bank-restart',
        target: 'bank',
        params: { signal: 'SIGKILL' },
        startMs: 85_000,
        endMs: 88_000,
        source: 'plan',
        recoveryMs: 4_100,
      },
    ],
    bank: {
      mailbox: dist([0, 14, 12, 44, 131, 512], 1_200),
      batch: dist([1, 41, 48, 64, 64, 64], 4_513),
      fsyncUs: dist([702, 1_905, 1_803, 3_120, 6_141, 18_300], 4_513),
      loopLagUs: dist([11, 310, 204, 1_050, 2_020, 9_800], 12_000),
      rssMB: dist([96, 141, 146, 148, 148, 149], 1_200),
      cpuPct: dist([3, 61, 64, 71, 74, 78], 1_200),
    },
    generator: {
      loopLagUs: dist([9, 180, 120, 640, 1_400, 4_100], 12_000),
      cpuPct: dist([4, 44, 46, 53, 57, 61], 1_200),
      saturated: false,
      droppedSamples: 0,
    },
    sessions: sessionsOf(),
    artifacts: [],
  };
}

/** A withdrawal was paid twice, an attack got through, a threshold was missed. */
export function failReport(): Report {
  const base = passReport();
  const ops = opsOf({ scale: 4 });
  const thresholds = base.config.thresholds.map((t) => evaluate(t, { ops, totals: base.totals }));
  const invariants = base.invariants.map((i) =>
    i.id === 'exactly-once'
      ? {
          ...i,
          status: 'violated' as const,
          violations: 3,
          first: 'ATM-061 txn 7c1e44… booked at #41802 and #41977, 40.00 each',
          worst: 'ATM-104 txn 91ab07… booked at #77120 and #77121, 400.00 each',
          last: 'ATM-009 txn 03f9d2… booked at #90233 and #90240, 20.00 each',
        }
      : i,
  );
  const adversary = [
    attack('replay-data-record', 120, 0, 'close'),
    attack('tag-flip', 120, 0, 'close'),
    attack('cross-session-splice', 60, 1, 'close'),
    attack('reordered-records', 60, 0, 'close'),
  ];
  const money = base.money && { ...base.money, accounts: '612434050', delta: '-46000', maxAbsDelta: '46000' };
  const { verdict, exit } = judge({ thresholds, invariants, audit: base.audit, adversary, also: {} });
  return {
    ...base,
    run: { ...base.run, id: '20260302-120000-rush-hour', exit },
    ops,
    thresholds,
    invariants,
    adversary,
    money,
    verdict,
    source: { ...base.source, dirty: true },
    baseline: {
      runId: base.run.id,
      file: '../20260301-120000-rush-hour/report.json',
      sha256: 'c3'.repeat(32),
      comparable: true,
      reasons: [],
      deltas: [
        delta('rate', '/s', [1_535, 1_531], [-0.3, -1.1, 0.6], 'same'),
        delta('errors', '%', [0.008, 0.008], [0, -0.01, 0.01], 'same'),
        delta('p50', 'us', [4_110, 16_500], [301, 288, 315], 'worse'),
        delta('p99', 'us', [133_000, 533_000], [300, 180, 471], 'worse'),
        delta('p50(login)', 'us', [38_400, 31_100], [-19, -22, -15.6], 'better'),
        delta('p95(login)', 'us', [66_100, 70_200], [6.2, -31, 63], 'noise'),
      ],
    },
  };
}

/** The generator could not keep its schedule, and nothing was checked. */
export function invalidReport(): Report {
  const base = passReport();
  const invariants = base.invariants.map((i) => ({
    ...i,
    checks: 0,
    status: 'not-checked' as const,
    evidence: {},
  }));
  const also = { load: ['The generator kept 62 % of its schedule (event loop late by 212 ms at p99)'] };
  const { verdict, exit } = judge({
    thresholds: base.thresholds,
    invariants,
    audit: null,
    adversary: [],
    also,
  });
  return {
    ...base,
    run: { ...base.run, id: '20260303-120000-rush-hour', exit },
    invariants,
    money: null,
    audit: null,
    verdict,
    bank: { mailbox: null, batch: null, fsyncUs: null, loopLagUs: null, rssMB: null, cpuPct: null },
    generator: { ...base.generator, saturated: true },
  };
}

/** Killed after a few operations: most of it was never measured. */
export function incompleteReport(): Report {
  const base = invalidReport();
  const ops = { withdraw: opOf({ n: 12, us: 4_200 }) };
  const also = { interrupted: ['Killed after 1 s of 120 s; only the checks made while it ran are here'] };
  const invariants = [{ ...invariantsOk()[0], checks: 4 }] as Report['invariants'];
  const thresholds = base.thresholds.map(({ note: _, ...t }) => ({ ...t, actual: null, ok: null }));
  const { verdict, exit } = judge({ thresholds, invariants, audit: null, adversary: [], also });
  return {
    ...base,
    run: { ...base.run, id: '20260304-120000-rush-hour', durationMs: 1_000, exit },
    verdict,
    thresholds,
    totals: { ...base.totals, sessions: 200, requests: 12, ok: 12, expectedErrors: 0, unexpectedErrors: 0 },
    ops,
    invariants,
    series: { stepMs: 1000, t0: 0, columns: ['achievedRate', 'p99Us'], rows: [[12, null]] },
    states: { perState: {}, series: null },
    errors: [],
    faults: [],
    sessions: { total: 0, included: 0, selection: 'none', spans: [] },
  };
}

const parsed = (text: string) => {
  const result = parseThreshold(text, OPS);
  if ('problem' in result) throw new Error(result.problem);
  return result.threshold;
};

/** mulberry32: the same figures every time. */
function rng(seed: number) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function opsOf({ scale }: { scale: number }): Record<string, OpResult> {
  return {
    login: opOf({ n: 9_210, us: 38_000 * scale }),
    balance: opOf({ n: 73_680, us: 2_100 * scale }),
    deposit: opOf({ n: 46_050, us: 4_400 * scale }),
    withdraw: opOf({ n: 55_260, us: 4_600 * scale }),
  };
}

function opOf({ n, us }: { n: number; us: number }): OpResult {
  const random = rng(us);
  const histogram = createHistogram();
  const service = createHistogram();
  for (let i = 0; i < n; i++) {
    const body = us * (0.7 + random() * 0.6 + (random() < 0.04 ? random() * 6 : 0));
    recordUs(service, Math.round(body));
    recordUs(histogram, Math.round(body + (random() < 0.03 ? random() ** 4 * 3_000_000 * (us / 20_000) : 0)));
  }
  return {
    count: n,
    ok: Math.round(n * 0.988),
    rate: Math.round((n / (SECONDS - 5)) * 10) / 10,
    latencyUs: latencyOf(histogram),
    uncorrectedUs: latencyOf(service),
    hdr: encodeHistogram(histogram),
  };
}

function seriesOf(): Series {
  const random = rng(7);
  const columns = [
    ...['offeredRate', 'achievedRate', 'errorRate', 'p50Us', 'p95Us', 'p99Us', 'inFlight'],
    ...['mailbox', 'batchMean', 'commitMeanUs', 'commitMaxUs', 'bankLagUs'],
  ];
  const rows = Array.from({ length: SECONDS - 5 }, (_, i) => {
    const t = i + 5;
    const offered = 1600;
    if (t >= 85 && t < 88) {
      return [
        offered,
        0,
        31 + Math.round(random() * 20),
        null,
        null,
        null,
        200,
        null,
        null,
        null,
        null,
        null,
      ];
    }
    const slow = t >= 40 && t < 58;
    const burst = t >= 88 && t < 92;
    const p50 = Math.round(4_000 * (1 + 0.2 * random()) + (burst ? 900_000 / (t - 86) : 0));
    const p95 = Math.round(p50 * 2 + (slow ? 150_000 : 0) + random() * 3_000);
    return [
      offered,
      Math.round(offered * (0.97 + random() * 0.04) + (burst ? 900 : 0)),
      random() < 0.1 ? 1 : 0,
      p50,
      p95,
      Math.round(p95 * 1.6 + random() * 6_000),
      Math.round(30 + random() * 12 + (slow ? 40 : 0)),
      Math.round(random() * 30 + (burst ? 400 : 0)),
      burst ? 64 : 41,
      Math.round(1_800 + random() * 300),
      Math.round(3_000 + random() ** 4 * 15_000),
      Math.round(200 + random() * 900),
    ];
  });
  return { stepMs: 1000, t0: 5000, columns, rows };
}

function errorsOf(): Report['errors'] {
  const row = (code: string, cls: Report['errors'][number]['class'], expected: boolean, count: number) => ({
    code,
    class: cls,
    expected,
    count,
    firstMs: 5_204,
    lastMs: 118_950,
    terminals: Math.min(count, 187),
    samples: [{ terminal: 'ATM-061', session: 's-3f9c', frame: 88, tMs: 5_204 }],
  });
  return [
    row('INSUFFICIENT_FUNDS', 'business', true, 1_912),
    row('WRONG_PASSWORD', 'business', true, 207),
    row('TIMEOUT', 'network', true, 140),
    row('RESPONSE_TOO_LATE', 'network', false, 9),
    row('SYSTEM_ERROR', 'bug', false, 5),
  ];
}

function invariantsOk(): Report['invariants'] {
  const row = (id: string, statement: string, checks: number, evidence: Record<string, string | number>) => ({
    id,
    statement,
    checks,
    violations: 0,
    status: 'ok' as const,
    evidence,
  });
  return [
    row('conservation', 'Cash, accounts and money in flight add up to what was put in', 4_513, {
      commits: 4_513,
      'Σ debit-natured': '1000000000',
    }),
    row('no-negative', 'No account and no cassette is ever below zero', 202_613, { accounts: 2_401 }),
    row('exactly-once', 'A transaction id is booked at most once', 101_310, { transactions: 101_310 }),
    row('acknowledged-durable', 'What was acknowledged is there after the bank was restarted', 101_288, {
      acknowledged: 101_288,
      restarts: 2,
    }),
    row('cash-ledger', 'Notes paid out and taken in equal what the ledger says, terminal by terminal', 200, {
      terminals: 200,
    }),
    row('linearizable', 'Each account’s replies fit one order of commits', 2_000, { accounts: 2_000 }),
  ];
}

function auditOk(): NonNullable<Report['audit']> {
  return {
    algorithm: 'AES-256-CBC + HMAC-SHA-256, SHA-256 hash chain',
    head: { seq: 184_213, hash: '9f3c77e051aa'.padEnd(64, '0be4a1d2') },
    records: 184_213,
    gaps: 0,
    verifier: { name: 'cashpoint audit verify', version: '0.1.0' },
    verifiedFrom: 1,
    verifiedTo: 184_213,
    ok: true,
    tamperSelfTest: true,
  };
}

const delta = (
  metric: string,
  unit: 'us' | '/s' | '%',
  [base, now]: readonly [number, number],
  [pct, low, high]: readonly [number, number, number],
  verdict: Delta['verdict'],
): Delta => {
  const minEffect = { us: 10, '/s': 5, '%': 0.1 }[unit];
  return { metric, unit, base, now, pct, ci95: [low, high], minEffect, verdict };
};

const attack = (name: string, attempts: number, accepted: number, expectedCode: string) => ({
  attack: name,
  attempts,
  rejected: attempts - accepted,
  accepted,
  expectedCode,
  codes: { close: attempts - accepted, ...(accepted > 0 && { APPROVED: accepted }) },
  positiveControlOk: true,
});

function dist(values: readonly [number, number, number, number, number, number], n: number): Dist {
  const [min, mean, p50, p95, p99, max] = values;
  return { n, min, mean, p50, p95, p99, max };
}

function sessionsOf(): Report['sessions'] {
  const random = rng(3);
  const spans = Array.from({ length: 8 }, (_, a) => {
    const terminal = `ATM-${String(a * 25).padStart(3, '0')}`;
    const states = ['handshake', 'login', 'transaction', 'idle'];
    let at = Math.round(random() * 4_000);
    return Array.from({ length: 60 }, (_, i) => {
      const startMs = at;
      at += Math.round((i % 4 === 3 ? 6_000 : 1_400) * (0.5 + random()));
      return { terminal, session: `s-${a}`, state: states[i % 4] ?? 'idle', startMs, endMs: at };
    }).filter((s) => s.endMs <= SECONDS * 1000);
  }).flat();
  return { total: 200, included: 8, selection: 'every 25th terminal', spans };
}
