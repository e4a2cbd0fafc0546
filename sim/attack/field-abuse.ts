/**
 * What an authentic terminal may write into the fields of a message and must not get away with, as the text that goes on
 * the wire, and the codes that refuse it.
 *
 * @module
 */

export interface AbusePlace {
  readonly rid: number;
  /** The account of who is logged in, and one of somebody else. */
  readonly own: string;
  readonly foreign: string;
  readonly txnId: string;
}

export interface Abuse {
  readonly what: string;
  readonly text: (place: AbusePlace) => string;
  readonly codes: readonly string[];
}

const UNREAD = ['FORMAT_ERROR'];

/** A transfer of 10.00 with fields of somebody's own making; a value is JSON text, null leaves the field out. */
const transfer =
  (over: Readonly<Record<string, string | null>>, more = '') =>
  ({ rid, own, foreign, txnId }: AbusePlace): string => {
    const fields: Record<string, string | null> = {
      type: '"transfer"',
      rid: String(rid),
      txnId: `"${txnId}"`,
      attempt: '1',
      from: `"${own}"`,
      to: `"${foreign}"`,
      amount: '"1000"',
      ...over,
    };
    const written = Object.entries(fields).flatMap(([name, value]) =>
      value === null ? [] : [`"${name}":${value.replaceAll('OWN', own).replaceAll('FOREIGN', foreign)}`],
    );
    return `{${written.join(',')}${more}}`;
  };

const amount = (json: string): Abuse => ({
  what: `the amount ${json.length > 30 ? `${json.slice(0, 30)}…` : json}`,
  text: transfer({ amount: json }),
  codes: UNREAD,
});

const account = (json: string, what: string): Abuse => ({
  what,
  text: transfer({ from: json }),
  codes: UNREAD,
});

const LONG = 'A'.repeat(15_000);

export const ABUSES: readonly Abuse[] = [
  ...['"-1000"', '"9007199254740993"', '"99999999999999999999999999"', '"10.00"', '"1e3"', '" 1000"'].map(
    amount,
  ),
  ...['1000', '1000.0', '-1', 'null', 'true', '[]', '{}', '"NaN"', '"Infinity"', '"0x10"', '"٣"'].map(amount),
  amount(`"${'9'.repeat(4_000)}"`),
  account('"A|B"', 'a separator of the audit trail in an account'),
  account('"A\\r\\nalice | deposit $9.00"', 'a line of the audit trail in an account'),
  account('"A\\u0000"', 'a NUL in an account'),
  account(`"${LONG}"`, 'an account of 15,000 characters'),
  account('"../../etc/passwd"', 'a path for an account'),
  account('["OWN"]', 'a list for an account'),
  account('"__proto__\\u0000"', 'a prototype for an account'),
  {
    what: "another customer's account",
    text: transfer({ from: '"FOREIGN"', to: '"OWN"' }),
    codes: ['NOT_PERMITTED'],
  },
  { what: 'an account that there is not', text: transfer({ from: '"NO-SUCH"' }), codes: ['UNKNOWN_ACCOUNT'] },
  {
    what: 'a transfer to itself',
    text: transfer({ to: '"OWN"' }),
    codes: ['INVALID_TXN', 'INVALID_AMOUNT', 'NOT_PERMITTED'],
  },
  { what: 'the amount "0"', text: transfer({ amount: '"0"' }), codes: ['INVALID_AMOUNT'] },
  { what: 'more than the balance', text: transfer({ amount: '"900000"' }), codes: ['INSUFFICIENT_FUNDS'] },
  {
    what: 'more than the limit',
    text: transfer({ amount: '"9007199254740992"' }),
    codes: ['EXCEEDS_AMOUNT_LIMIT'],
  },
  { what: 'a field that there is not', text: transfer({ bonus: '"1000"' }), codes: UNREAD },
  { what: 'who it is, in the body', text: transfer({ customer: '"customer-000000"' }), codes: UNREAD },
  { what: 'a field left out', text: transfer({ txnId: null }), codes: UNREAD },
  { what: 'a key twice', text: transfer({}, ',"amount":"1"'), codes: UNREAD },
  { what: 'an attempt of 0', text: transfer({ attempt: '0' }), codes: UNREAD },
  { what: 'an id in capitals', text: transfer({ txnId: `"${'A'.repeat(32)}"` }), codes: UNREAD },
  { what: 'a request number of 2^53', text: transfer({ rid: '9007199254740992' }), codes: UNREAD },
  { what: 'a request number of before', text: transfer({ rid: '1' }), codes: UNREAD },
  {
    what: 'a type of the bank',
    text: ({ rid }) => `{"type":"reply","rid":${rid},"code":"APPROVED"}`,
    codes: UNREAD,
  },
  { what: 'no JSON', text: () => 'deposit 1000 please', codes: UNREAD },
  { what: 'a list', text: () => '[1,2,3]', codes: UNREAD },
  { what: 'nested lists', text: () => `${'['.repeat(8_000)}${']'.repeat(8_000)}`, codes: UNREAD },
  {
    what: 'a message as long as one may be',
    text: ({ rid }) => `{"type":"echo","rid":${rid},"x":"${LONG}"}`,
    codes: UNREAD,
  },
];
