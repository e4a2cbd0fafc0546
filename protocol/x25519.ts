/**
 * X25519 over raw 32-byte strings (RFC 7748), as the hello frames carry them. Node wants DER around them.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { concat } from './bytes.ts';
import { invariant } from './invariant.ts';

export interface KeyShare {
  readonly privateKey: KeyObject;
  /** 32 bytes, for the hello. */
  readonly publicKey: Uint8Array;
}

/** RFC 8410 §7 and §4: everything of a PKCS #8 or SPKI structure but the 32 bytes at its end. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

/** @param scalar 32 random bytes; clamped when used (RFC 7748 §5). */
export function keyShare(scalar: Uint8Array): KeyShare {
  const der = Buffer.from(concat([PKCS8_PREFIX, scalar]));
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  // JWK costs a twentieth of deriving a public KeyObject only to cut its DER open.
  const { x } = privateKey.export({ format: 'jwk' });
  invariant(typeof x === 'string', 'an X25519 key exports its public half');
  return { privateKey, publicKey: new Uint8Array(Buffer.from(x, 'base64url')) };
}

/**
 * The shared secret, or null when it is all zero: the peer sent a point of low order (RFC 7748 §6.1, R13). OpenSSL
 * makes that check itself, and throws.
 */
export function sharedSecret(privateKey: KeyObject, peer: Uint8Array): Uint8Array | null {
  const der = Buffer.from(concat([SPKI_PREFIX, peer]));
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return null;
  }
}
