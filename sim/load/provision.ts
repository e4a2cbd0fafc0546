/**
 * Sets up the embedded bank before a run: vault, terminals with cash, customers with accounts, through the same actor
 * that serves later. On a data directory that was used before, the fleet is a new one beside the old.
 *
 * @module
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataDirectory, openDataDirectory } from '../../actors/node/data-directory.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { createPasswordHash } from '../../actors/node/password-hash.ts';
import { type OpenBank, openBank } from '../../actors/node/serve-bank.ts';
import type { Command } from '../../bank/commands.ts';
import { VAULT } from '../../bank/model.ts';
import { kDispense, kShared } from '../../protocol/key-schedule.ts';
import { type Cents, times, ZERO } from '../../protocol/money.ts';
import {
  CASH_LOADED,
  type CustomerPlan,
  type FleetSizes,
  type Neighbourhood,
  OPENING_BALANCE,
  planCustomer,
  planTerminal,
  type TerminalPlan,
  visitorsOf,
} from './fleet.ts';
import { LOAD_POLICY } from './load-policy.ts';
import { LOAD_DEFAULTS } from './options.ts';

export interface Provisioned {
  readonly directory: DataDirectory;
  readonly terminals: readonly TerminalPlan[];
  /** Index of the first terminal and of the first account of this run. */
  readonly terminalBase: number;
  readonly accountBase: number;
  /** Over the whole life of the data directory, for the checks. */
  readonly vaultFunded: Cents;
  readonly accountsOpened: Cents;
}

/** Seed, terminals and accounts; what else shapes the fleet is as the defaults have it when left out. */
export type Sizes = FleetSizes & { readonly seed: string } & Partial<Neighbourhood>;

/** Customers whose password is hashed at once. */
const HASHING = 64;

/** Throws what the data directory or its store find wrong. */
export async function provision(
  data: string,
  sizes: Sizes,
  onProgress: (text: string) => void,
): Promise<Provisioned> {
  const directory = openDataDirectory(data, { create: true });
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const bank = openBank(directory, {
    policy: LOAD_POLICY,
    onFatal: (error) => fail(error),
    onAlert: () => {},
    onCommitted: () => {},
  });
  try {
    return await Promise.race([failed, setUp(bank, { directory, sizes, onProgress })]);
  } finally {
    await Promise.race([failed, new Promise<void>((done) => bank.close(done))]);
  }
}

async function setUp(
  bank: OpenBank,
  {
    directory,
    sizes,
    onProgress,
  }: { directory: DataDirectory; sizes: Sizes; onProgress: (text: string) => void },
): Promise<Provisioned> {
  const { state } = bank;
  const terminalBase = state.terminals.size;
  const customerBase = state.customers.size;
  const accountBase = [...state.accounts.keys()].filter((id) => id.startsWith('customer:')).length;
  const where: Neighbourhood = { ...LOAD_DEFAULTS, ...sizes };
  const customerAt = (i: number) =>
    planCustomer(sizes.seed, customerBase + i, accountBase + (i % where.accounts));
  const ids = Array.from({ length: sizes.terminals }, (_, i) =>
    planTerminal(terminalBase + i, terminalBase + sizes.terminals),
  );
  const keyId = directory.baseKey.id;
  const vault = times(CASH_LOADED, sizes.terminals);
  onProgress(`enrolling ${sizes.terminals} terminals`);
  await ask(bank, { type: 'fundVault', amount: vault });
  await Promise.all(
    ids.flatMap((terminal) => [
      ask(bank, { type: 'enrolTerminal', terminal, keyId }),
      ask(bank, { type: 'loadCash', terminal, amount: CASH_LOADED }),
    ]),
  );
  await addCustomers(bank, where.accounts * where.customersPerAccount, { customerAt, onProgress });
  const terminals = ids.map((terminal, index) => ({
    terminal,
    keyId,
    kShared: Buffer.from(kShared(directory.baseKey.key, { terminal, keyId })).toString('hex'),
    kDispense: Buffer.from(kDispense(directory.baseKey.key, { terminal, keyId })).toString('hex'),
    customers: visitorsOf(index, where).map(customerAt),
  }));
  writeCredentials(directory.path, terminals);
  let vaultFunded = state.accounts.get(VAULT)?.ledger ?? ZERO;
  for (const entry of bank.store.entries()) {
    if (entry.kind === 'cashLoad' && entry.credit === VAULT)
      vaultFunded = (vaultFunded + entry.amount) as Cents;
  }
  const accountsOpened = times(OPENING_BALANCE, accountBase + sizes.accounts);
  return { directory, terminals, terminalBase, accountBase, vaultFunded, accountsOpened };
}

/** For a later run against this bank served on its own (`cashpoint run --bank … --credentials …`). */
function writeCredentials(data: string, plans: readonly TerminalPlan[]): void {
  const terminals = plans.map(({ customers: _, ...terminal }) => terminal);
  const drawn = plans.flatMap(({ customers: own }) => own);
  const customers = [...new Map(drawn.map((each) => [each.customer, each])).values()];
  const text = JSON.stringify({ terminals, customers });
  writeFileSync(join(data, 'credentials.json'), `${text}\n`, { mode: 0o600 });
}

async function addCustomers(
  bank: OpenBank,
  count: number,
  { customerAt, onProgress }: { customerAt(i: number): CustomerPlan; onProgress(text: string): void },
): Promise<void> {
  const passwords = createPasswordHash({ entropy: systemEntropy(), cost: 'load-test' });
  for (let from = 0; from < count; from += HASHING) {
    if (from % 4096 === 0) onProgress(`opening accounts ${from} of ${count}`);
    const indices = Array.from({ length: Math.min(count - from, HASHING) }, (_, i) => from + i);
    await Promise.all(
      indices.map(async (index) => {
        const { customer, account, password } = customerAt(index);
        const encoded = await new Promise<string>((done) => passwords.hash(password, done));
        const accounts = [{ id: account, opening: OPENING_BALANCE }];
        await ask(bank, { type: 'addCustomer', customer, password: encoded, accounts });
      }),
    );
  }
}

function ask(bank: OpenBank, command: Command): Promise<void> {
  return new Promise((resolve, reject) => {
    const accepted = bank.actor.submit(command, ({ code }) => {
      if (code === 'APPROVED') resolve();
      else reject(new Error(`The bank refused ${command.type} with ${code}`));
    });
    if (!accepted) reject(new Error(`The bank did not take ${command.type}`));
  });
}
