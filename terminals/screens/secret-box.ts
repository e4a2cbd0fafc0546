/**
 * Where the characters of typed passwords are kept: nobody draws from here, and what was sent is wiped.
 *
 * @module
 */
import type { SecretEdit } from './fields.ts';
import type { SecretName } from './state.ts';

/** UTF-8 bytes of 128 characters. */
const BYTES_MAX = 512;

export class SecretBox {
  readonly #secrets = new Map<SecretName, { readonly bytes: Buffer; used: number }>();

  edit(name: SecretName, edit: SecretEdit): void {
    const secret = this.#secrets.get(name) ?? { bytes: Buffer.alloc(BYTES_MAX), used: 0 };
    this.#secrets.set(name, secret);
    const { bytes } = secret;
    if (edit === 'clear') {
      bytes.fill(0);
      secret.used = 0;
    } else if (edit === 'erase') {
      // Back over one character: its first byte is the one that is not a continuation.
      do secret.used = Math.max(0, secret.used - 1);
      while (secret.used > 0 && ((bytes[secret.used] ?? 0) & 0xc0) === 0x80);
      bytes.fill(0, secret.used);
    } else {
      secret.used += bytes.write(edit.add, secret.used);
    }
  }

  /** Hands out readers of the secrets for the time of the call, then forgets them all. */
  spend(use: (read: (name: SecretName) => string) => void): void {
    use((name) => {
      const secret = this.#secrets.get(name);
      return secret ? secret.bytes.toString('utf8', 0, secret.used) : '';
    });
    this.forget();
  }

  forget(): void {
    for (const { bytes } of this.#secrets.values()) bytes.fill(0);
    this.#secrets.clear();
  }
}
