/**
 * Real channels whose every byte the eavesdropper hears, and its verdicts.
 *
 * @module
 */
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { type HelloGuard, WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import type { Entropy } from '../../protocol/ports.ts';
import type { ServerChannel } from '../../protocol/server-channel.ts';
import { Agree } from '../../sim/check/live/agree.ts';
import { Eavesdropper, type Utterance } from '../../sim/check/live/eavesdropper.ts';
import { Judge } from '../../sim/check/live/judge.ts';
import type { Observation, Side } from '../../sim/check/observation.ts';
import { K_SHARED, KEY_ID, NOW, type PairOptions, pair, sent, TERMINAL } from './channels.ts';
import { countedEntropy } from './entropy.ts';

export class Ear {
  /** Invariant and text of each violation. */
  readonly reports: (readonly [string, string])[] = [];
  readonly said: Utterance[] = [];
  readonly heard: Utterance[] = [];
  readonly strayed: Utterance[] = [];
  readonly judge = new Judge((invariant, text) => this.reports.push([invariant, text]));
  readonly #parts;

  constructor(kShared: Uint8Array = K_SHARED) {
    const eavesdropper = new Eavesdropper({
      judge: this.judge,
      keys: (terminal, keyId) => (terminal === TERMINAL && keyId === KEY_ID ? kShared : null),
      listener: {
        said: (utterance) => this.said.push(utterance),
        heard: (utterance) => this.heard.push(utterance),
        strayed: (utterance) => this.strayed.push(utterance),
      },
    });
    this.#parts = [eavesdropper, new Agree(this.judge, eavesdropper)];
  }

  /** The invariants that were violated, each once. */
  get violated(): string[] {
    return [...new Set(this.reports.map(([invariant]) => invariant))];
  }

  see(observation: Observation): void {
    for (const part of this.#parts) part.see(observation);
  }

  writes(side: Side, line: string, bytes: Uint8Array): void {
    this.see({ type: 'wire', side, direction: 'out', line, bytes });
  }

  reads(side: Side, line: string, bytes: Uint8Array): void {
    this.see({ type: 'wire', side, direction: 'in', line, bytes });
  }

  draws(terminal: TerminalId | null, label: string, bytes: Uint8Array): void {
    this.see({ type: 'entropy', life: terminal ?? 'bank 1', terminal, label, bytes });
  }

  establishes(side: Side, line: string, { keyId = KEY_ID, terminal = TERMINAL } = {}): void {
    this.see({ type: 'established', side, line, terminal, keyId });
  }
}

export interface HeardLineOptions extends Pick<PairOptions, 'client' | 'server'> {
  /** Stands in for what one of them would draw. */
  readonly drawn?: Readonly<Record<string, Uint8Array>>;
  readonly guard?: HelloGuard;
}

/** A line between two honest ends, with the handshake still to be done. */
export class HeardLine {
  readonly line: string;
  readonly ear: Ear;
  readonly client: ClientChannel;
  readonly server: ServerChannel;
  /** ClientHello; ServerHello and Finished. */
  readonly flights: Buffer[] = [];

  constructor(ear: Ear, line: string, options: HeardLineOptions = {}) {
    this.ear = ear;
    this.line = line;
    const entropyOf = (terminal: TerminalId | null): Entropy => {
      const entropy = countedEntropy(`${terminal ?? 'bank'} ${line}`);
      return {
        bytes(n, label) {
          const bytes = options.drawn?.[label] ?? entropy.bytes(n, label);
          ear.draws(terminal, label, bytes);
          return bytes;
        },
      };
    };
    this.client = new ClientChannel(
      { entropy: entropyOf(TERMINAL) },
      { terminal: TERMINAL, keyId: KEY_ID, kShared: K_SHARED, ...options.client },
    );
    const guard = options.guard ?? new WindowedHelloGuard();
    this.server = pair({ ...options, deps: { entropy: entropyOf(null), guard } }).server;
  }

  /** What an end has to say, as it is written. */
  writes(side: Side, effects: readonly ChannelEffect[]): Buffer {
    for (const effect of effects) {
      if (effect.type === 'send') this.ear.writes(side, this.line, effect.bytes);
      if (effect.type === 'established') this.ear.establishes(side, this.line);
    }
    return sent(effects);
  }

  /** Bytes arrive at an end; what it writes then. */
  arrives(side: Side, bytes: Uint8Array): Buffer {
    this.ear.reads(side, this.line, bytes);
    return this.writes(side, this.#channel(side).receive(bytes, NOW));
  }

  hello(): Buffer {
    return this.writes('terminal', this.client.start(NOW));
  }

  /** Both ends established. */
  shakeHands(): this {
    const hello = this.hello();
    const answer = this.arrives('bank', hello);
    this.flights.push(hello, answer);
    this.arrives('bank', this.arrives('terminal', answer));
    return this;
  }

  /** One message, sealed and written; not yet delivered. */
  says(side: Side, message: object): Buffer {
    return this.writes(side, this.#channel(side).send([JSON.stringify(message)], NOW));
  }

  rekeys(side: Side): Buffer {
    return this.writes(side, this.#channel(side).rekey(NOW));
  }

  closes(side: Side): Buffer {
    return this.writes(side, this.#channel(side).close(NOW));
  }

  #channel(side: Side): ClientChannel | ServerChannel {
    return side === 'bank' ? this.server : this.client;
  }
}
