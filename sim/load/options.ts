/**
 * The options of a load run, complete and checked, with their defaults and ranges: what scenario files, environment and
 * flags come to in the end.
 *
 * @module
 */
import type { Threshold } from '../../reports/report.ts';
import { OPS, type Op } from '../history.ts';
import type { Executor } from './executor.ts';
import type { FaultSpec } from './fault-spec.ts';
import { exponentialThink, type Think } from './think.ts';

/** A process may open 20,000 files here; each terminal takes one. */
export const TERMINALS_MAX = 15_000;
export const ACCOUNTS_MAX = 1_000_000;
export const WORKERS_MAX = 16;
export const RATE_MAX = 100_000;

export const TRANSPORTS = ['tcp', 'http'] as const;
/** Who makes the load: terminals with machine, journal and devices, or autocannon's connections. */
export const GENERATORS = ['terminals', 'autocannon'] as const;
/** What needs no device, and so can be asked by autocannon. */
export const CANNON_OPS = ['balance', 'deposit', 'history', 'transfer'] as const satisfies readonly Op[];
export const ARRIVALS = ['poisson', 'uniform'] as const;
export const CONTENTIONS = ['uniform', 'zipf'] as const;
export const PROFILES = ['tpca'] as const;

/** Amounts like `40.00`, drawn evenly from `min`, `min + step` … `max`. */
export interface AmountRange {
  readonly min: string;
  readonly max: string;
  readonly step: string;
}

export interface Amounts {
  readonly withdraw: AmountRange;
  readonly transfer: AmountRange;
  /** A deposit is 1 to so many notes of a kind, of one kind or two. */
  readonly depositNotes: number;
  /** Withdrawals above any limit, so that refusals are part of the load. */
  readonly overLimitPct: number;
}

export interface LoadOptions {
  /** Name of the scenario. */
  readonly scenario: string;
  readonly seed: string;
  /** Terminals in the fleet, 1..15,000. */
  readonly terminals: number;
  /** Customer accounts, 1..1,000,000. */
  readonly accounts: number;
  /** Customers who share each account, 1..100. */
  readonly customersPerAccount: number;
  /** Which accounts customers come with and transfer to: all alike, or a few far more often (Zipf). */
  readonly contention: (typeof CONTENTIONS)[number];
  /** Terminals and accounts are dealt to so many branches; 1 for no branches. */
  readonly branches: number;
  /** Customers of a terminal who are from another branch. */
  readonly remotePct: number;
  readonly executor: Executor;
  /** Of an open executor: with exponential gaps, or even ones. */
  readonly arrivals: (typeof ARRIVALS)[number];
  readonly durationMs: number;
  /** Worker threads, 1..16. */
  readonly workers: number;
  readonly think: Think;
  /** Weights; 0 for an operation that is left out. */
  readonly mix: Readonly<Record<Op, number>>;
  readonly amounts: Amounts;
  /** How long the fleet may take to settle everything after the last operation, ms. */
  readonly drainMs: number;
  /** How terminals reach the bank: frames on TCP, or in POSTs of HTTP. */
  readonly transport: (typeof TRANSPORTS)[number];
  readonly generator: (typeof GENERATORS)[number];
  readonly faults: readonly FaultSpec[];
  readonly adversary: boolean;
  readonly thresholds: readonly Threshold[];
  readonly tags: Readonly<Record<string, string>>;
}

export const MIX_DEFAULT: Readonly<Record<Op, number>> = {
  login: 8,
  balance: 20,
  deposit: 22,
  withdraw: 28,
  history: 8,
  transfer: 14,
  logout: 0,
};

export const AMOUNTS_DEFAULT: Amounts = {
  withdraw: { min: '10.00', max: '200.00', step: '10.00' },
  transfer: { min: '0.01', max: '50.00', step: '0.01' },
  depositNotes: 5,
  overLimitPct: 2,
};

export const LOAD_DEFAULTS: LoadOptions = {
  scenario: 'default',
  seed: 'cashpoint',
  terminals: 200,
  accounts: 400,
  customersPerAccount: 1,
  contention: 'uniform',
  branches: 1,
  remotePct: 15,
  executor: { type: 'constant-terminals' },
  arrivals: 'poisson',
  durationMs: 30_000,
  workers: 1,
  think: exponentialThink(200),
  mix: MIX_DEFAULT,
  amounts: AMOUNTS_DEFAULT,
  drainMs: 30_000,
  transport: 'tcp',
  generator: 'terminals',
  faults: [],
  adversary: false,
  thresholds: [],
  tags: {},
};

/** Operations that may stand in a mix; `logout` comes with every change of customer. */
export const MIX_OPS = OPS.filter((op) => op !== 'logout');

/** `deposit=60,withdraw=40` → weights, or a sentence on what is wrong. */
export function parseMix(text: string): Record<Op, number> | string {
  const mix = Object.fromEntries(OPS.map((op) => [op, 0])) as Record<Op, number>;
  for (const part of text.split(',')) {
    const [name = '', weight = '', rest] = part.split('=');
    if (!(MIX_OPS as readonly string[]).includes(name)) {
      return `Expected operations out of ${MIX_OPS.join(', ')}, got "${name}"`;
    }
    if (!/^[0-9]{1,6}$/.test(weight) || rest !== undefined) {
      return `Expected a whole number after "${name}=", got "${weight}"`;
    }
    mix[name as Op] = Number(weight);
  }
  if (Object.values(mix).every((weight) => weight === 0)) return 'Expected at least one weight above 0';
  return mix;
}

export const mixText = (mix: LoadOptions['mix']): string =>
  MIX_OPS.flatMap((op) => (mix[op] > 0 ? [`${op}=${mix[op]}`] : [])).join(',');
