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
  customersOf,
  OPENING_BALANCE,
  planCustomer,
  planTerminal,
  type TerminalPlan,
} from './fleet.ts';
import { LOAD_POLICY } from './load-policy.ts';

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

export interface Sizes {
  readonly seed: string;
  readonly terminals: number;
  readonly accounts: number;
}

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
  const accountBase = state.customers.size;
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
  await addCustomers(bank, { ...sizes, accountBase, onProgress });
  const terminals = ids.map((terminal, index) => ({
    terminal,
    keyId,
    kShared: Buffer.from(kShared(directory.baseKey.key, { terminal, keyId })).toString('hex'),
    kDispense: Buffer.from(kDispense(directory.baseKey.key, { terminal, keyId })).toString('hex'),
    customers: customersOf(index, sizes).map((i) => planCustomer(sizes.seed, accountBase + i)),
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
  const customers = plans.flatMap(({ customers: own }) => own);
  const text = JSON.stringify({ terminals, customers });
  writeFileSync(join(data, 'credentials.json'), `${text}\n`, { mode: 0o600 });
}

async function addCustomers(
  bank: OpenBank,
  plan: Sizes & { accountBase: number; onProgress: (text: string) => void },
): Promise<void> {
  const passwords = createPasswordHash({ entropy: systemEntropy(), cost: 'load-test' });
  for (let from = 0; from < plan.accounts; from += HASHING) {
    if (from % 4096 === 0) plan.onProgress(`opening accounts ${from} of ${plan.accounts}`);
    const to = Math.min(plan.accounts, from + HASHING);
    const indices = Array.from({ length: to - from }, (_, i) => plan.accountBase + from + i);
    await Promise.all(
      indices.map(async (index) => {
        const { customer, account, password } = planCustomer(plan.seed, index);
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
