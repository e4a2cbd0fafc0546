/**
 * What a stranger can do to a bank's resources, and a terminal that was taken over. Each attack goes on until it is
 * stopped, and says how much it did.
 *
 * @module
 */
import { connect, type Socket } from 'node:net';
import { systemEntropy } from '../../actors/node/entropy.ts';
import type { TerminalKey } from '../../actors/node/terminal-key-file.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { sent } from '../helpers/channels.ts';
import { LineClient } from './client.ts';

export interface Target {
  readonly address: string;
  /** The attacker's own, of a terminal that was taken over. */
  readonly key: TerminalKey;
}

export interface Attack {
  /** In a few words, with its size. */
  readonly what: string;
  /** Goes on until `stopped` says so; counts with `did`. */
  run(target: Target, stopped: () => boolean, did: () => void): Promise<void>;
}

export const ATTACKS: Readonly<Record<string, Attack>> = {
  'hello-flood': {
    what: 'hellos with a bad binder, 1,000 a second on new connections',
    run: (target, stopped, did) =>
      each(10, 10, stopped, async () => {
        await whole(target.address, badHello(target.key));
        did();
      }),
  },
  'slow-loris': {
    what: '2,000 connections, a byte of a hello a second each',
    run: (target, stopped, did) =>
      held(2_000, target.address, stopped, async (socket) => {
        const hello = badHello(target.key);
        for (let at = 0; !socket.destroyed && at < hello.length - 1 && !stopped(); at++) {
          socket.write(hello.subarray(at, at + 1));
          did();
          await after(1_000);
        }
      }),
  },
  idle: {
    what: '10,000 connections that say nothing, each made again 10 s after it was dropped',
    run: (target, stopped, did) =>
      held(10_000, target.address, stopped, async () => {
        did();
      }),
  },
  oversize: {
    what: 'headers that announce 65,535 bytes and a megabyte behind, 100 a second',
    run: (target, stopped, did) => {
      const bomb = Buffer.alloc(2 ** 20);
      bomb.set([0xa7, 1, 1, 0, 0, 0, 0xff, 0xff]);
      return each(1, 10, stopped, async () => {
        await whole(target.address, bomb);
        did();
      });
    },
  },
  fragments: {
    what: 'hellos in pieces of one byte, 100 a second',
    run: (target, stopped, did) =>
      each(1, 10, stopped, async () => {
        const socket = dial(target.address);
        for (const byte of badHello(target.key)) {
          socket.write(Uint8Array.of(byte));
          await new Promise(setImmediate);
        }
        socket.end();
        await closed(socket);
        did();
      }),
  },
  nonsense: {
    what: 'a terminal taken over: 20 sessions a second with 5,000 one-byte messages each',
    run: ({ address, key }, stopped, did) => {
      const nonsense = Array<string>(5_000).fill('x');
      return each(1, 50, stopped, async () => {
        const line = new LineClient(address, key);
        if (await line.up()) line.say(nonsense);
        did();
        await after(1_000);
        line.socket.destroy();
      });
    },
  },
};

/** Begins `count` things every `ms`, at most 500 at once. */
async function each(count: number, ms: number, stopped: () => boolean, one: () => Promise<void>) {
  const going = new Set<Promise<void>>();
  while (!stopped()) {
    for (let n = 0; n < count && going.size < 500; n++) {
      const promise = one().finally(() => going.delete(promise));
      going.add(promise);
    }
    await after(ms);
  }
  await Promise.all(going);
}

const AGAIN_MS = 10_000;

/** Keeps so many connections open, each made again some time after it was dropped. */
async function held(
  count: number,
  address: string,
  stopped: () => boolean,
  use: (socket: Socket) => Promise<void>,
) {
  const sockets = new Set<Socket>();
  const keep = async () => {
    while (!stopped()) {
      const socket = dial(address);
      sockets.add(socket);
      const gone = closed(socket);
      await use(socket);
      await gone;
      sockets.delete(socket);
      for (let ms = 0; ms < AGAIN_MS && !stopped(); ms += 100) await after(100);
    }
  };
  const all: Promise<void>[] = [];
  for (let n = 0; n < count && !stopped(); n++) {
    all.push(keep());
    if (n % 50 === 49) await after(10);
  }
  while (!stopped()) await after(50);
  for (const socket of sockets) socket.destroy();
  await Promise.all(all);
}

function dial(address: string): Socket {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => {});
  socket.resume();
  return socket;
}

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });

async function whole(address: string, bytes: Uint8Array): Promise<void> {
  const socket = dial(address);
  socket.end(bytes);
  await closed(socket);
}

/** All of it right but the binder. */
function badHello(key: TerminalKey): Buffer {
  const hello = sent(
    new ClientChannel({ entropy: systemEntropy() }, { ...key, suites: [1] }).start(Date.now()),
  );
  hello[hello.length - 1] = (hello.at(-1) ?? 0) ^ 1;
  return hello;
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
