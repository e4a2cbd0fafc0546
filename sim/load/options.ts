/**
 * The options of a load run, complete and checked: one table of defaults and ranges for flags, `--help` and docs/CLI.md.
 *
 * @module
 */
import { OPS, type Op } from '../history.ts';

/** A process may open 20,000 files here; each terminal takes one. */
export const TERMINALS_MAX = 15_000;

export interface Stage {
  readonly durationMs: number;
  /** Active terminals at its end; in between they grow or shrink linearly. */
  readonly terminals: number;
}

export interface LoadOptions {
  readonly scenario: string;
  readonly seed: string;
  /** Terminals in the fleet, 1..15,000. */
  readonly terminals: number;
  /** Customer accounts, 1..1,000,000. */
  readonly accounts: number;
  readonly durationMs: number;
  /** Empty: all terminals from the start for the whole duration. */
  readonly stages: readonly Stage[];
  /** Worker threads, 1..16. */
  readonly workers: number;
  /** Mean think time before each operation, ms; 0 for none. */
  readonly thinkMs: number;
  /** Weights; 0 for an operation that is left out. */
  readonly mix: Readonly<Record<Op, number>>;
  /** Moments, ms from the start of the load, at which the embedded bank is killed and started again. */
  readonly killBankAtMs: readonly number[];
  /** How long the fleet may take to settle everything after the last operation, ms. */
  readonly drainMs: number;
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

export const LOAD_DEFAULTS: LoadOptions = {
  scenario: 'default',
  seed: 'cashpoint',
  terminals: 200,
  accounts: 400,
  durationMs: 30_000,
  stages: [],
  workers: 1,
  thinkMs: 200,
  mix: MIX_DEFAULT,
  killBankAtMs: [],
  drainMs: 30_000,
};

/** Operations that may stand in a mix; `logout` comes with every change of customer. */
export const MIX_OPS = OPS.filter((op) => op !== 'logout');

/** `500ms`, `30s`, `1h30m`, `0` → ms; null for anything else. */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  if (!/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/.test(text)) return null;
  const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  let totalMs = 0;
  for (const [, number, , unit] of text.matchAll(/([0-9]+(\.[0-9]+)?)(ms|s|m|h)/g)) {
    totalMs += Number(number) * unitMs[unit as keyof typeof unitMs];
  }
  return Number.isInteger(totalMs) ? totalMs : null;
}

/** `200`, `10k` → a count; null for anything else. */
export function parseCount(text: string): number | null {
  const match = /^([1-9][0-9]{0,8})(k?)$/.exec(text);
  return match ? Number(match[1]) * (match[2] ? 1000 : 1) : null;
}

/** `30s:500` → a stage; null for anything else. */
export function parseStage(text: string): Stage | null {
  const [duration, count, rest] = text.split(':');
  const durationMs = parseDuration(duration ?? '');
  const terminals = parseCount(count ?? '');
  if (rest !== undefined || durationMs === null || terminals === null || durationMs === 0) return null;
  return { durationMs, terminals };
}

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

/** Active terminals at a moment of the load: the last stage's target once all are over. */
export function activeAt(options: Pick<LoadOptions, 'stages' | 'terminals'>, elapsedMs: number): number {
  let fromMs = 0;
  let from = 0;
  for (const { durationMs, terminals } of options.stages) {
    if (elapsedMs < fromMs + durationMs) {
      return Math.round(from + ((terminals - from) * (elapsedMs - fromMs)) / durationMs);
    }
    fromMs += durationMs;
    from = terminals;
  }
  return options.stages.length === 0 ? options.terminals : from;
}
