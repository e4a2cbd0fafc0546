/**
 * The fingerprint of a request: SHA-256 over its business fields and its customer, so that a repeat is told from
 * another request under the same id (ARCHITECTURE "Idempotency"). Never over a password: see
 * docs/decisions/0002-fingerprints-leave-passwords-out.md. Not over rid or attempt.
 *
 * @module
 */
import { hash } from 'node:crypto';
import type { CustomerId } from '../protocol/ids.ts';
import { unreachable } from '../protocol/invariant.ts';
import type { Inquiry, Notes, Request } from '../protocol/messages.ts';

/** Requests that carry a transaction id. */
export type Keyed = Exclude<Extract<Request, { readonly txnId: unknown }>, Inquiry>;

/** 64 hex digits. `customer`: the session's; of an advice, the original's; null where there is none. */
export function fingerprint(request: Keyed, customer: CustomerId | null): string {
  return hash('sha256', `${request.type}\n${customer ?? ''}\n${fields(request)}`, 'hex');
}

/** Ids, digits and fixed words hold no newline, so that the joined text is one request's only. */
function fields(request: Keyed): string {
  switch (request.type) {
    case 'login':
      return request.user;
    case 'passwordChange':
      return '';
    case 'authorise':
      return `${request.account}\n${request.amount}\n${notesText(request.notes)}\n${request.nonce}`;
    case 'deposit':
      return `${request.account}\n${request.amount}\n${notesText(request.notes)}`;
    case 'transfer':
      return `${request.from}\n${request.to}\n${request.amount}`;
    case 'complete': {
      const cassettes = request.cassettes.map((c) => `${c.denomination}:${c.dispensed}:${c.rejected}`);
      return `${request.origTxnId}\n${request.disposition}\n${request.dispensed}\n${cassettes.join()}`;
    }
    case 'reverse':
      return `${request.origTxnId}\n${request.reason}`;
    case 'recon': {
      const cassettes = request.cassettes.map((c) => `${c.denomination}:${c.count}:${c.rejected}`);
      return `${request.total}\n${cassettes.join()}`;
    }
    default:
      return unreachable(request);
  }
}

const notesText = (notes: readonly Notes[]): string =>
  notes.map((n) => `${n.denomination}:${n.count}`).join();
