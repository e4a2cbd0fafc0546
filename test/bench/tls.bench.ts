/**
 * A yardstick: the same messages over `node:tls` with a pre-shared key, beside ATMB/1, beside plain TCP. Both ends and
 * their sockets are in this one process; what is measured is its CPU time, so that other work on the machine disturbs
 * little. `npm run bench:tls -- [seconds a figure]`
 *
 * @module
 */
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { listenTcp, tcpNet } from '../../actors/node/tcp.ts';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { encodeBankMessage, encodeRequest } from '../../protocol/encode.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { AccountId, TerminalId } from '../../protocol/ids.ts';
import { cents } from '../../protocol/money.ts';
import type { Conn } from '../../protocol/ports.ts';
import { ServerChannel } from '../../protocol/server-channel.ts';
import { SUITE_PSK, SUITE_X25519 } from '../../protocol/suites.ts';

interface Line {
  send(message: string): void;
  close(): void;
}

interface LineEvents {
  onUp(line: Line): void;
  onMessage(line: Line): void;
}

/** A way to carry messages; the server answers each with `REPLY`. */
interface Carrier {
  readonly name: string;
  serve(): Promise<{ readonly port: number; close(): void }>;
  dial(port: number, events: LineEvents): void;
}

const SECONDS = Number(process.argv[2] ?? 4);
const KEY = Buffer.alloc(32, 5);
const terminal = 'ATM-001' as TerminalId;
const account = 'A-000001' as AccountId;
const view = { account, ledger: cents(123_45), available: cents(123_45), version: 17 };
const REQUEST = encodeRequest({ type: 'balance', rid: 1, account });
const REPLY = encodeBankMessage({
  ...{ type: 'reply', rid: 1, code: 'APPROVED', account: view },
  audit: { seq: 4711, head: 'ab'.repeat(32) },
});

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Messages behind their length, as a stream needs them; what is sent while a chunk is read leaves in one write. */
function framed(socket: Socket, onMessage: () => void): (message: string) => void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    socket.cork();
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE()) {
      // Read as text, as a message must be.
      rest.toString('utf8', 2, 2 + rest.readUInt16BE());
      rest = rest.subarray(2 + rest.readUInt16BE());
      onMessage();
    }
    socket.uncork();
  });
  socket.on('error', () => {});
  return (message) => {
    const bytes = Buffer.allocUnsafe(2 + Buffer.byteLength(message));
    bytes.writeUInt16BE(bytes.length - 2);
    bytes.write(message, 2);
    socket.write(bytes);
  };
}

function streamCarrier(name: string, tls: TlsOptions | null): Carrier {
  return {
    name,
    serve: () => {
      const answer = (socket: Socket) => {
        const send = framed(socket, () => send(REPLY));
      };
      const server = tls
        ? createTlsServer({ ...tls, pskCallback: () => KEY, noDelay: true }, answer)
        : createServer({ noDelay: true }, answer);
      return new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () => {
          const bound = server.address();
          if (bound === null || typeof bound === 'string') throw new Error('Expected a port');
          resolve({ port: bound.port, close: () => server.close() });
        });
      });
    },
    dial: (port, { onUp, onMessage }) => {
      const at = { port, host: '127.0.0.1', noDelay: true };
      const socket = tls
        ? connectTls({
            ...at,
            ...(tls as object),
            pskCallback: () => ({ psk: KEY, identity: terminal }),
            checkServerIdentity: () => undefined,
          })
        : connect(at);
      const line: Line = { send: framed(socket, () => onMessage(line)), close: () => void socket.end() };
      socket.once(tls ? 'secureConnect' : 'connect', () => onUp(line));
      socket.on('error', (error) => {
        throw error;
      });
    },
  };
}

function atmbCarrier(name: string, suite: number): Carrier {
  const entropy = systemEntropy();
  const guard = new WindowedHelloGuard();
  const keys = { lookup: () => ({ kShared: KEY }) };
  return {
    name,
    serve: async () => {
      const listener = await listenTcp('127.0.0.1:0', (conn) => {
        const channel = new ServerChannel({ entropy, keys, guard });
        const ears = earsOf({ conn: () => conn, channel, onUp() {}, onMessage: () => ears.send(REPLY) });
        return { onOpen() {}, onData: ears.onData, onEnd: () => conn.end(), onClose() {} };
      });
      return { port: Number(listener.address.split(':')[1]), close: () => listener.close() };
    },
    dial: (port, { onUp, onMessage }) => {
      const channel = new ClientChannel({ entropy }, { terminal, keyId: 1, kShared: KEY, suites: [suite] });
      const ears = earsOf({
        ...{ conn: () => conn, channel },
        onUp: () => onUp(line),
        onMessage: () => onMessage(line),
      });
      const line: Line = { send: ears.send, close: () => ears.apply(channel.close(Date.now())) };
      const conn = tcpNet.dial(`127.0.0.1:${port}`, {
        onOpen: () => ears.apply(channel.start(Date.now())),
        onData: ears.onData,
        onEnd: () => conn.end(),
        onClose() {},
      });
    },
  };
}

