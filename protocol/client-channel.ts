/**
 * The terminal's side of the secure channel (PROTOCOL §3): sends ClientHello, checks ServerHello and the bank's
 * Finished before it sends anything protected, then its own Finished and first Data in one write.
 *
 * @module
 */
import type { KeyObject } from 'node:crypto';
import type { Agreement } from './agreement.ts';
import { isZero, toHex } from './bytes.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import type { ChannelEffect } from './channel-effects.ts';
import { FRAME_TYPES } from './frame.ts';
import { decodeServerHello, encodeClientHello, type ServerHello } from './hello.ts';
import type { TerminalId } from './ids.ts';
import { invariant } from './invariant.ts';
import {
  handshakeSecret,
  KEY_BYTES,
  kBind,
  masterSecret,
  sessionSecrets,
  transcriptHash,
} from './key-schedule.ts';
import type { Entropy } from './ports.ts';
import { SUITES, suiteInfo } from './suites.ts';
import { keyShare, sharedSecret } from './x25519.ts';

export interface ClientChannelOptions extends ChannelOptions {
  readonly terminal: TerminalId;
  readonly keyId: number;
  /** The terminal's own key, 32 bytes; only read. */
  readonly kShared: Uint8Array;
  /** Offered suites, 1..8. @default both, X25519 first */
  readonly suites?: readonly number[];
}

/** What of our hello is needed again when the answer comes. */
interface Offer {
  readonly frame: Uint8Array;
  readonly nonceC: Uint8Array;
  readonly privateKey: KeyObject | null;
}

export class ClientChannel extends Channel {
  protected override readonly peerHello = FRAME_TYPES.serverHello;
  readonly #options: ClientChannelOptions;
  #offer: Offer | null = null;

  constructor(deps: { entropy: Entropy }, options: ClientChannelOptions) {
    super(deps.entropy, options);
    invariant(options.kShared.length >= KEY_BYTES, 'a terminal key has at least 256 bits');
    this.#options = options;
  }

  /** Sends ClientHello; `nowMs` travels in it and must be within 120 s of the bank's time. */
  start(nowMs: number): readonly ChannelEffect[] {
    invariant(this.phase === 'idle', 'a channel is started once');
    const { terminal, keyId, kShared, suites = SUITES.map(({ id }) => id) } = this.#options;
    const nonceC = this.entropy.bytes(32, 'nonce_c');
    const hasDh = suites.some((id) => suiteInfo(id)?.dh);
    const share = hasDh ? keyShare(this.entropy.bytes(32, 'eph_c')) : null;
    const ephC = share?.publicKey ?? new Uint8Array(32);
    const bindKey = kBind(kShared, { terminal, keyId });
    const frame = encodeClientHello({ terminal, keyId, clientTimeMs: nowMs, nonceC, ephC, suites }, bindKey);
    this.#offer = { frame, nonceC, privateKey: share?.privateKey ?? null };
    return this.sendHello(frame);
  }

  protected override agree(frame: Uint8Array): Agreement | string {
    const offer = this.#offer;
    if (!offer) return 'bad step';
    this.#offer = null;
    const { terminal, keyId, kShared, suites = SUITES.map(({ id }) => id) } = this.#options;
    const hello = decodeServerHello(frame);
    if (!suites.includes(hello.suite)) return 'suite not offered';
    if (hello.keyId !== keyId) return 'bad key id';
    const dh = dhSecret(hello, offer);
    if (typeof dh === 'string') return dh;
    const transcript = transcriptHash(offer.frame, frame);
    const master = masterSecret(kShared, { nonceC: offer.nonceC, nonceS: hello.nonceS });
    const secrets = sessionSecrets(handshakeSecret(master, dh), transcript);
    return {
      info: { terminal, keyId, suite: hello.suite, sessionId: toHex(hello.sessionId) },
      transcript,
      outbound: { traffic: secrets.clientTraffic, finished: secrets.clientFinished },
      inbound: { traffic: secrets.serverTraffic, finished: secrets.serverFinished },
      reply: null,
    };
  }
}

/** Null for a suite without DH. */
function dhSecret(hello: ServerHello, offer: Offer): Uint8Array | null | string {
  if (!suiteInfo(hello.suite)?.dh) return isZero(hello.ephS) ? null : 'unexpected share';
  if (!offer.privateKey || isZero(hello.ephS)) return 'missing share';
  return sharedSecret(offer.privateKey, hello.ephS) ?? 'all-zero secret';
}
