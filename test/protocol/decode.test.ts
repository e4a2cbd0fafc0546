import test from 'ava';
import fc from 'fast-check';
import { decodeBankMessage, decodeRequest } from '../../protocol/decode.ts';
import { encodeBankMessage, encodeRequest } from '../../protocol/encode.ts';
import { CODES, type Code } from '../../protocol/errors.ts';
import type { AccountId, CustomerId, TxnId } from '../../protocol/ids.ts';
import {
  type BankMessage,
  HISTORY_KINDS,
  REVERSE_REASONS,
  type Request,
  TXN_STATES,
} from '../../protocol/messages.ts';
import { CENTS_MAX, type Cents } from '../../protocol/money.ts';
import { BANK_STRUCTS, REQUEST_STRUCTS } from '../../protocol/shapes.ts';

// --- Any message ----------------------------------------------------------------------------------------------------

const rid = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const seq = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const txn = hex(32).map((text) => text as TxnId);
const name = fc.stringMatching(/^[A-Za-z0-9._@-]{1,32}$/);
const account = name.map((text) => text as AccountId);
const amount = fc.bigInt({ min: 0n, max: CENTS_MAX }).map((value) => value as Cents);
const signed = fc.bigInt({ min: -CENTS_MAX, max: CENTS_MAX }).map((value) => value as Cents);
const denomination = fc.constantFrom(500n, 1000n, 2000n, 5000n).map((value) => value as Cents);
const few = fc.integer({ min: 0, max: 2000 });
const attempt = fc.integer({ min: 1, max: 1_000_000 });
const notes = fc.uniqueArray(fc.record({ denomination, count: few }), {
  selector: (note) => note.denomination,
  maxLength: 4,
});
const password = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => /^[^\p{Cc}\p{Cs}]{1,128}$/u.test(text));
const is = <T extends string>(type: T) => fc.constant(type);
const money = { rid, txnId: txn, attempt };

const requests: { readonly [T in Request['type']]: fc.Arbitrary<Extract<Request, { type: T }>> } = {
  login: fc.record({
    type: is('login'),
    rid,
    user: name.map((text) => text as CustomerId),
    password,
    txnId: txn,
  }),
  logout: fc.record({ type: is('logout'), rid }),
  echo: fc.record({ type: is('echo'), rid }),
  balance: fc.record({ type: is('balance'), rid, account }),
  history: fc.record({
    type: is('history'),
    rid,
    account,
    cursor: fc.option(seq),
    limit: fc.integer({ min: 1, max: 50 }),
    kinds: fc.uniqueArray(fc.constantFrom(...HISTORY_KINDS)),
  }),
  authorise: fc.record({ type: is('authorise'), ...money, account, amount, notes, nonce: hex(32) }),
  complete: fc.record({
    type: is('complete'),
    ...money,
    origTxnId: txn,
    disposition: fc.constantFrom('TAKEN', 'PARTIAL', 'UNKNOWN'),
    dispensed: amount,
    cassettes: fc.array(fc.record({ denomination, dispensed: few, rejected: few }), { maxLength: 16 }),
  }),
  reverse: fc.record({
    type: is('reverse'),
    ...money,
    origTxnId: txn,
    reason: fc.constantFrom(...REVERSE_REASONS),
  }),
  deposit: fc.record({ type: is('deposit'), ...money, account, amount, notes }),
  transfer: fc.record({ type: is('transfer'), ...money, from: account, to: account, amount }),
  passwordChange: fc.record({ type: is('passwordChange'), ...money, old: password, new: password }),
  inquiry: fc.record({ type: is('inquiry'), rid, txnId: txn }),
  recon: fc.record({
    type: is('recon'),
    ...money,
    cassettes: fc.array(fc.record({ denomination, count: few, rejected: few }), { maxLength: 16 }),
    total: amount,
  }),
};

