/**
 * Durations, counts, rates and shares as people write them in flags and scenario files, and back again.
 *
 * @module
 */

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

/** Inverse of {@link parseDuration}: whole milliseconds in the largest units that fit. */
export function durationText(ms: number): string {
  if (ms === 0) return '0';
  const parts: [number, string][] = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor((ms % 3_600_000) / 60_000), 'm'],
    [Math.floor((ms % 60_000) / 1_000), 's'],
    [ms % 1_000, 'ms'],
  ];
  return parts.flatMap(([n, unit]) => (n > 0 ? [`${n}${unit}`] : [])).join('');
}

/** `200`, `10k` → a count; null for anything else. */
export function parseCount(text: string): number | null {
  const match = /^([1-9][0-9]{0,8})(k?)$/.exec(text);
  return match ? Number(match[1]) * (match[2] ? 1000 : 1) : null;
}

/** `2000/s`, `90/m`, `0.5/s` → a second; null for anything else. */
export function parseRate(text: string): number | null {
  const match = /^([0-9]{1,7}(?:\.[0-9]{1,6})?)(k?)\/(s|m|h)$/.exec(text);
  if (!match) return null;
  const seconds = { s: 1, m: 60, h: 3_600 };
  return (Number(match[1]) * (match[2] ? 1000 : 1)) / seconds[match[3] as keyof typeof seconds];
}

/** Inverse of {@link parseRate}, to six decimals. */
export const rateText = (perSecond: number): string => `${Number(perSecond.toFixed(6))}/s`;

/** `15%` → 15; null for anything but 0 to 100. */
export function parsePercent(text: string): number | null {
  const match = /^([0-9]{1,3}(?:\.[0-9]{1,3})?)%$/.exec(text);
  const percent = match ? Number(match[1]) : Number.NaN;
  return percent <= 100 ? percent : null;
}
