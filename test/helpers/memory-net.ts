/**
 * A network in memory on an injected clock: ordered streams with a fixed delay, and wire taps that may change, drop or
 * cut what passes.
 *
 * @module
 */
import type { Accept, Clock, Conn, ConnHandlers, Net } from '../../protocol/ports.ts';

export interface Wire {
  /** Returns what arrives instead of the bytes; null drops them. */
  tap: (bytes: Uint8Array, towards: 'bank' | 'terminal') => Uint8Array | null;
  /** Refuses new connections, as a bank that is down does. */
  refusing: boolean;
  /** Connections that are open. */
  readonly open: Set<{ cut(): void }>;
}

export function memoryNet(clock: Clock, accept: Accept, delayMs = 1): { net: Net; wire: Wire } {
  const wire: Wire = { tap: (bytes) => bytes, refusing: false, open: new Set() };
  let port = 40_000;
  const net: Net = {
    dial(_address, handlers) {
      const remote = `127.0.0.1:${port++}`;
      let closed = false;
      let bankHandlers: ConnHandlers | null = null;
      const cut = () => {
        if (closed) return;
        closed = true;
        wire.open.delete(line);
        clock.setTimeout(() => {
          handlers.onClose('cut');
          bankHandlers?.onClose('cut');
        }, 0);
      };
      const line = { cut, ended: false };
      const end = (towards: 'bank' | 'terminal'): Conn => {
        let finished = false;
        const other = () => (towards === 'bank' ? bankHandlers : handlers);
        return {
          remote,
          bufferedBytes: 0,
          write(bytes) {
            if (closed || finished) return;
            const copy = wire.tap(Uint8Array.from(bytes), towards);
            if (copy !== null) clock.setTimeout(() => !closed && other()?.onData(copy), delayMs);
          },
          end() {
            if (closed || finished) return;
            finished = true;
            clock.setTimeout(() => {
              if (closed) return;
              if (line.ended) cut();
              line.ended = true;
              other()?.onEnd();
            }, delayMs);
          },
          destroy: cut,
        };
      };
      clock.setTimeout(() => {
        if (closed) return;
        if (wire.refusing) return cut();
        wire.open.add(line);
        bankHandlers = accept(end('terminal'));
        handlers.onOpen();
      }, delayMs);
      return end('bank');
    },
  };
  return { net, wire };
}
