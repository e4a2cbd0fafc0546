/**
 * A terminal's link: carries out what `terminal-link.machine.ts` decides, with one socket and one client channel at a
 * time, and pairs replies with requests by `rid`. Implements {@link TerminalLink}.
 *
 * @module
 */
import type { Actor } from 'xstate';
import type { ChannelEffect } from '../protocol/channel-effects.ts';
import { ClientChannel } from '../protocol/client-channel.ts';
import { decodeBankMessage } from '../protocol/decode.ts';
import { encodeRequest } from '../protocol/encode.ts';
import type { TerminalId } from '../protocol/ids.ts';
import type { Reply, Request } from '../protocol/messages.ts';
import type { Clock, Conn, Entropy, Net } from '../protocol/ports.ts';
import { startActor } from './start.ts';
import {
  LINK_TIMEOUTS,
  type LinkCommand,
  type LinkTimeouts,
  terminalLinkMachine,
} from './terminal-link.machine.ts';
import type { LinkEvents, Outgoing, TerminalLink } from './terminal-link-port.ts';

export interface LinkDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly net: Net;
  onError(error: unknown): void;
}

export interface LinkOptions {
  /** `host:port` of the bank. */
  readonly address: string;
  readonly terminal: TerminalId;
  readonly keyId: number;
  /** 32 bytes, this terminal's own. */
  readonly kShared: Uint8Array;
  /** Suites offered, in the client's order. @default suite 2 then 1 */
  readonly suites?: readonly number[];
  readonly timeouts?: LinkTimeouts;
}

/** One handshake may fail because the bank stops in its midst. */
const REFUSALS = 2;

type Done = (result: Reply | 'lost') => void;

export class SecureLink implements TerminalLink {
  /** Sessions established, connections that failed or were lost, requests that were repeats, bytes; for reports. */
  readonly counts = { sessions: 0, failures: 0, retries: 0, bytesTx: 0, bytesRx: 0 };

  readonly #deps: LinkDeps;
  readonly #options: LinkOptions;
  readonly #events: LinkEvents;
  readonly #chart: Actor<typeof terminalLinkMachine>;
  readonly #pending = new Map<number, Done>();
  #conn: Conn | null = null;
  #channel: ClientChannel | null = null;
  #rid = 0;
  #up = false;
  #refusals = 0;
  #sentAtMs = 0;
  #heardAtMs = 0;
  /** Since when something is unanswered. */
  #waitingSinceMs = 0;
  #onStopped: (() => void) | null = null;