/** One end of ATMB/1; what is sent while a chunk is read leaves in one record, as in link and session. */
function earsOf(end: {
  readonly conn: () => Conn;
  readonly channel: ClientChannel | ServerChannel;
  onUp(): void;
  onMessage(): void;
}) {
  let outbox: string[] = [];
  let isReading = false;
  const apply = (effects: readonly ChannelEffect[]) => {
    for (const effect of effects) {
      if (effect.type === 'send') end.conn().write(effect.bytes);
      else if (effect.type === 'established') end.onUp();
      else if (effect.type === 'message') end.onMessage();
      else end.conn().end();
    }
  };
  const flush = () => {
    const messages = outbox;
    outbox = [];
    apply(end.channel.send(messages, Date.now()));
  };
  return {
    apply,
    send: (message: string) => {
      outbox.push(message);
      if (!isReading) flush();
    },
    onData: (chunk: Uint8Array) => {
      isReading = true;
      apply(end.channel.receive(chunk, Date.now()));
      isReading = false;
      flush();
    },
  };
}

/** CPU time of this process, all threads, µs. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** µs of CPU for a connection that is made, used for one request and its reply, and closed. */
async function handshake({ serve, dial }: Carrier, seconds: number): Promise<number> {
  const server = await serve();
  const untilMs = performance.now() + seconds * 1000;
  const before = cpuUs();
  let done = 0;
  const slot = () =>
    new Promise<void>((resolve) => {
      const again = () => {
        if (performance.now() >= untilMs) return resolve();
        dial(server.port, {
          onUp: (line) => line.send(REQUEST),
          onMessage: (line) => {
            done++;
            line.close();
            again();
          },
        });
      };
      again();
    });
  await Promise.all(Array.from({ length: 16 }, slot));
  server.close();
  return (cpuUs() - before) / done;
}

/** µs of CPU for a message, request or reply, over 32 lines with `window` requests under way on each. */
async function message({ serve, dial }: Carrier, seconds: number, window: number): Promise<number> {
  const server = await serve();
  const lines: Line[] = [];
  let replies = 0;
  let isOver = false;
  const open = () =>
    new Promise<void>((resolve) => {
      dial(server.port, {
        onUp: (line) => {
          lines.push(line);
          resolve();
        },
        onMessage: (line) => {
          replies++;
          if (!isOver) line.send(REQUEST);
        },
      });
    });
  await Promise.all(Array.from({ length: 32 }, open));
  for (const line of lines) for (let i = 0; i < window; i++) line.send(REQUEST);
  await pause(300);
  const [count, before] = [replies, cpuUs()];
  await pause(seconds * 1000);
  const spent = (cpuUs() - before) / (2 * (replies - count));
  isOver = true;
  for (const line of lines) line.close();
  server.close();
  await pause(100);
  return spent;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const tls12 = (ciphers: string): TlsOptions => ({ ciphers, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
const carriers: readonly Carrier[] = [
  streamCarrier('plain TCP', null),
  atmbCarrier('ATMB/1, suite 1 (PSK)', SUITE_PSK),
  streamCarrier('TLS 1.2 PSK, AES-CBC', tls12('PSK-AES128-CBC-SHA256')),
  atmbCarrier('ATMB/1, suite 2 (X25519)', SUITE_X25519),
  streamCarrier('TLS 1.2 ECDHE-PSK, AES-CBC', tls12('ECDHE-PSK-AES128-CBC-SHA256')),
  streamCarrier('TLS 1.2 ECDHE-PSK, ChaCha20', tls12('ECDHE-PSK-CHACHA20-POLY1305')),
];

const ROUNDS = 3;
// Rounds go over all carriers in turn, so that a busy minute of the machine strikes all alike.
const rounds = carriers.map((): number[][] => [[], [], []]);
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, carrier] of carriers.entries()) {
    const measured = [
      await handshake(carrier, SECONDS / ROUNDS),
      await message(carrier, SECONDS / ROUNDS, 1),
      await message(carrier, SECONDS / ROUNDS, 16),
    ];
    for (const [column, us] of measured.entries()) rounds[i]?.[column]?.push(us);
  }
}
console.log(
  `request ${REQUEST.length} B, reply ${REPLY.length} B; CPU of both ends together, as a rate on one core; ` +
    `median of ${ROUNDS} rounds`,
);
console.log(`${''.padEnd(30)}connections/s   messages/s   messages/s, 16 under way`);
for (const [i, { name }] of carriers.entries()) {
  const [made, one, many] = (rounds[i] ?? []).map((values) => Math.round(1e6 / median(values)));
  console.log(
    `${name.padEnd(30)}${String(made).padStart(13)}${String(one).padStart(13)}${String(many).padStart(27)}`,
  );
}
process.exit(0);
