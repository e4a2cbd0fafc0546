import { readFileSync } from 'node:fs';
import test from 'ava';
import { FrameCutter, readClientHello, readServerHello } from '../../../../sim/check/live/frames.ts';
import { agree, binderOf, Direction, sha256, voicesOf } from '../../../../sim/check/live/keys.ts';

const vectors = JSON.parse(readFileSync('test/vectors/atmb1.json', 'utf8'));
const { complete, suite0001, suite0002 } = vectors;
const hex = (text: string) => Buffer.from(text, 'hex');

function sessionOf(vector: Record<string, string>, dh: Buffer | null) {
  const clientHello = readClientHello(hex(vector['CH'] ?? ''));
  const serverHello = readServerHello(hex(vector['SH'] ?? ''));
  const transcript = sha256(clientHello.frame, serverHello.frame);
  const kShared = hex(vector['K_SHARED'] ?? '');
  const nonces = { nonceC: clientHello.nonce, nonceS: serverHello.nonce };
  return {
    clientHello,
    serverHello,
    kShared,
    transcript,
    voices: voicesOf({ kShared, ...nonces, dh, transcript }),
  };
}

test('the twin derives every key of the vector without DH', (t) => {
  const { transcript, voices, kShared, clientHello } = sessionOf(suite0001, null);
  t.is(transcript.toString('hex'), suite0001.TH);
  t.is(voices.terminal.traffic.toString('hex'), suite0001.c_traffic_1);
  t.is(voices.bank.traffic.toString('hex'), suite0001.s_traffic_1);
  t.is(binderOf(kShared, clientHello).toString('hex'), clientHello.binder.toString('hex'));
  const direction = new Direction(voices.terminal);
  t.is(direction.keys.enc.toString('hex'), suite0001.k_enc_c);
  t.is(direction.keys.mac.toString('hex'), suite0001.k_mac_c);
  direction.update();
  t.is(direction.keys.traffic.toString('hex'), suite0001.c_traffic_2);
});

test('the twin agrees on the DH secret of the complete vector from either side', (t) => {
  const { clientHello, serverHello } = sessionOf(complete, null);
  const atBank = agree(hex(complete.eph_private_s), clientHello.share);
  const atTerminal = agree(hex(complete.eph_private_c), serverHello.share);
  t.is(atBank?.secret.toString('hex'), complete.DH);
  t.is(atTerminal?.secret.toString('hex'), complete.DH);
  t.is(atBank?.own.toString('hex'), complete.eph_s);
  t.is(agree(hex(complete.eph_private_c), Buffer.alloc(32)), null);
});

test('the twin reads every record of the complete vector, through the key updates of both sides', (t) => {
  const { voices } = sessionOf(complete, hex(complete.DH));
  const reader = (direction: Direction) => (name: string) => {
    const frame = hex(complete[name]);
    t.true(direction.verifies(frame), name);
    const { plaintext } = direction.open(frame);
    return plaintext?.toString('latin1') ?? 'bad padding';
  };
  const terminal = new Direction(voices.terminal);
  const client = reader(terminal);
  t.is(client('ClientFinished'), voices.terminal.finished.toString('latin1'));
  t.true(client('ClientData').includes(complete.request));
  t.is(client('ClientKeyUpdate'), '');
  terminal.update();
  t.true(client('ClientData2').includes('"echo"'));
  t.is(client('ClientClose'), '');
  const bank = new Direction(voices.bank);
  const server = reader(bank);
  t.is(server('ServerFinished'), voices.bank.finished.toString('latin1'));
  t.true(server('BankData').includes(complete.reply));
  t.is(server('BankKeyUpdate'), '');
  bank.update();
  t.true(server('BankData2').length > 0);
  t.is(server('BankClose'), '');
});

test('the twin reads the suite with DH of the older vector', (t) => {
  const { serverHello, clientHello } = sessionOf(suite0002, null);
  t.is(serverHello.suite, 2);
  t.deepEqual(clientHello.suites, [2, 1]);
  t.is(clientHello.terminal, 'ATM-0001');
});

test('a stream cut anywhere gives the same frames, and garbage is told', (t) => {
  const stream = hex(complete.CH + complete.ClientFinished);
  for (let at = 0; at <= stream.length; at++) {
    const cutter = new FrameCutter();
    const frames = [...cutter.push(stream.subarray(0, at)), ...cutter.push(stream.subarray(at))];
    t.deepEqual(
      frames.map((frame) => frame.toString('hex')),
      [complete.CH, complete.ClientFinished],
    );
  }
  const cutter = new FrameCutter();
  t.is(cutter.push(Buffer.concat([stream, Buffer.from('{"type":')])).length, 2);
  t.is(cutter.garbage, null, 'less than a header is not judged yet');
  cutter.push(Buffer.from('"balance"}'));
  t.is(cutter.garbage?.toString(), '{"type":"balance"}');
});
