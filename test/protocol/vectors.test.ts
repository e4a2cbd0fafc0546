import { readFileSync } from 'node:fs';
import test from 'ava';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { decodeBankMessage, decodeRequest } from '../../protocol/decode.ts';
import { makeDispenseToken } from '../../protocol/dispense-token.ts';
import { encodeBankMessage, encodeRequest } from '../../protocol/encode.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import { type TxnId, txnId } from '../../protocol/ids.ts';
import {
  exporterSecret,
  handshakeSecret,
  kBind,
  kDispense,
  kShared,
  masterSecret,
  nextTraffic,
  recordKeys,
  sessionSecrets,
  terminalIdBytes,
  transcriptHash,
} from '../../protocol/key-schedule.ts';
import { cents } from '../../protocol/money.ts';
import { ServerChannel } from '../../protocol/server-channel.ts';
import { keyShare, sharedSecret } from '../../protocol/x25519.ts';
import { ending, KEY_ID, messages, NOW, sent, TERMINAL, types } from '../helpers/channels.ts';
import { randomBlocksFor, scriptedEntropy } from '../helpers/entropy.ts';
import { plainOpen, plainSeal } from '../helpers/plain-seal.ts';
import { completeTranscript } from '../vectors/make.ts';

/** The value of a name, empty when there is none. */
type Vector = (name: string) => string;
const file: Record<string, Record<string, string>> = JSON.parse(
  readFileSync(new URL('../vectors/atmb1.json', import.meta.url), 'utf8'),
);
const vector =
  (suite: string): Vector =>
  (name) =>
    file[suite]?.[name] ?? '';
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const range = (from: number, length = 32) => Buffer.from(Array.from({ length }, (_, at) => from + at));
/** The private keys that belong to eph_c and eph_s of suite 2, in all vectors. */
const EPH_PRIVATE_C = range(0x60);
const EPH_PRIVATE_S = range(0x80);

const owner = { terminal: TERMINAL, keyId: KEY_ID };

const keySchedule = test.macro({
  exec(t, name: string) {
    const v = vector(name);
    const shared = hex(v('K_SHARED'));
    t.is(Buffer.from(terminalIdBytes(TERMINAL)).toString('hex'), v('terminal_id'));
    const is = (key: string, bytes: Uint8Array) => t.is(Buffer.from(bytes).toString('hex'), v(key), key);
    is('K_bind', kBind(shared, owner));
    const th = transcriptHash(hex(v('CH')), hex(v('SH')));
    is('TH', th);
    const ms = masterSecret(shared, { nonceC: range(0x20), nonceS: range(0x40) });
    is('MS', ms);
    const c = keyShare(EPH_PRIVATE_C);
    const s = keyShare(EPH_PRIVATE_S);
    const hasDh = name !== 'suite0001';
    const prk = handshakeSecret(ms, hasDh ? sharedSecret(c.privateKey, s.publicKey) : null);
    is('PRK', prk);
    const secrets = sessionSecrets(prk, th);
    is('c_traffic_1', secrets.clientTraffic);
    is('s_traffic_1', secrets.serverTraffic);
    is('c_finished_key', secrets.clientFinished);
    is('s_finished_key', secrets.serverFinished);
    is('exporter', exporterSecret(prk, th));
    is('c_traffic_2', nextTraffic(secrets.clientTraffic));
    const epoch = name === 'complete' ? '_1' : '';
    is(`k_enc_c${epoch}`, recordKeys(secrets.clientTraffic).enc);
    is(`k_mac_c${epoch}`, recordKeys(secrets.clientTraffic).mac);
    is(`k_enc_s${epoch}`, recordKeys(secrets.serverTraffic).enc);
    is(`k_mac_s${epoch}`, recordKeys(secrets.serverTraffic).mac);
  },
  title: (_, name: string) => `the key schedule gives every key of vector ${name}`,
});
test(keySchedule, 'suite0001');
test(keySchedule, 'suite0002');
test(keySchedule, 'complete');

