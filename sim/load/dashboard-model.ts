/**
 * The dashboard's snapshot of a load run, from what the collector has added up. Pure.
 *
 * @module
 */
import { CODES, isCode } from '../../protocol/errors.ts';
import { latencyOf } from '../../reports/latency.ts';
import {
  type AuditLight,
  BANDS_MAX,
  type BankStats,
  type DashboardModel,
  type ErrorCount,
  type LatencyRow,
  type MoneyLight,
  type RunInfo,
  SERIES_MAX,
  type Verdict,
} from '../../terminals/dashboard/model.ts';
import { OPS } from '../history.ts';
import type { Collector } from './collector.ts';
import { digitsFor, TERMINAL_PREFIX } from './fleet.ts';
import { statsOf } from './seconds.ts';

export interface ModelInput {
  readonly collector: Collector;
  readonly run: Omit<RunInfo, 'achievedRate'>;
  readonly terminals: number;
  readonly terminalBase: number;
  /** Milliseconds since the load's start; null before it. */
  readonly loadMs: number | null;
  readonly audit: AuditLight;
  /** When the bank's last figures came, ms of the run. */
  readonly figuresAtMs: number | null;
  readonly adversary: DashboardModel['adversary'];
  readonly activeFaults: readonly string[];
  readonly verdict: Verdict | null;
}

/** Workers hand out a second with their next snapshot. */
const SECOND_LAG_MS = 400;
/** Figures of the bank older than this make its light stale. */
const STALE_MS = 3_000;

export function dashboardModel(input: ModelInput): DashboardModel {
  const { collector, run, loadMs } = input;
  // A second is over for everybody once the slowest worker's snapshot of it has come.
  const second = loadMs === null ? 0 : Math.floor(Math.max(0, loadMs - SECOND_LAG_MS) / 1000);
  const past = collector.seconds.slice(Math.max(0, second - SERIES_MAX), second);
  const total = collector.total;
  const rowOf = (op: string, rate: number): LatencyRow[] => {
    const latency = collector.latencies.get(op);
    if (!latency) return [];
    const { p50, p95, p99, p999, max } = latency;
    return [{ op, rate, p50, p95, p99, p999, max }];
  };
  const rows = OPS.flatMap((op) => rowOf(op, collector.rateOf(op, second)));
  const rate = rows.reduce((sum, row) => sum + row.rate, 0);
  const errors = errorCounts(collector);
  const { details, watched } = collector;
  return {
    run: { ...run, achievedRate: past.at(-1)?.ok ?? 0 },
    terminals: {
      prefix: TERMINAL_PREFIX,
      first: input.terminalBase,
      digits: digitsFor(input.terminalBase + input.terminals),
      states: collector.states || 'x'.repeat(input.terminals),
      ...(details && { details }),
    },
    okPerS: past.map(({ ok }) => ok),
    p99Us: past.map((each) => statsOf(each).p99),
    secondsOver: second,
    whole: collector.wholeUpTo(second),
    bands: collector.faults.slice(-BANDS_MAX).map(({ kind, startMs, endMs }) => ({
      ...{ kind, fromMs: startMs, toMs: endMs },
    })),
    latency: rows.length === 0 ? [] : [...rows, ...rowOf('ALL', rate)],
    lights: { money: moneyLight(input), audit: input.audit },
    adversary: input.adversary,
    faults: input.activeFaults,
    thresholds: [],
    bank: bankStats(collector),
    errors,
    events: collector.events,
    eventsBefore: collector.eventsBefore,
    ...(watched.length > 0 && { watched }),
    totals: {
      ok: total.ok,
      failed: total.fail + total.unknown,
      unexpected: errors.reduce((sum, { expected, count }) => sum + (expected ? 0 : count), 0),
      inFlight: collector.inFlight,
      retries: collector.retries,
    },
    verdict: input.verdict,
  };
}

function moneyLight({ collector, figuresAtMs, run }: ModelInput): MoneyLight {
  const { last } = collector.bank;
  if (last === null || figuresAtMs === null) {
    return { status: 'unchecked', delta: '0', sum: '0', text: 'no figures of the bank yet', atMs: null };
  }
  const { delta, sum } = last;
  if (delta !== '0')
    return { status: 'violated', delta, sum, text: 'debits and credits differ', atMs: figuresAtMs };
  const stale = run.state !== 'done' && run.elapsedMs - figuresAtMs > STALE_MS;
  return { status: stale ? 'stale' : 'ok', delta, sum, text: '', atMs: figuresAtMs };
}

function bankStats({ bank }: Collector): BankStats | null {
  if (bank.last === null) return null;
  const commit = latencyOf(bank.commitUs);
  return {
    mailbox: bank.last.mailbox,
    mailboxMax: bank.last.mailboxMax,
    batchP50: latencyOf(bank.batches).p50,
    fsyncUsP50: commit.p50,
    fsyncUsP99: commit.p99,
    loopLagMs: Math.round(bank.last.loopLagUs / 1000),
    sessions: bank.last.sessions,
    rssMB: bank.last.rssMB,
  };
}

function errorCounts({ errors }: Collector): ErrorCount[] {
  return [...errors.values()]
    .map((error) => ({
      ...error,
      class: isCode(error.code) ? CODES[error.code].class : ('network' as const),
    }))
    .sort((a, b) => b.count - a.count);
}
