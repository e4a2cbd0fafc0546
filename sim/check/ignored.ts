/**
 * The events that a machine may ignore, in which states, and why they can come there. Any other event that finds no
 * transition is a violation of REFINE: somebody sent it for a reason.
 *
 * @module
 */
export interface Ignored {
  readonly machine: string;
  readonly event: string;
  readonly states: readonly string[];
  readonly why: string;
}

const LATE_STATES = ['stacking', 'presenting', 'presented', 'retracting', 'reversing'] as const;

export const IGNORED: readonly Ignored[] = [
  {
    machine: 'bank',
    event: 'mailbox.filled',
    states: ['serving.gathering', 'serving.committing', 'draining.gathering', 'draining.committing'],
    why: 'the command lies in the mailbox and goes with the next batch',
  },
  {
    machine: 'bank',
    event: 'clock.turned',
    states: ['draining.committing'],
    why: 'a bank that is stopped while it gathers waits for a turn anew; the first turn comes too',
  },
  {
    machine: 'serverSession',
    event: 'bank.dismissed',
    states: ['closing', 'lingering'],
    why: 'the session is ending already',
  },
  {
    machine: 'terminalLink',
    event: 'channel.ended',
    states: ['dialling'],
    why: 'a connection that never opened has a channel too, and it ends',
  },
  {
    machine: 'terminalLink',
    event: 'net.closed',
    states: ['backOff', 'offline'],
    why: 'a connection that closes ends its channel first, and that has led here',
  },
  {
    machine: 'terminalLink',
    event: 'link.stop',
    states: ['offline'],
    why: 'the link was never started',
  },
  {
    machine: 'withdrawal',
    event: 'bank.lost',
    states: LATE_STATES,
    why: 'the customer goes away, or the session of an authorisation that was given up is lost',
  },
  {
    machine: 'deposit',
    event: 'bank.lost',
    states: ['reversing', 'storing', 'returning'],
    why: 'an earlier sending of the deposit is still unanswered, or the customer goes away',
  },
  {
    machine: 'deposit',
    event: 'bank.replied',
    states: ['reversing', 'storing', 'returning'],
    why: 'the late answer to an earlier sending of the deposit',
  },
  {
    machine: 'enquiry',
    event: 'bank.lost',
    states: ['reversing'],
    why: 'the transfer that is being reversed is still unanswered, or the customer goes away',
  },
  {
    machine: 'enquiry',
    event: 'bank.replied',
    states: ['reversing'],
    why: 'the late answer to the transfer that is being reversed',
  },
];
