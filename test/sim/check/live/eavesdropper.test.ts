import { createCipheriv, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import type { CustomerId } from '../../../../protocol/ids.ts';
import { K_SHARED, keysOf, NOW, sent, TERMINAL } from '../../../helpers/channels.ts';
import { Ear, HeardLine, type HeardLineOptions } from '../../../helpers/ear.ts';
import { plainOpen, plainSeal } from '../../../helpers/plain-seal.ts';

const PSK: HeardLineOptions = { client: { suites: [1] } };
const FRESH_IV = Buffer.alloc(16, 0xc3);
const PASSWORD = 'correct-horse';
const echo = (rid: number) => ({ type: 'echo', rid });

/** A session of the base suite, whose keys a test can have. */
function talk(ear: Ear, line = 'L1') {
  const session = new HeardLine(ear, line, PSK).shakeHands();
  const [hello, answer] = session.flights;
  return { session, keys: keysOf([hello ?? Buffer.alloc(0), answer ?? Buffer.alloc(0)]) };
}

/** A Data plaintext of one message. */
function dataOf(message: object): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.of(0, text.length), text]);
}

/** The client's next record after its Finished. */
const NEXT = { type: 0x10, epoch: 1, seq: 1 } as const;
const content = { iv: FRESH_IV, plaintext: dataOf(echo(1)) };

function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}

test('two sessions with data, key updates and Close both ways are heard word for word', (t) => {
  const ear = new Ear();
  for (const options of [{}, PSK]) {
    const session = new HeardLine(ear, `L${ear.said.length}`, options).shakeHands();
    session.arrives('bank', session.says('terminal', echo(1)));
    session.arrives('terminal', session.says('bank', { type: 'settle', n: 1 }));
    session.arrives('bank', session.rekeys('terminal'));
    session.arrives('terminal', session.rekeys('bank'));
    session.arrives('bank', session.says('terminal', echo(2)));
    session.arrives('terminal', session.says('bank', { type: 'settle', n: 2 }));
    session.arrives('terminal', session.arrives('bank', session.closes('terminal')));
  }
  t.deepEqual(ear.reports, []);
  t.is(ear.said.length, 8);
  t.deepEqual(ear.heard, ear.said);
  t.deepEqual(
    ear.said
      .slice(0, 4)
      .map(({ from, terminal, message }) => [from, terminal, message['rid'] ?? message['n']]),
    [
      ['terminal', TERMINAL, 1],
      ['bank', TERMINAL, 1],
      ['terminal', TERMINAL, 2],
      ['bank', TERMINAL, 2],
    ],
  );
  for (const invariant of ['PLAINTEXT', 'NONCE', 'KEYFRESH', 'AGREE', 'INTEGRITY'] as const)
    t.true(ear.judge.count(invariant) > 0, invariant);
});

test('the complete vector is heard without fault', (t) => {
  const { complete: v } = JSON.parse(readFileSync('test/vectors/atmb1.json', 'utf8'));
  const hex = (text: string) => Buffer.from(text, 'hex');
  const ear = new Ear(hex(v.K_SHARED));
  const passes = (side: 'bank' | 'terminal', ...names: string[]) => {
    const bytes = hex(names.map((name) => v[name]).join(''));
    ear.writes(side, 'L1', bytes);
    ear.reads(side === 'bank' ? 'terminal' : 'bank', 'L1', bytes);
  };
  ear.draws(TERMINAL, 'eph_c', hex(v.eph_private_c));
  passes('terminal', 'CH');
  ear.draws(null, 'eph_s', hex(v.eph_private_s));
  passes('bank', 'SH', 'ServerFinished');
  passes('terminal', 'ClientFinished', 'ClientData');
  passes('bank', 'BankData');
  passes('terminal', 'ClientKeyUpdate', 'ClientData2');
  passes('bank', 'BankKeyUpdate', 'BankData2');
  passes('terminal', 'ClientClose');
  passes('bank', 'BankClose');
  t.deepEqual(ear.reports, []);
  t.deepEqual(JSON.parse(v.request), ear.heard[0]?.message);
});