  constructor(deps: LinkDeps, options: LinkOptions, events: LinkEvents) {
    this.#deps = deps;
    this.#options = options;
    this.#events = events;
    this.#chart = startActor(terminalLinkMachine, {
      clock: deps.clock,
      id: `link ${options.terminal}`,
      input: {
        timeouts: options.timeouts ?? LINK_TIMEOUTS,
        jitter: () => (deps.entropy.bytes(1, 'jitter')[0] ?? 0) / 255,
      },
      onError: deps.onError,
      onEmitted: (command) => this.#perform(command),
    });
  }

  get up(): boolean {
    return this.#up;
  }

  /** True from the first dial until the session is up, and while it is being built up again. */
  get connecting(): boolean {
    return !this.#up && !this.#chart.getSnapshot().matches('offline');
  }

  /** A handshake is under way on an open connection. */
  get shakingHands(): boolean {
    const snapshot = this.#chart.getSnapshot();
    return snapshot.matches('hello') || snapshot.matches('confirm');
  }

  /**
   * The last handshakes ended in an Alert of the bank or in an answer that does not verify: one of the two has the wrong
   * key. Nobody vouches for an Alert so early, so the link goes on trying.
   */
  get refused(): boolean {
    return this.#refusals >= REFUSALS;
  }

  /** A lost connection is not made anew yet. */
  get waiting(): boolean {
    return this.#chart.getSnapshot().matches('backOff');
  }

  start(): void {
    this.#chart.send({ type: 'link.start' });
  }

  /** Closes the session with an authenticated Close and stays offline; `done` is called when the line is down. */
  stop(done: () => void): void {
    this.#onStopped = done;
    this.#chart.send({ type: 'link.stop' });
    this.#announceStopped();
  }

  request(body: Outgoing, done: Done): void {
    if (!this.#up || this.#channel === null) {
      done('lost');
      return;
    }
    const nowMs = this.#deps.clock.now();
    this.#sentAtMs = nowMs;
    if (this.#pending.size === 0) this.#waitingSinceMs = nowMs;
    const rid = ++this.#rid;
    this.#pending.set(rid, done);
    if ('attempt' in body && body.attempt > 1) this.counts.retries++;
    this.#apply(this.#channel.send([encodeRequest({ ...body, rid } as Request)], nowMs));
  }

  #perform(command: LinkCommand): void {
    const nowMs = this.#deps.clock.now();
    switch (command.type) {
      case 'dial':
        this.#dial();
        break;
      case 'sendHello':
        this.#apply(this.#channel?.start(nowMs) ?? []);
        break;
      case 'announceUp':
        this.#up = true;
        this.#refusals = 0;
        this.counts.sessions++;
        this.#events.onUp();
        break;
      case 'announceDown':
        this.#down();
        break;
      case 'sendKeyUpdate':
        this.#apply(this.#channel?.rekey(nowMs) ?? []);
        break;
      case 'checkSilence':
        this.#checkSilence(nowMs);
        break;
      case 'sendClose':
        this.#apply(this.#channel?.close(nowMs) ?? []);
        break;
      case 'endConnection':
        this.#end();
        break;
      case 'dropConnection':
        this.#drop();
        break;
    }
  }

  /** A line that is dead in one direction closes by nothing else: the bank may go on hearing us. */
  #checkSilence(nowMs: number): void {
    const { echoMs } = this.#options.timeouts ?? LINK_TIMEOUTS;
    const quietSinceMs = Math.max(this.#heardAtMs, this.#waitingSinceMs);
    if (this.#pending.size > 0 && nowMs - quietSinceMs >= echoMs) this.#drop();
    else if (nowMs - this.#sentAtMs >= echoMs) this.request({ type: 'echo' }, () => {});
  }

  #dial(): void {
    const { terminal, keyId, kShared, suites } = this.#options;
    const channel = new ClientChannel(
      { entropy: this.#deps.entropy },
      { terminal, keyId, kShared, ...(suites ? { suites } : {}) },
    );
    this.#channel = channel;
    // A connection that was given up may still speak: only the present one is listened to.
    const present = () => this.#channel === channel;
    this.#conn = this.#deps.net.dial(this.#options.address, {
      onOpen: () => {
        if (present()) this.#chart.send({ type: 'net.opened' });
      },
      onData: (chunk) => {
        if (present()) this.#receive(channel, chunk);
      },
      onEnd: () => {
        if (present()) this.#apply(channel.eof(this.#deps.clock.now()));
      },
      onClose: () => {
        if (!present()) return;
        this.#apply(channel.eof(this.#deps.clock.now()));
        this.#channel = null;
        this.#conn = null;
        this.counts.failures++;
        this.#chart.send({ type: 'net.closed' });
        this.#announceStopped();
      },
    });
  }

  #receive(channel: ClientChannel, chunk: Uint8Array): void {
    const nowMs = this.#deps.clock.now();
    this.counts.bytesRx += chunk.length;
    const { accepted } = channel;
    const wasAgreed = channel.agreed !== null;
    const effects = channel.receive(chunk, nowMs);
    if (channel.accepted > accepted) this.#heardAtMs = nowMs;
    if (!wasAgreed && channel.agreed !== null) this.#chart.send({ type: 'channel.helloAccepted' });
    this.#apply(effects);
  }

  #apply(effects: readonly ChannelEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          this.counts.bytesTx += effect.bytes.length;
          this.#conn?.write(effect.bytes);
          break;
        case 'established':
          this.#chart.send({ type: 'channel.established' });
          break;
        case 'message':
          this.#deliver(effect.bytes);
          break;
        case 'closed':
          if (!this.#up && (effect.reason === 'alert' || effect.reason === 'violation')) this.#refusals++;
          this.#chart.send({ type: 'channel.ended' });
          this.#announceStopped();
          break;
      }
    }
  }

  #deliver(bytes: Uint8Array): void {
    const decoded = decodeBankMessage(bytes);
    // Authentic yet unreadable: another version or a broken bank. Nothing it says can be relied on.
    if (!decoded.ok) return this.#drop();
    const message = decoded.message;
    if (message.type !== 'reply') return this.#events.onPush(message);
    if (message.rid === null) return;
    const done = this.#pending.get(message.rid);
    this.#pending.delete(message.rid);
    done?.(message);
  }

  #down(): void {
    this.#up = false;
    this.#rid = 0;
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const done of lost) done('lost');
    this.#events.onDown();
  }

  #drop(): void {
    const conn = this.#conn;
    this.#conn = null;
    this.#channel = null;
    conn?.destroy();
    if (this.#up) this.#chart.send({ type: 'net.closed' });
    this.#announceStopped();
  }

  /** What was written last (an Alert, a Close) must arrive, so the connection gets the time of a Close to go. */
  #end(): void {
    const conn = this.#conn;
    this.#conn = null;
    this.#channel = null;
    if (conn === null) return;
    conn.end();
    this.#deps.clock.setTimeout(() => conn.destroy(), (this.#options.timeouts ?? LINK_TIMEOUTS).closeMs);
  }

  #announceStopped(): void {
    if (this.#onStopped === null || !this.#chart.getSnapshot().matches('offline')) return;
    const done = this.#onStopped;
    this.#onStopped = null;
    done();
  }
}
