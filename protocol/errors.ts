/**
 * The table of reply codes: meaning, ISO 8583 field 39 twin, class, whether the operation surely had no effect
 * (`definite`) and whether a repeat may succeed (`retryable`). docs/ERRORS.md and every screen come from it.
 *
 * @module
 */

/** One taxonomy for screens, JSON, JUnit. `expected` outcomes of a business are not faults. */
export type ErrorClass = 'ok' | 'business' | 'attack' | 'network' | 'overload' | 'protocol' | 'bug';

export interface CodeInfo {
  /** ISO 8583 DE39 value; null for codes that never leave the terminal. */
  readonly de39: string | null;
  readonly class: ErrorClass;
  /** True when the code says for sure what happened at the bank. A timeout is not definite. */
  readonly definite: boolean;
  /** True when the same request may be repeated and may succeed. */
  readonly retryable: boolean;
  /** One sentence for a person, without a full stop. */
  readonly meaning: string;
  /** Lower-case words that follow "failed - " in the audit trail; also the customer's next step on screens. */
  readonly audit: string;
}

const code = (
  de39: string | null,
  cls: ErrorClass,
  flags: 'definite' | 'definite retryable' | 'unknown',
  meaning: string,
  audit: string,
): CodeInfo => ({
  de39,
  class: cls,
  definite: flags !== 'unknown',
  retryable: flags === 'definite retryable',
  meaning,
  audit,
});

export const CODES = {
  APPROVED: code('00', 'ok', 'definite', 'The request was carried out', 'approved'),
  APPROVED_PARTIAL: code('10', 'ok', 'definite', 'Part of the amount was carried out', 'partly approved'),
  INVALID_TXN: code(
    '12',
    'protocol',
    'definite',
    'The request is not valid in this state',
    'invalid transaction',
  ),
  INVALID_AMOUNT: code(
    '13',
    'business',
    'definite',
    'The amount is not one that can be used here',
    'invalid amount',
  ),
  UNKNOWN_ACCOUNT: code('14', 'business', 'definite', 'No such account', 'unknown account'),
  ORIGINAL_NOT_FOUND: code(
    '25',
    'business',
    'definite',
    'The bank has no such transaction',
    'original not found',
  ),
  FORMAT_ERROR: code('30', 'protocol', 'definite', 'The message could not be read', 'format error'),
  INSUFFICIENT_FUNDS: code('51', 'business', 'definite', 'The balance is too low', 'insufficient funds'),
  WRONG_PASSWORD: code('55', 'business', 'definite', 'The user name or password is wrong', 'wrong password'),
  NOT_PERMITTED: code('57', 'business', 'definite', 'The customer may not do this', 'not permitted'),
  TERMINAL_NOT_PERMITTED: code(
    '58',
    'attack',
    'definite',
    'This terminal may not do this',
    'terminal not permitted',
  ),
  EXCEEDS_AMOUNT_LIMIT: code(
    '61',
    'business',
    'definite',
    'The amount limit is reached',
    'exceeds amount limit',
  ),
  ACCOUNT_BLOCKED: code('62', 'business', 'definite', 'The account is blocked', 'account blocked'),
  SECURITY_VIOLATION: code(
    '63',
    'attack',
    'definite',
    'The request broke a security rule',
    'security violation',
  ),
  EXCEEDS_COUNT_LIMIT: code(
    '65',
    'business',
    'definite',
    'Too many transactions today',
    'exceeds count limit',
  ),
  RESPONSE_TOO_LATE: code('68', 'network', 'unknown', 'The answer came too late', 'response too late'),
  TRIES_EXCEEDED: code(
    '75',
    'business',
    'definite',
    'Too many wrong passwords; the customer is locked',
    'tries exceeded',
  ),
  BUSY: code('91', 'overload', 'definite retryable', 'The bank is busy; try again', 'bank busy'),
  DUPLICATE_MISMATCH: code(
    '94',
    'attack',
    'definite',
    'This id was used for another request',
    'duplicate mismatch',
  ),
  RECON_ERROR: code('95', 'business', 'definite', 'The totals do not agree', 'reconciliation error'),
  SYSTEM_ERROR: code('96', 'bug', 'unknown', 'The bank failed', 'system error'),
  ALREADY_REVERSED: code(
    '12',
    'business',
    'definite',
    'The transaction was reversed before',
    'already reversed',
  ),
  ALREADY_COMPLETED: code(
    '12',
    'business',
    'definite',
    'The transaction was completed before',
    'already completed',
  ),
  STATE_CONFLICT: code('12', 'attack', 'definite', 'The advice contradicts what is booked', 'state conflict'),
  IN_PROGRESS: code(
    '09',
    'business',
    'definite retryable',
    'The original is still being worked on',
    'in progress',
  ),
  NOT_DISPENSABLE: code(
    null,
    'business',
    'definite',
    'The notes here cannot make this amount',
    'not dispensable',
  ),
  OUT_OF_CASH: code(null, 'business', 'definite', 'This machine has not enough notes', 'out of cash'),
  DEVICE_FAULT: code(null, 'bug', 'definite', 'The machine has a fault', 'device fault'),
  TIMEOUT: code(null, 'network', 'unknown', 'The bank did not answer in time', 'timeout'),
  CANCELLED: code(null, 'business', 'definite', 'The customer cancelled', 'cancelled'),
} as const satisfies Record<string, CodeInfo>;

export type Code = keyof typeof CODES;

export const isCode = (text: string): text is Code => Object.hasOwn(CODES, text);
