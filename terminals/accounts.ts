/**
 * What a terminal knows of its customer's accounts, kept up to date from replies and from pushes that may come late.
 *
 * @module
 */
import type { AccountView } from '../protocol/messages.ts';

/** Newer figures replace older ones; a stale view, or one of an account not known here, changes nothing. */
export function freshen(
  accounts: readonly AccountView[],
  { account, ledger, available, version }: AccountView,
): readonly AccountView[] {
  const known = accounts.find((each) => each.account === account);
  if (!known || known.version >= version) return accounts;
  return accounts.map((each) => (each === known ? { account, ledger, available, version } : each));
}
