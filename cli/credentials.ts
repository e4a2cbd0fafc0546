/**
 * The credentials file for a bank that is not our own: which terminals and customers a load may use, with their keys
 * and passwords. An embedded bank leaves one in its data directory.
 *
 * @module
 */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { parseAddress } from '../actors/node/tcp.ts';
import { accountId, customerId, terminalId } from '../protocol/ids.ts';
import { customersOf, type TerminalPlan } from '../sim/load/fleet.ts';
import type { ForeignBank } from '../sim/load/run.ts';
import { CommandError } from './fail.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 hex digits');
const id = <T>(parse: (text: string) => T | null) =>
  z.string().transform((text, context) => {
    const parsed = parse(text);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: `Expected a valid name, got "${text}"` });
    return z.NEVER;
  });

const credentialsSchema = z.strictObject({
  terminals: z
    .array(
      z.strictObject({
        terminal: id(terminalId),
        keyId: z.int().positive(),
        kShared: hex32,
        kDispense: hex32,
      }),
    )
    .min(1),
  customers: z
    .array(z.strictObject({ customer: id(customerId), password: z.string().min(1), account: id(accountId) }))
    .min(1),
});

export type Credentials = z.infer<typeof credentialsSchema>;

/** All terminals of the file. Throws as {@link readCredentials} does. */
export function readAllCredentials(address: string, path: string | undefined): ForeignBank {
  parseAddress(address);
  if (path === undefined) throw needsCredentials();
  return readCredentials(address, path, { terminals: parse(path).terminals.length });
}

const needsCredentials = () =>
  new CommandError('usage', '--bank needs --credentials FILE: terminals and customers of that bank');

/** Throws {@link CommandError} that says what is wrong with address or file. */
export function readCredentials(
  address: string,
  path: string | undefined,
  wanted: { terminals: number },
): ForeignBank {
  parseAddress(address);
  if (path === undefined) throw needsCredentials();
  const { terminals, customers } = parse(path);
  if (terminals.length < wanted.terminals) {
    throw new CommandError(
      'usage',
      `${path} has ${terminals.length} terminals; use --terminals ${terminals.length}`,
    );
  }
  const sizes = { terminals: wanted.terminals, accounts: customers.length };
  const plans = terminals.slice(0, wanted.terminals).map(
    (terminal, index): TerminalPlan => ({
      ...terminal,
      customers: customersOf(index, sizes).flatMap((i) => customers[i] ?? []),
    }),
  );
  return { address, terminals: plans };
}

function parse(path: string): Credentials {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new CommandError('usage', `${path} holds keys and can be read by others; run: chmod 600 ${path}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new CommandError('usage', `${path} is not JSON`);
  }
  const result = credentialsSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CommandError('usage', `${path}: ${issue?.path.join('.')}: ${issue?.message}`);
}
