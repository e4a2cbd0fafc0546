/**
 * What a bank derives from its base keys for a terminal: the shared key of its sessions, the tokens of its dispenser
 * (PROTOCOL §4). Nothing is kept for a terminal; a key id that was retired, or a terminal that was revoked, is refused.
 *
 * @module
 */
import type { BankState, BankStateInput } from '../bank/state.ts';
import { makeDispenseToken } from '../protocol/dispense-token.ts';
import { invariant } from '../protocol/invariant.ts';
import { kDispense, kShared } from '../protocol/key-schedule.ts';
import type { TerminalKeys } from '../protocol/server-channel.ts';

interface BaseKey {
  readonly id: number;
  /** At least 32 bytes. */
  readonly key: Uint8Array;
}

export interface BaseKeys {
  readonly baseKeys: { get(id: number): BaseKey | undefined };
  /** The newest. */
  readonly baseKey: BaseKey;
}

/** In place of a row that is not there, so that it is looked through as one that is; no key id is 0. */
const STRANGER = { revoked: false, keyIds: [0] };

/** Derives on demand; an unknown terminal costs the same derivation (R9). */
export function terminalKeys(keys: BaseKeys, state: BankState): TerminalKeys {
  return {
    lookup(terminal, keyId) {
      const base = keys.baseKeys.get(keyId);
      const derived = kShared((base ?? keys.baseKey).key, { terminal, keyId });
      const { revoked, keyIds } = state.terminals.get(terminal) ?? STRANGER;
      const found = { kShared: derived };
      return keyIds.includes(keyId) && !revoked && base !== undefined ? found : null;
    },
  };
}

/** Makes the tokens of approved withdrawals, under the key of the session that asked. @param state once it is open */
export function tokenMaker(keys: BaseKeys, state: () => BankState): BankStateInput['tokenFor'] {
  return (order) => {
    const { terminal, keyId = state().terminals.get(terminal)?.keyIds.at(-1) } = order;
    const base = keyId === undefined ? undefined : keys.baseKeys.get(keyId);
    invariant(base, 'a session has a key of the ring');
    return makeDispenseToken(kDispense(base.key, { terminal, keyId: base.id }), order);
  };
}
