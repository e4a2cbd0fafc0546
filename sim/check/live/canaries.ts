/**
 * What must never be read on the wire: passwords, customers, accounts, amounts, keys. Learnt from what customers and
 * terminals do; looked for in bytes that are clear or look random. The ciphertext of a record that verifies and decrypts
 * is not searched: AES is a bijection, and a short number turns up in random bytes by chance.
 *
 * @module
 */
import { invariant } from '../../../protocol/invariant.ts';
import type { Observation } from '../observation.ts';

/** A text of this many characters does not turn up in random bytes by chance. */
const LONG = 6;
/** Amounts and other digits shorter than this are everywhere. */
const SHORT = 4;
const PIECE_BYTES = 16;
const LONG_TEXT = new RegExp(`[ -~]{${LONG}}`);
const IN_PRINT = /^[ -~]+$/;
const SECRET_FIELDS = ['user', 'password', 'old', 'new', 'account', 'from', 'to', 'amount'] as const;

export class Canaries {
  /** Text, and what it is. */
  readonly #texts = new Map<string, string>();
  /** Halves of keys, one character a byte. */
  readonly #pieces = new Set<string>();

  learn(observation: Observation): void {
    if (observation.type === 'intent') {
      this.#learnText(observation.customer, 'a customer');
      for (const secret of observation.secrets) this.#learnText(secret, 'a secret of a customer');
    }
    if (observation.type !== 'issued') return;
    for (const name of SECRET_FIELDS) {
      const value = (observation.request as Readonly<Record<string, unknown>>)[name];
      if (value !== undefined) this.#learnText(String(value), `a field \`${name}\``);
    }
  }

  learnKey(key: Uint8Array): void {
    const text = latin1(key);
    for (let at = 0; at + PIECE_BYTES <= text.length; at += PIECE_BYTES)
      this.#pieces.add(text.slice(at, at + PIECE_BYTES));
  }

  /** What is found in bytes that are random when all is well. */
  inRandom(bytes: Uint8Array): string | null {
    const text = latin1(bytes);
    for (let at = 0; at + PIECE_BYTES <= text.length; at++)
      if (this.#pieces.has(text.slice(at, at + PIECE_BYTES))) return 'half a key';
    // Random bytes seldom hold that much text, so the long list is seldom gone through.
    if (!LONG_TEXT.test(text)) return null;
    for (const [canary, what] of this.#texts) if (canary.length >= LONG && text.includes(canary)) return what;
    return null;
  }

  /** What is found in bytes that should not be there at all; a message counts, whatever it says. */
  inClear(bytes: Uint8Array): string | null {
    const random = this.inRandom(bytes);
    if (random !== null) return random;
    const text = latin1(bytes);
    for (const [canary, what] of this.#texts) if (text.includes(canary)) return what;
    return text.includes('{"type":') ? 'a message' : null;
  }

  #learnText(text: string, what: string): void {
    const canary = latin1(Buffer.from(text));
    if (canary.length < SHORT || this.#texts.has(canary)) return;
    invariant(IN_PRINT.test(canary), 'what is secret can be typed');
    this.#texts.set(canary, what);
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
