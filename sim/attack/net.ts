/**
 * Sockets of the adversary: dialled from a loopback address of its case's own, so that the bank's audit trail tells the
 * cases apart while they run side by side.
 *
 * @module
 */
import { connect } from 'node:net';
import { parseAddress } from '../../actors/node/tcp.ts';
import type { Conn, ConnHandlers, Net } from '../../protocol/ports.ts';

/** Dials from `source`; null for whatever the system takes. */
export function netFrom(source: string | null): Net {
  return { dial: (address, handlers) => dialFrom(source, address, handlers) };
}

export function dialFrom(source: string | null, address: string, handlers: ConnHandlers): Conn {
  const { host, port } = parseAddress(address);
  const socket = connect({
    host,
    port,
    noDelay: true,
    allowHalfOpen: true,
    ...(source !== null && { localAddress: source }),
  });
  let reason = 'closed';
  socket.once('connect', () => handlers.onOpen());
  socket.on('data', (chunk) => handlers.onData(chunk));
  socket.on('end', () => handlers.onEnd());
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
  });
  socket.once('close', () => handlers.onClose(reason));
  return {
    remote: address,
    get bufferedBytes() {
      return socket.writableLength;
    },
    write(bytes) {
      if (socket.writable) socket.write(bytes);
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** The address of case `number`, where all of 127.0.0.0/8 is this machine; null where it is not, or the bank is elsewhere. */
export const sourceOf = (number: number, bank: string): string | null =>
  process.platform === 'linux' && parseAddress(bank).host === '127.0.0.1'
    ? `127.41.${Math.floor(number / 200)}.${1 + (number % 200)}`
    : null;