test('whatever an adversary makes of the bytes, ends that fall silent have done nothing wrong', (t) => {
  for (const spoil of [
    (bytes: Buffer) => flipped(bytes, 20),
    (bytes: Buffer) => Buffer.concat([bytes, bytes]),
    (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('{"type":"echo","rid":9}')]),
    (bytes: Buffer) => bytes.subarray(0, -3),
  ]) {
    const ear = new Ear();
    const first = new HeardLine(ear, 'L1');
    first.arrives('terminal', first.arrives('bank', spoil(first.hello())));
    const second = new HeardLine(ear, 'L2');
    second.arrives('bank', second.arrives('terminal', spoil(second.arrives('bank', second.hello()))));
    const third = new HeardLine(ear, 'L3').shakeHands();
    third.arrives('terminal', third.arrives('bank', spoil(third.says('terminal', echo(1)))));
    t.deepEqual(ear.reports, []);
  }
});

test('a record that comes out of its place has strayed, and is not heard', (t) => {
  const ear = new Ear();
  const { session } = talk(ear);
  const record = session.says('terminal', echo(1));
  session.arrives('bank', record);
  session.arrives('bank', record);
  t.deepEqual([ear.heard.length, ear.strayed.length, ear.reports.length], [1, 1, 0]);
});

const bad = test.macro({
  exec(t, invariant: string, act: (ear: Ear) => void) {
    const ear = new Ear();
    act(ear);
    t.deepEqual(ear.violated, [invariant], JSON.stringify(ear.reports));
    for (const [, text] of ear.reports) t.false(text.includes(PASSWORD));
  },
  title: (claim = '', invariant) => `${invariant}: ${claim}`,
});

/** Two handshakes in which the same bytes are drawn for one thing. */
const drawnTwice =
  (label: string, bytes: number, options: HeardLineOptions = {}) =>
  (ear: Ear) => {
    const drawn = { [label]: Buffer.alloc(bytes, 0x77) };
    for (const line of ['L1', 'L2']) new HeardLine(ear, line, { ...options, drawn }).shakeHands();
  };

test('a terminal that sends a nonce twice', bad, 'NONCE', drawnTwice('nonce_c', 32));
test('a bank that sends a nonce twice', bad, 'NONCE', drawnTwice('nonce_s', 32));
test('a session id that is given twice', bad, 'NONCE', drawnTwice('session_id', 16));
test('a share of the terminal that comes twice', bad, 'KEYFRESH', drawnTwice('eph_c', 32));
test('a share of the bank that comes twice', bad, 'KEYFRESH', drawnTwice('eph_s', 32));
test('IVs that are made of one block', bad, 'NONCE', (ear) => {
  const session = new HeardLine(ear, 'L1', { drawn: { iv: Buffer.alloc(16) } }).shakeHands();
  session.says('terminal', echo(1));
});
test('an IV that comes twice', bad, 'NONCE', (ear) => {
  const { session, keys } = talk(ear);
  const frame = session.says('terminal', echo(1));
  const iv = frame.subarray(16, 32);
  ear.writes('terminal', 'L1', plainSeal(keys.client, { ...NEXT, seq: 2 }, { ...content, iv }));
});
test('an IV that is the last block of the record before it', bad, 'NONCE', (ear) => {
  const { session, keys } = talk(ear);
  const iv = session.says('terminal', echo(1)).subarray(-48, -32);
  ear.writes('terminal', 'L1', plainSeal(keys.client, { ...NEXT, seq: 2 }, { ...content, iv }));
});
test('a number left out', bad, 'NONCE', (ear) => {
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.client, { ...NEXT, seq: 2 }, content));
});
test('an epoch that begins without a key update', bad, 'NONCE', (ear) => {
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.client, { ...NEXT, epoch: 2, seq: 0 }, content));
});
test('a key update that keeps the keys', bad, 'KEYFRESH', (ear) => {
  const { session, keys } = talk(ear);
  session.says('terminal', echo(1));
  session.rekeys('terminal');
  ear.writes('terminal', 'L1', plainSeal(keys.client, { ...NEXT, epoch: 2, seq: 0 }, content));
});
test("a record under the other direction's keys", bad, 'KEYFRESH', (ear) => {
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.server, NEXT, content));
});
test('a record under the keys of another session', bad, 'KEYFRESH', (ear) => {
  const other = talk(ear, 'L2');
  talk(ear);
  ear.writes('terminal', 'L1', plainSeal(other.keys.client, NEXT, content));
});

