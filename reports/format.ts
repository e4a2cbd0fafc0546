/**
 * Figures as people read them: grouped digits, sensible precision, a unit. The same everywhere, whatever the locale.
 *
 * @module
 */
import type { ThresholdUnit } from './report.ts';

/** Stands where nothing was measured. */
export const NONE = '–';

/** `184213` → `184,213`; keeps decimals. */
export function grouped(value: number | string): string {
  const [whole = '', fraction] = String(value).split('.');
  const digits = whole.replace(/\B(?=([0-9]{3})+$)/g, ',').replace('-', '\u2212');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

/** Three significant digits, without an exponent: `0.812`, `4.61`, `46.1`, `461`, `4,612`. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const decimals = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return grouped(value.toFixed(decimals));
}

/** Microseconds in milliseconds, no unit: for columns whose head names it. */
export const msOfUs = (us: number | null): string => (us === null ? NONE : significant(us / 1000));

/** Microseconds with the unit that fits: `812 µs`, `4.61 ms`, `1.33 s`. */
export function duration(us: number | null): string {
  if (us === null) return NONE;
  if (us === 0) return '0';
  if (us < 1_000) return `${significant(us)} µs`;
  if (us < 1_000_000) return `${significant(us / 1_000)} ms`;
  return `${significant(us / 1_000_000)} s`;
}

/** Round figures of an axis: `10 ms`, `2.5 s`. */
export const durationTick = (us: number): string => {
  const [figure = '', unit = ''] = duration(us).split(' ');
  return `${trimmed(figure)} ${unit}`.trim();
};

/** Round figures of an axis that counts: `0.5`, `1,500`. */
export const countTick = (value: number): string => trimmed(significant(value));

/** Whole numbers in full, others to three digits. */
export const figureOf = (value: number): string =>
  Number.isInteger(value) ? grouped(value) : significant(value);

/** Milliseconds of a run: `850 ms`, `4.1 s`, `2 min 3 s`, `1 h 30 min`. */
export function span(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${trimmed((ms / 1_000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1_000);
  const parts =
    seconds < 3_600
      ? [`${Math.floor(seconds / 60)} min`, seconds % 60 > 0 ? `${seconds % 60} s` : '']
      : [
          `${Math.floor(seconds / 3_600)} h`,
          seconds % 3_600 >= 60 ? `${Math.floor((seconds % 3_600) / 60)} min` : '',
        ];
  return parts.filter(Boolean).join(' ');
}

/** Position in a run: `0:40`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const pad = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Digits of minor units → `10,000,000.00`. */
export function money(minor: string): string {
  const sign = minor.startsWith('-') ? '\u2212' : '';
  const digits = minor.replace('-', '').padStart(3, '0');
  return `${sign}${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
}

/** A share of 1 as `62 %`, `0.08 %`. */
export function percent(share: number): string {
  return `${share === 0 ? '0' : trimmed(significant(share * 100))} %`;
}

export function bytes(n: number): string {
  if (n < 1_000) return `${n} B`;
  if (n < 1_000_000) return `${significant(n / 1_000)} kB`;
  return n < 1_000_000_000 ? `${significant(n / 1_000_000)} MB` : `${significant(n / 1_000_000_000)} GB`;
}

/** A threshold's figure. */
export function measured(value: number | null, unit: ThresholdUnit): string {
  if (value === null) return NONE;
  switch (unit) {
    case 'us':
      return duration(value);
    case '%':
      return percent(value / 100);
    case '/s':
      return `${significant(value)}/s`;
    case '':
      return grouped(value);
  }
}

/** `p99(withdraw)<250ms` is stable for machines; `p99(withdraw) < 250 ms` is for people. */
export const readable = (condition: string): string =>
  condition
    .replace(/(<=|>=|<|>)/, ' $1 ')
    .replace(/[0-9]+/, (digits) => grouped(digits))
    .replace(/([0-9])([a-zµ%])/, '$1 $2')
    .trim();

/** One of something, several somethings. */
export const plural = (n: number, noun: string): string => `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;

const trimmed = (decimal: string) => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);
