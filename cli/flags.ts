/**
 * Values of flags: parsers that commander calls, each refusing with what it expected and what it got.
 *
 * @module
 */
import { InvalidArgumentError } from 'commander';
import { accountId, customerId, terminalId, txnId } from '../protocol/ids.ts';
import type { Notes } from '../protocol/messages.ts';
import { parseAmount } from '../protocol/money.ts';
import type { Threshold } from '../reports/report.ts';
import { parseThreshold } from '../reports/thresholds.ts';
import { OPS } from '../sim/history.ts';
import { parseStage, type Stage } from '../sim/load/executor.ts';
import type { FaultSpec } from '../sim/load/fault-spec.ts';
import { type LoadOptions, parseMix, RATE_MAX, TERMINALS_MAX, WORKERS_MAX } from '../sim/load/options.ts';
import { parseFault } from '../sim/load/scenario-schema.ts';
import { parseCount, parseDuration, parseRate } from '../sim/load/units.ts';

export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw invalid('a duration like 500ms, 30s or 1h30m', text);
  return ms;
}

export const moments = (text: string, before: number[] = []): number[] => [
  ...before,
  ...text.split(',').map(duration),
];

export function rate(text: string): number {
  const perSecond = parseRate(text);
  if (perSecond === null || perSecond === 0 || perSecond > RATE_MAX)
    throw invalid('a rate like 2000/s or 90/m', text);
  return perSecond;
}

export function count(name: string): (text: string) => number {
  return (text) => {
    const n = parseCount(text);
    if (n === null || n > 1_000_000) throw invalid(`a number of ${name} like 200 or 10k`, text);
    return n;
  };
}

export function percentage(text: string): number {
  const [, digits] = /^([0-9]{1,3}(?:\.[0-9]+)?)%?$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) > 100) throw invalid('0..100 per cent like 5%', text);
  return Number(digits);
}

export function terminals(text: string): number {
  const n = parseCount(text);
  if (n === null || n > TERMINALS_MAX) throw invalid(`1..${TERMINALS_MAX} terminals`, text);
  return n;
}

export function workers(text: string): number {
  const n = parseCount(text);
  if (n === null || n > WORKERS_MAX) throw invalid(`1..${WORKERS_MAX} workers`, text);
  return n;
}

/** `200` is seeds 1 to 200, `201..400` those of the range. */
export function seeds(text: string): { from: number; to: number } {
  const [first = '', last, rest] = text.split('..');
  const one = last === undefined ? parseCount(first) : null;
  const range = one === null ? { from: number(first), to: number(last ?? '') } : { from: 1, to: one };
  const size = range.to - range.from + 1;
  if (rest !== undefined || !(size >= 1 && size <= 1_000_000)) {
    throw invalid('up to 1,000,000 seeds like 200, 10k or 201..400', text);
  }
  return range;
}

const number = (text: string): number => (/^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN);

export function seed(text: string): string {
  if (!/^\P{Cc}{1,200}$/u.test(text)) throw invalid('a seed of 1..200 characters', text);
  return text;
}

export function stages(text: string, before: Stage[] = []): Stage[] {
  const read = text.split(',').map((part) => {
    const stage = parseStage(part);
    if (stage === null) throw invalid('a stage like 30s:500 or 30s:500/s', part);
    return stage;
  });
  return [...before, ...read];
}

export function mix(text: string): LoadOptions['mix'] {
  const parsed = parseMix(text);
  if (typeof parsed === 'string') throw new InvalidArgumentError(`${parsed}.`);
  return parsed;
}

export function expectation(text: string, before: Threshold[] = []): Threshold[] {
  const read = text.split(',').map((part) => {
    const parsed = parseThreshold(part, OPS);
    if ('problem' in parsed) throw new InvalidArgumentError(parsed.problem);
    return parsed.threshold;
  });
  return [...before, ...read];
}

/** `bank-stop at=5s for=2s`; several with commas. */
export function faults(text: string, before: FaultSpec[] = []): FaultSpec[] {
  const read = text.split(',').map((part) => {
    const fault = parseFault(part);
    if (typeof fault === 'string') throw new InvalidArgumentError(fault);
    return fault;
  });
  return [...before, ...read];
}

const named =
  <T>(parse: (text: string) => T | null, expected: string) =>
  (text: string): T => {
    const value = parse(text);
    if (value === null) throw invalid(expected, text);
    return value;
  };

export const customer = named(customerId, 'a user name of letters, digits and . _ @ -');
export const account = named(accountId, 'an account like A-1');
export const terminal = named(terminalId, 'a terminal like ATM-001');
export const txn = named(txnId, 'the 32 hex digits of a transaction');
export const keyId = named(
  (text) => (/^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null),
  'the id of a key',
);
export const amount = named(parseAmount, 'an amount like 40.00');

/** `50x100,20x200`: a hundred notes of 50.00 and two hundred of 20.00. */
export function notes(text: string): Notes[] {
  return text.split(',').map((part) => {
    const [note = '', number = '', rest] = part.split('x');
    const denomination = parseAmount(note);
    const count = /^[1-9][0-9]{0,4}$/.test(number) ? Number(number) : 0;
    if (denomination === null || denomination === 0n || count === 0 || rest !== undefined) {
      throw invalid('notes like 50x100,20x200', text);
    }
    return { denomination, count };
  });
}

const invalid = (expected: string, text: string) =>
  new InvalidArgumentError(`Expected ${expected}, got "${text}".`);
