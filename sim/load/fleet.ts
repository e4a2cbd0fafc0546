/**
 * Who takes part in a run, as a pure function of the seed: terminals with their cash, customers with password and
 * account, and how both are dealt to workers. Nothing here depends on the number of workers.
 *
 * @module
 */
import { createHmac } from 'node:crypto';
import {
  type AccountId,
  accountId,
  type CustomerId,
  customerId,
  type TerminalId,
  terminalId,
} from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import { type Cents, cents, times, ZERO } from '../../protocol/money.ts';
import { Rng } from '../rng.ts';

export interface CustomerPlan {
  readonly customer: CustomerId;
  readonly password: string;
  readonly account: AccountId;
}

export interface TerminalPlan {
  readonly terminal: TerminalId;
  readonly keyId: number;
  /** Hex, 32 bytes each; they cross a thread boundary, never a file. */
  readonly kShared: string;
  readonly kDispense: string;
  /** Who uses it, in turn. Different terminals share customers only when there are fewer accounts than terminals. */
  readonly customers: readonly CustomerPlan[];
}

export const TERMINAL_PREFIX = 'ATM-';
export const OPENING_BALANCE = cents(500_00);

/** What a terminal is loaded with before a run. */
export const CASSETTES: readonly { readonly denomination: Cents; readonly count: number }[] = [
  { denomination: cents(50_00), count: 1_000 },
  { denomination: cents(20_00), count: 2_000 },
  { denomination: cents(10_00), count: 2_000 },
];
export const CASH_LOADED: Cents = CASSETTES.reduce(
  (sum, { denomination, count }) => (sum + times(denomination, count)) as Cents,
  ZERO,
);

export const digitsFor = (count: number) => Math.max(3, String(count - 1).length);

export function planTerminal(index: number, terminals: number): TerminalId {
  const id = terminalId(`${TERMINAL_PREFIX}${String(index).padStart(digitsFor(terminals), '0')}`);
  invariant(id !== null, 'planned terminals have valid names');
  return id;
}

/**
 * @param seed the run's; the password is not guessable from the name alone.
 * @param accountIndex when several customers share an account.
 */
export function planCustomer(seed: string, index: number, accountIndex = index): CustomerPlan {
  const number = String(index).padStart(6, '0');
  const customer = customerId(`customer-${number}`);
  const account = planAccount(accountIndex);
  invariant(customer !== null, 'planned customers have valid names');
  const password = createHmac('sha256', `cashpoint load ${seed}`)
    .update(customer)
    .digest('base64url')
    .slice(0, 16);
  return { customer, password, account };
}

export function planAccount(index: number): AccountId {
  const account = accountId(`A-${String(index).padStart(6, '0')}`);
  invariant(account !== null, 'planned accounts have valid names');
  return account;
}

export interface FleetSizes {
  readonly terminals: number;
  readonly accounts: number;
}

/** Customers of terminal `index`: an even share, at least one. */
export function customersOf(index: number, sizes: FleetSizes): number[] {
  const share = Math.max(1, Math.floor(sizes.accounts / sizes.terminals));
  return Array.from({ length: share }, (_, i) => (index * share + i) % sizes.accounts);
}

/** What decides who comes to which terminal, when it is not an even share for each. */
export interface Neighbourhood extends FleetSizes {
  readonly seed: string;
  readonly customersPerAccount: number;
  readonly contention: 'uniform' | 'zipf';
  readonly branches: number;
  readonly remotePct: number;
}

/** Customers that are drawn for a terminal; they come in turn. */
const VISITORS = 20;

/**
 * Customers of terminal `index`, as indices in the run; customer i holds account i mod accounts. With branches, terminal
 * and account i belong to branch i mod branches, and `remotePct` of the visitors are from another branch.
 */
export function visitorsOf(index: number, where: Neighbourhood): number[] {
  const { seed, terminals, accounts, customersPerAccount, contention, branches, remotePct } = where;
  if (contention === 'uniform' && branches === 1) {
    return customersOf(index, { terminals, accounts: accounts * customersPerAccount });
  }
  const rng = new Rng(seed, `visitors of terminal ${index}`);
  return Array.from({ length: VISITORS }, () => {
    const isRemote = branches > 1 && rng.ratio(Math.round(remotePct * 1_000), 100_000);
    const branch = (index + (isRemote ? 1 + rng.below(branches - 1) : 0)) % branches;
    const inBranch = Math.floor((accounts - 1 - branch) / branches) + 1;
    const account = branch + branches * drawIndex(rng, inBranch, contention);
    return account + accounts * rng.below(customersPerAccount);
  });
}

/**
 * 0..n−1, all alike or the first far more often: index k with probability log_{n+1}((k+2)/(k+1)), which is Zipf's law
 * with exponent 1 in a form that needs no table.
 */
export function drawIndex(rng: Rng, n: number, contention: Neighbourhood['contention']): number {
  if (contention === 'uniform') return rng.below(n);
  return Math.min(n, Math.floor((n + 1) ** (rng.u32() / 2 ** 32))) - 1;
}

/** Deals terminals round robin, so that each worker has the same number of active ones at every stage. */
export function deal<T>(items: readonly T[], workers: number): T[][] {
  const hands: T[][] = Array.from({ length: workers }, () => []);
  for (const [index, item] of items.entries()) hands[index % workers]?.push(item);
  return hands;
}
