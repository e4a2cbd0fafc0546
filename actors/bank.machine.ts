/**
 * The bank actor's chart: while one batch is being committed the next gathers (group commit). A failed commit is final:
 * what is on disk is unknown until the store is opened again (ARCHITECTURE "Bank actor").
 *
 * @module
 */
import { emit, setup } from 'xstate';

export type BankEvent =
  /** A command lies in the mailbox. */
  | { type: 'mailbox.filled' }
  /** The turn after the sockets that were ready have been read: what came together is committed together. */
  | { type: 'clock.turned' }
  | { type: 'store.committed'; mailboxEmpty: boolean }
  | { type: 'store.failed' }
  /** No more commands will come; what is in the mailbox is still decided, committed and answered. */
  | { type: 'bank.stop' };

export type BankCommand =
  | { type: 'awaitTurn' }
  | { type: 'commitBatch' }
  | { type: 'announceStopped' }
  | { type: 'announceFailed' };

export const bankMachine = setup({
  types: { events: {} as BankEvent, emitted: {} as BankCommand },
  actions: {
    awaitTurn: emit({ type: 'awaitTurn' }),
    commitBatch: emit({ type: 'commitBatch' }),
    announceStopped: emit({ type: 'announceStopped' }),
    announceFailed: emit({ type: 'announceFailed' }),
  },
  guards: {
    isMailboxEmpty: (_, params: { mailboxEmpty: boolean }) => params.mailboxEmpty,
  },
}).createMachine({
  id: 'bank',
  initial: 'serving',
  states: {
    serving: {
      initial: 'idle',
      states: {
        idle: {
          on: { 'mailbox.filled': 'gathering', 'bank.stop': '#bank.stopped' },
        },
        gathering: {
          entry: 'awaitTurn',
          on: {
            'clock.turned': { target: 'committing', actions: 'commitBatch' },
            'bank.stop': '#bank.draining',
          },
        },
        committing: {
          on: {
            'store.committed': [
              {
                target: 'idle',
                guard: {
                  type: 'isMailboxEmpty',
                  params: ({ event }) => ({ mailboxEmpty: event.mailboxEmpty }),
                },
              },
              { target: 'gathering' },
            ],
            'store.failed': '#bank.failed',
            'bank.stop': '#bank.draining.committing',
          },
        },
      },
    },
    draining: {
      initial: 'gathering',
      states: {
        gathering: {
          entry: 'awaitTurn',
          on: { 'clock.turned': { target: 'committing', actions: 'commitBatch' } },
        },
        committing: {
          on: {
            'store.committed': [
              {
                target: '#bank.stopped',
                guard: {
                  type: 'isMailboxEmpty',
                  params: ({ event }) => ({ mailboxEmpty: event.mailboxEmpty }),
                },
              },
              { target: 'gathering' },
            ],
            'store.failed': '#bank.failed',
          },
        },
      },
    },
    stopped: { entry: 'announceStopped', type: 'final' },
    failed: { entry: 'announceFailed', type: 'final' },
  },
});
