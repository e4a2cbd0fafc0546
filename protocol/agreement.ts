/**
 * What the two hellos agree on, and the Finished that proves it to the other side (PROTOCOL §4.3).
 *
 * @module
 */
import { timingSafeEqual } from 'node:crypto';
import { hmac } from './hmac.ts';
import type { TerminalId } from './ids.ts';

export interface SessionInfo {
  readonly terminal: TerminalId;
  readonly keyId: number;
  readonly suite: number;
  /** 32 hex digits. */
  readonly sessionId: string;
}

/** The secrets are the channel's to wipe. */
export interface Agreement {
  readonly info: SessionInfo;
  /** SHA-256 of both hello frames. */
  readonly transcript: Uint8Array;
  readonly outbound: DirectionSecrets;
  readonly inbound: DirectionSecrets;
  /** The bank's ServerHello, sent with its Finished; the client has no more to say in clear. */
  readonly reply: Uint8Array | null;
}
export interface DirectionSecrets {
  readonly traffic: Uint8Array;
  readonly finished: Uint8Array;
}

/** The plaintext of our Finished, 32 bytes. */
export const ownFinished = ({ outbound, transcript }: Agreement): Uint8Array =>
  hmac(outbound.finished, transcript);

/** Whether `verify` is the peer's. */
export function isPeersFinished({ inbound, transcript }: Agreement, verify: Uint8Array): boolean {
  const expected = hmac(inbound.finished, transcript);
  return verify.length === expected.length && timingSafeEqual(verify, expected);
}

/** Wipes what is of no use once both Finished are verified; the traffic secrets belong to the directions (R22). */
export function forgetFinishedKeys({ outbound, inbound }: Agreement): void {
  outbound.finished.fill(0);
  inbound.finished.fill(0);
}
