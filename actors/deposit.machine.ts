/**
 * One deposit at the terminal (docs/ARCHITECTURE "A deposit"): the counted notes wait in escrow until the bank has
 * said what becomes of them. A deposit whose answer is unknown is settled by a reversal: a tombstone gives the notes
 * back, ALREADY_COMPLETED stores them.
 *
 * @module
 */
import { assign, emit, setup } from 'xstate';
import type { AccountId, TxnId } from '../protocol/ids.ts';
import type { Notes, Reply } from '../protocol/messages.ts';
import { type Cents, ZERO } from '../protocol/money.ts';
import { escrowAfter } from '../terminals/journal.ts';
import type { Settlement, Timeouts } from './operation.ts';
import {
  backoffMs,
  isReply,
  reversal,
  type TerminalCommand,
  type TerminalEvent,
} from './terminal-command.ts';

export interface DepositInput {
  readonly txnId: TxnId;
  readonly account: AccountId;
  /** As counted into the escrow. */
  readonly notes: readonly Notes[];
  readonly amount: Cents;
  readonly timeouts: Timeouts;
}

interface DepositContext extends DepositInput {
  readonly attempt: number;
  /** A sending went unanswered and may have had its effect: a later BUSY does not speak for it. */
  readonly unsure: boolean;
  readonly reply: Reply | null;
  /** The acknowledged reversal. */
  readonly reversed: Reply | null;
  readonly settlement: Settlement | null;
}

export const depositMachine = setup({
  types: {
    context: {} as DepositContext,
    events: {} as TerminalEvent,
    emitted: {} as TerminalCommand,
    input: {} as DepositInput,
    output: {} as Settlement,
  },
  delays: {
    replyTimeout: ({ context }) => context.timeouts.replyMs,
    backoff: ({ context }) => backoffMs(context.timeouts, context.attempt),
  },
  guards: {
    isApproved: ({ event }) => isReply(event, 'approved'),
    isBusy: ({ event }) => isReply(event, 'busy'),
    isUnsure: ({ event }) => isReply(event, 'unsure'),
    canRepeat: ({ context }) => context.attempt < context.timeouts.attemptsMax,
    isOpen: ({ context }) => context.unsure,
    isBooked: ({ event }) =>
      event.type === 'advice.acknowledged' && escrowAfter(event.reply.code) === 'store',
    hasReturned: ({ event }) => event.type === 'device.returned' && event.ok,
  },
  actions: {
    sendDeposit: emit(({ context: { txnId, account, amount, notes, attempt } }) => ({
      type: 'request',
      body: { type: 'deposit', txnId, account, amount, notes, attempt },
      entries:
        attempt > 1
          ? []
          : [
              { mark: 'escrow', txnId, account, amount, notes },
              { mark: 'depositSent', txnId },
            ],
    })),
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    doubt: assign({ unsure: true }),
    keepReply: assign({
      reply: ({ context, event }) => (event.type === 'bank.replied' ? event.reply : context.reply),
    }),
    keepReversal: assign({
      reversed: ({ context, event }) =>
        event.type === 'advice.acknowledged' ? event.reply : context.reversed,
    }),
    adviseReversal: emit(({ context: { txnId } }) => ({
      type: 'advise',
      advice: reversal(txnId, 'timeout'),
      entries: [],
    })),
    storeNotes: emit(({ context: { txnId, reply } }) => ({
      type: 'store',
      entries: [
        ...(reply ? [{ mark: 'accepted', txnId, audit: reply.audit } as const] : []),
        { mark: 'storing', txnId },
      ],
    })),
    returnNotes: emit(({ context: { txnId, reply } }) => ({
      type: 'giveBack',
      entries: [
        ...(reply ? [{ mark: 'declined', txnId, code: reply.code, audit: reply.audit } as const] : []),
        { mark: 'returning', txnId },
      ],
    })),
    recordStored: emit(({ context: { txnId } }) => ({
      type: 'record',
      entries: [{ mark: 'stored', txnId }],
    })),
    recordReturned: emit(({ context: { txnId } }) => ({
      type: 'record',
      entries: [{ mark: 'returned', txnId }],
    })),
    recordSuspect: emit(({ context: { txnId } }) => ({
      type: 'record',
      entries: [{ mark: 'escrowSuspect', txnId }],
    })),
    settleStored: assign({
      settlement: ({ context }) =>
        settled(context, { outcome: 'ok', code: 'APPROVED', cash: context.amount }),
    }),
    settleReturned: assign({ settlement: ({ context }) => settled(context, { outcome: 'fail' }) }),
    settleSuspect: assign({ settlement: ({ context }) => settled(context, { code: 'DEVICE_FAULT' }) }),
  },
}).createMachine({
  id: 'deposit',
  context: ({ input }) => ({
    ...input,
    attempt: 1,
    unsure: false,
    reply: null,
    reversed: null,
    settlement: null,
  }),
  initial: 'asking',
  states: {
    asking: {
      initial: 'awaitingReply',
      states: {
        awaitingReply: {
          entry: 'sendDeposit',
          after: {
            replyTimeout: [
              {
                guard: 'canRepeat',
                target: 'awaitingReply',
                reenter: true,
                actions: ['doubt', 'countAttempt'],
              },
              { target: '#deposit.reversing' },
            ],
          },
        },
        backingOff: {
          after: {
            backoff: [
              { guard: 'canRepeat', target: 'awaitingReply', actions: 'countAttempt' },
              { guard: 'isOpen', target: '#deposit.reversing' },
              { target: '#deposit.returning' },
            ],
          },
        },
      },
      on: {
        'bank.replied': [
          { guard: 'isApproved', target: 'storing', actions: 'keepReply' },
          { guard: 'isBusy', target: '.backingOff' },
          { guard: 'isUnsure', target: '.backingOff', actions: 'doubt' },
          { target: 'returning', actions: 'keepReply' },
        ],
        'bank.lost': 'reversing',
      },
    },
    reversing: {
      entry: 'adviseReversal',
      on: {
        'advice.acknowledged': [
          { guard: 'isBooked', target: 'storing', actions: 'keepReversal' },
          { target: 'returning', actions: 'keepReversal' },
        ],
      },
    },
    storing: { entry: 'storeNotes', on: { 'device.stored': 'stored' } },
    returning: {
      entry: 'returnNotes',
      on: { 'device.returned': [{ guard: 'hasReturned', target: 'returned' }, { target: 'suspect' }] },
    },
    stored: { type: 'final', entry: ['recordStored', 'settleStored'] },
    returned: { type: 'final', entry: ['recordReturned', 'settleReturned'] },
    suspect: { type: 'final', entry: ['recordSuspect', 'settleSuspect'] },
  },
  output: ({ context }) => context.settlement ?? settled(context, {}),
});

function settled({ reply, reversed }: DepositContext, known: Partial<Settlement>): Settlement {
  return {
    outcome: 'unknown',
    code: reversed ? 'TIMEOUT' : (reply?.code ?? 'BUSY'),
    cash: ZERO,
    settledBy: reversed ? 'reversal' : 'reply',
    audit: reversed?.audit ?? reply?.audit ?? null,
    reply,
    ...known,
  };
}
