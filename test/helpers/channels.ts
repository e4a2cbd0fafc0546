/**
 * A terminal's and a bank's channel face to face, and what to say about their effects.
 *
 * @module
 */
import type { Channel } from '../../protocol/channel.ts';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel, type ClientChannelOptions } from '../../protocol/client-channel.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import { type TerminalId, terminalId } from '../../protocol/ids.ts';
import {
  masterSecret,
  nextTraffic,
  recordKeys,
  sessionSecrets,
  transcriptHash,
} from '../../protocol/key-schedule.ts';
import {
  ServerChannel,
  type ServerChannelDeps,
  type ServerChannelOptions,
} from '../../protocol/server-channel.ts';
import { countedEntropy } from './entropy.ts';

export const NOW = 1_700_000_000_000;
export const TERMINAL = terminalId('ATM-0001') as TerminalId;
export const KEY_ID = 7;
export const K_SHARED = Buffer.from(Array.from({ length: 32 }, (_, at) => at));

export interface Pair {
  readonly client: ClientChannel;
  readonly server: ServerChannel;
}

export interface PairOptions {
  /** Sessions of different names share no random bytes. */
  readonly name?: string;
  readonly client?: Partial<ClientChannelOptions>;
  readonly server?: ServerChannelOptions;
  readonly deps?: Partial<ServerChannelDeps>;
}

export function pair(options: PairOptions = {}): Pair {
  return {
    client: new ClientChannel(
      { entropy: countedEntropy(`client ${options.name}`) },
      { terminal: TERMINAL, keyId: KEY_ID, kShared: K_SHARED, ...options.client },
    ),
    server: new ServerChannel(
      {
        entropy: countedEntropy(`server ${options.name}`),
        keys: {
          lookup: (terminal, keyId) =>
            terminal === TERMINAL && keyId === KEY_ID ? { kShared: K_SHARED } : null,
        },
        guard: new WindowedHelloGuard(),
        ...options.deps,
      },
      options.server,
    ),
  };
}

/** Two channels with the handshake done, and its first two flights. */
export function established(
  options: PairOptions = {},
): Pair & { readonly flights: readonly [Buffer, Buffer] } {
  const both = pair(options);
  const hello = sent(both.client.start(NOW));
  const answer = sent(both.server.receive(hello, NOW));
  both.server.receive(sent(both.client.receive(answer, NOW)), NOW);
  return { ...both, flights: [hello, answer] };
}

/** The record keys of a session of the base suite, as only its two sides can know them. */
export function keysOf([hello, answer]: readonly [Buffer, Buffer]) {
  const serverHello = answer.subarray(0, 102);
  const nonces = { nonceC: hello.subarray(44, 76), nonceS: serverHello.subarray(16, 48) };
  const master = masterSecret(K_SHARED, nonces);
  const secrets = sessionSecrets(master, transcriptHash(hello, serverHello));
  return {
    client: recordKeys(secrets.clientTraffic),
    /** Epoch 2. */
    clientNext: recordKeys(nextTraffic(secrets.clientTraffic)),
    server: recordKeys(secrets.serverTraffic),
  };
}

/** Everything to be written, in order. */
export const sent = (effects: readonly ChannelEffect[]): Buffer =>
  Buffer.concat(effects.flatMap((effect) => (effect.type === 'send' ? [effect.bytes] : [])));

export const messages = (effects: readonly ChannelEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'message' ? [Buffer.from(effect.bytes).toString()] : []));

export const types = (effects: readonly ChannelEffect[]): string[] => effects.map(({ type }) => type);

/** `reason: detail` of the closed effect, or null. */
export function ending(effects: readonly ChannelEffect[]): string | null {
  const closed = effects.find((effect) => effect.type === 'closed');
  return closed?.type === 'closed' ? `${closed.reason}: ${closed.detail}` : null;
}

/** Cuts whole frames apart. */
export function framesOf(bytes: Uint8Array): Buffer[] {
  const frames: Buffer[] = [];
  for (let rest = Buffer.from(bytes); rest.length > 0; rest = rest.subarray(16 + rest.readUInt16BE(6))) {
    frames.push(rest.subarray(0, 16 + rest.readUInt16BE(6)));
  }
  return frames;
}

/** Passes what each has to say to the other until both are silent; gives all effects of both. */
export function converse({ client, server }: Pair, first: readonly ChannelEffect[], from: Channel) {
  const effects = { client: [] as ChannelEffect[], server: [] as ChannelEffect[] };
  let turn = from;
  let said = first;
  while (said.length > 0) {
    effects[turn === client ? 'client' : 'server'].push(...said);
    turn = turn === client ? server : client;
    const bytes = sent(said);
    said = bytes.length > 0 ? turn.receive(bytes, NOW) : [];
  }
  return effects;
}