test('JSON that is in no frame', bad, 'PLAINTEXT', (ear) => {
  talk(ear);
  ear.writes('bank', 'L1', Buffer.from('{"type":"reply","rid":1}'));
});
test('a Data frame in clear', bad, 'PLAINTEXT', (ear) => {
  talk(ear);
  const text = dataOf(echo(1));
  const header = Buffer.from(
    `a70110000000${text.length.toString(16).padStart(4, '0')}${'0'.repeat(16)}`,
    'hex',
  );
  ear.writes('bank', 'L1', Buffer.concat([header, text]));
});
test('a record that is tagged and not encrypted', bad, 'PLAINTEXT', (ear) => {
  const { keys } = talk(ear);
  const frame = Buffer.from(plainSeal(keys.client, NEXT, content));
  dataOf(echo(1)).copy(frame, 32);
  createHmac('sha256', keys.client.mac)
    .update(frame.subarray(0, -32))
    .digest()
    .copy(frame, frame.length - 32);
  ear.writes('terminal', 'L1', frame);
});
const known = (ear: Ear) =>
  ear.see({
    type: 'intent',
    terminal: TERMINAL,
    customer: 'alice' as CustomerId,
    op: 'login',
    secrets: [PASSWORD],
  });
test('a password in a nonce', bad, 'PLAINTEXT', (ear) => {
  known(ear);
  new HeardLine(ear, 'L1', { drawn: { nonce_c: Buffer.from(`...${PASSWORD}`.padEnd(32, '.')) } }).hello();
});
test('a password in an IV', bad, 'PLAINTEXT', (ear) => {
  known(ear);
  const iv = Buffer.from(PASSWORD.padEnd(16, '.'));
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.client, NEXT, { ...content, iv }));
});
test('half of a shared key in an IV', bad, 'PLAINTEXT', (ear) => {
  const iv = K_SHARED.subarray(16);
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.client, NEXT, { ...content, iv }));
});

