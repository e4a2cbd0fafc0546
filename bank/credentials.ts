/**
 * Password hashes as text (PHC string format) and their named costs. Pure: the hashing itself is a port.
 *
 * @module
 */

export interface Argon2Cost {
  /** KiB. */
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** `owasp`: OWASP's minimum for argon2id. `load-test`: so cheap that a load of logins measures the bank, not argon2. */
export const COSTS = {
  owasp: { memoryKiB: 19_456, passes: 2, parallelism: 1 },
  'load-test': { memoryKiB: 8, passes: 1, parallelism: 1 },
} as const satisfies Record<string, Argon2Cost>;
export type CostName = keyof typeof COSTS;

export interface PasswordRecord extends Argon2Cost {
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}

/** `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, base64 without padding. */
export function encodePassword({ memoryKiB, passes, parallelism, salt, hash }: PasswordRecord): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
}

/** Null for text that is not such a record. */
export function parsePassword(text: string): PasswordRecord | null {
  const match = PHC.exec(text);
  if (!match) return null;
  const [, memory, passes, parallelism, salt = '', hash = ''] = match;
  return {
    memoryKiB: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

const PHC =
  /^\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,2}),p=([1-9][0-9]?)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
