/**
 * What the terminal's machines ask for and what they hear: effects and events as data. `terminal-host.ts` carries the
 * commands out; `entries` are durable in the journal before the effect they stand with.
 *
 * @module
 */
import { CODES, type Code } from '../protocol/errors.ts';
import type { TxnId } from '../protocol/ids.ts';
import type { Reply, Reverse } from '../protocol/messages.ts';
import { type Cents, ZERO } from '../protocol/money.ts';
import type { DeviceCounts, DispenseOrder } from '../protocol/ports.ts';
import { sumDispensed } from '../terminals/cassettes.ts';
import type { Advice, JournalEntry } from '../terminals/journal.ts';
import type { Timeouts } from './operation.ts';
import type { Outgoing } from './terminal-link-port.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An advice before the host gives it its own transaction id. */
export type AdviceBody = DistributiveOmit<Advice, 'txnId'>;

export type TerminalCommand = { readonly entries: readonly JournalEntry[] } & (
  | { readonly type: 'record' }
  /** Answered by `bank.replied` or `bank.lost`. */
  | { readonly type: 'request'; readonly body: Outgoing }
  /** Queued; `advice.acknowledged` when the bank has it. */
  | { readonly type: 'advise'; readonly advice: AdviceBody }
  | { readonly type: 'stack'; readonly order: DispenseOrder }
  | { readonly type: 'present' }
  | { readonly type: 'retract' }
  | { readonly type: 'store' }
  | { readonly type: 'giveBack' }
);

export type TerminalEvent =
  | { readonly type: 'bank.replied'; readonly reply: Reply }
  /** The session ended before the reply came. */
  | { readonly type: 'bank.lost' }
  | { readonly type: 'advice.acknowledged'; readonly reply: Reply }
  | { readonly type: 'device.stacked'; readonly counts: DeviceCounts }
  | { readonly type: 'device.jammed' }
  | { readonly type: 'device.orderRefused' }
  | { readonly type: 'device.presented' }
  | { readonly type: 'device.presentFailed' }
  | { readonly type: 'device.presentUnknown' }
  | { readonly type: 'device.notesTaken' }
  /** What the customer took all the same; null when not known. */
  | { readonly type: 'device.retracted'; readonly counts: DeviceCounts | null }
  | { readonly type: 'device.stored' }
  | { readonly type: 'device.returned'; readonly ok: boolean };

/** What a code says about one sending: `unsure` leaves open whether it had an effect. */
export type Verdict = 'approved' | 'refused' | 'busy' | 'unsure';

export function verdictOf(code: Code): Verdict {
  if (code === 'APPROVED') return 'approved';
  if (CODES[code].retryable) return 'busy';
  // A partial approval is never asked for: what it stands for is settled like an unknown.
  return CODES[code].definite && CODES[code].class !== 'ok' ? 'refused' : 'unsure';
}

/** Whether the event is a reply with this verdict. */
export const isReply = (event: TerminalEvent, verdict: Verdict): boolean =>
  event.type === 'bank.replied' && verdictOf(event.reply.code) === verdict;

/** Wait before sending number `attempt` + 1. */
export const backoffMs = ({ backoffMs: first, backoffMaxMs }: Timeouts, attempt: number): number =>
  Math.min(backoffMaxMs, first * 2 ** Math.min(attempt - 1, 20));

/** How much of `amount` went out; null counts mean that nobody knows. */
export function completion(origTxnId: TxnId, amount: Cents, counts: DeviceCounts | null): AdviceBody {
  if (counts === null)
    return { type: 'complete', origTxnId, disposition: 'UNKNOWN', dispensed: ZERO, cassettes: [] };
  const dispensed = sumDispensed(counts);
  const disposition = dispensed === amount ? 'TAKEN' : 'PARTIAL';
  return { type: 'complete', origTxnId, disposition, dispensed, cassettes: counts };
}

export const reversal = (origTxnId: TxnId, reason: Reverse['reason']): AdviceBody => ({
  type: 'reverse',
  origTxnId,
  reason,
});
