import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { systemClock } from '../../../actors/node/clock.ts';
import { tcpNetFrom } from '../../../actors/node/tcp.ts';
import {
  FAULT_KINDS,
  FAULTS,
  type FaultKind,
  type FaultSpec,
  struckNumbers,
} from '../../../sim/load/fault-spec.ts';
import { FaultyNet } from '../../../sim/load/faulty-net.ts';
import { Rng } from '../../../sim/rng.ts';

const fault = (kind: FaultKind, params: FaultSpec['params'] = {}): FaultSpec => ({
  ...{ kind, target: 'all', atMs: 0, forMs: null, params },
});

/** A server that echoes, and a terminal's network to it: everything on real sockets. */
async function echoed(seed = 'seed') {
  const peers: Socket[] = [];
  const ends: string[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    peers.push(socket);
    socket.on('data', (chunk) => socket.write(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? 'error'));
    socket.on('end', () => ends.push('end'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const net = new FaultyNet({ net: tcpNetFrom(), clock: systemClock(), rng: new Rng(seed, 'ATM-1 faults') });
  const dial = async () => {
    const heard: Buffer[] = [];
    const said: string[] = [];
    const opened = Promise.withResolvers<void>();
    const conn = net.dial(`127.0.0.1:${port}`, {
      onOpen: () => opened.resolve(),
      onData: (chunk) => heard.push(Buffer.from(chunk)),
      onEnd: () => said.push('end'),
      onClose: (reason) => said.push(reason),
    });
    return { conn, heard, said, opened: opened.promise, bytes: () => Buffer.concat(heard) };
  };
  const close = () => {
    for (const peer of peers) peer.destroy();
    server.close();
  };
  return { net, dial, peers, ends, close };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}

/** How long `text` takes there and back. */
async function tripMs(line: Awaited<ReturnType<Awaited<ReturnType<typeof echoed>>['dial']>>, text: string) {
  const before = line.bytes().length;
  const startedMs = performance.now();
  line.conn.write(Buffer.from(text));
  await until(() => line.bytes().length === before + text.length);
  return performance.now() - startedMs;
}

test('delay: a trip there and back takes twice as much longer, in order, and no longer once it is over', async (t) => {
  const { net, dial, close } = await echoed();
  const line = await dial();
  await line.opened;
  net.begin('a', fault('delay', { delayMs: 150 }));
  t.true((await tripMs(line, 'one')) >= 298);
  for (const text of ['a', 'b', 'c']) line.conn.write(Buffer.from(text));
  net.end('a');
  line.conn.write(Buffer.from('d'));
  await until(() => line.bytes().length === 7);
  t.is(line.bytes().toString(), 'oneabcd');
  // What goes on without a fault is not held up: the fastest of several, on whatever machine.
  const trips: number[] = [];
  for (const text of ['1', '2', '3', '4', '5']) trips.push(await tripMs(line, text));
  t.true(Math.min(...trips) < 150, `${trips}`);
  close();
});

test('jitter: chunks take different times, and stay in order', async (t) => {
  const { net, dial, close } = await echoed();
  const line = await dial();
  await line.opened;
  net.begin('a', fault('jitter', { delayMs: 120 }));
  const trips: number[] = [];
  for (const text of ['1', '2', '3', '4', '5', '6']) trips.push(await tripMs(line, text));
  t.true(Math.max(...trips) >= 120, `${trips}`);
  t.true(Math.max(...trips) - Math.min(...trips) > 20, `${trips}`);
  const text = 'abcdefghij';
  for (const letter of text) line.conn.write(Buffer.from(letter));
  await until(() => line.bytes().length === 16);
  t.is(line.bytes().toString(), `123456${text}`);
  close();
});

test('bandwidth: what is sent takes its time, each way', async (t) => {
  const { net, dial, close } = await echoed();
  const line = await dial();
  await line.opened;
  net.begin('a', fault('bandwidth', { bytesPerSecond: 4_000 }));
  t.true((await tripMs(line, 'x'.repeat(800))) >= 398);
  close();
});

test('corrupt: exactly one bit of a chunk is another, the same for the same seed', async (t) => {
  const flipped = async () => {
    const { net, dial, peers, close } = await echoed();
    const line = await dial();
    await line.opened;
    await until(() => peers.length === 1);
    const got: Buffer[] = [];
    peers[0]?.on('data', (chunk: Buffer) => got.push(chunk));
    net.begin('a', fault('corrupt', { sharePct: 100 }));
    line.conn.write(Buffer.alloc(64));
    await until(() => got.length > 0);
    close();
    return Buffer.concat(got);
  };
  const first = await flipped();
  t.is(
    [...first].reduce((bits, byte) => bits + byte.toString(2).replaceAll('0', '').length, 0),
    1,
  );
  t.deepEqual(await flipped(), first);
});

test('loss: the connection ends for both; reset: the peer reads ECONNRESET', async (t) => {
  const { net, dial, peers, ends, close } = await echoed();
  for (const [kind, heard] of [
    ['loss', 'end'],
    ['reset', 'ECONNRESET'],
  ] as const) {
    const line = await dial();
    await line.opened;
    await tripMs(line, 'x');
    const before = ends.length;
    net.begin(kind, fault(kind, { sharePct: 100 }));
    await until(() => line.said.length === 1 && ends.length === before + 1);
    t.is(ends.at(-1), heard);
    t.is(line.said[0], kind === 'reset' ? 'ECONNRESET' : 'closed');
  }
  t.is(peers.length, 2);
  close();
});

test('half-open: neither side hears of the other or is told, also when the terminal gives up', async (t) => {
  const { net, dial, peers, ends, close } = await echoed();
  const [left, kept] = [await dial(), await dial()];
  await Promise.all([left.opened, kept.opened]);
  await until(() => peers.length === 2);
  net.begin('a', fault('half-open', { sharePct: 100 }));
  left.conn.write(Buffer.from('lost'));
  kept.conn.write(Buffer.from('lost'));
  for (const peer of peers) peer.write('lost');
  left.conn.destroy();
  await sleep(100);
  t.deepEqual([left.heard.length, kept.heard.length], [0, 0]);
  t.deepEqual(left.said, ['closed'], 'it knows what it did itself');
  t.deepEqual([kept.said, ends], [[], []]);
  const fresh = await dial();
  await fresh.opened;
  t.true((await tripMs(fresh, 'a new one works')) >= 0);
  net.end('a');
  await until(() => ends.length === 2);
  t.deepEqual(kept.said, ['ETIMEDOUT']);
  close();
});

test('partition: no byte passes, no connection opens; afterwards what was held arrives', async (t) => {
  const { net, dial, peers, ends, close } = await echoed();
  const line = await dial();
  const gone = await dial();
  await Promise.all([line.opened, gone.opened]);
  await until(() => peers.length === 2);
  net.begin('a', fault('partition'));
  line.conn.write(Buffer.from('held'));
  gone.conn.destroy();
  const fresh = await dial();
  let opened = false;
  void fresh.opened.then(() => {
    opened = true;
  });
  await sleep(100);
  t.deepEqual([line.heard.length, peers.length, ends.length, opened], [0, 2, 0, false]);
  net.end('a');
  await until(() => line.bytes().toString() === 'held' && opened && ends.length === 1);
  t.is(peers.length, 3);
  close();
});

test('who is struck: the first of the fleet, of connections a share that the seed draws', (t) => {
  const of = (spec: FaultSpec, seed = 's') => struckNumbers(spec, { seed, id: 'x', terminals: 100 });
  t.deepEqual(of({ ...fault('delay', { delayMs: 1 }), target: '3' }), [0, 1, 2]);
  t.is(of(fault('corrupt', { sharePct: 10 })).length, 100, 'its share is of chunks');
  t.deepEqual(of({ ...fault('delay', { delayMs: 1 }), target: 'id:7+3-4+99-200' }), [3, 4, 7, 99]);
  t.deepEqual(of({ ...fault('reset', { sharePct: 10 }), target: 'id:100' }), [], 'none of the fleet');
  const some = of({ ...fault('reset', { sharePct: 10 }), target: '50%' });
  t.is(new Set(some).size, 5);
  t.true(some.every((number) => number < 50));
  t.deepEqual(of({ ...fault('reset', { sharePct: 10 }), target: '50%' }), some);
  t.notDeepEqual(of({ ...fault('reset', { sharePct: 10 }), target: '50%' }, 'other'), some);
  t.is(of(fault('loss', { sharePct: 0.1 })).length, 1, 'at least one');
});

test('every kind strikes the bank or is one this file shows', (t) => {
  const shown = ['delay', 'jitter', 'bandwidth', 'corrupt', 'loss', 'reset', 'half-open', 'partition'];
  t.deepEqual(FAULT_KINDS.filter((kind) => FAULTS[kind].strikes === 'terminals').sort(), shown.sort());
});
