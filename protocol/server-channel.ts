/**
 * The bank's side of the secure channel (PROTOCOL §3): judges ClientHello for the cost of two HMACs before it does
 * anything dear (R9, R18, R19), answers ServerHello and Finished in one write, and takes no Data before the client's
 * Finished (R1).
 *
 * @module
 */
import { timingSafeEqual } from 'node:crypto';
import type { Agreement, SessionInfo } from './agreement.ts';
import { isZero, toHex } from './bytes.ts';
import { Channel, type ChannelOptions } from './channel.ts';
import type { ChannelEffect } from './channel-effects.ts';
import { FRAME_TYPES } from './frame.ts';
import { binderOf, type ClientHello, decodeClientHello, encodeServerHello, helloBinder } from './hello.ts';
import type { HelloGuard } from './hello-guard.ts';
import type { TerminalId } from './ids.ts';
import { handshakeSecret, kBind, masterSecret, sessionSecrets, transcriptHash } from './key-schedule.ts';
import type { Entropy } from './ports.ts';
import type { Message } from './record.ts';
import { chooseSuite, SUITE_PSK, type Suite, type SuiteInfo } from './suites.ts';
import { keyShare, sharedSecret } from './x25519.ts';

export interface TerminalKeys {
  /** Null for an unknown or revoked terminal or key id; must do the same work as for a known one (R9). */
  lookup(terminal: TerminalId, keyId: number): { readonly kShared: Uint8Array } | null;
}

export interface ServerChannelOptions extends ChannelOptions {
  /** The weakest suite the bank's policy takes (R12). @default the base suite */
  readonly suiteFloor?: Suite;
}

export interface ServerChannelDeps {
  readonly entropy: Entropy;
  readonly keys: TerminalKeys;
  readonly guard: HelloGuard;
}

/** Stands in for an unknown terminal's key. What it verifies does not matter: the hello is refused all the same. */
const dummyKey = Buffer.alloc(32);

export class ServerChannel extends Channel {
  protected override readonly peerHello = FRAME_TYPES.clientHello;
  readonly #deps: ServerChannelDeps;
  readonly #suiteFloor: Suite;
  #sinceMs = 0;

  constructor(deps: ServerChannelDeps, options: ServerChannelOptions = {}) {
    super(deps.entropy, options);
    this.#deps = deps;
    this.#suiteFloor = options.suiteFloor ?? SUITE_PSK;
  }

  /** Also ends a session of 24 h (R15): these replies are its last, the terminal connects anew. */
  override send(messages: readonly Message[], nowMs: number): readonly ChannelEffect[] {
    const effects = super.send(messages, nowMs);
    const isOld = this.phase === 'established' && nowMs - this.#sinceMs >= this.limits.sessionAgeMs;
    return isOld ? [...effects, ...this.close(nowMs)] : effects;
  }

  protected override agree(frame: Uint8Array, nowMs: number): Agreement | string {
    const hello = decodeClientHello(frame);
    if (typeof hello === 'string') return hello;
    const { terminal, keyId, clientTimeMs, nonceC } = hello;
    const binder = binderOf(frame);
    const found = this.#deps.keys.lookup(terminal, keyId);
    const kShared = found?.kShared ?? dummyKey;
    const isBound = timingSafeEqual(binder, helloBinder(frame, kBind(kShared, hello)));
    if (!found) return 'unknown terminal';
    if (!isBound) return 'bad binder';
    const freshness = this.#deps.guard.fresh(terminal, clientTimeMs, binder, nowMs);
    if (freshness !== 'ok') return `${freshness} hello`;
    const suite = chooseSuite({
      suites: hello.suites,
      hasShare: !isZero(hello.ephC),
      floor: this.#suiteFloor,
    });
    if (typeof suite === 'string') return suite;
    const share = this.#share(suite, hello);
    if (!share) return 'all-zero secret';
    const nonceS = this.entropy.bytes(32, 'nonce_s');
    const sessionId = this.entropy.bytes(16, 'session_id');
    const reply = encodeServerHello({ nonceS, ephS: share.publicKey, suite: suite.id, keyId, sessionId });
    const transcript = transcriptHash(frame, reply);
    const prk = handshakeSecret(masterSecret(kShared, { nonceC, nonceS }), share.dh);
    const secrets = sessionSecrets(prk, transcript);
    const info: SessionInfo = { terminal, keyId, suite: suite.id, sessionId: toHex(sessionId) };
    this.#sinceMs = nowMs;
    return {
      info,
      transcript,
      outbound: { traffic: secrets.serverTraffic, finished: secrets.serverFinished },
      inbound: { traffic: secrets.clientTraffic, finished: secrets.clientFinished },
      reply,
    };
  }

  /** Our share and the DH secret; zeros and null for a suite without. Null when the secret is all zero. */
  #share(suite: SuiteInfo, { ephC }: ClientHello): { publicKey: Uint8Array; dh: Uint8Array | null } | null {
    if (!suite.dh) return { publicKey: new Uint8Array(32), dh: null };
    const { privateKey, publicKey } = keyShare(this.entropy.bytes(32, 'eph_s'));
    const dh = sharedSecret(privateKey, ephC);
    return dh && { publicKey, dh };
  }
}
