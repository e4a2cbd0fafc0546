/**
 * One transaction as the bank sees it, as a machine: for reading, drawing and walking. The bank itself keeps a row a
 * transaction and looks its steps up in `bank/steps.ts`; a test walks this machine and keeps the two equal.
 *
 * @module
 */
import { setup } from 'xstate';
import type { StepEvent } from '../bank/steps.ts';

export const bankTransactionMachine = setup({
  types: { events: {} as { readonly type: StepEvent } },
}).createMachine({
  id: 'bankTransaction',
  initial: 'none',
  states: {
    none: {
      on: {
        'request.held': 'held',
        'request.posted': 'posted',
        'request.refused': 'declined',
        'request.begun': 'pending',
        'reverse.received': 'tombstone',
        'complete.*': 'suspense',
      },
    },
    pending: { on: { 'request.posted': 'posted', 'request.refused': 'declined' } },
    held: {
      on: {
        'complete.full': 'completed',
        'complete.part': 'partial',
        'complete.unknown': 'suspense',
        'reverse.received': 'voided',
        'hold.abandoned': 'suspense',
      },
    },
    tombstone: { on: { 'request.refused': 'declined', 'complete.*': 'suspense' } },
    declined: { on: { 'complete.*': 'suspense' } },
    voided: { on: { 'complete.*': 'suspense' } },
    suspense: { on: { 'suspense.paid': 'completed', 'suspense.unpaid': 'voided' } },
    completed: {},
    partial: {},
    posted: {},
  },
});
