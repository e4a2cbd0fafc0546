/**
 * The words of the audit trail's "Action taken", all in this file, so that a checker can compute the text it expects
 * of an operation from its kind, amount and code: `withdraw $100.00 failed - insufficient funds`.
 *
 * @module
 */
import { CODES, type Code } from '../../protocol/errors.ts';
import { type Cents, formatAmount } from '../../protocol/money.ts';

/** `CustomerID` of a record that belongs to nobody. */
export const NOBODY = '-';

const money = (amount: Cents): string => `$${formatAmount(amount)}`;

// What was asked.
export const login = (): string => 'login';
export const logout = (): string => 'logout';
export const balance = (): string => 'balance';
export const history = (): string => 'history';
export const withdraw = (amount: Cents): string => `withdraw ${money(amount)}`;
export const deposit = (amount: Cents): string => `deposit ${money(amount)}`;
export const transfer = (amount: Cents, to: string): string => `transfer ${money(amount)} to ${to}`;
export const passwordChange = (): string => 'password change';
export const inquiry = (): string => 'inquiry';
export const recon = (total: Cents): string => `recon ${money(total)}`;
export const reverse = (amount: Cents): string => `reverse ${money(amount)}`;
export const reverseUnknown = (): string => 'reverse of an unknown transaction';

// What became of it: suffixes of the above.
/** The action itself when it was carried out, else `… failed - why`. */
export const outcome = (action: string, code: Code): string =>
  code === 'APPROVED' || code === 'APPROVED_PARTIAL' ? action : `${action} failed - ${CODES[code].audit}`;
/** The record of a business repeat; the original's record is the one without this suffix. */
export const repeated = (action: string): string => `${action} - repeat`;
export const authorised = (amount: Cents): string => `${withdraw(amount)} authorised`;
export const completed = (amount: Cents): string => `${withdraw(amount)} completed`;
export const partlyCompleted = (part: Cents, amount: Cents): string =>
  `withdraw ${money(part)} of ${money(amount)} completed`;
export const reversed = (action: string): string => `${action} reversed`;
/** Nobody knows whether the customer has the cash. */
export const suspended = (amount: Cents): string => `${withdraw(amount)} in suspense - outcome unknown`;
export const abandoned = (amount: Cents): string => `${withdraw(amount)} in suspense - terminal silent`;
/** Cash left a machine without a hold: never seen, reversed or declined. */
export const contradicted = (amount: Cents): string => `${withdraw(amount)} in suspense - state conflict`;
export const resolved = (amount: Cents, paid: boolean): string =>
  `${withdraw(amount)} resolved - ${paid ? 'paid' : 'not paid'}`;

// Set-up and operation.
export const customerAdded = (): string => 'customer added';
export const customerLocked = (): string => 'customer locked';
export const customerUnlocked = (): string => 'customer unlocked';
export const terminalEnrolled = (terminal: string, keyId: number): string =>
  `terminal ${terminal} enrolled with key ${keyId}`;
export const terminalRevoked = (terminal: string): string => `terminal ${terminal} revoked`;
export const keysRotated = (baseKeyId: number, auditKeyId: number): string =>
  `keys rotated - base key ${baseKeyId}, audit key ${auditKeyId}`;
export const keyRetired = (keyId: number): string => `base key ${keyId} retired`;
export const vaultFunded = (amount: Cents): string => `vault funded with ${money(amount)}`;
export const cashLoaded = (amount: Cents, terminal: string): string =>
  `cash ${money(amount)} loaded into ${terminal}`;

/**
 * The text of the first record of a customer's operation, as the bank writes it. `code` is the decisive reply's.
 * `amount` and `to` where the operation has them.
 */
export function operationText(
  op: 'login' | 'logout' | 'balance' | 'history' | 'withdraw' | 'deposit' | 'transfer' | 'password',
  code: Code,
  { amount, to }: { readonly amount: Cents; readonly to: string | null },
): string {
  switch (op) {
    case 'withdraw':
      return code === 'APPROVED' ? authorised(amount) : outcome(withdraw(amount), code);
    case 'deposit':
      return outcome(deposit(amount), code);
    case 'transfer':
      return outcome(transfer(amount, to ?? NOBODY), code);
    case 'password':
      return outcome(passwordChange(), code);
    default:
      return outcome(op, code);
  }
}
