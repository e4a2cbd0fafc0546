import test from 'ava';
import { framesServer } from '../../../actors/node/frames-gateway.ts';
import { httpNet } from '../../../actors/node/http.ts';
import type { Conn, ConnHandlers } from '../../../protocol/ports.ts';

/** Everything that happened to one end, in order. */
class End implements ConnHandlers {
  readonly log: string[] = [];
  conn: Conn | null = null;
  waiting = 0;

  onOpen = () => void this.log.push('open');
  onData = (chunk: Uint8Array) => void this.log.push(`data ${Buffer.from(chunk.subarray(16)).toString()}`);
  onEnd = () => void this.log.push('end');
  onClose = (reason: string) => void this.log.push(`close ${reason}`);
  pending = () => this.waiting;

  async saw(entry: string): Promise<void> {
    while (!this.log.includes(entry)) await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A frame with a text for its body. */
function frame(text: string): Buffer {
  const bytes = Buffer.alloc(16 + text.length);
  bytes.writeUInt16BE(text.length, 6);
  bytes.write(text, 16);
  return bytes;
}

async function pair() {
  const bank = new End();
  const server = framesServer((conn) => {
    bank.conn = conn;
    return bank;
  });
  const address = new URL(await server.listen({ host: '127.0.0.1', port: 0 })).host;
  const terminal = new End();
  const line = httpNet.dial(address, terminal);
  await terminal.saw('open');
  const up = () => {
    if (bank.conn === null) throw new Error('accepted');
    return bank.conn;
  };
  return { bank, terminal, line, up, address, close: () => server.close() };
}

test('what is written together travels together, what is written meanwhile goes next', async (t) => {
  const { bank, terminal, line, up, close } = await pair();
  bank.waiting = 1;
  line.write(frame('one '));
  line.write(frame('two '));
  await bank.saw(`data one ${frame('two ').toString()}`);
  line.write(frame('three'));
  t.is(line.bufferedBytes, 21);
  bank.waiting = 0;
  up().write(frame('answer'));
  await terminal.saw('data answer');
  await bank.saw('data three');
  up().write(frame('push'));
  t.is(up().remote.split(':')[0], '127.0.0.1');
  line.write(frame('four'));
  await terminal.saw('data push');
  t.deepEqual(terminal.log, ['open', 'data answer', 'data push']);
  line.destroy();
  await bank.saw('close closed');
  await close();
});

test('an end comes after what was written, and its answer before the close', async (t) => {
  const { bank, terminal, line, up, close } = await pair();
  bank.waiting = 1;
  line.write(frame('last'));
  line.end();
  line.write(frame('too late'));
  await bank.saw('data last');
  bank.waiting = 0;
  up().write(frame('bye'));
  await terminal.saw('close closed');
  t.deepEqual(terminal.log, ['open', 'data bye', 'close closed']);
  await bank.saw('close closed');
  t.deepEqual(bank.log, ['data last', 'close closed']);
  await close();
});

test('when the bank ends the session: its last words, end, close', async (t) => {
  const { bank, terminal, line, up, close } = await pair();
  bank.waiting = 1;
  line.write(frame('x'));
  await bank.saw('data x');
  up().write(frame('alert'));
  up().end();
  await terminal.saw('close closed');
  t.deepEqual(terminal.log, ['open', 'data alert', 'end', 'close closed']);
  line.write(frame('too late'));
  await close();
});

test('an answer of HTTP that is no answer of a bank closes the line and says so', async (t) => {
  const { terminal, line, close } = await pair();
  line.write(frame('cut').subarray(0, 17));
  await terminal.saw('close HTTP 400');
  t.deepEqual(terminal.log, ['open', 'close HTTP 400']);
  await close();
});

test('nobody there, and a bank that is gone in the midst: one close each', async (t) => {
  const { bank, terminal, line, up, address, close } = await pair();
  bank.waiting = 1;
  line.write(frame('x'));
  await bank.saw('data x');
  up().destroy();
  await terminal.saw('close closed');
  t.deepEqual(terminal.log, ['open', 'close closed']);
  await close();
  const end = new End();
  httpNet.dial(address, end);
  await end.saw('close ECONNREFUSED');
  t.deepEqual(end.log, ['close ECONNREFUSED']);
});