/** Channels that will say exactly what the vector says. */
function channelsFor(v: Vector, frames: { client: string[][]; server: string[][] }, suites: number[]) {
  const script = (side: 'c' | 's', epochs: string[][]) =>
    epochs.flatMap((names, index) => {
      const encKey = hex(v(`k_enc_${side}_${index + 1}`) || v(`k_enc_${side}`));
      return randomBlocksFor(
        encKey,
        names.map((name) => hex(v(name))),
      );
    });
  const bucketBytes = v('baseKey') === '' ? 1 : 256;
  const client = new ClientChannel(
    {
      entropy: scriptedEntropy({
        nonce_c: [range(0x20)],
        eph_c: [EPH_PRIVATE_C],
        iv: script('c', frames.client),
      }),
    },
    { ...owner, kShared: hex(v('K_SHARED')), suites, bucketBytes },
  );
  const server = new ServerChannel(
    {
      entropy: scriptedEntropy({
        nonce_s: [range(0x40)],
        eph_s: [EPH_PRIVATE_S],
        session_id: [range(0xa0, 16)],
        iv: script('s', frames.server),
      }),
      keys: { lookup: () => ({ kShared: hex(v('K_SHARED')) }) },
      guard: new WindowedHelloGuard(),
    },
    { bucketBytes },
  );
  return { client, server };
}

const handshake = test.macro({
  exec(t, name: string, suites: number[]) {
    const v = vector(name);
    const { client, server } = channelsFor(
      v,
      { client: [['ClientFinished', 'Data1']], server: [['ServerFinished']] },
      suites,
    );
    const data = plainOpen({ enc: hex(v('k_enc_c')), mac: hex(v('k_mac_c')) }, hex(v('Data1')));
    t.truthy(data);
    const message = data?.subarray(2) ?? Buffer.alloc(0);
    t.is(data?.readUInt16BE(0), message.length);

    const hello = sent(client.start(NOW));
    t.is(hello.toString('hex'), v('CH'));
    const answer = sent(server.receive(hello, NOW));
    t.is(answer.toString('hex'), `${v('SH')}${v('ServerFinished')}`);
    client.send([message], NOW);
    const first = sent(client.receive(answer, NOW));
    t.is(first.toString('hex'), `${v('ClientFinished')}${v('Data1')}`);
    const effects = server.receive(first, NOW);
    t.deepEqual(types(effects), ['established', 'message']);
    t.deepEqual(messages(effects), [message.toString()]);
  },
  title: (_, name: string) => `both channels write every byte of vector ${name}`,
});
test(handshake, 'suite0001', [0x0001]);
test(handshake, 'suite0002', [0x0002, 0x0001]);

test('both channels write every byte of the complete transcript, epoch 2 and Close included', (t) => {
  const v = vector('complete');
  const { client, server } = channelsFor(
    v,
    {
      client: [
        ['ClientFinished', 'ClientData', 'ClientKeyUpdate'],
        ['ClientData2', 'ClientClose'],
      ],
      server: [
        ['ServerFinished', 'BankData', 'BankKeyUpdate'],
        ['BankData2', 'BankClose'],
      ],
    },
    [0x0002, 0x0001],
  );
  const [request, echo, reply, echoReply] = [v('request'), v('echo'), v('reply'), v('echoReply')];
  const is = (names: string[], bytes: Buffer) => {
    t.is(bytes.toString('hex'), names.map(v).join(''), names.join(' '));
    return bytes;
  };
  const hello = is(['CH'], sent(client.start(NOW)));
  const answer = is(['SH', 'ServerFinished'], sent(server.receive(hello, NOW)));
  client.send([request, echo], NOW);
  const first = is(['ClientFinished', 'ClientData'], sent(client.receive(answer, NOW)));
  t.deepEqual(messages(server.receive(first, NOW)), [request, echo]);
  const replies = is(['BankData'], sent(server.send([reply, echoReply], NOW)));
  t.deepEqual(messages(client.receive(replies, NOW)), [reply, echoReply]);
  const updated = Buffer.concat([
    is(['ClientKeyUpdate'], sent(client.rekey(NOW))),
    is(['ClientData2'], sent(client.send([echo], NOW))),
  ]);
  t.deepEqual(messages(server.receive(updated, NOW)), [echo]);
  const updatedReplies = Buffer.concat([
    is(['BankKeyUpdate'], sent(server.rekey(NOW))),
    is(['BankData2'], sent(server.send([echoReply], NOW))),
  ]);
  t.deepEqual(messages(client.receive(updatedReplies, NOW)), [echoReply]);
  const close = is(['ClientClose'], sent(client.close(NOW)));
  const closed = server.receive(close, NOW);
  is(['BankClose'], sent(closed));
  t.is(ending(closed), 'closed: close from both sides');
  t.is(ending(client.receive(sent(closed), NOW)), 'closed: close from both sides');
});