test('a record with a wrong tag', bad, 'INTEGRITY', (ear) => {
  ear.writes('terminal', 'L1', flipped(plainSeal(talk(ear).keys.client, NEXT, content), 70));
});
test('a record with a wrong padding', bad, 'INTEGRITY', (ear) => {
  const { keys } = talk(ear);
  const cipher = createCipheriv('aes-128-cbc', keys.client.enc, FRESH_IV).setAutoPadding(false);
  const frame = Buffer.from(plainSeal(keys.client, NEXT, { iv: FRESH_IV, plaintext: Buffer.alloc(8) }));
  cipher.update(Buffer.alloc(16)).copy(frame, 32);
  createHmac('sha256', keys.client.mac)
    .update(frame.subarray(0, -32))
    .digest()
    .copy(frame, frame.length - 32);
  ear.writes('terminal', 'L1', frame);
});
test('padding that is not zero', bad, 'INTEGRITY', (ear) => {
  const plaintext = Buffer.concat([dataOf(echo(1)), Buffer.of(0, 0, 1)]);
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.client, NEXT, { iv: FRESH_IV, plaintext }));
});
test('bytes that are no frame', bad, 'INTEGRITY', (ear) => {
  talk(ear);
  ear.writes('terminal', 'L1', Buffer.alloc(20, 0xff));
});
test('a type that is none', bad, 'INTEGRITY', (ear) => {
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.client, { ...NEXT, type: 0x13 as 0x12 }, content));
});
test('a record after Close', bad, 'INTEGRITY', (ear) => {
  const { session, keys } = talk(ear);
  session.closes('terminal');
  ear.writes('terminal', 'L1', plainSeal(keys.client, { ...NEXT, seq: 2 }, content));
});
test('two key updates in a row', bad, 'INTEGRITY', (ear) => {
  const { session, keys } = talk(ear);
  session.says('terminal', echo(1));
  session.rekeys('terminal');
  const place = { type: 0x11, epoch: 2, seq: 0 } as const;
  ear.writes(
    'terminal',
    'L1',
    plainSeal(keys.clientNext, place, { iv: FRESH_IV, plaintext: Buffer.alloc(0) }),
  );
});
test('an end that goes on after a changed record', bad, 'INTEGRITY', (ear) => {
  const { session } = talk(ear);
  ear.reads('bank', 'L1', flipped(session.says('terminal', echo(1)), 40));
  ear.reads('terminal', 'L1', Buffer.alloc(1));
  session.says('bank', { type: 'settle' });
});
test('an end that goes on after a record it has had', bad, 'REPLAY', (ear) => {
  const { session } = talk(ear);
  const record = session.says('terminal', echo(1));
  session.arrives('bank', record);
  ear.reads('bank', 'L1', record);
  session.arrives('terminal', session.says('bank', { type: 'settle' }));
  session.says('bank', { type: 'settle' });
});
test('an end that goes on after a record was left out', bad, 'REPLAY', (ear) => {
  const { session } = talk(ear);
  session.says('terminal', echo(1));
  ear.reads('bank', 'L1', session.says('terminal', echo(2)));
  ear.reads('terminal', 'L1', Buffer.alloc(1));
  session.says('bank', { type: 'settle' });
});
test('an end that goes on after a record of another session', bad, 'REPLAY', (ear) => {
  const other = talk(ear, 'L2').session.says('terminal', echo(1));
  const { session } = talk(ear);
  ear.reads('bank', 'L1', other);
  ear.reads('terminal', 'L1', Buffer.alloc(1));
  session.says('bank', { type: 'settle' });
});
test('a hello that the bank answers twice', bad, 'REPLAY', (ear) => {
  const first = new HeardLine(ear, 'L1');
  const hello = first.hello();
  first.arrives('bank', hello);
  new HeardLine(ear, 'L2').arrives('bank', hello);
});

