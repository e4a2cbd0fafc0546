/**
 * The exact JSON of every message (PROTOCOL §7): one table a message, from which the decoder, the encoder and the
 * tables of docs/PROTOCOL.md come. Fields stand in the order they are written in.
 *
 * @module
 */
import {
  ACCOUNT,
  CODE,
  CUSTOMER,
  DIGITS,
  type Field,
  HEX_64,
  HOLD_ID,
  integer,
  list,
  NONCE,
  nullable,
  type OptionalField,
  oneOf,
  optional,
  PASSWORD,
  POSITIVE_DIGITS,
  RID,
  SEQ,
  SIGNED_DIGITS,
  TXN_ID,
} from './fields.ts';
import {
  type AccountView,
  type AuditHead,
  type BankMessage,
  type CassetteCount,
  HISTORY_KINDS,
  type HistoryItem,
  type Notes,
  REVERSE_REASONS,
  type Recon,
  type Reply,
  type Request,
  type RequestType,
  TXN_STATES,
} from './messages.ts';

/** A field for every key, an optional one exactly for an optional key. */
export type Shape<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? OptionalField<Exclude<T[K], undefined>>
    : Field<T[K]>;
};

/** A JSON object with exactly the fields of its shape. */
export interface Struct<T> {
  readonly fields: readonly (readonly [string, Field<unknown> | OptionalField<unknown>])[];
  /** The value read, or in words which field is wrong and how; those words hold nothing the peer wrote. */
  decode(value: object): T | string;
  encode(value: T): object;
}

export function struct<T extends object>(shape: Shape<T>): Struct<T> {
  const fields = Object.entries(shape) as [string, Field<unknown> | OptionalField<unknown>][];
  return {
    fields,
    decode(value) {
      const source = value as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      let present = 0;
      for (const [name, field] of fields) {
        // JSON has no undefined, and no field is named like something of Object.prototype.
        const raw = source[name];
        if (raw === undefined) {
          if (field.optional) continue;
          return `field ${name} is missing`;
        }
        const decoded = field.decode(raw);
        if (decoded === undefined) return `field ${name} is not ${field.expects}`;
        result[name] = decoded;
        present += 1;
      }
      return Object.keys(source).length === present ? (result as T) : 'unknown field';
    },
    encode(value) {
      const source = value as Record<string, unknown>;
      const result: Record<string, unknown> = {};
      for (const [name, field] of fields) {
        if (source[name] !== undefined) result[name] = field.encode(source[name]);
      }
      return result;
    },
  };
}

/** An object inside a message. */
function nested<T extends object>(shape: Shape<T>): Field<T> {
  const inner = struct(shape);
  const names = inner.fields.map(([name, field]) => `${name} (${field.expects})`);
  return {
    expects: `{${names.join(', ')}}`,
    decode(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      const decoded = inner.decode(value);
      return typeof decoded === 'string' ? undefined : decoded;
    },
    encode: inner.encode,
  };
}

const is = <T extends string>(type: T): Field<T> => oneOf([type]);
const count = integer({ min: 0, max: 1_000_000 });
const notesCount = integer({ min: 0, max: 2000 });
const LIST_MAX = 16;

const NOTES = list(nested<Notes>({ denomination: POSITIVE_DIGITS, count: notesCount }), {
  itemsMax: LIST_MAX,
  unique: (notes) => notes.denomination,
});
const CASSETTE_COUNTS = list(
  nested<CassetteCount>({ denomination: POSITIVE_DIGITS, dispensed: notesCount, rejected: notesCount }),
  { itemsMax: LIST_MAX },
);
const CASSETTES = list(
  nested<Recon['cassettes'][number]>({ denomination: POSITIVE_DIGITS, count, rejected: count }),
  { itemsMax: LIST_MAX },
);
const accountView: Shape<AccountView> = {
  account: ACCOUNT,
  ledger: SIGNED_DIGITS,
  available: SIGNED_DIGITS,
  version: SEQ,
};
const HISTORY_ITEM = nested<HistoryItem>({
  seq: SEQ,
  atMs: SEQ,
  kind: oneOf(HISTORY_KINDS),
  amount: SIGNED_DIGITS,
  balance: nullable(SIGNED_DIGITS),
  code: CODE,
  state: oneOf(TXN_STATES),
});

const money = { rid: RID, txnId: TXN_ID, attempt: integer({ min: 1, max: 1_000_000 }) };

export const REQUEST_STRUCTS: {
  readonly [T in RequestType]: Struct<Extract<Request, { type: T }>>;
} = {
  login: struct({ type: is('login'), rid: RID, user: CUSTOMER, password: PASSWORD, txnId: TXN_ID }),
  logout: struct({ type: is('logout'), rid: RID }),
  echo: struct({ type: is('echo'), rid: RID }),
  balance: struct({ type: is('balance'), rid: RID, account: ACCOUNT }),
  history: struct({
    type: is('history'),
    rid: RID,
    account: ACCOUNT,
    cursor: nullable(SEQ),
    limit: integer({ min: 1, max: 50 }),
    kinds: list(oneOf(HISTORY_KINDS), { itemsMax: HISTORY_KINDS.length, unique: (kind) => kind }),
  }),
  authorise: struct({
    type: is('authorise'),
    ...money,
    account: ACCOUNT,
    amount: DIGITS,
    notes: NOTES,
    nonce: NONCE,
  }),
  complete: struct({
    type: is('complete'),
    ...money,
    origTxnId: TXN_ID,
    disposition: oneOf(['TAKEN', 'PARTIAL', 'UNKNOWN']),
    dispensed: DIGITS,
    cassettes: CASSETTE_COUNTS,
  }),
  reverse: struct({ type: is('reverse'), ...money, origTxnId: TXN_ID, reason: oneOf(REVERSE_REASONS) }),
  deposit: struct({ type: is('deposit'), ...money, account: ACCOUNT, amount: DIGITS, notes: NOTES }),
  transfer: struct({ type: is('transfer'), ...money, from: ACCOUNT, to: ACCOUNT, amount: DIGITS }),
  passwordChange: struct({ type: is('passwordChange'), ...money, old: PASSWORD, new: PASSWORD }),
  inquiry: struct({ type: is('inquiry'), rid: RID, txnId: TXN_ID }),
  recon: struct({ type: is('recon'), ...money, cassettes: CASSETTES, total: DIGITS }),
};

export const BANK_STRUCTS: {
  readonly [T in BankMessage['type']]: Struct<Extract<BankMessage, { type: T }>>;
} = {
  reply: struct<Reply>({
    type: is('reply'),
    rid: nullable(RID),
    code: CODE,
    triesLeft: optional(integer({ min: 0, max: 100 })),
    accounts: optional(list(nested(accountView), { itemsMax: 100 })),
    account: optional(nested(accountView)),
    items: optional(list(HISTORY_ITEM, { itemsMax: 50 })),
    next: optional(nullable(SEQ)),
    holdId: optional(HOLD_ID),
    dispenseToken: optional(HEX_64),
    state: optional(oneOf([...TXN_STATES, 'none'])),
    total: optional(SIGNED_DIGITS),
    difference: optional(SIGNED_DIGITS),
    audit: nested<AuditHead>({ seq: SEQ, head: HEX_64 }),
  }),
  balance: struct({ type: is('balance'), ...accountView }),
  settle: struct({ type: is('settle'), txnId: TXN_ID }),
};
