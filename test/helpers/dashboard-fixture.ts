/**
 * A made-up run for tests and captures of the dashboard: the same model for the same number of terminals.
 *
 * @module
 */
import { FRAME_TYPES } from '../../protocol/frame.ts';
import { FAULT_KINDS } from '../../sim/load/fault-spec.ts';
import { faultChoice } from '../../sim/load/load-control.ts';
import type { DashboardModel, TerminalDetails } from '../../terminals/dashboard/model.ts';
import { lookOf, type ThemeName } from '../../terminals/dashboard/theme.ts';
import type { Ui } from '../../terminals/dashboard/ui.ts';
import { firstUiState, type UiState } from '../../terminals/dashboard/ui-state.ts';
import type { WatchedTerminal } from '../../terminals/dashboard/watched.ts';

/** `elapsedMs` moves the clock and every series, so that models of different instants differ. */
export function fixtureModel(terminals = 200, elapsedMs = 197_204): DashboardModel {
  const random = sequence(terminals + Math.floor(elapsedMs / 1000));
  const codes = `${'.'.repeat(43)}${'>'.repeat(9)}${'@'.repeat(7)}${'$'.repeat(37)}!x`;
  const states = Array.from({ length: terminals }, () => codes.charAt(random(codes.length))).join('');
  return {
    run: {
      scenario: 'rush-hour',
      seed: '5eed42',
      commit: '1a2b3c4',
      state: 'run',
      elapsedMs,
      plannedMs: 600_000,
      offeredRate: 2000,
      achievedRate: 1994,
    },
    terminals: {
      prefix: 'ATM-',
      first: 1,
      digits: 3,
      states,
      ...(terminals <= 5000 && { details: detailsOf(states) }),
    },
    okPerS: Array.from({ length: 60 }, (_, i) => (i < 2 ? null : i < 4 ? 941 : 1900 + random(147))),
    p99Us: Array.from({ length: 60 }, (_, i) => (i < 4 ? null : 14_000 + random(6000))),
    secondsOver: Math.floor(elapsedMs / 1000),
    whole: {
      stepS: 2,
      okPerS: Array.from({ length: 98 }, (_, i) => (i < 5 ? 200 * i : 1400 + random(600))),
      p99Us: Array.from({ length: 98 }, (_, i) => (i < 5 ? null : 14_000 + random(9000))),
    },
    bands: [
      { kind: 'bank-kill', fromMs: 63_200, toMs: 63_200 },
      { kind: 'partition', fromMs: 120_000, toMs: 130_000 },
      { kind: 'delay', fromMs: 150_660, toMs: 166_511 },
      { kind: 'bank-stop', fromMs: 180_100, toMs: 180_100 },
      { kind: 'slow-disk', fromMs: 191_040, toMs: null },
    ],
    latency: [
      row('login', [612, 6900, 12_400, 20_300, null, 61_000]),
      row('balance', [598, 2100, 5000, 9700, 22_600, 40_000]),
      row('deposit', [391, 4400, 9900, 17_000, 39_500, 58_000]),
      row('withdraw', [393, 4600, 10_200, 17_800, 44_000, 63_000]),
      row('ALL', [1994, 4100, 9800, 17_200, 41_000, 63_000]),
    ],
    lights: {
      money: { status: 'ok', delta: '0', sum: '1000000000', text: '', atMs: 197_000 },
      audit: {
        status: 'ok',
        headSeq: 184_213,
        headHash: '9f3c77e051aa20d4c1f0be6612d98a3377105be0f4c09d1e55a60be4a1d2a1d2',
        lagMs: 120,
        text: '',
        atMs: 197_000,
      },
    },
    adversary: { tried: 12, accepted: 0 },
    faults: [],
    thresholds: [
      { condition: 'p99<25ms', ok: true },
      { condition: 'p99.9<60ms', ok: null },
    ],
    bank: {
      mailbox: 12,
      mailboxMax: 4096,
      batchP50: 61,
      fsyncUsP50: 1800,
      fsyncUsP99: 6100,
      loopLagMs: 2,
      sessions: { open: 194, established: 171 },
      rssMB: 148,
    },
    errors: [
      { code: 'INSUFFICIENT_FUNDS', class: 'business', count: 31, expected: true },
      { code: 'WRONG_PASSWORD', class: 'business', count: 22, expected: true },
      { code: 'TIMEOUT', class: 'network', count: 9, expected: false },
      { code: 'SECURITY_VIOLATION', class: 'attack', count: 12, expected: true },
      { code: 'BUSY', class: 'overload', count: 2, expected: true },
    ],
    events: [
      { tMs: 190_008, level: 'info', actor: 'bank', text: 'checkpoint #180000 written' },
      { tMs: 191_040, level: 'adver', actor: 'adversary', text: 'flipped tag rejected' },
      { tMs: 192_660, level: 'fault', actor: 'operator', text: 'delay 150 ms on 40 ATMs' },
      { tMs: 194_101, level: 'warn', actor: 'ATM-012', text: 'customer locked after 3 wrong passwords' },
      { tMs: 195_002, level: 'info', actor: 'auditor', text: 'verified #183000..#184000 in 38 ms' },
      { tMs: 196_511, level: 'fault', actor: 'operator', text: 'delay 150 ms cleared' },
      { tMs: 196_950, level: 'warn', actor: 'ATM-104', text: 'handshake timed out, try 2 of 3' },
      { tMs: 197_181, level: 'error', actor: 'ATM-061', text: 'TIMEOUT withdraw 40.00' },
      { tMs: 197_204, level: 'info', actor: 'bank', text: 'batch of 64, fsync 1.8 ms, #184213' },
    ],
    eventsBefore: 240,
    totals: { ok: 391_240, failed: 76, unexpected: 9, inFlight: 37, retries: 12 },
    verdict: null,
  };
}

