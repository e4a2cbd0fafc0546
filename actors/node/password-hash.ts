/**
 * The PasswordHash port on Node's argon2id, in the thread pool, so that a login never stops the bank. A name that is
 * nobody's is hashed against a dummy of the same cost and answered with false.
 *
 * @module
 */
import { argon2, timingSafeEqual } from 'node:crypto';
import {
  encodePassword,
  HASH_BYTES,
  PASSWORD_COSTS,
  type PasswordCost,
  type PasswordCostName,
  parsePassword,
  SALT_BYTES,
} from '../../bank/credentials.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Entropy, PasswordHash } from '../../protocol/ports.ts';

/** @param cost of new hashes and of the dummy; a stored hash keeps its own. */
export function createPasswordHash({
  entropy,
  cost,
}: {
  readonly entropy: Entropy;
  readonly cost: PasswordCostName;
}): PasswordHash {
  const fresh = PASSWORD_COSTS[cost];
  const dummy = { ...fresh, salt: new Uint8Array(SALT_BYTES), hash: new Uint8Array(HASH_BYTES) };
  return {
    hash(password, done) {
      const salt = Uint8Array.from(entropy.bytes(SALT_BYTES, 'salt'));
      derive({ ...fresh, salt }, password, (hash) => done(encodePassword({ ...fresh, salt, hash })));
    },
    verify(password, encoded, done) {
      // A row that does not parse costs the same as a stranger, and lets nobody in.
      const known = encoded === null ? null : parsePassword(encoded);
      const against = known ?? dummy;
      derive(against, password, (hash) => {
        const equal = timingSafeEqual(hash, against.hash);
        done(equal && known !== null);
      });
    },
  };
}

function derive(
  { memoryKiB, passes, parallelism, salt }: PasswordCost & { readonly salt: Uint8Array },
  password: string,
  done: (hash: Uint8Array) => void,
): void {
  const parameters = {
    message: password,
    nonce: salt,
    memory: memoryKiB,
    passes,
    parallelism,
    tagLength: HASH_BYTES,
  };
  argon2('argon2id', parameters, (error, hash) => {
    invariant(!error, 'argon2 accepts the parameters it is given');
    done(hash);
  });
}
