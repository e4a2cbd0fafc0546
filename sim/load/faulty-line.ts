/**
 * One connection of a terminal on a network with faults. The terminal sees what it would see: bytes late, damaged or not
 * at all, an end, a reset, or nothing.
 *
 * @module
 */
import type { SocketConn, SocketNet } from '../../actors/node/tcp.ts';
import type { Conn, ConnHandlers } from '../../protocol/ports.ts';
import { type LaneDeps, LineLane } from './line-lane.ts';

export interface LineDeps extends LaneDeps {
  readonly net: SocketNet;
  /** The socket is gone. */
  onGone(line: FaultyLine): void;
}

export class FaultyLine implements Conn {
  readonly remote: string;
  readonly #deps: LineDeps;
  readonly #handlers: ConnHandlers;
  readonly #out: LineLane;
  readonly #in: LineLane;
  #socket: SocketConn | null = null;
  /** Half-open: whatever is sent is lost, and nobody is told. */
  #silent = false;
  /** The terminal was told that it is over. */
  #told = false;
  #destroyed = false;

  constructor(address: string, handlers: ConnHandlers, deps: LineDeps) {
    this.remote = address;
    this.#deps = deps;
    this.#handlers = handlers;
    this.#out = new LineLane(deps);
    this.#in = new LineLane(deps);
    this.#out.signal(() => this.#dial());
  }

  get bufferedBytes(): number {
    return this.#out.bufferedBytes + (this.#socket?.bufferedBytes ?? 0);
  }

  write(bytes: Uint8Array): void {
    if (!this.#silent) this.#out.send(bytes, (chunk) => this.#socket?.write(chunk));
  }

  end(): void {
    if (!this.#silent) this.#out.signal(() => this.#socket?.end());
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#in.clear();
    this.#out.clear();
    queueMicrotask(() => this.#tell('closed'));
    // The peer learns of it only when something passes again.
    if (!this.#silent) this.#out.signal(() => this.#drop());
  }

  /** An end or a reset that nobody asked for. */
  strike(kind: 'loss' | 'reset'): void {
    if (this.#silent || this.#destroyed) return;
    if (kind === 'reset') this.#socket?.reset();
    else this.#socket?.destroy();
  }

  /** From now on it is half-open; false: it is over already. */
  silence(): boolean {
    if (this.#destroyed || this.#told) return false;
    this.#silent = true;
    this.#in.clear();
    this.#out.clear();
    return true;
  }

  /** A half-open connection is noticed: bytes were lost, so that it is of no use. */
  endSilence(): void {
    this.#drop();
    this.#tell('ETIMEDOUT');
  }

  /** Trouble has changed. */
  pump(): void {
    this.#out.pump();
    this.#in.pump();
  }

  #dial(): void {
    const pass = (go: () => void) => {
      if (!this.#silent && !this.#destroyed) this.#in.signal(go);
    };
    this.#socket = this.#deps.net.dial(this.remote, {
      onOpen: () => pass(() => this.#handlers.onOpen()),
      onData: (chunk) => {
        if (!this.#silent && !this.#destroyed) this.#in.send(chunk, (late) => this.#handlers.onData(late));
      },
      onEnd: () => pass(() => this.#handlers.onEnd()),
      onClose: (reason) => {
        this.#socket = null;
        this.#deps.onGone(this);
        pass(() => this.#tell(reason));
      },
    });
  }

  #drop(): void {
    if (this.#socket === null) this.#deps.onGone(this);
    else this.#socket.destroy();
  }

  #tell(reason: string): void {
    if (this.#told) return;
    this.#told = true;
    this.#handlers.onClose(reason);
  }
}