const view = { account, ledger: signed, available: signed, version: seq };
const code = fc.constantFrom(...(Object.keys(CODES) as Code[]).filter((key) => CODES[key].de39 !== null));
const state = fc.constantFrom(...TXN_STATES);
const bankMessages: { readonly [T in BankMessage['type']]: fc.Arbitrary<Extract<BankMessage, { type: T }>> } =
  {
    reply: fc.record(
      {
        type: is('reply'),
        rid: fc.option(rid),
        code,
        triesLeft: fc.integer({ min: 0, max: 3 }),
        accounts: fc.array(fc.record(view), { maxLength: 4 }),
        account: fc.record(view),
        items: fc.array(
          fc.record({
            seq,
            atMs: seq,
            kind: fc.constantFrom(...HISTORY_KINDS),
            amount: signed,
            balance: fc.option(signed),
            code,
            state,
          }),
          { maxLength: 50 },
        ),
        next: fc.option(seq),
        holdId: txn.map((id) => `ATM-0001/${id}`),
        dispenseToken: hex(64),
        state: fc.oneof(state, fc.constant('none' as const)),
        total: signed,
        difference: signed,
        audit: fc.record({ seq, head: hex(64) }),
      },
      { requiredKeys: ['type', 'rid', 'code', 'audit'] },
    ),
    balance: fc.record({ type: is('balance'), ...view }),
    settle: fc.record({ type: is('settle'), txnId: txn }),
  };

const roundTrip = test.macro({
  exec(t, type: Request['type']) {
    fc.assert(
      fc.property(requests[type] as fc.Arbitrary<Request>, (message) => {
        const text = encodeRequest(message);
        t.deepEqual(decodeRequest(Buffer.from(text)), { ok: true, message });
      }),
      { numRuns: 40 },
    );
  },
  title: (_, type: string) => `any ${type} decodes to what was encoded`,
});
for (const type of Object.keys(requests) as Request['type'][]) test(roundTrip, type);

const bankRoundTrip = test.macro({
  exec(t, type: BankMessage['type']) {
    fc.assert(
      fc.property(bankMessages[type] as fc.Arbitrary<BankMessage>, (message) => {
        const text = encodeBankMessage(message);
        t.deepEqual(decodeBankMessage(Buffer.from(text)), { ok: true, message });
      }),
      { numRuns: 40 },
    );
  },
  title: (_, type: string) => `any ${type} of the bank decodes to what was encoded`,
});
for (const type of Object.keys(bankMessages) as BankMessage['type'][]) test(bankRoundTrip, type);

// --- The strict part, for every field of every message --------------------------------------------------------------

const T = '00112233445566778899aabbccddeeff';
const TEXTS: { readonly [type: string]: string } = {
  login: `{"type":"login","rid":1,"user":"alice","password":"pw","txnId":"${T}"}`,
  logout: '{"type":"logout","rid":1}',
  echo: '{"type":"echo","rid":1}',
  balance: '{"type":"balance","rid":1,"account":"alice"}',
  history: '{"type":"history","rid":1,"account":"alice","cursor":null,"limit":10,"kinds":["deposit"]}',
  authorise: `{"type":"authorise","rid":1,"txnId":"${T}","attempt":1,"account":"alice","amount":"2000","notes":[{"denomination":"2000","count":1}],"nonce":"${T}"}`,
  complete: `{"type":"complete","rid":1,"txnId":"${T}","attempt":1,"origTxnId":"${T}","disposition":"TAKEN","dispensed":"2000","cassettes":[{"denomination":"2000","dispensed":1,"rejected":0}]}`,
  reverse: `{"type":"reverse","rid":1,"txnId":"${T}","attempt":1,"origTxnId":"${T}","reason":"timeout"}`,
  deposit: `{"type":"deposit","rid":1,"txnId":"${T}","attempt":1,"account":"alice","amount":"2000","notes":[{"denomination":"2000","count":1}]}`,
  transfer: `{"type":"transfer","rid":1,"txnId":"${T}","attempt":1,"from":"alice","to":"bob","amount":"2000"}`,
  passwordChange: `{"type":"passwordChange","rid":1,"txnId":"${T}","attempt":1,"old":"pw","new":"pw2"}`,
  inquiry: `{"type":"inquiry","rid":1,"txnId":"${T}"}`,
  recon: `{"type":"recon","rid":1,"txnId":"${T}","attempt":1,"cassettes":[{"denomination":"2000","count":9,"rejected":0}],"total":"18000"}`,
};

