/**
 * The "sometimes" marks: branches that a sound set of seeds must reach now and then. A mark that never fires over the
 * seeds of a whole run means that what it stands for was not tested.
 *
 * @module
 */
import { invariant } from '../../protocol/invariant.ts';
import { BYZANTINE_MARKS } from './byzantine-marks.ts';
import { DISK_MARKS } from './disk.ts';

export const WORLD_MARKS = {
  'bank died in mid-handshake': 'a crash while a terminal was between hello and Finished',
  'bank restarted in good order': 'sessions closed with Close, everything committed',
  'several commands in one commit': 'a batch of more than one command',
  'bank left half-open by a power loss': 'a session whose terminal is gone without a word',
  'long outage': 'the bank out of reach for 10 to 60 minutes',
  'power lost in mid-operation': 'an operation that will never have a result',
  'power lost with advices queued': 'a restart that must repeat what it owes the bank',
  'customers unlocked': 'an operator unlocks everybody',
  'locked customer refused': 'a customer who was locked while logged in asks for money',
  'terminal revoked': 'a terminal is dropped in mid-session and comes back under a new key',
  'old key retired': 'a rotation carried through to its end',
  'dispenser: jam': 'fewer notes stacked than ordered',
  'dispenser: presentFails': 'nothing came out',
  'dispenser: presentUnknown': 'nobody knows',
  'dispenser: notTaken': 'notes left behind',
  'dispenser: paid order refused': 'an order came a second time, after its notes were taken',
  'other request under a used id': 'a terminal whose software is not to be trusted',
  'other word on a settled withdrawal': 'an advice that contradicts the books, or reversal fraud',
  'dispenser: retractUnknown': 'notes left behind, uncounted',
} as const;

const ALL: Readonly<Record<string, string>> = {
  ...WORLD_MARKS,
  ...DISK_MARKS,
  ...BYZANTINE_MARKS,
};

/** Every mark there is, with what it stands for. */
export const MARKS = ALL;

export class Marks {
  readonly #counts = new Map<string, number>();

  hit(mark: string): void {
    invariant(Object.hasOwn(ALL, mark), `"${mark}" is a mark of the table`);
    this.#counts.set(mark, (this.#counts.get(mark) ?? 0) + 1);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
