import test from 'ava';
import { framesServer } from '../../../actors/node/frames-gateway.ts';
import type { Accept, Conn, ConnHandlers } from '../../../protocol/ports.ts';
import { RawHttp } from '../../helpers/raw-http.ts';

/** A bank's end of a connection that only notes what comes; a test answers for it. */
class BankEnd implements ConnHandlers {
  readonly conn: Conn;
  readonly log: string[] = [];
  waiting = 0;

  constructor(conn: Conn) {
    this.conn = conn;
  }

  onOpen = () => {};
  onEnd = () => {};
  onData = (chunk: Uint8Array) => void this.log.push(`data ${chunk.length}`);
  onClose = () => void this.log.push('close');
  pending = () => this.waiting;
}

async function serve({ requestMs = 10_000, full = false } = {}) {
  const ends: BankEnd[] = [];
  const accept: Accept = (conn) => {
    const end = new BankEnd(conn);
    ends.push(end);
    if (full) conn.destroy();
    return end;
  };
  const server = framesServer(accept, requestMs);
  const address = new URL(await server.listen({ host: '127.0.0.1', port: 0 })).host;
  return { ends, address, close: () => server.close() };
}

/** Header and body of a frame with nothing in it. */
function frame(length: number): Buffer {
  const bytes = Buffer.alloc(16 + length);
  bytes.writeUInt16BE(length, 6);
  return bytes;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('an answer waits for all that is pending, and has what the bank wrote in order', async (t) => {
  const { ends, address, close } = await serve();
  const http = await RawHttp.open(address);
  http.send(Buffer.concat([frame(86), frame(64)]));
  await until(() => ends[0]?.log.length === 1);
  const [end] = ends;
  if (!end) throw new Error('accepted');
  t.deepEqual(end.log, ['data 182']);
  // Nothing is pending: it was answered at once, with nothing.
  const first = await http.answer();
  t.is(first?.status, 200);
  t.is(first?.body.length, 0);
  t.regex(first?.headers ?? '', /content-type: application\/octet-stream/i);
  end.waiting = 2;
  http.send(frame(64));
  await until(() => end.log.length === 2);
  end.waiting = 1;
  end.conn.write(Buffer.from('one '));
  await turn();
  end.waiting = 0;
  end.conn.write(Buffer.from('two '));
  end.conn.write(Buffer.from('three'));
  t.is((await http.answer())?.body.toString(), 'one two three');
  http.socket.destroy();
  await close();
});

test('what the bank says unasked waits for the next answer; an empty POST asks for it', async (t) => {
  const { ends, address, close } = await serve();
  const http = await RawHttp.open(address);
  await http.post(frame(64));
  const [end] = ends;
  end?.conn.write(Buffer.from('push'));
  t.is(end?.conn.bufferedBytes, 4);
  t.is((await http.post(''))?.body.toString(), 'push');
  t.deepEqual(end?.log, ['data 80'], 'an empty POST is no word of the terminal');
  http.socket.destroy();
  await close();
});

test('base64 in, base64 out', async (t) => {
  const { ends, address, close } = await serve();
  const http = await RawHttp.open(address);
  await http.post(frame(64).toString('base64'), { type: 'text/plain' });
  t.deepEqual(ends[0]?.log, ['data 80']);
  ends[0]?.conn.write(Buffer.from('answer'));
  const second = await http.post('', { type: 'text/plain' });
  t.is(second?.body.toString(), Buffer.from('answer').toString('base64'));
  http.socket.destroy();
  await close();
});

test('a session is its connection: gone with it, and another one has another', async (t) => {
  const { ends, address, close } = await serve();
  const [a, b] = [await RawHttp.open(address), await RawHttp.open(address)];
  await a.post(frame(64));
  await b.post(frame(64));
  await b.post(frame(64));
  t.is(ends.length, 2);
  t.not(ends[0]?.conn.remote, ends[1]?.conn.remote);
  a.socket.destroy();
  await until(() => ends[0]?.log.includes('close') ?? false);
  t.deepEqual(ends[1]?.log, ['data 80', 'data 80']);
  b.socket.destroy();
  await close();
});

test('when the bank ends a session its last words are answered and the connection is over', async (t) => {
  const { ends, address, close } = await serve();
  const http = await RawHttp.open(address);
  await http.post(frame(64));
  const [end] = ends;
  if (!end) throw new Error('accepted');
  end.waiting = 1;
  http.send(frame(64));
  await until(() => end.log.length === 2);
  end.conn.write(Buffer.from('alert'));
  end.conn.end();
  const last = await http.answer();
  t.is(last?.body.toString(), 'alert');
  t.regex(last?.headers ?? '', /connection: close/i);
  await http.ended();
  const idle = await RawHttp.open(address);
  await idle.post(frame(64));
  ends[1]?.conn.end();
  await idle.ended();
  await until(() => ends[1]?.log.at(-1) === 'close');
  t.deepEqual(ends[1]?.log, ['data 80', 'close']);
  await close();
});

const refused = test.macro({
  async exec(
    t,
    { body, type, status }: { body: string | Uint8Array; type?: string; length?: number; status: number },
  ) {
    const { ends, address, close } = await serve();
    const http = await RawHttp.open(address);
    await http.post(frame(64));
    const answer = await http.post(body, type === undefined ? {} : { type });
    t.is(answer?.status, status);
    await http.ended();
    await until(() => ends[0]?.log.at(-1) === 'close');
    t.deepEqual(ends[0]?.log, ['data 80', 'close'], 'the session saw none of it, and is over');
    await close();
  },
  title: (name) => `refused, with the session: ${name}`,
});
test('a frame that is not whole', refused, { body: frame(64).subarray(0, 79), status: 400 });
test('half a header', refused, { body: Buffer.concat([frame(64), Buffer.alloc(3)]), status: 400 });
test('what is not base64', refused, { body: '!!!!', type: 'text/plain', status: 400 });
test('another type', refused, { body: '{}', type: 'application/xml', status: 415 });
test('JSON, which the server could read', refused, { body: '[1]', type: 'application/json', status: 415 });

test('a body that is announced too long is refused before any of it has come', async (t) => {
  const { ends, address, close } = await serve();
  const http = await RawHttp.open(address);
  http.send('', { length: 65_537 });
  t.is((await http.answer())?.status, 413);
  await http.ended();
  t.deepEqual(ends[0]?.log, ['close']);
  await close();
});

test('a second POST while one is under way is refused, and ends the session', async (t) => {
  const { ends, address, close } = await serve();
  const http = await RawHttp.open(address);
  await http.post(frame(64));
  const [end] = ends;
  if (!end) throw new Error('accepted');
  end.waiting = 1;
  http.send(frame(64));
  http.send(frame(64));
  await until(() => end.log.length === 2);
  await turn();
  end.waiting = 0;
  end.conn.write(Buffer.from('answer'));
  t.is((await http.answer())?.body.toString(), 'answer');
  t.is((await http.answer())?.status, 409);
  await http.ended();
  t.deepEqual(end.log, ['data 80', 'data 80', 'close']);
  await close();
});

test('a full bank drops the connection before it reads a body', async (t) => {
  const { ends, address, close } = await serve({ full: true });
  const http = await RawHttp.open(address);
  http.send(frame(64));
  t.is(await http.answer(), null);
  t.deepEqual(ends[0]?.log, ['close']);
  await close();
});

test('a request that comes too slowly ends its session', async (t) => {
  const { ends, address, close } = await serve({ requestMs: 300 });
  const http = await RawHttp.open(address);
  await http.post(frame(64));
  http.send(frame(64).subarray(0, 40), { length: 80 });
  t.is((await http.answer())?.status, 408);
  await http.ended();
  t.deepEqual(ends[0]?.log, ['data 80', 'close']);
  await close();
});
