/**
 * ATMB/1 over HTTP as a {@link Net} (PROTOCOL §13): one connection a session, kept alive, one POST at a time; what is
 * written while it is under way goes with the next. Nothing is posted only to ask what waits: the link's echo does that.
 *
 * @module
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { ConnHandlers } from '../../protocol/ports.ts';
import { parseAddress, type SocketConn, type SocketNet } from './tcp.ts';

/** @param localAddress where lines come from; else the system decides */
export const httpNetFrom = (localAddress?: string): SocketNet => ({
  dial: (address, handlers) => new HttpLine(address, handlers, localAddress),
});

export const httpNet = httpNetFrom();

/** Keeps to one connection: a session must never go on over another. */
class OneSocket extends Agent {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#socket = socket;
  }

  override createConnection(): Socket {
    return this.#socket;
  }
}

class HttpLine implements SocketConn {
  readonly remote: string;
  readonly #host: string;
  readonly #port: number;
  readonly #handlers: ConnHandlers;
  readonly #socket: Socket;
  readonly #agent: Agent;
  #outbox: Uint8Array[] = [];
  #isAsking = false;
  #isEnding = false;
  #reason = 'closed';

  constructor(address: string, handlers: ConnHandlers, localAddress?: string) {
    const { host, port } = parseAddress(address);
    this.remote = address;
    this.#host = host;
    this.#port = port;
    this.#handlers = handlers;
    this.#socket = connect({ host, port, localAddress, noDelay: true });
    this.#agent = new OneSocket(this.#socket);
    this.#socket.once('connect', () => handlers.onOpen());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#reason = error.code ?? error.message;
    });
    this.#socket.once('close', () => handlers.onClose(this.#reason));
  }

  get bufferedBytes(): number {
    return this.#outbox.reduce((sum, { length }) => sum + length, this.#socket.writableLength);
  }

  write(bytes: Uint8Array): void {
    if (this.#isEnding) return;
    this.#outbox.push(bytes);
    // Finished and the first request are written one after the other, and travel together.
    queueMicrotask(() => this.#post());
  }

  end(): void {
    this.#isEnding = true;
    this.#post();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reset(): void {
    this.#reason = 'ECONNRESET';
    this.#socket.resetAndDestroy();
  }

  #post(): void {
    if (this.#isAsking || this.#socket.destroyed) return;
    if (this.#outbox.length === 0) {
      if (this.#isEnding) this.#socket.end();
      return;
    }
    this.#isAsking = true;
    const body = Buffer.concat(this.#outbox.splice(0));
    const asked = request(
      {
        agent: this.#agent,
        ...{ method: 'POST', host: this.#host, port: this.#port, path: '/v1/frames' },
        headers: { 'content-type': 'application/octet-stream', 'content-length': body.length },
      },
      (answer) => this.#read(answer),
    );
    // The socket's close tells why.
    asked.on('error', () => {});
    asked.end(body);
  }

  #read(answer: IncomingMessage): void {
    if (answer.statusCode !== 200) {
      this.#reason = `HTTP ${answer.statusCode}`;
      this.#socket.destroy();
      return;
    }
    const isLast = answer.headers.connection === 'close';
    answer.on('data', (chunk: Buffer) => this.#handlers.onData(chunk));
    answer.on('end', () => {
      this.#isAsking = false;
      if (isLast) this.#handlers.onEnd();
      else this.#post();
    });
    answer.on('error', () => {});
  }
}