test('the complete transcript is what the plain code of test/vectors/make.ts writes today', (t) => {
  t.deepEqual<object, object>(completeTranscript(), file['complete'] ?? {});
});

test('provisioning: K_SHARED, k_dispense and the dispense token of the complete transcript', (t) => {
  const v = vector('complete');
  const baseKey = hex(v('baseKey'));
  t.is(Buffer.from(kShared(baseKey, owner)).toString('hex'), v('K_SHARED'));
  const key = kDispense(baseKey, owner);
  t.is(Buffer.from(key).toString('hex'), v('k_dispense'));
  const order = {
    terminal: TERMINAL,
    txnId: txnId('000102030405060708090a0b0c0d0e0f') as TxnId,
    amount: cents(8000),
    nonce: 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff',
  };
  t.is(makeDispenseToken(key, order), v('dispenseToken'));
});

test('the messages of the complete transcript decode, and encode to the same text', (t) => {
  const v = vector('complete');
  for (const text of [v('request'), v('echo')]) {
    const decoded = decodeRequest(Buffer.from(text));
    t.true(decoded.ok && encodeRequest(decoded.message) === text);
  }
  for (const text of [v('reply'), v('echoReply')]) {
    const decoded = decodeBankMessage(Buffer.from(text));
    t.true(decoded.ok && encodeBankMessage(decoded.message) === text);
  }
});

test('eph_c and eph_s of the vectors are the keys 60..7f and 80..9f', (t) => {
  const v = vector('suite0002');
  t.is(
    Buffer.from(keyShare(EPH_PRIVATE_C).publicKey).toString('hex'),
    hex(v('CH')).subarray(76, 108).toString('hex'),
  );
  t.is(
    Buffer.from(keyShare(EPH_PRIVATE_S).publicKey).toString('hex'),
    hex(v('SH')).subarray(48, 80).toString('hex'),
  );
});

const sealed = test.macro({
  exec(t, name: string) {
    const v = vector(name);
    const frames: [string, string, number, number][] = [
      ['ServerFinished', 's', 0x03, 0],
      ['ClientFinished', 'c', 0x03, 0],
      ['Data1', 'c', 0x10, 1],
    ];
    for (const [frame, side, type, seq] of frames) {
      const keys = { enc: hex(v(`k_enc_${side}`)), mac: hex(v(`k_mac_${side}`)) };
      const bytes = hex(v(frame));
      const plaintext = plainOpen(keys, bytes) ?? Buffer.alloc(0);
      const again = plainSeal(
        keys,
        { type: type as 0x10, epoch: 1, seq },
        { iv: bytes.subarray(16, 32), plaintext },
      );
      t.is(again.toString('hex'), v(frame), frame);
    }
  },
  title: (_, name: string) => `the plain twin seals every frame of vector ${name}`,
});
test(sealed, 'suite0001');
test(sealed, 'suite0002');
