/**
 * Bugs planted in how requests are weighed and answered: whose account it is, what is told, limits and repeats.
 *
 * @module
 */
import type { Plant } from './plant.ts';

export const REQUEST_PLANTS: readonly Plant[] = [
  {
    name: 'stale-balance-read',
    summary: 'A balance is answered from a row that was read some questions ago',
    invariant: 'LINEAR',
    budget: 40,
    patches: [
      {
        file: 'bank/decide/enquiries.ts',
        find: 'fields: { account: viewOf(account, row) },',
        replace: 'fields: { account: viewOf(account, remembered(state, row)) },',
      },
      {
        file: 'bank/decide/enquiries.ts',
        find: 'const KINDS: Readonly<',
        replace: `const memory = new WeakMap();
function remembered(state: BankView, row: any) {
  const rows = memory.get(state) ?? new Map();
  memory.set(state, rows);
  const known = rows.get(row.id);
  if (known && known.left-- > 0) return known.row;
  rows.set(row.id, { row, left: 2 });
  return row;
}
const KINDS: Readonly<`,
      },
    ],
  },
  {
    name: 'available-without-holds',
    summary: 'Customers are told their balance as if nothing of it were held',
    invariant: 'LINEAR',
    budget: 10,
    patches: [
      { file: 'bank/ledger.ts', find: 'available: available(row),', replace: 'available: row.ledger,' },
    ],
  },
  {
    name: 'amount-not-in-fingerprint',
    summary: 'Another amount under a used id is taken for a repeat',
    invariant: 'ONCE',
    budget: 60,
    patches: [
      {
        file: 'bank/fingerprint.ts',
        find: 'export function fingerprint(request: Keyed, customer: CustomerId | null): string {',
        replace: `export function fingerprint(asked: Keyed, customer: CustomerId | null): string {
  const request = ('amount' in asked ? { ...asked, amount: 0n } : asked) as Keyed;`,
      },
    ],
  },
  {
    name: 'any-account-served',
    summary: "Whoever is logged in may use anybody's account",
    invariant: 'INTEGRITY',
    budget: 40,
    patches: [
      {
        file: 'bank/decide/ask.ts',
        find: "return state.customers.get(customer)?.accounts.includes(account) ? row : 'NOT_PERMITTED';",
        replace: 'return row;',
      },
    ],
  },
  {
    name: 'history-leaks',
    summary: 'A history is told without asking whose account it is',
    invariant: 'INTEGRITY',
    budget: 60,
    patches: [
      {
        file: 'bank/decide/enquiries.ts',
        find: `const row = ownAccount(state, customer, account);
  if (typeof row === 'string' || customer === null) {`,
        replace: `const row = ownAccount(state, customer, account);
  if (row === 'UNKNOWN_ACCOUNT' || customer === null) {`,
      },
    ],
  },
  {
    name: 'day-limit-off',
    summary: 'Nothing counts towards what a customer may take on a day',
    invariant: 'LINEAR',
    budget: 100,
    patches: [
      {
        file: 'bank/limits.ts',
        find: "if (row.kind !== 'authorise') return null;",
        replace: 'if (row.kind.length > 0) return null;',
      },
    ],
  },
];
