/**
 * Every key of ATMB/1 (PROTOCOL §4). The seed's `Master Secret = HMAC(K_SHARED, nonce_c ‖ nonce_s)` and its `k_enc`
 * and `k_mac` are here; the transcript hash in every traffic key (R2) and one key set a direction (R3) repair it.
 * HKDF is RFC 5869; with outputs of at most 32 bytes its expand step is one HMAC.
 *
 * @module
 */
import { concat, EMPTY, writeU32 } from './bytes.ts';
import { hmac, sha256 } from './hmac.ts';
import type { TerminalId } from './ids.ts';
import { invariant } from './invariant.ts';

export const KEY_BYTES = 32;

export interface Label {
  /** Without the `atmb1 ` in front. */
  readonly label: string;
  /** @default none */
  readonly context?: Uint8Array;
  /** 1..32. @default 32 */
  readonly bytes?: number;
}

/** HKDF-Expand(secret, u16 n ‖ u8 len ‖ "atmb1 " label ‖ u8 len ‖ context, n), RFC 5869 §2.3 with one block. */
export function expandLabel(
  secret: Uint8Array,
  { label, context = EMPTY, bytes = KEY_BYTES }: Label,
): Uint8Array {
  invariant(bytes >= 1 && bytes <= 32, 'an expanded key fits one HMAC');
  const name = Buffer.from(`atmb1 ${label}`, 'latin1');
  const head = Uint8Array.of(0, bytes, name.length);
  const tail = Uint8Array.of(0x01);
  return hmac(secret, head, name, Uint8Array.of(context.length), context, tail).subarray(0, bytes);
}

/** The name padded with NUL. */
export function terminalIdBytes(terminal: TerminalId): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(Buffer.from(terminal, 'latin1'));
  return bytes;
}

/** What a terminal's long-term keys are bound to. */
export interface KeyOwner {
  readonly terminal: TerminalId;
  /** u32. */
  readonly keyId: number;
}

/** `tid ‖ kid`, 20 bytes. */
export function ownerContext({ terminal, keyId }: KeyOwner): Uint8Array {
  const context = new Uint8Array(20);
  context.set(terminalIdBytes(terminal));
  writeU32(context, 16, keyId);
  return context;
}

/** K_SHARED from the bank's base key of that key id (R10, R11); each terminal stores only its own. */
export function kShared(baseKey: Uint8Array, owner: KeyOwner): Uint8Array {
  invariant(baseKey.length >= KEY_BYTES, 'a base key has at least 256 bits');
  return expandLabel(baseKey, { label: 'term', context: ownerContext(owner) });
}

export const kBind = (shared: Uint8Array, owner: KeyOwner): Uint8Array =>
  expandLabel(shared, { label: 'binder', context: ownerContext(owner) });

/** Known to the bank and the dispenser only: from the base key, never from K_SHARED. */
export const kDispense = (baseKey: Uint8Array, owner: KeyOwner): Uint8Array =>
  expandLabel(baseKey, { label: 'dispense', context: ownerContext(owner) });

export interface Nonces {
  readonly nonceC: Uint8Array;
  readonly nonceS: Uint8Array;
}

export const masterSecret = (shared: Uint8Array, { nonceC, nonceS }: Nonces): Uint8Array =>
  hmac(shared, nonceC, nonceS);

/** MS itself without a DH secret, else HKDF-Extract(salt = MS, DH), RFC 5869 §2.2. */
export const handshakeSecret = (master: Uint8Array, dh: Uint8Array | null): Uint8Array =>
  dh ? hmac(master, dh) : master;

export const transcriptHash = (clientHello: Uint8Array, serverHello: Uint8Array): Uint8Array =>
  sha256(concat([clientHello, serverHello]));

export interface SessionSecrets {
  readonly clientTraffic: Uint8Array;
  readonly serverTraffic: Uint8Array;
  readonly clientFinished: Uint8Array;
  readonly serverFinished: Uint8Array;
}

export function sessionSecrets(prk: Uint8Array, transcript: Uint8Array): SessionSecrets {
  const derive = (label: string) => expandLabel(prk, { label, context: transcript });
  return {
    clientTraffic: derive('c traffic'),
    serverTraffic: derive('s traffic'),
    clientFinished: derive('c finished'),
    serverFinished: derive('s finished'),
  };
}

/** Reserved; nothing uses it yet, the vector fixes it. */
export const exporterSecret = (prk: Uint8Array, transcript: Uint8Array): Uint8Array =>
  expandLabel(prk, { label: 'exporter', context: transcript });

export interface RecordKeys {
  /** 16 bytes. */
  readonly enc: Uint8Array;
  /** 32 bytes. */
  readonly mac: Uint8Array;
}

export const recordKeys = (traffic: Uint8Array): RecordKeys => ({
  enc: expandLabel(traffic, { label: 'enc', bytes: 16 }),
  mac: expandLabel(traffic, { label: 'mac' }),
});

export const nextTraffic = (traffic: Uint8Array): Uint8Array => expandLabel(traffic, { label: 'upd' });