export interface FixtureUi {
  readonly theme?: ThemeName;
  readonly ascii?: boolean;
  readonly state?: Partial<UiState>;
}

export function fixtureUi({ theme = 'dark', ascii = false, state = {} }: FixtureUi = {}): Ui {
  return {
    state: { ...firstUiState(theme), ...state },
    look: lookOf(theme, ascii),
    behindMs: 0,
    notice: null,
    log: null,
    repeat: null,
    stats: { fps: 10, frameMs: 0.6, cpuPct: 2.3, dropped: 0, silentMs: 0 },
  };
}

/** Figures that follow from place and state, so that orders and filters can be told from them. */
function detailsOf(states: string): TerminalDetails {
  const each = <T>(of: (code: string, i: number) => T) => Array.from(states, of);
  return {
    p99Us: each((_, i) => (i % 10 === 0 ? null : 4000 + 100 * (i % 97))),
    errors: each((code) => (code === '!' ? 3 : code === 'x' ? 1 : 0)),
    lastError: each((code) => (code === '!' ? 'TIMEOUT' : code === 'x' ? 'INSUFFICIENT_FUNDS' : null)),
    lastOp: each((_, i) => ['login', 'balance', 'deposit', 'withdraw'][i % 4] ?? null),
    cash: each((_, i) => 1_824_000 - 2000 * i),
  };
}

/** The same model with viewers allowed to act on the load. */
export function controlled(model: DashboardModel, paused = false, sharePct = 100): DashboardModel {
  const faults = FAULT_KINDS.map(faultChoice);
  return { ...model, run: { ...model.run, control: { paused, sharePct, faults } } };
}

/** The same model with what the feed carries of the terminal that somebody looks at. */
export function watching(model: DashboardModel, watched: Partial<WatchedTerminal> = {}): DashboardModel {
  const { clientHello, serverHello, finished, data } = FRAME_TYPES;
  const session = [clientHello, serverHello, finished, finished, data, data, data, data, data, data];
  const frames = session.map((type, i) => ({
    tMs: 196_000 + 7 * i,
    sent: i < 4 ? i === 0 || i === 3 : i % 2 === 0,
    type,
    epoch: i < 2 ? 0 : 1,
    seq: Math.max(0, Math.floor((i - 2) / 2)),
    bodyBytes: [142, 86, 96, 96][i] ?? 320,
  }));
  const states = `${'.'.repeat(20)}${'$'.repeat(12)}xx>@${'.$$$'.repeat(12)}`;
  const act = { op: 'withdraw', amount: '4000', to: null } as const;
  const one: WatchedTerminal = {
    ...{ index: 60, nowMs: 1_764_000_003_000, line: 'up', customer: 'C-00061', account: 'A-00061' },
    ...{ stage: 'asking', act, sinceMs: 1_764_000_000_000, last: null, states, frames },
    ...watched,
  };
  return { ...model, watched: [one] };
}

/** The same model with its money light violated. */
export function violated(model: DashboardModel): DashboardModel {
  const text = 'sum of accounts and cash is 40.00 too high after ATM-061 01jd9f';
  const money = { status: 'violated', delta: '4000', sum: '1000004000', text, atMs: 194_870 } as const;
  return { ...model, lights: { ...model.lights, money } };
}

type Figures = readonly [number, ...(number | null)[]];

function row(op: string, [rate, p50 = null, p95 = null, p99 = null, p999 = null, max = null]: Figures) {
  return { op, rate, p50, p95, p99, p999, max };
}

/** Xorshift; returns whole numbers below its argument. */
function sequence(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
