/**
 * Writes the `complete` transcript of `atmb1.json`: private keys, base key, padding, two messages a record, the
 * bank's Data, epoch 2 both ways, Close, a dispense token. Plain code straight from docs/PROTOCOL.md that shares
 * nothing with `protocol/`, so that the two check each other. Run it with `npx node test/vectors/make.ts`.
 *
 * @module
 */
import { createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { plainSeal } from '../helpers/plain-seal.ts';

const range = (from: number, length = 32) => Buffer.from(Array.from({ length }, (_, at) => from + at));
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const hmac = (key: Uint8Array, ...parts: Uint8Array[]) =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();

function expandLabel(secret: Uint8Array, label: string, context: Uint8Array, bytes = 32) {
  const name = Buffer.from(`atmb1 ${label}`);
  const info = Buffer.concat([
    Buffer.of(0, bytes, name.length),
    name,
    Buffer.of(context.length),
    context,
    Buffer.of(1),
  ]);
  return hmac(secret, info).subarray(0, bytes);
}

function numbers(layout: readonly (readonly ['u16' | 'u32' | 'u64', number])[]) {
  return Buffer.concat(
    layout.map(([width, value]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(BigInt(value));
      return bytes.subarray(width === 'u64' ? 0 : width === 'u32' ? 4 : 6);
    }),
  );
}

const clearHeader = (type: number, bodyBytes: number) =>
  Buffer.concat([
    Buffer.of(0xa7, 1, type, 0, 0, 0),
    numbers([
      ['u16', bodyBytes],
      ['u64', 0],
    ]),
  ]);

const privateKeyOf = (scalar: Uint8Array) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), scalar]),
    format: 'der',
    type: 'pkcs8',
  });
const publicKeyOf = (scalar: Uint8Array) =>
  createPublicKey(privateKeyOf(scalar)).export({ format: 'der', type: 'spki' }).subarray(-32);

const recordKeys = (traffic: Uint8Array) => ({
  enc: expandLabel(traffic, 'enc', Buffer.alloc(0), 16),
  mac: expandLabel(traffic, 'mac', Buffer.alloc(0)),
});

/** `(u16 len ‖ message)*`, `u16 0` and zeros up to a multiple of 256. */
function padded(...messages: string[]) {
  const packed = Buffer.concat(
    messages.flatMap((message) => [numbers([['u16', Buffer.byteLength(message)]]), Buffer.from(message)]),
  );
  return Buffer.concat([packed], Math.ceil(packed.length / 256) * 256);
}

export const REQUEST =
  '{"type":"authorise","rid":1,"txnId":"000102030405060708090a0b0c0d0e0f","attempt":1,"account":"alice",' +
  '"amount":"8000","notes":[{"denomination":"5000","count":1},{"denomination":"2000","count":1},' +
  '{"denomination":"1000","count":1}],"nonce":"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"}';