const decodeText = (text: string) => decodeRequest(Buffer.from(text));
const refusal = (text: string, decode: typeof decodeRequest | typeof decodeBankMessage = decodeRequest) => {
  const decoded = decode(Buffer.from(text));
  return decoded.ok ? 'taken' : `${decoded.code} ${decoded.rid} ${decoded.detail}`;
};
type Json = { [name: string]: unknown };
const parsed = (type: string): Json => JSON.parse(TEXTS[type] ?? '');

/** Values no field takes, whatever it is for. */
const NEVER: readonly unknown[] = [true, {}, 1.5, -1, '', [[]], 'x'.repeat(200), '\u0000', 2 ** 53];

const strict = test.macro({
  exec(t, type: string) {
    const text = TEXTS[type] ?? '';
    t.true(decodeText(text).ok, 'the positive control');
    for (const field of Object.keys(parsed(type)).filter((key) => key !== 'type')) {
      const rest = parsed(type);
      delete rest[field];
      const ridLeft = field === 'rid' ? null : 1;
      t.is(refusal(JSON.stringify(rest)), `FORMAT_ERROR ${ridLeft} field ${field} is missing`);
      for (const value of NEVER) {
        const changed = { ...parsed(type), [field]: value };
        t.regex(
          refusal(JSON.stringify(changed)),
          new RegExp(`^FORMAT_ERROR ${ridLeft} field ${field} is not `),
        );
      }
      if (field !== 'cursor') {
        t.regex(refusal(JSON.stringify({ ...parsed(type), [field]: null })), /^FORMAT_ERROR/);
      }
    }
    t.is(refusal(JSON.stringify({ ...parsed(type), extra: 1 })), 'FORMAT_ERROR 1 unknown field');
    t.is(refusal(text.replace('{', '{"__proto__":{},')), 'FORMAT_ERROR 1 unknown field');
    t.is(refusal(text.replace('"rid":1', '"rid":1,"rid":1')), 'FORMAT_ERROR null not strict JSON');
    t.is(refusal(text.replace('"rid":1', '"rid":1,"r\\u0069d":1')), 'FORMAT_ERROR null not strict JSON');
    for (const number of ['1.0', '1e0', '10E-1']) {
      t.is(refusal(text.replace('"rid":1', `"rid":${number}`)), 'FORMAT_ERROR null not strict JSON', number);
    }
    for (let length = 0; length < text.length; length++) {
      t.is(refusal(text.slice(0, length)), 'FORMAT_ERROR null not a JSON object');
    }
    t.true(decodeText(` ${text.replaceAll(':', ' : ')}\n`).ok, 'white space is JSON');
  },
  title: (_, type: string) => `${type}: every field is needed, of its kind, once; no other is taken`,
});
for (const type of Object.keys(TEXTS)) test(strict, type);

test('the tables and the texts above cover every request', (t) => {
  t.deepEqual(Object.keys(TEXTS), Object.keys(REQUEST_STRUCTS));
  t.deepEqual(Object.keys(bankMessages), Object.keys(BANK_STRUCTS));
});

