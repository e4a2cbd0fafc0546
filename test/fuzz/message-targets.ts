/**
 * The decoders of messages: what they take must be exactly what was written, and what they say of the rest must hold
 * nothing of it.
 *
 * @module
 */
import { type Decoded, decodeBankMessage, decodeRequest } from '../../protocol/decode.ts';
import { encodeBankMessage, encodeRequest } from '../../protocol/encode.ts';
import { MESSAGE_BYTES_MAX } from '../../protocol/record.ts';
import { mutateJson } from './json-mutate.ts';
import { promise, type Target } from './target.ts';

const TXN = '000102030405060708090a0b0c0d0e0f';
const KEYED = { rid: 7, txnId: TXN, attempt: 1 };
const NOTES = [
  { denomination: '5000', count: 1 },
  { denomination: '2000', count: 2 },
];
const REQUESTS: readonly object[] = [
  { type: 'login', rid: 1, user: 'alice', password: 'correct horse', txnId: TXN },
  { type: 'logout', rid: 2 },
  { type: 'echo', rid: 3 },
  { type: 'balance', rid: 4, account: 'A-1' },
  { type: 'history', rid: 5, account: 'A-1', cursor: null, limit: 10, kinds: ['withdraw', 'login'] },
  { type: 'authorise', ...KEYED, account: 'A-1', amount: '9000', notes: NOTES, nonce: TXN },
  {
    ...{ type: 'complete', ...KEYED, origTxnId: TXN, disposition: 'PARTIAL', dispensed: '5000' },
    cassettes: [{ denomination: '5000', dispensed: 1, rejected: 0 }],
  },
  { type: 'reverse', ...KEYED, origTxnId: TXN, reason: 'timeout' },
  { type: 'deposit', ...KEYED, account: 'A-1', amount: '9000', notes: NOTES },
  { type: 'transfer', ...KEYED, from: 'A-1', to: 'B-1', amount: '1' },
  { type: 'passwordChange', ...KEYED, old: 'correct horse', new: 'bättery 😀' },
  { type: 'inquiry', rid: 8, txnId: TXN },
  { type: 'recon', ...KEYED, cassettes: [{ denomination: '5000', count: 9, rejected: 0 }], total: '45000' },
];

const VIEW = { account: 'A-1', ledger: '-100', available: '0', version: 3 };
const AUDIT = { seq: 12, head: '5a'.repeat(32) };
const ITEM = {
  ...{ seq: 1, atMs: 1_700_000_000_000, kind: 'withdraw', amount: '-100', balance: null },
  ...{ code: 'APPROVED', state: 'held' },
};
const REPLIES: readonly object[] = [
  { type: 'reply', rid: null, code: 'FORMAT_ERROR', audit: AUDIT },
  { type: 'reply', rid: 1, code: 'WRONG_PASSWORD', triesLeft: 2, audit: AUDIT },
  { type: 'reply', rid: 1, code: 'APPROVED', accounts: [VIEW, VIEW], audit: AUDIT },
  { type: 'reply', rid: 1, code: 'APPROVED', items: [ITEM, ITEM], next: 9, audit: AUDIT },
  {
    ...{ type: 'reply', rid: 1, code: 'APPROVED', account: VIEW, holdId: `ATM-1/${TXN}` },
    ...{ dispenseToken: 'ab'.repeat(32), audit: AUDIT },
  },
  { type: 'reply', rid: 1, code: 'RECON_ERROR', state: 'none', total: '-1', difference: '0', audit: AUDIT },
  { type: 'balance', ...VIEW },
  { type: 'settle', txnId: TXN },
];

/** All that a detail may be made of; `x` is the table's own word for what is expected. */
const DETAILS =
  /^(?:not UTF-8|not a JSON object|unknown type|unknown field|not strict JSON|field [a-zA-Z]+ is (?:missing|not .*))$/;
const SECRETS = ['correct', 'horse', 'bättery', '😀'];

function messageTarget<T extends { readonly type: string }>(
  words: { name: string; weight: number; seeds: readonly object[] },
  decode: (bytes: Uint8Array) => Decoded<T>,
  encode: (message: T) => string,
): Target {
  return {
    ...words,
    bytesMax: MESSAGE_BYTES_MAX,
    seeds: words.seeds.map((message) => Buffer.from(JSON.stringify(message))),
    mutate: mutateJson,
    run(input) {
      const decoded = decode(input);
      if (!decoded.ok) {
        promise(DETAILS.test(decoded.detail), 'a detail is made of our own words');
        promise(!SECRETS.some((secret) => decoded.detail.includes(secret)), 'a detail holds no secret');
        return decoded.detail.replace(/ is not .*/, ' is not');
      }
      const written = encode(decoded.message);
      const text = Buffer.from(input).toString();
      const came: unknown = JSON.parse(text);
      const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
      promise(bare.split(':').length - 1 === keysIn(came), 'no key stands twice');
      promise(!/-0|[0-9][.eE]/.test(bare), 'numbers are plain integers');
      promise(sorted(JSON.parse(written)) === sorted(came), 'a message is what was written');
      promise(decode(Buffer.from(written)).ok, 'a message can be written again');
      return `${decoded.message.type} ${Object.keys(decoded.message).length}`;
    },
  };
}

function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce<number>((sum, held) => sum + keysIn(held), own);
}

/** The same text for the same value, whatever the order of its fields. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );

export const MESSAGE_TARGETS: readonly Target[] = [
  messageTarget({ name: 'request', weight: 140, seeds: REQUESTS }, decodeRequest, encodeRequest),
  messageTarget({ name: 'reply', weight: 70, seeds: REPLIES }, decodeBankMessage, encodeBankMessage),
];
