/**
 * One connection at the bank: channel, chart and conn tied together. Knows nothing of requests; hands messages to its
 * host and seals what the host answers. Memory is bounded whatever the peer sends (R20): the channel bounds what is
 * read, {@link OUTBOX_BYTES_MAX} what is not read by the peer.
 *
 * @module
 */
import type { Actor } from 'xstate';
import type { ChannelEffect } from '../protocol/channel-effects.ts';
import type { CustomerId, TerminalId } from '../protocol/ids.ts';
import { invariant } from '../protocol/invariant.ts';
import type { Clock, Conn, ConnHandlers } from '../protocol/ports.ts';
import type { ServerChannel } from '../protocol/server-channel.ts';
import { type SessionCommand, type SessionTimeouts, serverSessionMachine } from './server-session.machine.ts';
import { startActor } from './start.ts';

/** A peer that reads nothing is dropped when this much waits for it. */
const OUTBOX_BYTES_MAX = 262_144;

/** A connection that has ended waits for its peer's end; this much may be under way, and is thrown away. */
const STRAY_BYTES_MAX = 4_096;

export interface SessionHost {
  readonly clock: Clock;
  readonly timeouts: SessionTimeouts;
  onError(error: unknown): void;
  /** The hello was good and is answered; the terminal is known but not yet proven alive. */
  onHalfOpen(session: BankSession): void;
  onEstablished(session: BankSession): void;
  onMessage(session: BankSession, bytes: Uint8Array): void;
  /** Something for the audit trail about a peer that is not, or no longer, authenticated. */
  onIncident(session: BankSession, reason: string): void;
  onClosed(session: BankSession): void;
}

export class BankSession {
  readonly remote: string;
  /** Known from a good hello on. */
  terminal: TerminalId | null = null;
  keyId: number | null = null;
  customer: CustomerId | null = null;
  /** Highest request number seen; they only grow within a session. */
  ridLast = 0;
  /** Requests handed to the bank and not yet answered. */
  inFlight = 0;
  established = false;
  readonly handlers: ConnHandlers;

  readonly #host: SessionHost;
  readonly #conn: Conn;
  readonly #channel: ServerChannel;
  readonly #chart: Actor<typeof serverSessionMachine>;
  #outbox: string[] = [];
  #heardAtMs: number;
  #closed = false;
  #dropped = false;
  /** Bytes that came after the channel's end. */
  #strayBytes = 0;

  constructor(host: SessionHost, conn: Conn, channel: ServerChannel) {
    this.#host = host;
    this.#conn = conn;
    this.#channel = channel;
    this.remote = conn.remote;
    this.#heardAtMs = host.clock.now();
    this.#chart = startActor(serverSessionMachine, {
      clock: host.clock,
      id: `session ${conn.remote}`,
      input: { timeouts: host.timeouts },
      onError: (error) => host.onError(error),
      onEmitted: (command) => this.#perform(command),
    });
    this.handlers = {
      onOpen: () => {},
      onData: (chunk) => this.#receive(chunk),
      onEnd: () => {
        this.#apply(this.#channel.eof(this.#host.clock.now()));
        this.#conn.end();
      },
      onClose: () => {
        this.#apply(this.#channel.eof(this.#host.clock.now()));
        this.#chart.send({ type: 'net.closed' });
        this.#finish();
      },
      pending: () => this.inFlight,
    };
  }

  get sessionName(): string {
    return this.terminal ? `${this.terminal} from ${this.remote}` : this.remote;
  }

  /** Puts an encoded message into the outbox; it leaves, sealed with its neighbours, at the next {@link flush}. */
  queue(message: string): void {
    if (this.established && !this.#closed) this.#outbox.push(message);
  }

  flush(): void {
    if (this.#outbox.length === 0) return;
    const messages = this.#outbox;
    this.#outbox = [];
    this.#apply(this.#channel.send(messages, this.#host.clock.now()));
    if (this.#conn.bufferedBytes > OUTBOX_BYTES_MAX) {
      this.#host.onIncident(this, 'peer does not read');
      this.#conn.destroy();
    }
  }

  /** Ends the session from the bank's side: authenticated Close when established, at once otherwise. */
  dismiss(): void {
    this.#chart.send({ type: 'bank.dismissed' });
  }

  /** Ends the connection at once, without a word; what came before and was not looked at is not looked at any more. */
  drop(): void {
    this.#dropped = true;
    this.#conn.destroy();
  }

  #receive(chunk: Uint8Array): void {
    const nowMs = this.#host.clock.now();
    if (this.#channel.phase === 'closed') {
      this.#strayBytes += chunk.length;
      if (this.#strayBytes > STRAY_BYTES_MAX) this.drop();
      return;
    }
    const { accepted } = this.#channel;
    const effects = this.#channel.receive(chunk, nowMs);
    if (this.#channel.accepted > accepted) this.#heardAtMs = nowMs;
    if (this.terminal === null && this.#channel.agreed !== null) {
      this.terminal = this.#channel.agreed.terminal;
      this.keyId = this.#channel.agreed.keyId;
      this.#chart.send({ type: 'channel.helloAnswered' });
      this.#host.onHalfOpen(this);
    }
    this.#apply(effects);
    this.flush();
  }

  #apply(effects: readonly ChannelEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          this.#conn.write(effect.bytes);
          break;
        case 'message':
          if (!this.#dropped) this.#host.onMessage(this, effect.bytes);
          break;
        case 'established':
          invariant(effect.terminal === this.terminal, 'a session keeps the terminal of its hello');
          this.#chart.send({ type: 'channel.established' });
          break;
        case 'closed':
          if (effect.reason !== 'closed') this.#host.onIncident(this, `${effect.reason}: ${effect.detail}`);
          this.#chart.send({ type: 'channel.ended' });
          break;
      }
    }
  }

  #perform(command: SessionCommand): void {
    switch (command.type) {
      case 'announceEstablished':
        this.established = true;
        this.#host.onEstablished(this);
        break;
      case 'noteTimeout':
        this.#host.onIncident(this, `timeout: no ${command.during === 'hello' ? 'hello' : 'Finished'}`);
        break;
      case 'checkSilence':
        if (this.#host.clock.now() - this.#heardAtMs >= this.#host.timeouts.idleMs) {
          this.#chart.send({ type: 'session.silent' });
        }
        break;
      case 'sendClose':
        this.flush();
        this.#apply(this.#channel.close(this.#host.clock.now()));
        break;
      case 'endConnection':
        this.#conn.end();
        break;
      case 'dropConnection':
        this.#conn.destroy();
        break;
    }
  }

  #finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#outbox = [];
    this.#host.onClosed(this);
  }
}