const notJson = test.macro({
  exec(t, bytes: Buffer, detail: string) {
    const decoded = decodeRequest(bytes);
    t.deepEqual(decoded, { ok: false, code: 'FORMAT_ERROR', rid: null, detail });
    t.deepEqual(decodeBankMessage(bytes), decoded as object as ReturnType<typeof decodeBankMessage>);
  },
  title: (name) => `refused: ${name}`,
});
test('no bytes', notJson, Buffer.alloc(0), 'not a JSON object');
test('a number', notJson, Buffer.from('1'), 'not a JSON object');
test('null', notJson, Buffer.from('null'), 'not a JSON object');
test('a list', notJson, Buffer.from('[]'), 'unknown type');
test('an object without a type', notJson, Buffer.from('{}'), 'unknown type');
test('a type from Object.prototype', notJson, Buffer.from('{"type":"constructor"}'), 'unknown type');
test('a byte order mark', notJson, Buffer.from('\ufeff{"type":"echo","rid":1}'), 'not a JSON object');
test('NaN', notJson, Buffer.from('{"type":"echo","rid":NaN}'), 'not a JSON object');
test('an overlong UTF-8 form', notJson, Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'not UTF-8');
test('a surrogate in UTF-8', notJson, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not UTF-8');
test('8,000 brackets', notJson, Buffer.from('['.repeat(8000) + ']'.repeat(8000)), 'unknown type');

const value = test.macro({
  exec(t, type: string, change: Json, isTaken: boolean) {
    t.is(decodeText(JSON.stringify({ ...parsed(type), ...change })).ok, isTaken);
  },
  title: (name, _type, __, isTaken: boolean) => `${isTaken ? 'taken' : 'refused'}: ${name}`,
});
const note = (denomination: unknown, count: unknown) => ({ denomination, count });
test('the largest amount', value, 'deposit', { amount: '9007199254740992' }, true);
test('an amount beyond it', value, 'deposit', { amount: '9007199254740993' }, false);
test('a zero amount: the bank judges it', value, 'deposit', { amount: '0' }, true);
test('a number for an amount', value, 'deposit', { amount: 2000 }, false);
test('a leading zero', value, 'deposit', { amount: '02000' }, false);
test('a sign', value, 'deposit', { amount: '-2000' }, false);
test('a plus', value, 'deposit', { amount: '+2000' }, false);
test('a decimal amount', value, 'deposit', { amount: '20.00' }, false);
test('an exponent in digits', value, 'deposit', { amount: '2e3' }, false);
test('hex digits', value, 'deposit', { amount: '0x10' }, false);
test('Arabic-Indic digits', value, 'deposit', { amount: '٢٠٠٠' }, false);
test('a trailing newline in digits', value, 'deposit', { amount: '2000\n' }, false);
test('a denomination twice', value, 'deposit', { notes: [note('2000', 1), note('2000', 2)] }, false);
test('a denomination of nothing', value, 'deposit', { notes: [note('0', 1)] }, false);
test('2,000 notes', value, 'deposit', { notes: [note('2000', 2000)] }, true);
test('2,001 notes', value, 'deposit', { notes: [note('2000', 2001)] }, false);
test('a negative count', value, 'deposit', { notes: [note('2000', -1)] }, false);
test('half a note', value, 'deposit', { notes: [note('2000', 0.5)] }, false);
test('a note with a field too many', value, 'deposit', { notes: [{ ...note('2000', 1), x: 1 }] }, false);
test(
  '17 denominations',
  value,
  'deposit',
  { notes: Array.from({ length: 17 }, (_, n) => note(`${n + 1}`, 1)) },
  false,
);
test('an upper-case transaction id', value, 'deposit', { txnId: T.toUpperCase() }, false);
test('a short transaction id', value, 'deposit', { txnId: T.slice(1) }, false);
test('attempt 0', value, 'deposit', { attempt: 0 }, false);
test('attempt 1,000,001', value, 'deposit', { attempt: 1_000_001 }, false);
test('rid 0', value, 'echo', { rid: 0 }, false);
test('rid 2^53-1', value, 'echo', { rid: Number.MAX_SAFE_INTEGER }, true);
test('a rid in quotes', value, 'echo', { rid: '1' }, false);
test('an account with a bar', value, 'balance', { account: 'a|b' }, false);
test('an account with a line break', value, 'balance', { account: 'a\r\n' }, false);
test('an account of 33 characters', value, 'balance', { account: 'a'.repeat(33) }, false);
test('51 history items', value, 'history', { limit: 51 }, false);
test('a history kind twice', value, 'history', { kinds: ['deposit', 'deposit'] }, false);
test('an unknown history kind', value, 'history', { kinds: ['opening'] }, false);
test('a cursor', value, 'history', { cursor: 7 }, true);
test('an unknown disposition', value, 'complete', { disposition: 'taken' }, false);
test('an unknown reason', value, 'reverse', { reason: 'greed' }, false);
test('a password of 128 characters outside the BMP', value, 'login', { password: '😀'.repeat(128) }, true);
test('a password of 129', value, 'login', { password: 'x'.repeat(129) }, false);
test('a password with a tab', value, 'login', { password: 'a\tb' }, false);
test('a password with half a surrogate pair', value, 'login', { password: 'a\ud800' }, false);

test('negative zero is refused where zero is taken', (t) => {
  const text = TEXTS['history']?.replace('null', '0') ?? '';
  t.true(decodeText(text).ok);
  t.is(refusal(text.replace('"cursor":0', '"cursor":-0')), 'FORMAT_ERROR null not strict JSON');
});

test('a repeated key is refused inside a list too, however deep its lost value is', (t) => {
  const doubled = TEXTS['deposit']?.replace('"count":1', '"count":9,"count":1') ?? '';
  t.is(refusal(doubled), 'FORMAT_ERROR null not strict JSON');
  const deep = `{"type":"echo","rid":${'['.repeat(7000)}${']'.repeat(7000)},"rid":1}`;
  t.is(refusal(deep), 'FORMAT_ERROR null not strict JSON');
});

test('the same key in different objects is fine, also when the text is not ours', (t) => {
  const spaced = JSON.stringify({ ...parsed('deposit'), notes: [note('2000', 1), note('5000', 2)] }, null, 2);
  t.true(decodeText(spaced).ok);
});

test('no refusal repeats what the peer wrote', (t) => {
  const secret = 'hunter2-canary';
  for (const text of [
    `{"type":"login","rid":1,"user":"alice","password":"${secret}\\u0000","txnId":"${T}"}`,
    `{"type":"login","rid":1,"user":"alice","${secret}":1}`,
    `{"type":"${secret}","rid":1}`,
    `{"type":"login","rid":1,"password":"${secret}`,
  ]) {
    t.false(refusal(text).includes(secret));
  }
});

const bankRefusal = test.macro({
  exec(t, text: string, detail: string) {
    t.is(refusal(text, decodeBankMessage), `FORMAT_ERROR ${detail}`);
  },
  title: (name) => `a terminal refuses of its bank: ${name}`,
});
const AUDIT = `"audit":{"seq":1,"head":"${'ab'.repeat(32)}"}`;
test('a request', bankRefusal, TEXTS['echo'] ?? '', '1 unknown type');
test(
  'a reply without audit',
  bankRefusal,
  '{"type":"reply","rid":1,"code":"APPROVED"}',
  '1 field audit is missing',
);
test(
  'a null field',
  bankRefusal,
  `{"type":"reply","rid":1,"code":"APPROVED","account":null,${AUDIT}}`,
  '1 field account is not {account (account id), ledger (digits, `-` in front when negative), available (digits, `-` in front when negative), version (integer 0..2^53-1)}',
);
test('a push with a rid', bankRefusal, `{"type":"settle","rid":1,"txnId":"${T}"}`, '1 unknown field');

test('a terminal takes a refusal of a message that could not be read, and no code that is its own', (t) => {
  const text = `{"type":"reply","rid":null,"code":"FORMAT_ERROR",${AUDIT}}`;
  t.true(decodeBankMessage(Buffer.from(text)).ok);
  t.regex(refusal(text.replace('FORMAT_ERROR', 'TIMEOUT'), decodeBankMessage), /field code is not/);
  t.regex(refusal(text.replace('FORMAT_ERROR', 'toString'), decodeBankMessage), /field code is not/);
});
