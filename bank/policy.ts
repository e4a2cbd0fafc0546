/**
 * What the bank allows, in one object: limits, tries, how long a hold may stay open. Every value can be configured and
 * is printed at start.
 *
 * @module
 */
import type { Cents } from '../protocol/money.ts';

export interface BankPolicy {
  /** Largest single withdrawal, deposit and transfer, 1..2^53 cents. */
  readonly withdrawMax: Cents;
  readonly depositMax: Cents;
  readonly transferMax: Cents;
  /** Cash one customer may take on a UTC day, holds included: cents, and number of withdrawals. */
  readonly dayAmountMax: Cents;
  readonly dayCountMax: number;
  /** Notes in one dispense. */
  readonly dispenseNotesMax: number;
  /** Wrong passwords in a row that lock a customer. */
  readonly triesMax: number;
  /** Failed logins in an hour after which a terminal's logins are refused without charging the customer. */
  readonly terminalFailuresMax: number;
  /** Rows that count the tries of names that are nobody's. */
  readonly strangersMax: number;
  /** Age in ms at which a hold is asked for at its terminal's next contact. */
  readonly tHoldMs: number;
  /** Age in ms at which a hold of a silent terminal is booked to suspense. */
  readonly silentMs: number;
}

export const DEFAULT_POLICY: BankPolicy = {
  withdrawMax: 100_000n as Cents,
  depositMax: 1_000_000n as Cents,
  transferMax: 1_000_000n as Cents,
  dayAmountMax: 300_000n as Cents,
  dayCountMax: 30,
  dispenseNotesMax: 40,
  triesMax: 3,
  terminalFailuresMax: 20,
  strangersMax: 4096,
  tHoldMs: 120_000,
  silentMs: 7 * 24 * 3_600_000,
};
