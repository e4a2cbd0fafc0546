import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { listenTcp, parseAddress, tcpNet } from '../../../actors/node/tcp.ts';
import type { Accept, Conn, ConnHandlers } from '../../../protocol/ports.ts';

/** Everything that happened to one end, in order. */
class End implements ConnHandlers {
  readonly log: string[] = [];
  bytes = Buffer.alloc(0);
  conn: Conn | null = null;
  readonly #waiting: (() => void)[] = [];

  onOpen = () => this.#note('open');
  onEnd = () => this.#note('end');
  onClose = (reason: string) => this.#note(`close ${reason}`);
  onData = (chunk: Uint8Array) => {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    if (this.log.at(-1) !== 'data') this.#note('data');
    else this.#wake();
  };

  async until(condition: (end: End) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  readonly saw = (entry: string) => this.until(({ log }) => log.includes(entry));

  #note(entry: string): void {
    this.log.push(entry);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

async function pair() {
  const bank = new End();
  const accept: Accept = (conn) => {
    bank.conn = conn;
    return bank;
  };
  const listener = await listenTcp('127.0.0.1:0', accept);
  const terminal = new End();
  const conn = tcpNet.dial(listener.address, terminal);
  terminal.conn = conn;
  await terminal.saw('open');
  conn.write(Buffer.from('hello'));
  await bank.until(({ bytes }) => bytes.length === 5);
  if (bank.conn === null) throw new Error('accepted');
  return { bank, terminal, listener, down: conn, up: bank.conn };
}

const address = test.macro({
  exec(t, text: string, expected: object | null) {
    if (expected) t.deepEqual(parseAddress(text), expected);
    else t.throws(() => parseAddress(text), { instanceOf: RangeError, message: /127\.0\.0\.1:7001/ });
  },
  title: (_, text) => `address "${text}"`,
});
test(address, '127.0.0.1:7001', { host: '127.0.0.1', port: 7001 });
test(address, 'localhost:0', { host: 'localhost', port: 0 });
test(address, '[::1]:65535', { host: '::1', port: 65_535 });
for (const text of ['', '7001', 'host:', ':7001', 'host:65536', 'host:7001x', '::1:7001', 'host:-1'])
  test(address, text, null);

test('port 0 takes a free one and tells which', async (t) => {
  const { listener, down } = await pair();
  t.true(parseAddress(listener.address).port > 0);
  down.destroy();
  listener.close();
});

test('an IPv6 address that was bound can be dialled as it is told', async (t) => {
  const listener = await listenTcp('[::1]:0', () => new End()).catch((error: NodeJS.ErrnoException) => error);
  if (listener instanceof Error) {
    t.is(listener.code, 'EADDRNOTAVAIL');
    return t.log('there is no IPv6 here');
  }
  const end = new End();
  const conn = tcpNet.dial(listener.address, end);
  await end.saw('open');
  t.regex(listener.address, /^\[::1\]:\d+$/);
  conn.destroy();
  listener.close();
});

test('a port in use is refused with its own error', async (t) => {
  const { listener, down } = await pair();
  await t.throwsAsync(
    listenTcp(listener.address, () => new End()),
    { code: 'EADDRINUSE' },
  );
  down.destroy();
  listener.close();
});

test('nobody there: one close that says so, and no open', async (t) => {
  const { listener, down } = await pair();
  down.destroy();
  listener.close();
  const end = new End();
  tcpNet.dial(listener.address, end);
  await end.saw('close ECONNREFUSED');
  t.deepEqual(end.log, ['close ECONNREFUSED']);
});

test('after a FIN the other direction still carries bytes; both ends close once', async (t) => {
  const { bank, terminal, listener, down, up } = await pair();
  down.end();
  await bank.saw('end');
  up.write(Buffer.from('last words'));
  await terminal.until(({ bytes }) => bytes.length > 0);
  t.is(terminal.bytes.toString(), 'last words');
  up.end();
  await Promise.all([terminal.saw('close closed'), bank.saw('close closed')]);
  t.deepEqual(terminal.log, ['open', 'data', 'end', 'close closed']);
  t.deepEqual(bank.log, ['data', 'end', 'close closed']);
  down.write(Buffer.from('too late'));
  listener.close();
});

test('a destroyed connection is gone at once here, and ends for the other side, who closes it', async (t) => {
  const { bank, terminal, listener, down, up } = await pair();
  up.destroy();
  await Promise.all([bank.saw('close closed'), terminal.saw('end')]);
  down.destroy();
  await terminal.saw('close closed');
  t.deepEqual(bank.log, ['data', 'close closed']);
  t.deepEqual(terminal.log, ['open', 'end', 'close closed']);
  listener.close();
});

test('many sockets share one read buffer, and each gets its own bytes in order', async (t) => {
  const terminals: End[] = [];
  const listener = await listenTcp('127.0.0.1:0', (conn) => {
    const end = new End();
    end.onData = (chunk) => conn.write(Uint8Array.from(chunk));
    return end;
  });
  const sent = Array.from({ length: 8 }, (_, i) => Buffer.alloc(200_000 + i, 65 + i));
  for (const bytes of sent) {
    const end = new End();
    terminals.push(end);
    end.conn = tcpNet.dial(listener.address, end);
    for (let at = 0; at < bytes.length; at += 9_973) end.conn.write(bytes.subarray(at, at + 9_973));
  }
  for (const [i, end] of terminals.entries()) {
    const expected = sent[i] ?? Buffer.alloc(0);
    await end.until(({ bytes }) => bytes.length >= expected.length);
    t.true(end.bytes.equals(expected), `socket ${i}`);
    end.conn?.destroy();
  }
  listener.close();
});

test('a closed listener takes nobody new and leaves those who are there', async (t) => {
  const { bank, terminal, listener, down, up } = await pair();
  listener.close();
  const late = new End();
  tcpNet.dial(listener.address, late);
  await late.saw('close ECONNREFUSED');
  down.write(Buffer.from(' again'));
  await bank.until(({ bytes }) => bytes.length === 11);
  up.end();
  await terminal.saw('end');
  down.end();
  await bank.saw('close closed');
  t.is(bank.bytes.toString(), 'hello again');
});

test('bytes that come with the connection itself are not lost', async (t) => {
  const bank = new End();
  const listener = await listenTcp('127.0.0.1:0', () => bank);
  const { host, port } = parseAddress(listener.address);
  const raw = connect({ host, port });
  raw.end('at once');
  await Promise.all([bank.saw('end'), once(raw, 'connect')]);
  t.is(bank.bytes.toString(), 'at once');
  raw.destroy();
  listener.close();
});
