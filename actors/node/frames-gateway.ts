/**
 * ATMB/1 over HTTP (PROTOCOL §13): `POST /v1/frames` takes whole frames and is answered with the bank's. A session lives
 * and dies with its HTTP connection, which is a {@link Conn} like any other to the bank: so limits, errors and audit are
 * those of TCP. What the bank says unasked waits for the next answer.
 *
 * @module
 */
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { HEADER_BYTES } from '../../protocol/frame.ts';
import type { Accept, Conn, ConnHandlers } from '../../protocol/ports.ts';

/** Of a body, as it is sent. */
const BODY_BYTES_MAX = 65_536;
const BINARY = 'application/octet-stream';
const TEXT = 'text/plain';

/** A request comes whole within the time of a hello (R17). */
const REQUEST_MS = 10_000;
/** Longer than a session may be silent, so that it is the bank that ends it. */
const IDLE_MS = 150_000;
const CONNECTIONS_MAX = 20_000;

/** A server with this route, which others may be added to; `accept` is the bank server's. */
export function framesServer(accept: Accept, requestMs = REQUEST_MS): FastifyInstance {
  const server = Fastify({
    logger: false,
    keepAliveTimeout: IDLE_MS,
    requestTimeout: requestMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: requestMs / 10 },
  });
  server.server.maxConnections = CONNECTIONS_MAX;
  const conns = new WeakMap<Socket, HttpConn>();
  const connOf = (socket: Socket) => {
    const known = conns.get(socket);
    if (known) return known;
    const conn = new HttpConn(socket);
    conns.set(socket, conn);
    conn.open(accept);
    return conn;
  };
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser(BINARY, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  server.post(
    '/v1/frames',
    {
      bodyLimit: BODY_BYTES_MAX,
      // Before the body: a full bank, and one that has waited for a hello too long, read nothing.
      onRequest: async ({ raw }) => void connOf(raw.socket),
      // What is refused as HTTP ends the connection, and the session with it.
      errorHandler: (error, _, reply) => void reply.header('connection', 'close').send(error),
    },
    async ({ raw, headers, body }, reply) => {
      const conn = connOf(raw.socket);
      const frames = framesOf(body);
      if (conn.isAsked || frames === null) {
        const [status, message] = conn.isAsked
          ? [409, 'One POST at a time on a connection']
          : [400, 'Expected whole frames, as octets or in base64'];
        return reply.code(status).header('connection', 'close').send({ statusCode: status, message });
      }
      const { bytes, last } = await conn.ask(frames);
      if (last) reply.header('connection', 'close');
      if (headers['content-type']?.startsWith(TEXT)) return reply.type(TEXT).send(bytes.toString('base64'));
      return reply.type(BINARY).send(bytes);
    },
  );
  return server;
}

/** Null: not base64 as it is written, or the last frame is not whole. */
function framesOf(body: unknown): Buffer | null {
  if (body === undefined || body === null) return Buffer.alloc(0);
  const bytes = typeof body === 'string' ? Buffer.from(body, 'base64') : (body as Buffer);
  if (typeof body === 'string' && bytes.toString('base64') !== body) return null;
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) at += HEADER_BYTES + bytes.readUInt16BE(at + 6);
  return at === bytes.length ? bytes : null;
}

interface Answer {
  readonly bytes: Buffer;
  /** The connection is over. */
  readonly last: boolean;
}

class HttpConn implements Conn {
  readonly remote: string;
  readonly #socket: Socket;
  #handlers: ConnHandlers | null = null;
  #waiting: Uint8Array[] = [];
  #answer: ((answer: Answer) => void) | null = null;
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remote = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
  }

  open(accept: Accept): void {
    let reason = 'closed';
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code ?? error.message;
    });
    this.#socket.once('close', () => {
      this.#ended = true;
      this.#settle();
      this.#handlers?.onClose(reason);
    });
    this.#handlers = accept(this);
  }

  get isAsked(): boolean {
    return this.#answer !== null;
  }

  /** Resolves once everything that came in is answered. No frames: with what waits. */
  ask(frames: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      // A full bank has dropped it, and some of the body may have come all the same.
      if (this.#socket.destroyed) this.#ended = true;
      else if (frames.length > 0) this.#handlers?.onData(frames);
      this.#settle();
    });
  }

  get bufferedBytes(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, this.#socket.writableLength);
  }

  write(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    // What the bank writes in one turn leaves together.
    queueMicrotask(() => this.#settle());
  }

  end(): void {
    this.#ended = true;
    // Without a question nothing can be answered, not even with a Close.
    if (this.isAsked) this.#settle();
    else this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #settle(): void {
    if (!this.#answer || (!this.#ended && (this.#handlers?.pending?.() ?? 0) > 0)) return;
    const answer = this.#answer;
    this.#answer = null;
    answer({ bytes: Buffer.concat(this.#waiting.splice(0)), last: this.#ended });
  }
}