test('a hello with a wrong binder', bad, 'AGREE', (ear) => {
  const line = new HeardLine(new Ear(), 'L1');
  ear.writes('terminal', 'L1', flipped(line.hello(), 140));
});
test('an answer to a hello that nobody wrote', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  line.arrives('bank', sent(new HeardLine(new Ear(), 'elsewhere').client.start(NOW)));
});
test('the weaker suite where the better one was offered', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  const weak = new HeardLine(new Ear(), 'L9', PSK);
  const answer = weak.arrives('bank', weak.hello());
  ear.reads('bank', 'L1', line.hello());
  ear.writes('bank', 'L1', answer.subarray(0, 102));
});
test('a Finished that is not under the keys of the two hellos', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1', PSK);
  const other = new HeardLine(new Ear(), 'L9', PSK);
  const answer = other.arrives('bank', other.hello());
  ear.reads('bank', 'L1', line.hello());
  ear.writes('bank', 'L1', answer);
});
test('a Finished that proves another transcript', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1', PSK);
  const quiet = new HeardLine(new Ear(), 'L1', PSK);
  const hello = line.hello();
  const answer = sent(quiet.server.receive(hello, NOW));
  ear.reads('bank', 'L1', hello);
  const keys = keysOf([hello, answer]);
  const finished = plainSeal(
    keys.server,
    { type: 0x03, epoch: 1, seq: 0 },
    { iv: FRESH_IV, plaintext: Buffer.alloc(32) },
  );
  ear.writes('bank', 'L1', Buffer.concat([answer.subarray(0, 102), finished]));
});
test("Data before the terminal's Finished", bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1', PSK);
  const hello = line.hello();
  const answer = line.arrives('bank', hello);
  ear.writes('bank', 'L1', plainSeal(keysOf([hello, answer]).server, NEXT, content));
});
/** A terminal that has read some of the bank's answer, and the keys of its session. */
function answered(ear: Ear, bytes: number) {
  const line = new HeardLine(ear, 'L1', PSK);
  const hello = line.hello();
  const answer = line.arrives('bank', hello);
  ear.reads('terminal', 'L1', answer.subarray(0, bytes));
  return { line, answer, keys: keysOf([hello, answer]) };
}
test("a terminal's Finished before the bank's", bad, 'AGREE', (ear) => {
  const { line, answer, keys } = answered(ear, 102);
  const finished = sent(line.client.receive(answer, NOW));
  const plaintext = plainOpen(keys.client, finished) ?? Buffer.alloc(0);
  const place = { type: 0x03, epoch: 1, seq: 0 } as const;
  ear.writes('terminal', 'L1', plainSeal(keys.client, place, { iv: FRESH_IV, plaintext }));
});
test('Data in place of Finished', bad, 'AGREE', (ear) => {
  const { keys } = answered(ear, Number.POSITIVE_INFINITY);
  ear.writes('terminal', 'L1', plainSeal(keys.client, { ...NEXT, seq: 0 }, content));
});
test('a Close that says something', bad, 'INTEGRITY', (ear) => {
  const said = { iv: FRESH_IV, plaintext: Buffer.from('bye') };
  ear.writes('terminal', 'L1', plainSeal(talk(ear).keys.client, { ...NEXT, type: 0x12 }, said));
});
test('a session at the bank on a line that no terminal has', bad, 'AGREE', (ear) =>
  ear.establishes('bank', 'L1'),
);
test('a session at the bank that the terminal has not', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  line.arrives('bank', line.hello());
  ear.establishes('bank', 'L1');
});
test('a session at the terminal whose answer was changed on its way', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  const answer = line.arrives('bank', line.hello());
  ear.reads('terminal', 'L1', flipped(answer, 90));
  ear.establishes('terminal', 'L1');
});
test('a session that comes up twice', bad, 'AGREE', (ear) => {
  talk(ear);
  ear.establishes('bank', 'L1');
});
test('a session under another key id than it believes', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  const answer = line.arrives('bank', line.hello());
  ear.reads('terminal', 'L1', answer);
  ear.establishes('terminal', 'L1', { keyId: 8 });
});
test('a session with another terminal than it believes', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  const answer = line.arrives('bank', line.hello());
  ear.reads('terminal', 'L1', answer);
  ear.establishes('terminal', 'L1', { terminal: 'ATM-0002' as typeof TERMINAL });
});
test("a session at the bank before the terminal's Finished", bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  line.arrives('terminal', line.arrives('bank', line.hello()));
  ear.establishes('bank', 'L1');
});
test('a session at the bank with a terminal that did not take it for one', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1');
  const answer = line.arrives('bank', line.hello());
  ear.reads('terminal', 'L1', answer);
  const finished = sent(line.client.receive(answer, NOW));
  ear.writes('terminal', 'L1', finished);
  ear.reads('bank', 'L1', finished);
  ear.establishes('bank', 'L1');
});
test('a second ClientHello on a line', bad, 'AGREE', (ear) => {
  new HeardLine(ear, 'L1').hello();
  ear.writes('terminal', 'L1', sent(new HeardLine(new Ear(), 'L2', PSK).client.start(NOW)));
});
test('a ServerHello of a terminal', bad, 'AGREE', (ear) => {
  const line = new HeardLine(ear, 'L1', PSK);
  const hello = line.hello();
  ear.writes('terminal', 'L1', sent(line.server.receive(hello, NOW)).subarray(0, 102));
});

test('KEYFRESH: a share that is not the one drawn is told before anything that follows from it', (t) => {
  const ear = new Ear();
  const line = new HeardLine(ear, 'L1');
  const hello = line.hello();
  ear.reads('bank', 'L1', hello);
  const effects = line.server.receive(hello, NOW);
  ear.draws(null, 'eph_s', Buffer.alloc(32, 9));
  line.writes('bank', effects);
  t.is(ear.reports[0]?.[0], 'KEYFRESH');
});
