/**
 * Which words the audit trail must hold for a transaction as the bank's table has it: at its first decision, and at its
 * last change of state.
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import type { TxnRow } from '../../bank/model.ts';

/** True when `text` may be the record of the row's first decision. */
export function fitsFirst(row: TxnRow, text: string): boolean {
  if (row.origTxnId !== null) return fitsAdvice(row, text);
  if (row.state === 'tombstone' || text === say.reverseUnknown()) return text === say.reverseUnknown();
  if (row.kind === 'authorise') {
    return text === say.authorised(row.amount) || text.startsWith(`${say.withdraw(row.amount)} `);
  }
  return fitsLast(row, text);
}

/** True when `text` may be the record of the row's last change of state. */
export function fitsLast(row: TxnRow, text: string): boolean {
  const { kind, state, amount } = row;
  if (row.origTxnId !== null) return fitsAdvice(row, text);
  if (state === 'tombstone') return text === say.reverseUnknown();
  // What comes after its own reversal is refused unread: the row keeps neither amount nor account.
  if (row.code === 'ALREADY_REVERSED') return text.endsWith(say.outcome('', row.code));
  if (kind === 'authorise') return fitsWithdrawal(row, text);
  if (kind === 'login') return text === say.outcome(say.login(), row.code);
  if (kind === 'passwordChange') return text === say.outcome(say.passwordChange(), row.code);
  if (kind === 'recon') return text === say.outcome(say.recon(amount), row.code);
  if (kind === 'deposit') return text === say.outcome(say.deposit(amount), row.code);
  if (kind !== 'transfer') return false;
  if (row.counterparty !== null)
    return text === say.outcome(say.transfer(amount, row.counterparty), row.code);
  // A refusal that names no account keeps none; the record names the one that was asked for.
  return text.startsWith(say.transfer(amount, '')) && text.endsWith(say.outcome('', row.code));
}

function fitsWithdrawal({ state, amount, settled, code }: TxnRow, text: string): boolean {
  switch (state) {
    case 'held':
      return text === say.authorised(amount);
    case 'completed':
      return text === say.completed(amount) || text === say.resolved(settled, true);
    case 'partial':
      return text === say.partlyCompleted(settled, amount);
    case 'voided':
      return (
        text === say.reversed(say.withdraw(amount)) || /^withdraw \$[0-9.]+ resolved - not paid$/.test(text)
      );
    case 'suspense':
      return /^withdraw \$[0-9.]+ in suspense - /.test(text);
    default:
      return text === say.outcome(say.withdraw(amount), code);
  }
}

/** Its own row does not say what became of the original: the kind of sentence is all that can be compared. */
const fitsAdvice = ({ kind }: TxnRow, text: string): boolean =>
  kind === 'reverse'
    ? /^reverse |^withdraw .* reversed( - repeat)?$/.test(text)
    : text.startsWith('withdraw ');
