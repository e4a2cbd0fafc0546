/**
 * The simulated network: ordered byte streams between terminals and the bank, with everything that TCP over bad lines
 * does to them: pieces split and joined, delay, spikes, stalls, half-open lines, resets, ends in mid-record, refused
 * and slow connections, partitions. A {@link Middle} may change what passes. What it never does by itself is change,
 * lose or reorder bytes of a stream that goes on.
 *
 * @module
 */

import type { TerminalId } from '../../protocol/ids.ts';
import type { Accept, Conn, ConnHandlers, Net } from '../../protocol/ports.ts';
import type { Observation } from '../check/observation.ts';
import type { Rng } from '../rng.ts';
import type { WorldConfig } from './config.ts';
import { type Connection, type End, lane, newEnd, OTHER } from './connection.ts';
import type { Decisions } from './decisions.ts';
import { frameNames } from './frame-names.ts';
import type { Kernel, Life } from './kernel.ts';
import type { Middle, Reach, Side } from './middle.ts';
import { Pipe } from './pipe.ts';
import { Weather } from './weather.ts';

export interface NetworkDeps {
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly rng: Rng;
  readonly trace: {
    emit(lane: string, what: string, text?: string, link?: { peer: string; id: string }): void;
  };
  readonly observe: (observation: Observation) => void;
  readonly onMark: (mark: string) => void;
}

/** What matters is lost between a request for money and its answer, and few records are. */
const IN_DOUBT_BOOST = 6;
const SPIKE_MS = [1_000, 15_000] as const;
const STALL_MS = [500, 20_000] as const;
const SLOW_CONNECT_MS = [1_000, 15_000] as const;

export class SimNet {
  readonly weather: Weather;
  readonly reach: Reach;
  middle: Middle | null = null;
  /** Terminals that wait to hear what became of money: on their lines things go wrong more often. */
  readonly inDoubt = new Set<TerminalId>();
  readonly #deps: NetworkDeps;
  readonly #delay: WorldConfig['net'];
  readonly #open = new Map<string, Connection>();
  #listener: { readonly life: Life; readonly accept: Accept } | null = null;
  #connections = 0;
  #pieces = 0;

