/**
 * One HTTP connection, spoken by hand, so that a test decides every byte and when it is sent.
 *
 * @module
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: Buffer;
}

export class RawHttp {
  readonly socket: Socket;
  closed = false;
  #bytes = Buffer.alloc(0);
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  static async open(address: string): Promise<RawHttp> {
    const { hostname, port } = new URL(`http://${address}`);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawHttp(socket);
  }

  /** Head and as much of the body as is given; `length` is what is announced. */
  send(body: string | Uint8Array, { type = 'application/octet-stream', length = body.length } = {}): void {
    this.socket.write(
      `POST /v1/frames HTTP/1.1\r\nHost: bank\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`,
    );
    this.socket.write(body);
  }

  /** The next answer; null when the connection ends without. */
  async answer(): Promise<RawAnswer | null> {
    for (;;) {
      const head = this.#bytes.indexOf('\r\n\r\n');
      const headers = this.#bytes.toString('latin1', 0, Math.max(0, head));
      const length = Number(/content-length: (\d+)/i.exec(headers)?.[1] ?? 0);
      if (head >= 0 && this.#bytes.length >= head + 4 + length) {
        const body = this.#bytes.subarray(head + 4, head + 4 + length);
        this.#bytes = this.#bytes.subarray(head + 4 + length);
        return { status: Number(headers.slice(9, 12)), headers, body };
      }
      if (this.closed) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async post(body: string | Uint8Array, options: { type?: string } = {}): Promise<RawAnswer | null> {
    this.send(body, options);
    return await this.answer();
  }

  async ended(): Promise<void> {
    if (!this.closed) await once(this.socket, 'close');
  }
}
