/**
 * Money is a `bigint` count of minor units (cents), branded; on the wire a decimal digit string. Never a float.
 *
 * @module
 */
import { invariant } from './invariant.ts';

export type Cents = bigint & { readonly __unit: 'cents' };

/** Largest balance or amount the bank keeps: 2^53, so that every store and JSON reader carries it exactly. */
export const CENTS_MAX = (2n ** 53n) as Cents;
export const ZERO = 0n as Cents;

/** Brands a value that is already whole minor units; may be negative (a difference, a posting's side). */
export function cents(value: bigint | number): Cents {
  invariant(typeof value === 'bigint' || Number.isSafeInteger(value), 'cents are whole');
  return BigInt(value) as Cents;
}

export const add = (a: Cents, b: Cents): Cents => (a + b) as Cents;
export const subtract = (a: Cents, b: Cents): Cents => (a - b) as Cents;
export const times = (a: Cents, count: number): Cents => (a * BigInt(count)) as Cents;

/** Digits as they travel: no sign, no leading zero, at most 2^53. Returns null for anything else. */
export function parseDigits(text: string): Cents | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = BigInt(text);
  return value <= CENTS_MAX ? (value as Cents) : null;
}

/** `4000n` → `40.00`; for people, audit texts and reports. */
export function formatAmount(value: Cents): string {
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** `40`, `40.5`, `40.00` → `4000n`; null when it is not an amount with at most two decimals. */
export function parseAmount(text: string): Cents | null {
  const match = /^([0-9]{1,14})(?:\.([0-9]{1,2}))?$/.exec(text);
  if (!match) return null;
  const value = BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
  return value <= CENTS_MAX ? (value as Cents) : null;
}
