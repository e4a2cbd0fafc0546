/**
 * What an operator may ask of a bank, as one JSON object a line over its admin socket or straight to the desk, and how
 * it is answered. Amounts are digit strings of minor units.
 *
 * @module
 */
import { z } from 'zod';
import { accountId, customerId, terminalId, txnId } from '../../protocol/ids.ts';
import { parseDigits } from '../../protocol/money.ts';

const parsed = <T>(parse: (text: string) => T | null) =>
  z.string().transform((text, context): T => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue(`"${text.slice(0, 40)}" is not valid here`);
    return z.NEVER;
  });
const customer = parsed(customerId);
const terminal = parsed(terminalId);
const amount = parsed(parseDigits);

const requestSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('addCustomer'),
    customer,
    password: z.string().min(1).max(128),
    account: parsed(accountId),
    opening: amount,
  }),
  z.strictObject({ do: z.literal('lockCustomer'), customer }),
  z.strictObject({ do: z.literal('unlockCustomer'), customer }),
  /** Answers with the terminal's keys under the newest base key. */
  z.strictObject({ do: z.literal('enrolTerminal'), terminal }),
  z.strictObject({ do: z.literal('revokeTerminal'), terminal }),
  /** Funds the vault with what it lacks. */
  z.strictObject({ do: z.literal('loadCash'), terminal, amount }),
  z.strictObject({
    do: z.literal('resolveSuspense'),
    terminal,
    txnId: parsed(txnId),
    paid: z.boolean(),
  }),
  z.strictObject({ do: z.literal('rotateKeys') }),
  /** Without `force` refused while a terminal has no other key. */
  z.strictObject({ do: z.literal('retireKey'), keyId: z.int().positive(), force: z.boolean() }),
]);

export type AdminRequest = z.infer<typeof requestSchema>;
/** As it travels. */
export type AdminRequestJson = z.input<typeof requestSchema>;

export type AdminAnswer =
  | { readonly ok: true; readonly result: Readonly<Record<string, unknown>> }
  /** One sentence for the operator. */
  | { readonly ok: false; readonly message: string };

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
/** The result of `enrolTerminal`. */
export const enrolledSchema = z.object({ keyId: z.int().positive(), kShared: hex32, kDispense: hex32 });

/** The request, or what is wrong with it. */
export function parseAdminRequest(value: unknown): AdminRequest | string {
  const result = requestSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return `Expected an admin request; ${issue?.path.join('.') || 'it'}: ${issue?.message}`;
}
