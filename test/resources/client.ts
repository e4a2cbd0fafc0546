/**
 * A terminal reduced to its line: one socket, one client channel, one request at a time.
 *
 * @module
 */
import { connect, type Socket } from 'node:net';
import { systemEntropy } from '../../actors/node/entropy.ts';
import type { TerminalKey } from '../../actors/node/terminal-key-file.ts';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { decodeBankMessage } from '../../protocol/decode.ts';
import type { Message } from '../../protocol/record.ts';

export class LineClient {
  readonly socket: Socket;
  readonly #channel: ClientChannel;
  #rid = 0;
  #onUp: (isUp: boolean) => void = () => {};
  readonly #waiting = new Map<number, (code: string) => void>();

  constructor(address: string, key: TerminalKey) {
    const { hostname, port } = new URL(`tcp://${address}`);
    this.#channel = new ClientChannel({ entropy: systemEntropy() }, key);
    this.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.socket.on('data', (chunk) => this.#apply(this.#channel.receive(chunk, Date.now())));
    this.socket.on('error', () => {});
    this.socket.once('close', () => this.#lost());
    this.socket.once('connect', () => this.#apply(this.#channel.start(Date.now())));
  }

  /** Resolves once both Finished are verified; false when the connection ends before. */
  up(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#onUp = resolve;
    });
  }

  /** The code of the reply; `lost` when the connection ends before. */
  ask(request: object): Promise<string> {
    const rid = ++this.#rid;
    return new Promise((resolve) => {
      this.#waiting.set(rid, resolve);
      this.say([JSON.stringify({ ...request, rid })]);
    });
  }

  /** Sends without expecting anything. */
  say(messages: readonly Message[]): void {
    this.#apply(this.#channel.send(messages, Date.now()));
  }

  #apply(effects: readonly ChannelEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') this.socket.write(effect.bytes);
      else if (effect.type === 'established') this.#onUp(true);
      else if (effect.type === 'message') this.#heard(effect.bytes);
      else this.socket.destroy();
    }
  }

  #lost(): void {
    this.#onUp(false);
    for (const resolve of this.#waiting.values()) resolve('lost');
    this.#waiting.clear();
  }

  #heard(bytes: Uint8Array): void {
    const decoded = decodeBankMessage(bytes);
    if (!decoded.ok || decoded.message.type !== 'reply' || decoded.message.rid === null) return;
    this.#waiting.get(decoded.message.rid)?.(decoded.message.code);
    this.#waiting.delete(decoded.message.rid);
  }
}
