/**
 * `decide`: state and command in, {@link Decision} out. Pure: it reads the state, changes nothing, knows no clock and
 * throws only when our own promises are broken. One file a family of commands beside it.
 *
 * @module
 */

import type { CustomerId } from '../../protocol/ids.ts';
import { unreachable } from '../../protocol/invariant.ts';
import type {
  Authorise,
  Complete,
  Deposit,
  Login,
  PasswordChange,
  Recon,
  Reverse,
  Transfer,
} from '../../protocol/messages.ts';
import * as say from '../audit/actions.ts';
import type { Command, Decision, Origin } from '../commands.ts';
import { fingerprint, type Keyed } from '../fingerprint.ts';
import type { TxnRow } from '../model.ts';
import type { BankView } from '../state.ts';
import { decideAbandon, decideAdmin } from './admin.ts';
import { type Ask, decision, mismatch, refuse, repeat } from './ask.ts';
import { decideAuthorise } from './authorise.ts';
import { decideComplete } from './complete.ts';
import { decideDeposit } from './deposit.ts';
import { decideBalance, decideEcho, decideHistory, decideInquiry, decideLogout } from './enquiries.ts';
import { decideLoginBegin, decideLoginFinish } from './login.ts';
import { decidePasswordBegin, decidePasswordFinish } from './password.ts';
import { decideRecon } from './recon.ts';
import { decideReverse } from './reverse.ts';
import { decideTransfer } from './transfer.ts';

/**
 * @param nowMs the bank's clock, ms since 1970 UTC.
 * @throws InvariantError when the state breaks a promise; never for anything a peer sent.
 */
export function decide(state: BankView, command: Command, nowMs: number): Decision {
  switch (command.type) {
    case 'request':
      return decideRequest(state, command, nowMs);
    case 'loginBegin': {
      const { ask, prior } = login(state, command, nowMs);
      return decideLoginBegin(state, ask, prior);
    }
    case 'loginFinish': {
      const { ask, prior } = login(state, command, nowMs);
      return decideLoginFinish(state, { ask, ok: command.ok }, prior);
    }
    case 'passwordBegin': {
      const { ask, prior } = password(state, command, nowMs);
      return decidePasswordBegin(state, ask, prior);
    }
    case 'passwordFinish': {
      const { ask, prior } = password(state, command, nowMs);
      return decidePasswordFinish(state, { ask, password: command.password }, prior);
    }
    case 'note':
      return decision({
        code: 'APPROVED',
        customer: command.customer as CustomerId,
        action: command.action,
      });
    case 'abandonHold':
      return decideAbandon(state, command, nowMs);
    default:
      return decideAdmin(state, command, nowMs);
  }
}

type RequestCommand = Extract<Command, { readonly type: 'request' }>;

function decideRequest(state: BankView, { origin, request }: RequestCommand, nowMs: number): Decision {
  const at = { state, origin, nowMs };
  switch (request.type) {
    case 'echo':
      return decideEcho();
    case 'logout':
      return decideLogout(origin);
    case 'balance':
      return decideBalance(state, origin, request);
    case 'history':
      return decideHistory(state, origin, request);
    case 'inquiry':
      return decideInquiry(state, origin, request);
    case 'authorise':
      return once<Authorise>(at, { request, action: say.withdraw(request.amount) }, decideAuthorise);
    case 'deposit':
      return once<Deposit>(at, { request, action: say.deposit(request.amount) }, decideDeposit);
    case 'transfer':
      return once<Transfer>(
        at,
        { request, action: say.transfer(request.amount, request.to) },
        decideTransfer,
      );
    case 'recon':
      return once<Recon>(at, { request, action: say.recon(request.total) }, decideRecon);
    case 'complete':
      return advise<Complete>(at, { request, action: say.completed(request.dispensed) }, decideComplete);
    case 'reverse':
      return advise<Reverse>(at, { request, action: say.reverseUnknown() }, decideReverse);
    default:
      return unreachable(request);
  }
}

interface At {
  readonly state: BankView;
  readonly origin: Origin;
  readonly nowMs: number;
}
interface Said<R extends Keyed> {
  readonly request: R;
  readonly action: string;
}

/** A request that is carried out once for its id; everything later is a repeat, a mismatch or too late. */
function once<R extends Keyed>(
  { state, origin, nowMs }: At,
  said: Said<R>,
  fresh: (state: BankView, ask: Ask<R>) => Decision,
): Decision {
  const { terminal } = origin;
  const prior = state.transaction(terminal, said.request.txnId);
  // After a new session nobody is logged in, and the terminal must still learn what became of its deposit. An
  // authorisation is never repeated on another session, and its answer may carry a token: no such leave.
  const asStored = origin.customer === null && said.request.type !== 'authorise';
  const customer =
    said.request.type === 'recon' ? null : asStored ? (prior?.customer ?? null) : origin.customer;
  const { keyId } = origin;
  const ask = { ...said, terminal, keyId, nowMs, customer, fingerprint: fingerprint(said.request, customer) };
  if (!prior) return fresh(state, ask);
  if (prior.state === 'tombstone') return refuse(ask, 'ALREADY_REVERSED', { prior });
  return prior.fingerprint === ask.fingerprint ? repeat(state, ask, prior) : mismatch(ask);
}

/** An advice about an earlier transaction of the same terminal. It needs no login; its customer is the original's. */
function advise<R extends Complete | Reverse>(
  { state, origin, nowMs }: At,
  said: Said<R>,
  fresh: (state: BankView, ask: Ask<R>, original: TxnRow | undefined) => Decision,
): Decision {
  const { terminal } = origin;
  const prior = state.transaction(terminal, said.request.txnId);
  const original = prior ? undefined : state.transaction(terminal, said.request.origTxnId);
  const customer = (prior ?? original)?.customer ?? null;
  const ask = { ...said, terminal, nowMs, customer, fingerprint: fingerprint(said.request, customer) };
  // One id cannot be both: its row would have to stand for the advice and for what it advises on.
  if (said.request.txnId === said.request.origTxnId)
    return prior ? mismatch(ask) : refuse(ask, 'INVALID_TXN');
  if (!prior) return fresh(state, ask, original);
  return prior.fingerprint === ask.fingerprint ? repeat(state, ask, prior) : mismatch(ask);
}

function login(
  state: BankView,
  { origin, request }: { origin: Origin; request: Login },
  nowMs: number,
): { ask: Ask<Login>; prior: TxnRow | undefined } {
  const customer = state.customers.has(request.user) ? request.user : null;
  const { terminal, keyId } = origin;
  const ask = {
    request,
    terminal,
    keyId,
    customer,
    nowMs,
    fingerprint: fingerprint(request, null),
    action: say.login(),
  };
  return { ask, prior: state.transaction(terminal, request.txnId) };
}

function password(
  state: BankView,
  { origin, request }: { origin: Origin; request: PasswordChange },
  nowMs: number,
): { ask: Ask<PasswordChange>; prior: TxnRow | undefined } {
  const { terminal, customer, keyId } = origin;
  const ask = {
    request,
    terminal,
    keyId,
    customer,
    nowMs,
    fingerprint: fingerprint(request, customer),
    action: say.passwordChange(),
  };
  return { ask, prior: state.transaction(terminal, request.txnId) };
}
