/**
 * A terminal's line to the bank: dial → hello → confirm → established (serving, rekeying) → closing, and back-off
 * after any failure (PROTOCOL §5). The chart decides; `terminal-link.ts` holds the socket and the channel and carries
 * out what is emitted.
 *
 * Back-off doubles from `backOffMinMs` to `backOffMaxMs`, with the lower half fixed and the upper half drawn by the
 * host (`jitter`, 0..1), so that a fleet does not come back in step.
 *
 * @module
 */
import { assign, emit, setup } from 'xstate';

export interface LinkTimeouts {
  /** TCP connect, ms. */
  readonly dialMs: number;
  /** From ClientHello to the bank's verified Finished, ms. */
  readonly handshakeMs: number;
  /** Age of the sending keys at which they are replaced, ms (R15: at most 15 min). */
  readonly rekeyMs: number;
  /** Silence after which an echo is sent, ms. */
  readonly echoMs: number;
  /** How long the peer may take to answer Close, ms. */
  readonly closeMs: number;
  readonly backOffMinMs: number;
  readonly backOffMaxMs: number;
}

export const LINK_TIMEOUTS: LinkTimeouts = {
  dialMs: 5_000,
  handshakeMs: 10_000,
  rekeyMs: 900_000,
  echoMs: 30_000,
  closeMs: 2_000,
  backOffMinMs: 250,
  backOffMaxMs: 15_000,
};

export type LinkEvent =
  | { type: 'link.start' }
  | { type: 'link.stop' }
  | { type: 'net.opened' }
  | { type: 'net.closed' }
  | { type: 'channel.helloAccepted' }
  | { type: 'channel.established' }
  /** The channel ended: by Close of both sides, a violation, an alert or a truncation. */
  | { type: 'channel.ended' };

export type LinkCommand =
  | { type: 'dial' }
  | { type: 'sendHello' }
  | { type: 'announceUp' }
  | { type: 'announceDown' }
  | { type: 'sendKeyUpdate' }
  | { type: 'checkSilence' }
  | { type: 'sendClose' }
  /** FIN after what was written; the peer's last words are no longer of interest. */
  | { type: 'endConnection' }
  | { type: 'dropConnection' };

interface LinkContext {
  readonly timeouts: LinkTimeouts;
  /** Failures in a row; 0 after an established session. */
  readonly failures: number;
  readonly jitter: () => number;
}

export const terminalLinkMachine = setup({
  types: {
    context: {} as LinkContext,
    events: {} as LinkEvent,
    emitted: {} as LinkCommand,
    input: {} as { timeouts: LinkTimeouts; jitter: () => number },
  },
  actions: {
    dial: emit({ type: 'dial' }),
    sendHello: emit({ type: 'sendHello' }),
    announceUp: emit({ type: 'announceUp' }),
    announceDown: emit({ type: 'announceDown' }),
    sendKeyUpdate: emit({ type: 'sendKeyUpdate' }),
    checkSilence: emit({ type: 'checkSilence' }),
    sendClose: emit({ type: 'sendClose' }),
    endConnection: emit({ type: 'endConnection' }),
    dropConnection: emit({ type: 'dropConnection' }),
    countFailure: assign({ failures: ({ context }) => Math.min(context.failures + 1, 30) }),
    forgetFailures: assign({ failures: 0 }),
  },
  delays: {
    dial: ({ context }) => context.timeouts.dialMs,
    handshake: ({ context }) => context.timeouts.handshakeMs,
    rekey: ({ context }) => context.timeouts.rekeyMs,
    echo: ({ context }) => context.timeouts.echoMs,
    close: ({ context }) => context.timeouts.closeMs,
    backOff: ({ context }) => backOffMs(context),
  },
}).createMachine({
  id: 'terminalLink',
  context: ({ input }) => ({ timeouts: input.timeouts, jitter: input.jitter, failures: 0 }),
  initial: 'offline',
  states: {
    offline: { on: { 'link.start': 'dialling' } },
    dialling: {
      entry: 'dial',
      on: {
        'net.opened': 'hello',
        'net.closed': 'backOff',
        'link.stop': { target: 'offline', actions: 'dropConnection' },
      },
      after: { dial: { target: 'backOff', actions: 'dropConnection' } },
    },
    hello: {
      entry: 'sendHello',
      on: {
        'channel.helloAccepted': 'confirm',
        'channel.established': 'established',
        'channel.ended': { target: 'backOff', actions: 'endConnection' },
        'net.closed': 'backOff',
        'link.stop': { target: 'offline', actions: 'dropConnection' },
      },
      after: { handshake: { target: 'backOff', actions: 'dropConnection' } },
    },
    confirm: {
      on: {
        'channel.established': 'established',
        'channel.ended': { target: 'backOff', actions: 'endConnection' },
        'net.closed': 'backOff',
        'link.stop': { target: 'offline', actions: 'dropConnection' },
      },
      after: { handshake: { target: 'backOff', actions: 'dropConnection' } },
    },
    established: {
      entry: ['forgetFailures', 'announceUp'],
      exit: 'announceDown',
      initial: 'serving',
      on: {
        'channel.ended': { target: 'backOff', actions: 'endConnection' },
        'net.closed': 'backOff',
        'link.stop': 'closing',
      },
      states: {
        // Two levels, because silence restarts its own timer and must not restart that of the keys.
        serving: {
          initial: 'listening',
          after: { rekey: 'rekeying' },
          states: {
            listening: { after: { echo: { target: 'listening', reenter: true, actions: 'checkSilence' } } },
          },
        },
        rekeying: { entry: 'sendKeyUpdate', always: 'serving' },
      },
    },
    closing: {
      entry: 'sendClose',
      on: {
        'channel.ended': { target: 'offline', actions: 'endConnection' },
        'net.closed': 'offline',
      },
      after: { close: { target: 'offline', actions: 'dropConnection' } },
    },
    backOff: {
      entry: 'countFailure',
      on: { 'link.stop': 'offline' },
      after: { backOff: 'dialling' },
    },
  },
});

function backOffMs({ timeouts, failures, jitter }: LinkContext): number {
  const ceiling = Math.min(timeouts.backOffMaxMs, timeouts.backOffMinMs * 2 ** Math.max(0, failures - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * jitter());
}