export function completeTranscript() {
  const terminalId = Buffer.concat([Buffer.from('ATM-0001')], 16);
  const keyId = 7;
  const owner = Buffer.concat([terminalId, numbers([['u32', keyId]])]);
  const baseKey = range(0xe0);
  const kShared = expandLabel(baseKey, 'term', owner);
  const kBind = expandLabel(kShared, 'binder', owner);
  const [ephPrivateC, ephPrivateS] = [range(0x60), range(0x80)];
  const [nonceC, nonceS] = [range(0x20), range(0x40)];
  const [ephC, ephS] = [publicKeyOf(ephPrivateC), publicKeyOf(ephPrivateS)];

  const unbound = Buffer.concat([
    clearHeader(0x01, 130),
    owner,
    numbers([['u64', 1_700_000_000_000]]),
    nonceC,
    ephC,
    Buffer.of(2, 0x00, 0x02, 0x00, 0x01, 0x00),
  ]);
  const clientHello = Buffer.concat([unbound, hmac(kBind, sha256(unbound))]);
  const sessionId = range(0xa0, 16);
  const serverHello = Buffer.concat([
    clearHeader(0x02, 86),
    nonceS,
    ephS,
    numbers([
      ['u16', 2],
      ['u32', keyId],
    ]),
    sessionId,
  ]);
  const th = sha256(clientHello, serverHello);
  const ms = hmac(kShared, nonceC, nonceS);
  const dh = diffieHellman({
    privateKey: privateKeyOf(ephPrivateC),
    publicKey: createPublicKey(privateKeyOf(ephPrivateS)),
  });
  const prk = hmac(ms, dh);
  const [cTraffic1, sTraffic1] = [expandLabel(prk, 'c traffic', th), expandLabel(prk, 's traffic', th)];
  const [cFinished, sFinished] = [expandLabel(prk, 'c finished', th), expandLabel(prk, 's finished', th)];
  const none = Buffer.alloc(0);
  const [cTraffic2, sTraffic2] = [expandLabel(cTraffic1, 'upd', none), expandLabel(sTraffic1, 'upd', none)];
  const [c1, s1] = [recordKeys(cTraffic1), recordKeys(sTraffic1)];
  const [c2, s2] = [recordKeys(cTraffic2), recordKeys(sTraffic2)];

  let ivs = 0;
  const seal = (
    keys: typeof c1,
    [type, epoch, seq]: readonly [number, number, number],
    plaintext: Uint8Array,
  ) => plainSeal(keys, { type: type as 0x10, epoch, seq }, { iv: range(ivs++ * 16, 16), plaintext });

  const kDispense = expandLabel(baseKey, 'dispense', owner);
  const dispenseToken = hmac(kDispense, terminalId, range(0, 16), numbers([['u64', 8000]]), range(0xf0, 16));
  const reply =
    '{"type":"reply","rid":1,"code":"APPROVED","account":{"account":"alice","ledger":"100000",' +
    '"available":"92000","version":4},"holdId":"ATM-0001/000102030405060708090a0b0c0d0e0f",' +
    `"dispenseToken":"${dispenseToken.toString('hex')}","audit":{"seq":12,"head":"${'5a'.repeat(32)}"}}`;
  const echo = '{"type":"echo","rid":2}';
  const echoReply = `{"type":"reply","rid":2,"code":"APPROVED","audit":{"seq":12,"head":"${'5a'.repeat(32)}"}}`;

  const bytes = {
    baseKey,
    terminal_id: terminalId,
    K_SHARED: kShared,
    K_bind: kBind,
    k_dispense: kDispense,
    dispenseToken,
    eph_private_c: ephPrivateC,
    eph_private_s: ephPrivateS,
    eph_c: ephC,
    eph_s: ephS,
    nonce_c: nonceC,
    nonce_s: nonceS,
    session_id: sessionId,
    CH: clientHello,
    SH: serverHello,
    TH: th,
    MS: ms,
    DH: dh,
    PRK: prk,
    c_traffic_1: cTraffic1,
    s_traffic_1: sTraffic1,
    c_finished_key: cFinished,
    s_finished_key: sFinished,
    c_traffic_2: cTraffic2,
    s_traffic_2: sTraffic2,
    exporter: expandLabel(prk, 'exporter', th),
    k_enc_c_1: c1.enc,
    k_mac_c_1: c1.mac,
    k_enc_s_1: s1.enc,
    k_mac_s_1: s1.mac,
    k_enc_c_2: c2.enc,
    k_mac_c_2: c2.mac,
    k_enc_s_2: s2.enc,
    k_mac_s_2: s2.mac,
    ServerFinished: seal(s1, [0x03, 1, 0], hmac(sFinished, th)),
    ClientFinished: seal(c1, [0x03, 1, 0], hmac(cFinished, th)),
    ClientData: seal(c1, [0x10, 1, 1], padded(REQUEST, echo)),
    BankData: seal(s1, [0x10, 1, 1], padded(reply, echoReply)),
    ClientKeyUpdate: seal(c1, [0x11, 1, 2], none),
    ClientData2: seal(c2, [0x10, 2, 0], padded(echo)),
    BankKeyUpdate: seal(s1, [0x11, 1, 2], none),
    BankData2: seal(s2, [0x10, 2, 0], padded(echoReply)),
    ClientClose: seal(c2, [0x12, 2, 1], none),
    BankClose: seal(s2, [0x12, 2, 1], none),
  };
  const hex = Object.fromEntries(Object.entries(bytes).map(([name, value]) => [name, value.toString('hex')]));
  return { ...hex, keyId, client_time_ms: 1_700_000_000_000, request: REQUEST, echo, reply, echoReply };
}

if (import.meta.main) {
  const file = new URL('./atmb1.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify({ ...vectors, complete: completeTranscript() }, null, 1)}\n`);
}
