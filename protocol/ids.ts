/**
 * Branded identifiers. Each constructor validates and returns null for text that is not such an id, so that a
 * peer's bytes cannot become one unchecked.
 *
 * @module
 */

/** ASCII name of a terminal, 1..16 characters of `A-Z a-z 0-9 . _ -`; NUL-padded to 16 bytes on the wire. */
export type TerminalId = string & { readonly __id: 'terminal' };
/** A customer's user name, 1..32 characters of `a-z A-Z 0-9 . _ @ -`. */
export type CustomerId = string & { readonly __id: 'customer' };
/** A customer account's id as it travels, 1..32 characters like a customer's; its ledger account is `customer:<id>`. */
export type AccountId = string & { readonly __id: 'account' };
/** 128-bit transaction id, 32 lower-case hex digits, made by the terminal, scoped to it. */
export type TxnId = string & { readonly __id: 'txn' };

export const terminalId = (text: string): TerminalId | null =>
  /^[A-Za-z0-9._-]{1,16}$/.test(text) ? (text as TerminalId) : null;

export const customerId = (text: string): CustomerId | null =>
  /^[A-Za-z0-9._@-]{1,32}$/.test(text) ? (text as CustomerId) : null;

export const accountId = (text: string): AccountId | null =>
  /^[A-Za-z0-9._@-]{1,32}$/.test(text) ? (text as AccountId) : null;

export const txnId = (text: string): TxnId | null => (/^[0-9a-f]{32}$/.test(text) ? (text as TxnId) : null);
