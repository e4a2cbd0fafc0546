/**
 * What a bank allows while it is under load: the limits of an ordinary day would refuse nearly everything after a
 * minute. The limits of a single transaction stay.
 *
 * @module
 */
import { type BankPolicy, DEFAULT_POLICY } from '../../bank/policy.ts';
import { CENTS_MAX } from '../../protocol/money.ts';

export const LOAD_POLICY: BankPolicy = {
  ...DEFAULT_POLICY,
  dayAmountMax: CENTS_MAX,
  dayCountMax: 1_000_000_000,
};
