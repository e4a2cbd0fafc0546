/**
 * The legal steps of a transaction at the bank, state × event → state. Whatever is not in the table changes no state:
 * `decide` acknowledges or refuses it. `actors/bank-transaction.machine.ts` draws the same steps as a machine; a test
 * keeps the two equal.
 *
 * @module
 */
import type { TxnState } from '../protocol/messages.ts';

/** `none`: the bank has no row for this id. */
export type StepState = TxnState | 'none';

export const STEP_EVENTS = [
  /** An authorisation, approved: the amount is held. */
  'request.held',
  /** A deposit, transfer, login, password change, recon or advice, carried out at once. */
  'request.posted',
  'request.refused',
  /** A login or password change whose password is being hashed. */
  'request.begun',
  /** COMPLETE: all taken; part taken; nobody knows. */
  'complete.full',
  'complete.part',
  'complete.unknown',
  'reverse.received',
  /** The terminal is revoked or has been silent too long. */
  'hold.abandoned',
  /** An operator found out what became of it: the customer has the cash, or has not. */
  'suspense.paid',
  'suspense.unpaid',
] as const;
export type StepEvent = (typeof STEP_EVENTS)[number];

/** A completion that contradicts what is booked: cash is gone and nobody was charged, so it goes to suspense. */
const CONTRADICTED = {
  'complete.full': 'suspense',
  'complete.part': 'suspense',
  'complete.unknown': 'suspense',
} as const;

export const STEPS: Readonly<Record<StepState, Readonly<Partial<Record<StepEvent, TxnState>>>>> = {
  none: {
    'request.held': 'held',
    'request.posted': 'posted',
    'request.refused': 'declined',
    'request.begun': 'pending',
    'reverse.received': 'tombstone',
    ...CONTRADICTED,
  },
  pending: { 'request.posted': 'posted', 'request.refused': 'declined' },
  held: {
    'complete.full': 'completed',
    'complete.part': 'partial',
    'complete.unknown': 'suspense',
    'reverse.received': 'voided',
    'hold.abandoned': 'suspense',
  },
  tombstone: { 'request.refused': 'declined', ...CONTRADICTED },
  declined: CONTRADICTED,
  voided: CONTRADICTED,
  suspense: { 'suspense.paid': 'completed', 'suspense.unpaid': 'voided' },
  completed: {},
  partial: {},
  posted: {},
};

/** The state after the event, or null where the event changes nothing. */
export const step = (state: StepState, event: StepEvent): TxnState | null => STEPS[state][event] ?? null;