  constructor(deps: NetworkDeps, delay: WorldConfig['net']) {
    this.#deps = deps;
    this.#delay = delay;
    this.weather = new Weather(deps);
    this.reach = {
      inject: (line, towards, bytes) => {
        const connection = this.#open.get(line.id);
        if (connection) this.#carry(connection, towards, bytes);
      },
      cut: (line) => {
        const connection = this.#open.get(line.id);
        if (connection) this.#reset(connection);
      },
      end: (line, towards) => {
        const pipe = this.#open.get(line.id)?.pipes[towards];
        pipe?.add(null, this.#oneWayUs());
        pipe?.die();
      },
      dial: (handlers) => this.#dial(this.#deps.kernel.world, 'MALLORY' as TerminalId, handlers),
      bankLife: () => this.#listener?.life.name ?? '',
    };
  }

  /** Name of the bank's process that listens; empty while none does. */
  get bankLife(): string {
    return this.#listener?.life.name ?? '';
  }

  /** The bank listens until its life ends; then every connection it had is gone. */
  listen(life: Life, accept: Accept): void {
    this.#listener = { life, accept };
    life.atEnd(() => {
      if (this.#listener?.life === life) this.#listener = null;
      this.#bury(life, 'bank');
    });
  }

  /** No more connections are accepted; those there are go on. */
  close(): void {
    this.#listener = null;
  }

  /** The network of a terminal's process. */
  netOf(life: Life, terminal: TerminalId): Net {
    life.atEnd(() => this.#bury(life, 'terminal'));
    return { dial: (_address, handlers) => this.#dial(life, terminal, handlers) };
  }

  /** Stalls and partitions end; what is dead stays dead until its owners give it up. */
  heal(): void {
    this.weather.clear();
    for (const { pipes } of this.#open.values())
      for (const pipe of [pipes.bank, pipes.terminal]) pipe.resume();
  }

  #dial(life: Life, terminal: TerminalId, handlers: ConnHandlers): Conn {
    const { kernel, decisions, trace } = this.#deps;
    const honest = life !== kernel.world;
    const id = `${honest ? 'L' : 'X'}${++this.#connections}`;
    const connection: Connection = {
      id,
      terminal,
      honest,
      ends: { terminal: newEnd(life, handlers), bank: newEnd(this.#listener?.life ?? kernel.world, null) },
      pipes: { bank: this.#pipe(id, terminal, 'bank'), terminal: this.#pipe(id, terminal, 'terminal') },
    };
    const slow = honest ? decisions.decide('net.slowConnect', terminal) : null;
    const refused = honest ? decisions.decide('net.refuse', terminal) : null;
    const waitUs =
      2 * this.#oneWayUs() +
      (slow ? 1_000 * slow.between(...SLOW_CONNECT_MS) : 0) +
      this.weather.heldUs(terminal, 'bank');
    trace.emit(lane(connection, 'terminal'), 'dial', id);
    kernel.schedule(life, waitUs, () => {
      if (connection.ends.terminal.over) return;
      const listener = this.#listener;
      if (refused || !listener?.life.alive) return this.#tell(connection, 'terminal', 'refused');
      this.#accept(connection, listener);
    });
    return this.#conn(connection, 'terminal');
  }

  #accept(connection: Connection, listener: { readonly life: Life; readonly accept: Accept }): void {
    const { trace } = this.#deps;
    const ends = connection.ends as { bank: End; terminal: End };
    ends.bank = newEnd(listener.life, null);
    this.#open.set(connection.id, connection);
    trace.emit(lane(connection, 'terminal'), 'open', connection.id);
    if (connection.honest) this.middle?.opened(connection);
    ends.bank.handlers = listener.accept(this.#conn(connection, 'bank'));
    if (!ends.terminal.over) ends.terminal.handlers?.onOpen();
  }

  #conn(connection: Connection, side: Side): Conn {
    const end = () => connection.ends[side];
    const pipe = connection.pipes[OTHER[side]];
    return {
      // The bank sees who dials; the terminal's side carries the line's own name.
      remote: side === 'bank' ? `${connection.terminal}:${connection.id.slice(1)}` : connection.id,
      get bufferedBytes() {
        return pipe.heldBytes;
      },
      write: (bytes) => {
        if (end().over || end().finSent || !end().life.alive) return;
        this.#write(connection, side, new Uint8Array(bytes));
      },
      end: () => {
        if (end().over || end().finSent || !end().life.alive) return;
        end().finSent = true;
        pipe.add(null, this.#oneWayUs());
        if (end().finReceived) this.#tell(connection, side, 'closed');
      },
      destroy: () => {
        if (end().over || !end().life.alive) return;
        pipe.abort(this.#oneWayUs());
        this.#tell(connection, side, 'destroyed');
      },
    };
  }

  #write(connection: Connection, side: Side, bytes: Uint8Array): void {
    const { id, honest } = connection;
    const towards = OTHER[side];
    if (honest) this.#deps.observe({ type: 'wire', side, direction: 'out', line: id, bytes });
    if (!this.#open.has(id)) return;
    const passed = honest && this.middle ? this.middle.pass(connection, towards, bytes) : [bytes];
    for (const piece of passed) this.#carry(connection, towards, piece);
  }

  /** Puts bytes on their way, with what bad lines do to them. */
  #carry(connection: Connection, towards: Side, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { decisions, rng, trace } = this.#deps;
    const { terminal, honest } = connection;
    const pipe = connection.pipes[towards];
    const link = { peer: lane(connection, towards), id: `${connection.id}.${++this.#pieces}` };
    trace.emit(lane(connection, OTHER[towards]), 'send', frameNames(bytes), link);
    let delayUs = this.#oneWayUs();
    if (honest) {
      const about = `${terminal} to ${towards}`;
      const boost = this.inDoubt.has(terminal) ? IN_DOUBT_BOOST : 1;
      const spike = decisions.decide('net.spike', about, boost);
      if (spike) delayUs += 1_000 * spike.between(...SPIKE_MS);
      const stall = decisions.decide('net.stall', about, boost);
      if (stall) pipe.hold(1_000 * stall.between(...STALL_MS));
      if (decisions.decide('net.halfOpen', about, boost)) pipe.die();
      if (decisions.decide('net.reset', about, boost)) return this.#reset(connection);
      const cut = decisions.decide('net.cut', about, boost);
      if (cut) {
        pipe.add(bytes.subarray(0, cut.below(bytes.length)), delayUs, link.id);
        pipe.add(null, delayUs);
        pipe.die();
        return;
      }
    }
    if (bytes.length > 1 && rng.ratio(1, 8)) {
      const at = 1 + rng.below(bytes.length - 1);
      pipe.add(bytes.subarray(0, at), delayUs, link.id);
      pipe.add(bytes.subarray(at), this.#oneWayUs(), link.id);
    } else if (rng.ratio(1, 8)) {
      pipe.join(bytes, delayUs, link.id);
    } else {
      pipe.add(bytes, delayUs, link.id);
    }
  }

  #pipe(id: string, terminal: TerminalId, towards: Side): Pipe {
    const { kernel, trace, observe } = this.#deps;
    const connection = () => this.#open.get(id);
    return new Pipe(
      { kernel, heldUs: () => this.weather.heldUs(terminal, towards) },
      {
        onBytes: (bytes, piece) => {
          const to = connection();
          const end = to?.ends[towards];
          if (!to || !end || end.over || !end.life.alive) return;
          trace.emit(lane(to, towards), 'deliver', frameNames(bytes), {
            peer: lane(to, OTHER[towards]),
            id: piece,
          });
          if (to.honest) observe({ type: 'wire', side: towards, direction: 'in', line: id, bytes });
          end.handlers?.onData(bytes);
        },
        onEnd: () => {
          const to = connection();
          const end = to?.ends[towards];
          if (!to || !end || end.over || !end.life.alive) return;
          end.finReceived = true;
          end.handlers?.onEnd();
          if (end.finSent) this.#tell(to, towards, 'closed');
        },
        onAbort: () => {
          const to = connection();
          if (to) this.#tell(to, towards, 'reset by peer');
        },
      },
    );
  }

  /** Both ends hear of it, each when the news arrives. */
  #reset(connection: Connection): void {
    const { trace } = this.#deps;
    trace.emit(lane(connection, 'bank'), 'reset', connection.id);
    for (const pipe of [connection.pipes.bank, connection.pipes.terminal]) pipe.abort(this.#oneWayUs());
  }

  /** The connection is gone for one end; when it is for both, it is forgotten. */
  #tell(connection: Connection, side: Side, reason: string): void {
    const end = connection.ends[side];
    if (end.over) return;
    end.over = true;
    const { trace, observe, kernel } = this.#deps;
    trace.emit(lane(connection, side), 'close', `${connection.id} ${reason}`);
    if (connection.honest) observe({ type: 'closed', side, line: connection.id });
    // As a socket does: the owner hears of it after the call in which it let go.
    kernel.schedule(end.life, 0, () => end.handlers?.onClose(reason));
    if (!connection.ends[OTHER[side]].over) return;
    this.#open.delete(connection.id);
    if (connection.honest) this.middle?.closed(connection);
  }

  /** A process is gone: the bank's system resets its connections, a terminal without power says nothing. */
  #bury(life: Life, side: Side): void {
    for (const connection of [...this.#open.values()]) {
      const end = connection.ends[side];
      if (end.life !== life || end.over) continue;
      const pipe = connection.pipes[OTHER[side]];
      if (side === 'bank' || this.#deps.rng.ratio(1, 2)) pipe.abort(this.#oneWayUs());
      else {
        pipe.die();
        this.#deps.onMark('bank left half-open by a power loss');
      }
      this.#tell(connection, side, 'process gone');
    }
  }

  #oneWayUs(): number {
    return this.#delay.delayUsMin + this.#deps.rng.exponential(this.#delay.delayUsMean);
  }
}
