/**
 * The real {@link Net}: TCP through `node:net`, Nagle off, half-open allowed (an authenticated Close comes before FIN,
 * R16).
 *
 * @module
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Accept, Conn, ConnHandlers, Net } from '../../protocol/ports.ts';

/** `host:port`; throws RangeError with what was expected. */
export function parseAddress(text: string): { host: string; port: number } {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:]+):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[2] ?? Number.NaN);
  if (!match?.[1] || !(port <= 65_535)) {
    throw new RangeError(`Expected an address like 127.0.0.1:7001, got "${text}"`);
  }
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
}

/** All dialled sockets read into this, one after the other: a fleet's reads then leave nothing to collect. */
const readArea = Buffer.allocUnsafeSlow(65_536);

/** A real connection can also be reset, which no terminal does of itself. */
export interface SocketConn extends Conn {
  /** RST: the peer's next read fails. */
  reset(): void;
}

export interface SocketNet extends Net {
  dial(address: string, handlers: ConnHandlers): SocketConn;
}

/** @param localAddress where lines come from; else the system decides */
export const tcpNetFrom = (localAddress?: string): SocketNet => ({
  dial(address, handlers) {
    const { host, port } = parseAddress(address);
    const onread = {
      buffer: readArea,
      callback: (bytes: number) => {
        handlers.onData(readArea.subarray(0, bytes));
        return true;
      },
    };
    const socket = connect({ host, port, localAddress, noDelay: true, allowHalfOpen: true, onread });
    socket.once('connect', () => handlers.onOpen());
    return adopt(socket, address, handlers);
  },
});

export const tcpNet = tcpNetFrom();

export interface TcpListener {
  /** The address that was bound, with the real port where 0 was asked. */
  readonly address: string;
  /** Stops accepting; connections live on until their owner ends them. */
  close(): void;
}

/** Listens on `host:port`; rejects with Node's error (EADDRINUSE, EACCES, …) when it cannot. */
export function listenTcp(address: string, accept: Accept): Promise<TcpListener> {
  const { host, port } = parseAddress(address);
  const server: Server = createServer({ noDelay: true, allowHalfOpen: true, backlog: 4096 } as object);
  server.on('connection', (socket) => {
    const remote = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
    let handlers: ConnHandlers | null = null;
    const conn = adopt(socket, remote, {
      onOpen: () => {},
      onData: (chunk) => handlers?.onData(chunk),
      onEnd: () => handlers?.onEnd(),
      onClose: (reason) => handlers?.onClose(reason),
    });
    socket.on('data', (chunk) => handlers?.onData(chunk as Buffer));
    handlers = accept(conn);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 4096 }, () => {
      const bound = server.address();
      const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
      server.on('error', () => {});
      resolve({
        address: `${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
        close: () => server.close(),
      });
    });
  });
}

function adopt(socket: Socket, remote: string, handlers: ConnHandlers): SocketConn {
  let reason = 'closed';
  socket.on('end', () => handlers.onEnd());
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
  });
  socket.once('close', () => handlers.onClose(reason));
  return {
    remote,
    get bufferedBytes() {
      return socket.writableLength;
    },
    write(bytes) {
      if (socket.writable) socket.write(bytes);
    },
    end() {
      socket.end();
    },
    destroy() {
      socket.destroy();
    },
    reset() {
      reason = 'ECONNRESET';
      socket.resetAndDestroy();
    },
  };
}
