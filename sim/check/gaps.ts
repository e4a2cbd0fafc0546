/**
 * The rows of the table that the simulator cannot reach, or only with luck, each with its reason. A gap that is seen
 * although it cannot be has the wrong reason, and a row that is neither seen nor here is not tested: both fail
 * (`coverage.ts`).
 *
 * @module
 */
import type { Row } from './refine.ts';

export interface Gap {
  readonly rows: readonly Row[];
  readonly why: string;
  /** It can be seen, but takes more luck than five hundred seeds have: it is left to the tests of the machine. */
  readonly seldom: boolean;
}

const gap = (why: string, ...rows: readonly Row[]): Gap => ({ rows, why, seldom: false });
const seldom = (why: string, ...rows: readonly Row[]): Gap => ({ rows, why, seldom: true });

const BUSY = 'takes a bank that is busy, mostly several times on end';
const BACK_OFF = 'xstate.after.backoff';
const REPLY_TIMEOUT = 'xstate.after.replyTimeout';

export const GAPS: readonly Gap[] = [
  gap(
    'the channel hears of the end of the stream first, and its own end leads on',
    'serverSession|awaitingHello|net.closed|closed',
    'serverSession|halfOpen|net.closed|closed',
    'serverSession|established.listening|net.closed|closed',
    'serverSession|closing|net.closed|closed',
    'terminalLink|hello|net.closed|backOff',
    'terminalLink|confirm|net.closed|backOff',
    'terminalLink|closing|net.closed|offline',
  ),
  gap(
    'a hello is announced before the Finished that came with it',
    'serverSession|awaitingHello|channel.established|established.listening',
    'terminalLink|hello|channel.established|established.serving.listening',
  ),
  gap(
    'no run lasts 24 h',
    'serverSession|established.listening|xstate.after.age.serverSession.established|closing',
  ),
  gap(
    'the bank has no answer that leaves open whether it authorised',
    'withdrawal|authorising|bank.replied|reversing',
  ),
  gap(
    'an honest bank gives the token that the dispenser asked for',
    'withdrawal|stacking|device.orderRefused|reversing',
  ),
  gap(
    'no customer of the simulator goes away in mid-operation',
    'withdrawal|stacking|bank.lost|ignored',
    'withdrawal|presenting|bank.lost|ignored',
    'withdrawal|presented|bank.lost|ignored',
    'withdrawal|retracting|bank.lost|ignored',
  ),
  seldom(
    'takes a disk that fails, or a command, in the instants in which a bank stops',
    'bank|draining.committing|store.failed|failed',
    'bank|draining.committing|mailbox.filled|ignored',
    'bank|draining.committing|store.committed|draining.gathering',
    'bank|draining.gathering|mailbox.filled|ignored',
    'bank|serving.committing|bank.stop|draining.committing',
  ),
  seldom(
    'terminals are stopped when all is healed and at rest: most are up then, and end in order',
    'terminalLink|dialling|link.stop|offline',
    'terminalLink|hello|link.stop|offline',
    'terminalLink|confirm|link.stop|offline',
    'terminalLink|backOff|link.stop|offline',
    'terminalLink|closing|xstate.after.close.terminalLink.closing|offline',
    'terminalLink|offline|link.stop|ignored',
    'terminalLink|offline|net.closed|ignored',
  ),
  seldom(
    'takes a bank that goes silent between its two first words',
    'terminalLink|confirm|xstate.after.handshake.terminalLink.confirm|backOff',
  ),
  seldom(
    BUSY,
    'withdrawal|authorising|bank.replied|backingOff',
    'withdrawal|backingOff|bank.lost|reversing',
    `withdrawal|backingOff|${BACK_OFF}.withdrawal.backingOff|authorising`,
    'deposit|asking.awaitingReply|bank.replied|asking.backingOff',
    'deposit|asking.backingOff|bank.lost|reversing',
    'deposit|asking.backingOff|bank.replied|asking.backingOff',
    'deposit|asking.backingOff|bank.replied|returning',
    'deposit|asking.backingOff|bank.replied|storing',
    `deposit|asking.backingOff|${BACK_OFF}.deposit.asking.backingOff|asking.awaitingReply`,
    `deposit|asking.backingOff|${BACK_OFF}.deposit.asking.backingOff|returning`,
    `deposit|asking.backingOff|${BACK_OFF}.deposit.asking.backingOff|reversing`,
    'enquiry|asking.awaitingReply|bank.replied|asking.backingOff',
    'enquiry|asking.backingOff|bank.lost|reversing',
    'enquiry|asking.backingOff|bank.lost|unknown',
    'enquiry|asking.backingOff|bank.replied|answered',
    'enquiry|asking.backingOff|bank.replied|asking.backingOff',
    `enquiry|asking.backingOff|${BACK_OFF}.enquiry.asking.backingOff|answered`,
    `enquiry|asking.backingOff|${BACK_OFF}.enquiry.asking.backingOff|asking.awaitingReply`,
    `enquiry|asking.backingOff|${BACK_OFF}.enquiry.asking.backingOff|reversing`,
    `enquiry|asking.backingOff|${BACK_OFF}.enquiry.asking.backingOff|unknown`,
  ),
  seldom(
    'takes a session that stays up while every sending goes unanswered',
    `deposit|asking.awaitingReply|${REPLY_TIMEOUT}.deposit.asking.awaitingReply|reversing`,
    `enquiry|asking.awaitingReply|${REPLY_TIMEOUT}.enquiry.asking.awaitingReply|reversing`,
  ),
  seldom(
    'takes an earlier sending that is answered, or lost, just while the machine is past asking',
    'deposit|reversing|bank.replied|ignored',
    'deposit|storing|bank.lost|ignored',
    'deposit|returning|bank.lost|ignored',
    'deposit|returning|bank.replied|ignored',
    'enquiry|reversing|bank.replied|ignored',
  ),
];
