/**
 * One session at the bank: the server half of the handshake and the life of the connection (PROTOCOL §5, R16, R17).
 * The chart owns the time limits; `bank-session.ts` holds channel and connection and carries out what is emitted.
 *
 * @module
 */
import { emit, setup } from 'xstate';

export interface SessionTimeouts {
  /** From accept to a whole ClientHello, ms (R17: 10 s). */
  readonly helloMs: number;
  /** From ServerHello sent to the client's Finished verified, ms (R17: 5 s). */
  readonly halfOpenMs: number;
  /** Silence after which an established session is closed, ms (R17: 120 s). */
  readonly idleMs: number;
  /** Longest life of a session, ms (R15: 24 h). */
  readonly ageMs: number;
  /** How long the peer may take to answer Close, ms. */
  readonly closeMs: number;
}

export const SESSION_TIMEOUTS: SessionTimeouts = {
  helloMs: 10_000,
  halfOpenMs: 5_000,
  idleMs: 120_000,
  ageMs: 86_400_000,
  closeMs: 2_000,
};

export type SessionEvent =
  | { type: 'channel.helloAnswered' }
  | { type: 'channel.established' }
  /** Close of both sides, a violation, an alert, or a truncation. */
  | { type: 'channel.ended' }
  | { type: 'net.closed' }
  /** The bank stops, the terminal was revoked, or a newer half-open session took this one's place. */
  | { type: 'bank.dismissed' }
  /** Nothing was heard for `idleMs`. */
  | { type: 'session.silent' };

export type SessionCommand =
  | { type: 'announceEstablished' }
  | { type: 'noteTimeout'; during: 'hello' | 'handshake' }
  | { type: 'checkSilence' }
  | { type: 'sendClose' }
  | { type: 'endConnection' }
  | { type: 'dropConnection' };

export const serverSessionMachine = setup({
  types: {
    context: {} as { timeouts: SessionTimeouts },
    events: {} as SessionEvent,
    emitted: {} as SessionCommand,
    input: {} as { timeouts: SessionTimeouts },
  },
  actions: {
    announceEstablished: emit({ type: 'announceEstablished' }),
    noteHelloTimeout: emit({ type: 'noteTimeout', during: 'hello' }),
    noteHalfOpenTimeout: emit({ type: 'noteTimeout', during: 'handshake' }),
    checkSilence: emit({ type: 'checkSilence' }),
    sendClose: emit({ type: 'sendClose' }),
    endConnection: emit({ type: 'endConnection' }),
    dropConnection: emit({ type: 'dropConnection' }),
  },
  delays: {
    hello: ({ context }) => context.timeouts.helloMs,
    halfOpen: ({ context }) => context.timeouts.halfOpenMs,
    silence: ({ context }) => context.timeouts.idleMs / 4,
    age: ({ context }) => context.timeouts.ageMs,
    close: ({ context }) => context.timeouts.closeMs,
  },
}).createMachine({
  id: 'serverSession',
  context: ({ input }) => ({ timeouts: input.timeouts }),
  initial: 'awaitingHello',
  on: { 'net.closed': '.closed' },
  states: {
    awaitingHello: {
      on: {
        'channel.helloAnswered': 'halfOpen',
        // Hello and the client's Finished can only come apart, but one read may deliver both.
        'channel.established': 'established',
        'channel.ended': { target: 'lingering', actions: 'endConnection' },
        'bank.dismissed': { target: 'closed', actions: 'dropConnection' },
      },
      after: { hello: { target: 'closed', actions: ['noteHelloTimeout', 'dropConnection'] } },
    },
    halfOpen: {
      on: {
        'channel.established': 'established',
        'channel.ended': { target: 'lingering', actions: 'endConnection' },
        'bank.dismissed': { target: 'closed', actions: 'dropConnection' },
      },
      after: { halfOpen: { target: 'closed', actions: ['noteHalfOpenTimeout', 'dropConnection'] } },
    },
    established: {
      entry: 'announceEstablished',
      initial: 'listening',
      on: {
        'channel.ended': { target: 'lingering', actions: 'endConnection' },
        'bank.dismissed': 'closing',
        'session.silent': 'closing',
      },
      after: { age: 'closing' },
      states: {
        listening: { after: { silence: { target: 'listening', reenter: true, actions: 'checkSilence' } } },
      },
    },
    closing: {
      entry: 'sendClose',
      on: { 'channel.ended': { target: 'lingering', actions: 'endConnection' } },
      after: { close: { target: 'closed', actions: 'dropConnection' } },
    },
    // FIN is sent, the peer's is awaited: what was written last (an Alert, a Close) must not be lost to a reset.
    lingering: { after: { close: { target: 'closed', actions: 'dropConnection' } } },
    closed: { type: 'final' },
  },
});
