/**
 * What one JSON field may hold (PROTOCOL §7): how it travels, how it is read strictly, and the words for both. A
 * decoder answers undefined for anything else; it never throws and never repeats what the peer wrote.
 *
 * @module
 */
import { CODES, type Code } from './errors.ts';
import { type AccountId, accountId, type CustomerId, customerId, type TxnId, txnId } from './ids.ts';
import { type Cents, parseDigits } from './money.ts';

export interface Field<T> {
  /** What a reader of the specification is told, e.g. `digits`. */
  readonly expects: string;
  readonly optional?: false;
  decode(value: unknown): T | undefined;
  /** The JSON value. */
  encode(value: T): unknown;
}
/** A field that may be absent; it is never null for that. */
export type OptionalField<T> = Omit<Field<T>, 'optional'> & { readonly optional: true };

export const optional = <T>(field: Field<T>): OptionalField<T> => ({ ...field, optional: true });

export const nullable = <T>(field: Field<T>): Field<T | null> => ({
  expects: `${field.expects}, or null`,
  decode: (value) => (value === null ? null : field.decode(value)),
  encode: (value) => (value === null ? null : field.encode(value)),
});

/** Exactly one of these texts. */
export function oneOf<T extends string>(texts: readonly T[]): Field<T> {
  const known: ReadonlySet<unknown> = new Set(texts);
  return {
    expects: texts.map((text) => `\`${text}\``).join(' · '),
    decode: (value) => (known.has(value) ? (value as T) : undefined),
    encode: (value) => value,
  };
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const integer = ({ min, max }: Range): Field<number> => ({
  expects: `integer ${min}..${max === Number.MAX_SAFE_INTEGER ? '2^53-1' : max}`,
  decode: (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : undefined,
  encode: (value) => value,
});

export interface ListBounds<T> {
  readonly itemsMax: number;
  /** What no two items may share. */
  readonly unique?: (item: T) => unknown;
}

export const list = <T>(item: Field<T>, { itemsMax, unique }: ListBounds<T>): Field<readonly T[]> => ({
  expects: `list of at most ${itemsMax}${unique ? ' different' : ''}: ${item.expects}`,
  decode(value) {
    if (!Array.isArray(value) || value.length > itemsMax) return undefined;
    const items: T[] = [];
    for (const element of value) {
      const decoded = item.decode(element);
      if (decoded === undefined) return undefined;
      items.push(decoded);
    }
    return unique && new Set(items.map(unique)).size !== items.length ? undefined : items;
  },
  encode: (items) => items.map((element) => item.encode(element)),
});

/** A text that `parse` takes. */
const text = <T extends string>(expects: string, parse: (value: string) => T | null): Field<T> => ({
  expects,
  decode: (value) => (typeof value === 'string' ? (parse(value) ?? undefined) : undefined),
  encode: (value) => value,
});

const matching = (pattern: RegExp) => (value: string) => (pattern.test(value) ? value : null);

export const ACCOUNT: Field<AccountId> = text('account id', accountId);
export const CUSTOMER: Field<CustomerId> = text('user name', customerId);
export const TXN_ID: Field<TxnId> = text('32 hex digits', txnId);
export const NONCE: Field<string> = text('32 hex digits', matching(/^[0-9a-f]{32}$/));
export const HEX_64: Field<string> = text('64 hex digits', matching(/^[0-9a-f]{64}$/));
export const HOLD_ID: Field<string> = text('1..64 visible ASCII characters', matching(/^[\x21-\x7e]{1,64}$/));
/** Counted in code points; Cc is the control characters, Cs what is left of a torn surrogate pair. */
export const PASSWORD: Field<string> = text(
  '1..128 characters, no control characters',
  matching(/^[^\p{Cc}\p{Cs}]{1,128}$/u),
);
export const CODE: Field<Code> = oneOf(
  (Object.keys(CODES) as Code[]).filter((name) => CODES[name].de39 !== null),
);

/** Minor units, 0..2^53. */
export const DIGITS: Field<Cents> = {
  expects: 'digits',
  decode: (value) => (typeof value === 'string' ? (parseDigits(value) ?? undefined) : undefined),
  encode: (value) => value.toString(),
};
export const POSITIVE_DIGITS: Field<Cents> = {
  expects: 'digits, not 0',
  decode: (value) => (value === '0' ? undefined : DIGITS.decode(value)),
  encode: DIGITS.encode,
};
/** Balances and differences: what the bank says is shown, whatever its sign. */
export const SIGNED_DIGITS: Field<Cents> = {
  expects: 'digits, `-` in front when negative',
  decode(value) {
    if (typeof value !== 'string' || !value.startsWith('-')) return DIGITS.decode(value);
    const magnitude = POSITIVE_DIGITS.decode(value.slice(1));
    return magnitude === undefined ? undefined : (-magnitude as Cents);
  },
  encode: DIGITS.encode,
};

export const SEQ: Field<number> = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
export const RID: Field<number> = integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
