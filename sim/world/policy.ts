/**
 * What the simulated bank allows: so little that customers meet every limit within a handful of operations, now and
 * then to the cent.
 *
 * @module
 */
import { type BankPolicy, DEFAULT_POLICY } from '../../bank/policy.ts';
import { cents } from '../../protocol/money.ts';

export const WORLD_POLICY: BankPolicy = {
  ...DEFAULT_POLICY,
  withdrawMax: cents(400_00),
  depositMax: cents(400_00),
  transferMax: cents(600_00),
  dayAmountMax: cents(500_00),
  dayCountMax: 3,
  terminalFailuresMax: 5,
};
