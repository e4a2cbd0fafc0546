/**
 * One withdrawal at the terminal (docs/ARCHITECTURE "The way of one withdrawal"): authorise, stack, present, taken;
 * everything that goes wrong before the notes are out leads to a reversal, and what nobody can know to `suspect`.
 * No reply in time, no cash: a late approval is journalled and dropped.
 *
 * @module
 */
import { assign, emit, setup } from 'xstate';
import type { Code } from '../protocol/errors.ts';
import type { AccountId, TxnId } from '../protocol/ids.ts';
import type { Notes, Reply, Reverse } from '../protocol/messages.ts';
import { type Cents, ZERO } from '../protocol/money.ts';
import type { DeviceCounts } from '../protocol/ports.ts';
import { sumDispensed } from '../terminals/cassettes.ts';
import type { Settlement, Timeouts } from './operation.ts';
import {
  backoffMs,
  completion,
  isReply,
  reversal,
  type TerminalCommand,
  type TerminalEvent,
} from './terminal-command.ts';

export interface WithdrawalInput {
  readonly txnId: TxnId;
  readonly account: AccountId;
  readonly amount: Cents;
  /** The mix to pay; its sum is `amount`. */
  readonly notes: readonly Notes[];
  /** The dispenser's. */
  readonly nonce: string;
  readonly timeouts: Timeouts;
}

interface WithdrawalContext extends WithdrawalInput {
  readonly attempt: number;
  /** The bank's decision. */
  readonly reply: Reply | null;
  /** Why it is reversed. */
  readonly reason: Reverse['reason'];
  /** The device's last word; null when it does not know. */
  readonly counts: DeviceCounts | null;
  readonly settlement: Settlement | null;
}

const CODE_OF_REASON: Partial<Record<Reverse['reason'], Code>> = {
  hardware: 'DEVICE_FAULT',
  token: 'SECURITY_VIOLATION',
  retracted: 'CANCELLED',
};

