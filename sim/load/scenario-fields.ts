/**
 * The kinds of values a scenario file is made of, each refusing with what was expected and what was found.
 *
 * @module
 */
import { z } from 'zod';
import { formatAmount, parseAmount } from '../../protocol/money.ts';
import { unknown } from '../../reports/thresholds.ts';
import { RATE_MAX } from './options.ts';
import { parseCount, parseDuration, parsePercent, parseRate } from './units.ts';

export const shown = (value: unknown) => JSON.stringify(value) ?? String(value);

/** A value that is written as text; a bare number is taken for its digits. */
export function written<T>(expected: string, parse: (text: string) => T | null, pattern: string) {
  return z
    .unknown()
    .transform((value, context): T => {
      const isText = typeof value === 'string' || typeof value === 'number';
      const parsed = isText ? parse(String(value)) : null;
      if (parsed !== null) return parsed;
      const message = `Expected ${expected}, got ${shown(value)}`;
      context.addIssue(
        isText ? { code: 'custom', message } : { code: 'invalid_type', expected: 'string', message },
      );
      return z.NEVER;
    })
    .meta({ type: ['string', 'number'], pattern });
}

/** One of a few names; another one is told the nearest. */
export function choice<const T extends string>(kind: string, names: readonly T[]) {
  return z
    .unknown()
    .transform((value, context): T => {
      const found = names.find((name) => name === value);
      if (found !== undefined) return found;
      context.addIssue({ code: 'custom', message: unknown(kind, String(value), names) });
      return z.NEVER;
    })
    .meta({ enum: [...names] });
}

/** Refuses keys it does not know: a line for each of them, in zod's order. */
export function strict<S extends z.core.$ZodLooseShape>(shape: S) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknown('key', key, known)).join('\n')
        : `Expected keys with values, got ${shown(issue.input)}`,
  });
}

export const refusal = (expected: string) => ({
  error: (issue: { readonly input?: unknown }) => `Expected ${expected}, got ${shown(issue.input)}`,
});
export const whole = (max: number, min = 1) => {
  const expected = refusal(`a whole number of ${min} to ${max}`);
  return z.int(expected).min(min, expected).max(max, expected);
};
const positive = (parse: (text: string) => number | null, max: number) => (text: string) => {
  const n = parse(text);
  return n !== null && n > 0 && n <= max ? n : null;
};

export const counted = (max: number) =>
  written(`a number of 1 to ${max} like 200 or 10k`, positive(parseCount, max), '^[1-9][0-9]*k?$');
export const DURATION = '^(0|([0-9]+(\\.[0-9]+)?(ms|s|m|h))+)$';
const HOURS_100 = 360_000_000;
export const duration = written('a duration like 500ms, 30s or 1h30m', parseDuration, DURATION);
export const span = written(
  'a duration above 0 like 500ms, 30s or 1h30m',
  positive(parseDuration, HOURS_100),
  DURATION,
);
export const rate = written(
  'a rate like 2000/s or 90/m',
  positive(parseRate, RATE_MAX),
  '^[0-9]+(\\.[0-9]+)?k?/(s|m|h)$',
);
export const percent = written('a share like 15%', parsePercent, '^[0-9]+(\\.[0-9]+)?%$');
const AMOUNTS_MAX = parseAmount('10000.00') ?? 0n;
export const amount = written(
  'an amount like 40.00, from 0.01 to 10000.00',
  (text) => {
    const cents = parseAmount(text);
    return cents === null || cents === 0n || cents > AMOUNTS_MAX ? null : formatAmount(cents);
  },
  '^[0-9]+(\\.[0-9]{1,2})?$',
);
export const line = (max: number) =>
  written(
    `text of 1 to ${max} characters in one line`,
    (text) => (new RegExp(`^\\P{Cc}{1,${max}}$`, 'u').test(text) ? text : null),
    `^[^\\n]{1,${max}}$`,
  );
