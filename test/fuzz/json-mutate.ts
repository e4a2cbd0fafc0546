/**
 * Changes of a JSON message that keep most of it: fields dropped, doubled, invented, moved to another message, and
 * values that are almost right.
 *
 * @module
 */
import type { Rng } from '../../sim/rng.ts';
import { type Mutate, mutateBytes } from './mutate.ts';

/** JSON texts of values; not all of them are valid JSON. */
const VALUES = [
  ...[
    'null',
    'true',
    '0',
    '-0',
    '1',
    '-1',
    '1.0',
    '1e3',
    '01',
    '.5',
    '1E400',
    '1e-400',
    'NaN',
    '[]',
    '{}',
    '""',
  ],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '18446744073709551616',
    '-9007199254740993',
  ],
  ...['"0"', '"-0"', '"-1"', '"00"', '"+1"', '"1.5"', '"9007199254740992"', '"9007199254740993"', '" 1"'],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"a|b"',
    '"a\\r\\nb"',
    '"\u202e"',
    '"\u00e9"',
    '"e\u0301"',
  ],
  ...[
    '"__proto__"',
    '"constructor"',
    '{"__proto__":null}',
    '[null]',
    '[[]]',
    '{"":{}}',
    '"APPROVED"',
    '"login"',
  ],
  `"${'x'.repeat(129)}"`,
  `"${'😀'.repeat(128)}"`,
  `"${'f'.repeat(32)}"`,
  `"${'F'.repeat(64)}"`,
  '[[[[[[[[]]]]]]]]',
];
/** Longer messages are changed as bytes. */
const LENGTH_MAX = 4096;

/** Deep enough for a decoder that calls itself; rare, for they are dear to change. */
const DEEP = [`${'['.repeat(8000)}${']'.repeat(8000)}`, `${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}`];
const value = (rng: Rng) => (rng.ratio(1, 500) ? rng.pick(DEEP) : rng.pick(VALUES));
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  '',
  'type',
  'rid',
  'txnId',
  '\u0000',
];
const SPACES = [' ', '\n', '\t', '\r', '\ufeff', '\u00a0', ',', '//', ''];

interface Pair {
  readonly key: string;
  /** As it is written. */
  readonly value: string;
}

export const mutateJson: Mutate = (rng, base, other) => {
  const pairs = pairsOf(base);
  if (pairs === null || base.length > LENGTH_MAX || rng.ratio(1, 5)) return mutateBytes(rng, base, other);
  do change(rng, pairs, pairsOf(other) ?? []);
  while (rng.ratio(2, 5));
  const space = () => (rng.ratio(1, 40) ? rng.pick(SPACES) : '');
  const body = pairs.map(({ key, value }) => `${space()}${key}${space()}:${space()}${value}`);
  return Buffer.from(`${space()}{${body.join(',')}}${space()}`);
};

function change(rng: Rng, pairs: Pair[], others: readonly Pair[]): void {
  const at = rng.below(pairs.length + 1);
  const { key, value: held } = pairs[at] ?? { key: '"x"', value: '1' };
  switch (rng.below(7)) {
    case 0:
      pairs.splice(at, 1);
      return;
    case 1:
      pairs.splice(at, 0, { key, value: rng.ratio(1, 2) ? held : value(rng) });
      return;
    case 2:
      pairs.splice(at, 0, { key: JSON.stringify(rng.pick(KEYS)), value: value(rng) });
      return;
    case 3:
      if (others.length > 0) pairs.splice(at, rng.below(2), rng.pick(others));
      return;
    case 4:
      pairs.splice(at, 1, { key, value: within(rng, held) });
      return;
    case 5:
      pairs.push(...pairs.splice(at, 1));
      return;
    default:
      pairs.splice(at, 1, { key, value: value(rng) });
  }
}

/** The same value with one thing inside it replaced, doubled or dropped. */
function within(rng: Rng, text: string): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|-?[0-9]+|[^"0-9]/g) ?? [];
  const at = rng.below(tokens.length + 1);
  if (rng.ratio(1, 2)) tokens.splice(at, 1, value(rng));
  else tokens.splice(at, rng.below(2), ...tokens.slice(at, at + rng.below(9)));
  return tokens.join('');
}

function pairsOf(bytes: Uint8Array): Pair[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (typeof value !== 'object' || value === null) return null;
    return Object.entries(value).map(([key, held]) => ({
      key: JSON.stringify(key),
      value: JSON.stringify(held),
    }));
  } catch {
    return null;
  }
}