export const withdrawalMachine = setup({
  types: {
    context: {} as WithdrawalContext,
    events: {} as TerminalEvent,
    emitted: {} as TerminalCommand,
    input: {} as WithdrawalInput,
    output: {} as Settlement,
  },
  delays: {
    replyTimeout: ({ context }) => context.timeouts.replyMs,
    takeTimeout: ({ context }) => context.timeouts.takeMs,
    backoff: ({ context }) => backoffMs(context.timeouts, context.attempt),
  },
  guards: {
    isApproved: ({ event }) => isReply(event, 'approved'),
    isUnsure: ({ event }) => isReply(event, 'unsure'),
    canRepeat: ({ context, event }) =>
      isReply(event, 'busy') && context.attempt < context.timeouts.attemptsMax,
    hasLostCount: ({ event }) => event.type === 'device.retracted' && event.counts === null,
    hasNothingTaken: ({ event }) =>
      event.type === 'device.retracted' && sumDispensed(event.counts ?? []) === ZERO,
  },
  actions: {
    sendAuthorise: emit(({ context: { txnId, account, amount, notes, nonce, attempt } }) => ({
      type: 'request',
      body: { type: 'authorise', txnId, account, amount, notes, nonce, attempt },
      entries:
        attempt > 1
          ? []
          : [
              { mark: 'intent', txnId, account, amount, notes },
              { mark: 'authoriseSent', txnId },
            ],
    })),
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    keepReply: assign({
      reply: ({ context, event }) => (event.type === 'bank.replied' ? event.reply : context.reply),
    }),
    keepCounts: assign({
      counts: ({ context, event }) => ('counts' in event ? event.counts : context.counts),
    }),
    forgetCounts: assign({ counts: null }),
    blame: assign({ reason: (_, reason: Reverse['reason']) => reason }),
    recordDecline: emit(({ context: { txnId, reply } }) => ({
      type: 'record',
      entries: reply ? [{ mark: 'declined', txnId, code: reply.code, audit: reply.audit }] : [],
    })),
    recordLate: emit(({ context: { txnId }, event }) => ({
      type: 'record',
      entries:
        event.type === 'bank.replied'
          ? [{ mark: 'late', txnId, code: event.reply.code, audit: event.reply.audit }]
          : [],
    })),
    stackNotes: emit(({ context: { txnId, amount, notes, nonce, reply } }) => ({
      type: 'stack',
      order: { txnId, amount, notes, nonce, token: reply?.dispenseToken ?? '' },
      entries: [
        ...(reply ? [{ mark: 'approved', txnId, audit: reply.audit } as const] : []),
        { mark: 'stacking', txnId },
      ],
    })),
    presentNotes: emit(({ context: { txnId } }) => ({
      type: 'present',
      entries: [{ mark: 'presenting', txnId }],
    })),
    recordPresented: emit(({ context: { txnId } }) => ({
      type: 'record',
      entries: [{ mark: 'presented', txnId }],
    })),
    retractNotes: emit(({ context: { txnId } }) => ({
      type: 'retract',
      entries: [{ mark: 'retracting', txnId }],
    })),
    adviseReversal: emit(({ context: { txnId, reason } }) => ({
      type: 'advise',
      advice: reversal(txnId, reason),
      entries: [],
    })),
    adviseCompletion: emit(({ context: { txnId, amount, counts } }) => ({
      type: 'advise',
      advice: completion(txnId, amount, counts),
      entries: counts === null ? [] : [{ mark: 'taken', txnId, counts }],
    })),
    settleDeclined: assign({
      settlement: ({ context: { reply } }) => settled(reply, { outcome: 'fail', settledBy: 'reply' }),
    }),
    settleReversed: assign({
      settlement: ({ context, event }) =>
        event.type === 'advice.acknowledged' ? reversed(context, event.reply) : null,
    }),
    settlePaid: assign({ settlement: ({ context }) => paid(context) }),
    settleSuspect: assign({
      settlement: ({ context: { reply } }) => settled(reply, { outcome: 'unknown', code: 'DEVICE_FAULT' }),
    }),
  },
}).createMachine({
  id: 'withdrawal',
  context: ({ input }) => ({
    ...input,
    attempt: 1,
    reply: null,
    reason: 'timeout',
    counts: [],
    settlement: null,
  }),
  initial: 'authorising',
  states: {
    authorising: {
      entry: 'sendAuthorise',
      after: { replyTimeout: { target: 'reversing', actions: { type: 'blame', params: 'timeout' } } },
      on: {
        'bank.replied': [
          { guard: 'isApproved', target: 'stacking', actions: 'keepReply' },
          { guard: 'canRepeat', target: 'backingOff' },
          {
            guard: 'isUnsure',
            target: 'reversing',
            actions: ['keepReply', { type: 'blame', params: 'timeout' }],
          },
          { target: 'declined', actions: 'keepReply' },
        ],
        'bank.lost': { target: 'reversing', actions: { type: 'blame', params: 'timeout' } },
      },
    },
    backingOff: {
      after: { backoff: { target: 'authorising', actions: 'countAttempt' } },
      on: { 'bank.lost': { target: 'reversing', actions: { type: 'blame', params: 'timeout' } } },
    },
    stacking: {
      entry: 'stackNotes',
      on: {
        'device.stacked': { target: 'presenting', actions: 'keepCounts' },
        'device.jammed': { target: 'reversing', actions: { type: 'blame', params: 'hardware' } },
        'device.orderRefused': { target: 'reversing', actions: { type: 'blame', params: 'token' } },
      },
    },
    presenting: {
      entry: 'presentNotes',
      on: {
        'device.presented': 'presented',
        'device.presentFailed': { target: 'reversing', actions: { type: 'blame', params: 'hardware' } },
        'device.presentUnknown': { target: 'suspect', actions: 'forgetCounts' },
      },
    },
    presented: {
      entry: 'recordPresented',
      after: { takeTimeout: 'retracting' },
      on: { 'device.notesTaken': 'paid' },
    },
    retracting: {
      entry: 'retractNotes',
      on: {
        'device.retracted': [
          { guard: 'hasLostCount', target: 'suspect', actions: 'keepCounts' },
          { guard: 'hasNothingTaken', target: 'reversing', actions: { type: 'blame', params: 'retracted' } },
          { target: 'paid', actions: 'keepCounts' },
        ],
      },
    },
    reversing: {
      entry: 'adviseReversal',
      on: {
        'bank.replied': { actions: 'recordLate' },
        'advice.acknowledged': { target: 'reversed', actions: 'settleReversed' },
      },
    },
    declined: { type: 'final', entry: ['recordDecline', 'settleDeclined'] },
    reversed: { type: 'final' },
    paid: { type: 'final', entry: ['adviseCompletion', 'settlePaid'] },
    suspect: { type: 'final', entry: ['adviseCompletion', 'settleSuspect'] },
  },
  output: ({ context }) => context.settlement ?? settled(context.reply, { outcome: 'unknown' }),
});

const settled = (reply: Reply | null, known: Partial<Settlement>): Settlement => ({
  outcome: 'unknown',
  code: reply?.code ?? null,
  cash: ZERO,
  settledBy: null,
  audit: reply?.audit ?? null,
  reply,
  ...known,
});

function paid({ amount, counts, reply }: WithdrawalContext): Settlement {
  const cash = sumDispensed(counts ?? []);
  return cash === amount
    ? settled(reply, { outcome: 'ok', cash, settledBy: 'reply' })
    : settled(reply, { outcome: 'ok', code: 'APPROVED_PARTIAL', cash, settledBy: 'device' });
}

/** A reversal that the bank did not take leaves open what is booked; it has raised the alarm. */
function reversed({ reason, reply }: WithdrawalContext, acknowledged: Reply): Settlement {
  const { code, audit } = acknowledged;
  if (code !== 'APPROVED' && code !== 'ALREADY_REVERSED') return settled(reply, { code, audit });
  const why = reply && reason === 'timeout' ? reply.code : 'TIMEOUT';
  return settled(reply, {
    outcome: 'fail',
    code: CODE_OF_REASON[reason] ?? why,
    settledBy: 'reversal',
    audit,
  });
}
