/**
 * One request that moves no notes: login, logout, balance, history, transfer, change of password. What carries a
 * transaction id is repeated with that id until answered; a transfer that stays unknown is settled by a reversal,
 * like a deposit (docs/ARCHITECTURE "Idempotency").
 *
 * @module
 */
import { assign, emit, setup } from 'xstate';
import type { Reply } from '../protocol/messages.ts';
import { ZERO } from '../protocol/money.ts';
import type { Settlement, Timeouts } from './operation.ts';
import {
  backoffMs,
  isReply,
  reversal,
  type TerminalCommand,
  type TerminalEvent,
} from './terminal-command.ts';
import type { Outgoing } from './terminal-link-port.ts';

export type EnquiryBody = Extract<
  Outgoing,
  { type: 'login' | 'logout' | 'balance' | 'history' | 'transfer' | 'passwordChange' }
>;

export interface EnquiryInput {
  readonly body: EnquiryBody;
  readonly timeouts: Timeouts;
}

interface EnquiryContext extends EnquiryInput {
  readonly attempt: number;
  /** A sending went unanswered and may have had its effect: a later BUSY does not speak for it. */
  readonly unsure: boolean;
  readonly reply: Reply | null;
  readonly settlement: Settlement | null;
}

export const enquiryMachine = setup({
  types: {
    context: {} as EnquiryContext,
    events: {} as TerminalEvent,
    emitted: {} as TerminalCommand,
    input: {} as EnquiryInput,
    output: {} as Settlement,
  },
  delays: {
    replyTimeout: ({ context }) => context.timeouts.replyMs,
    backoff: ({ context }) => backoffMs(context.timeouts, context.attempt),
  },
  guards: {
    isBusy: ({ event }) => isReply(event, 'busy'),
    isUnsure: ({ event }) => isReply(event, 'unsure'),
    canRepeat: ({ context }) => hasAttempts(context),
    canRepeatUnanswered: ({ context }) => 'txnId' in context.body && hasAttempts(context),
    isOpen: ({ context }) => context.unsure,
    isOpenTransfer: ({ context }) => context.unsure && context.body.type === 'transfer',
    isTransfer: ({ context }) => context.body.type === 'transfer',
  },
  actions: {
    sendRequest: emit(({ context: { body, attempt } }) => ({
      type: 'request',
      body: 'attempt' in body ? { ...body, attempt } : body,
      entries:
        body.type === 'transfer' && attempt === 1
          ? [{ mark: 'transferSent', txnId: body.txnId, amount: body.amount }]
          : [],
    })),
    countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
    doubt: assign({ unsure: true }),
    keepReply: assign({
      reply: ({ context, event }) => (event.type === 'bank.replied' ? event.reply : context.reply),
    }),
    recordAnswer: emit(({ context: { body, reply } }) => ({
      type: 'record',
      entries:
        body.type === 'transfer' && reply
          ? [{ mark: 'transferDone', txnId: body.txnId, code: reply.code, audit: reply.audit }]
          : [],
    })),
    adviseReversal: emit(({ context: { body } }) =>
      body.type === 'transfer'
        ? { type: 'advise', advice: reversal(body.txnId, 'timeout'), entries: [] }
        : { type: 'record', entries: [] },
    ),
    settleAnswered: assign({
      settlement: ({ context: { reply } }) =>
        settled(reply, { outcome: reply?.code === 'APPROVED' ? 'ok' : 'fail', settledBy: 'reply' }),
    }),
    settleReversed: assign({
      settlement: ({ event }) => (event.type === 'advice.acknowledged' ? reversed(event.reply) : null),
    }),
    settleUnknown: assign({ settlement: ({ context: { reply } }) => settled(reply, {}) }),
  },
}).createMachine({
  id: 'enquiry',
  context: ({ input }) => ({ ...input, attempt: 1, unsure: false, reply: null, settlement: null }),
  initial: 'asking',
  states: {
    asking: {
      initial: 'awaitingReply',
      states: {
        awaitingReply: {
          entry: 'sendRequest',
          after: {
            replyTimeout: [
              {
                guard: 'canRepeatUnanswered',
                target: 'awaitingReply',
                reenter: true,
                actions: ['doubt', 'countAttempt'],
              },
              { guard: 'isTransfer', target: '#enquiry.reversing' },
              { target: '#enquiry.unknown' },
            ],
          },
        },
        backingOff: {
          after: {
            backoff: [
              { guard: 'canRepeat', target: 'awaitingReply', actions: 'countAttempt' },
              { guard: 'isOpenTransfer', target: '#enquiry.reversing' },
              { guard: 'isOpen', target: '#enquiry.unknown' },
              { target: '#enquiry.answered' },
            ],
          },
        },
      },
      on: {
        'bank.replied': [
          { guard: 'isBusy', target: '.backingOff', actions: 'keepReply' },
          { guard: 'isUnsure', target: '.backingOff', actions: ['keepReply', 'doubt'] },
          { target: 'answered', actions: 'keepReply' },
        ],
        'bank.lost': [{ guard: 'isTransfer', target: 'reversing' }, { target: 'unknown' }],
      },
    },
    reversing: {
      entry: 'adviseReversal',
      on: { 'advice.acknowledged': { target: 'reversed', actions: 'settleReversed' } },
    },
    answered: { type: 'final', entry: ['recordAnswer', 'settleAnswered'] },
    reversed: { type: 'final' },
    unknown: { type: 'final', entry: 'settleUnknown' },
  },
  output: ({ context }) => context.settlement ?? settled(context.reply, {}),
});

const hasAttempts = ({ attempt, timeouts }: EnquiryContext) => attempt < timeouts.attemptsMax;

const settled = (reply: Reply | null, known: Partial<Settlement>): Settlement => ({
  outcome: 'unknown',
  code: reply?.code ?? 'TIMEOUT',
  cash: ZERO,
  settledBy: null,
  audit: reply?.audit ?? null,
  reply,
  ...known,
});

/** ALREADY_COMPLETED: the transfer was posted. A tombstone: it never will be. */
const reversed = ({ code, audit }: Reply): Settlement =>
  code === 'ALREADY_COMPLETED'
    ? settled(null, { outcome: 'ok', code: 'APPROVED', settledBy: 'reversal', audit })
    : settled(null, { outcome: 'fail', settledBy: 'reversal', audit });
