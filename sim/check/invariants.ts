/**
 * Every invariant that a simulated run is held to (docs/TESTING.md "Invariants"): the promise in one sentence, and what
 * kind of failure it is when it is broken, which decides the exit code.
 *
 * @module
 */
import type { FailureClass } from '../world/outcome.ts';
import { STATEMENTS } from './finding.ts';

export interface InvariantInfo {
  readonly class: FailureClass;
  readonly statement: string;
}

export const INVARIANTS = {
  CONSERVE: { class: 'safety', statement: STATEMENTS.CONSERVE },
  NONNEG: { class: 'safety', statement: STATEMENTS.NONNEG },
  ONCE: { class: 'safety', statement: STATEMENTS.ONCE },
  DURABLE: { class: 'safety', statement: STATEMENTS.DURABLE },
  ATOMIC: { class: 'safety', statement: 'After a recovery there is no half of anything' },
  AUDIT: { class: 'audit', statement: STATEMENTS.AUDIT },
  DISPENSE: { class: 'safety', statement: STATEMENTS.DISPENSE },
  LINEAR: { class: 'safety', statement: STATEMENTS.LINEAR },
  PLAINTEXT: {
    class: 'attack',
    statement: 'No password, amount, account or key ever stands on the wire in clear',
  },
  NONCE: {
    class: 'attack',
    statement: 'No IV and no nonce is used twice under one key, in any process life',
  },
  KEYFRESH: { class: 'attack', statement: 'No key is derived twice, in any process life' },
  AGREE: {
    class: 'attack',
    statement:
      'Each session at the bank matches one handshake of that very terminal, same transcript and suite, and the reverse',
  },
  INTEGRITY: {
    class: 'attack',
    statement:
      'The bank executes only what a terminal issued, and a terminal believes only what the bank said to it',
  },
  REPLAY: { class: 'attack', statement: 'No record is accepted twice' },
  LOCKOUT: {
    class: 'attack',
    statement: 'Wrong passwords are counted right across sessions, restarts and repeats',
  },
  BOUND: { class: 'safety', statement: 'Queues, sessions and tables stay bounded, under a flood too' },
  REFINE: { class: 'safety', statement: "Every transition that was seen is in its machine's table" },
  LIVE: {
    class: 'liveness',
    statement: 'After the faults have healed, every terminal finishes in bounded time',
  },
  NONDET: { class: 'nondeterminism', statement: 'The same seed gives the same run' },
  INTERNAL: { class: 'internal', statement: 'The program breaks no promise of its own' },
} as const satisfies Record<string, InvariantInfo>;

export type SimInvariant = keyof typeof INVARIANTS;
