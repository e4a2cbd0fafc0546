/**
 * Password hashes as PHC strings (https://github.com/P-H-C/phc-string-format): `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`,
 * base64 without padding. The cost is in the string, so that it can be raised without touching old rows. No hashing here.
 *
 * @module
 */

/** Argon2id cost (RFC 9106): memory in KiB, passes, lanes. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
}

export const PASSWORD_COSTS = {
  /** OWASP's minimum for argon2id; what a bank uses. */
  owasp: { memoryKiB: 19_456, passes: 2, parallelism: 1 },
  /** Protects nothing: so that a load test measures the bank and not argon2. Printed wherever it is used. */
  'load-test': { memoryKiB: 8, passes: 1, parallelism: 1 },
} as const satisfies Record<string, PasswordCost>;
export type PasswordCostName = keyof typeof PASSWORD_COSTS;

export interface EncodedPassword extends PasswordCost {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

export const SALT_BYTES = 16;
export const HASH_BYTES = 32;

export const encodePassword = ({ memoryKiB, passes, parallelism, salt, hash }: EncodedPassword): string =>
  `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;

/** Null for anything else than argon2id version 19 with costs this bank would ever use. */
export function parsePassword(text: string): EncodedPassword | null {
  const match = PHC.exec(text);
  if (!match) return null;
  const [, m, t, p, salt = '', hash = ''] = match;
  const cost = { memoryKiB: Number(m), passes: Number(t), parallelism: Number(p) };
  // RFC 9106 §3.1: at least 8 KiB a lane. The upper bounds keep an edited row from stopping the bank.
  const sound =
    cost.memoryKiB >= 8 * cost.parallelism &&
    cost.memoryKiB <= 1 << 20 &&
    cost.passes >= 1 &&
    cost.passes <= 16 &&
    cost.parallelism >= 1 &&
    cost.parallelism <= 16;
  return sound ? { ...cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') } : null;
}

const PHC =
  /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{43})$/;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');
