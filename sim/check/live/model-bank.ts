/**
 * The model bank: every command in commit order, from the rules (docs/ARCHITECTURE.md "Postings", "Idempotency") and
 * with nothing of `bank/decide`, so that a mistake in the rules' code is not made twice. Passwords and tries are not
 * its business: LOCKOUT has a model of them, whose word is taken for who is locked.
 *
 * @module
 */
import type { Command, Decision } from '../../../bank/commands.ts';
import type { TxnRow } from '../../../bank/model.ts';
import type { BankPolicy } from '../../../bank/policy.ts';
import type { CustomerId } from '../../../protocol/ids.ts';
import { unreachable } from '../../../protocol/invariant.ts';
import type { Complete, Reverse } from '../../../protocol/messages.ts';
import { abandon, administer } from './model-admin.ts';
import { complete, reverse } from './model-advices.ts';
import { type Answer, answer } from './model-answer.ts';
import {
  type Asked,
  authorise,
  deposit,
  note,
  notOwn,
  notServed,
  recon,
  refuse,
  transfer,
} from './model-money.ts';
import { ModelState, type Transaction } from './model-state.ts';
import { contentOf } from './once.ts';

type RequestCommand = Extract<Command, { readonly type: 'request' }>;
type Ordinary = Extract<
  RequestCommand['request'],
  { readonly type: 'authorise' | 'deposit' | 'transfer' | 'recon' }
>;
type Secret = Extract<
  Command,
  { readonly type: 'loginBegin' | 'loginFinish' | 'passwordBegin' | 'passwordFinish' }
>;

/** What came of a login or a password change: decided, or found on the disk. */
export type Outcome = Pick<Decision, 'code' | 'verify' | 'writes'> | Pick<TxnRow, 'code' | 'state'>;

export class ModelBank {
  readonly state: ModelState;
  /** Records in the audit trail so far. */
  audits = 0;

  constructor(limits: BankPolicy) {
    this.state = new ModelState(limits);
  }

  /** Carries it out. @param outcome of a login or a password change, which the model does not judge */
  ask(command: Command, nowMs: number, outcome: Outcome): Answer {
    const made = this.#ask(command, nowMs, outcome);
    if (made.audited) this.audits += 1;
    return made;
  }

  #ask(command: Command, nowMs: number, outcome: Outcome): Answer {
    switch (command.type) {
      case 'request':
        return this.#request(command, nowMs);
      case 'loginBegin':
      case 'loginFinish':
      case 'passwordBegin':
      case 'passwordFinish':
        return this.#secret(command, nowMs, outcome);
      case 'note':
        return answer('APPROVED');
      case 'abandonHold':
        return abandon(this.state, command);
      default:
        return administer(this.state, command);
    }
  }

  #request({ origin, request }: RequestCommand, nowMs: number): Answer {
    const bank = this.state;
    const { terminal, customer } = origin;
    switch (request.type) {
      case 'echo':
        return answer('APPROVED', { audited: false });
      case 'logout':
        return answer(customer === null ? 'NOT_PERMITTED' : 'APPROVED');
      case 'balance': {
        const code = notOwn(bank, customer, request.account);
        return code ? answer(code) : answer('APPROVED', { told: { account: bank.view(request.account) } });
      }
      case 'history':
        return answer(notOwn(bank, customer, request.account) ?? 'APPROVED');
      case 'inquiry': {
        const known = bank.transactions.get(`${terminal}/${request.txnId}`);
        const told = { state: known?.state ?? 'none' } as const;
        return answer(known ? 'APPROVED' : 'ORIGINAL_NOT_FOUND', { told });
      }
      case 'complete':
      case 'reverse':
        return this.#advice({ origin, request, nowMs });
      default:
        return this.#ordinary({ origin, request, nowMs });
    }
  }

  /** Once for its id: what comes later is told what became of the first. */
  #ordinary({ origin, request, nowMs }: Pick<Asked<Ordinary>, 'origin' | 'request' | 'nowMs'>): Answer {
    const bank = this.state;
    const known = bank.transactions.get(`${origin.terminal}/${request.txnId}`);
    // Who lost the session may learn what became of a deposit without a login; a withdrawal's answer may pay.
    const asBefore = origin.customer === null && request.type !== 'authorise';
    const customer = request.type === 'recon' ? null : asBefore ? (known?.customer ?? null) : origin.customer;
    const content = `${customer} ${contentOf(request)}`;
    const asked = { origin, customer, content, nowMs };
    if (known?.state === 'tombstone')
      return refuse(bank, { ...asked, request }, { code: 'ALREADY_REVERSED' });
    if (known) return this.#again(known, content, request.type === 'authorise' && !notServed(bank, origin));
    switch (request.type) {
      case 'authorise':
        return authorise(bank, { ...asked, request });
      case 'deposit':
        return deposit(bank, { ...asked, request });
      case 'transfer':
        return transfer(bank, { ...asked, request });
      case 'recon':
        return recon(bank, { ...asked, request });
      default:
        return unreachable(request);
    }
  }

  /** About an earlier transaction, in the name of whose it is. */
  #advice({
    origin,
    request,
    nowMs,
  }: Pick<Asked<Complete | Reverse>, 'origin' | 'request' | 'nowMs'>): Answer {
    const bank = this.state;
    const known = bank.transactions.get(`${origin.terminal}/${request.txnId}`);
    const content = contentOf(request);
    if (known) return this.#again(known, content, false);
    const original = bank.transactions.get(`${origin.terminal}/${request.origTxnId}`);
    const asked = { origin, customer: original?.customer ?? null, content, nowMs };
    if (request.txnId === request.origTxnId)
      return refuse(bank, { ...asked, request }, { code: 'INVALID_TXN' });
    return request.type === 'complete'
      ? complete(bank, { ...asked, request }, original)
      : reverse(bank, { ...asked, request }, original);
  }

  /** The same is answered from its present state, anything else under its id is refused. Neither has an effect. */
  #again(known: Transaction, content: string, mayPay: boolean): Answer {
    if (known.content !== content) return answer('DUPLICATE_MISMATCH');
    switch (known.state) {
      case 'voided':
      case 'tombstone':
        return answer('ALREADY_REVERSED');
      case 'completed':
      case 'partial':
      case 'suspense':
        return answer('ALREADY_COMPLETED');
      case 'held':
        return answer(known.code, { told: known.told, token: mayPay });
      default:
        return answer(known.code, { told: known.told });
    }
  }

  #secret(command: Secret, nowMs: number, outcome: Outcome): Answer {
    const { origin, request } = command;
    const bank = this.state;
    const key = `${origin.terminal}/${request.txnId}`;
    const known = bank.transactions.get(key);
    const begins = command.type === 'loginBegin' || command.type === 'passwordBegin';
    const hashes =
      'verify' in outcome ? outcome.verify !== undefined : 'state' in outcome && outcome.state === 'pending';
    if (begins ? !known : known?.state === 'pending') {
      const customer = request.type === 'login' ? request.user : origin.customer;
      const state = hashes ? 'pending' : outcome.code === 'APPROVED' ? 'posted' : 'declined';
      note(
        bank,
        { origin, request, customer, content: contentOf(request), nowMs },
        { state, code: outcome.code },
      );
    }
    if ('writes' in outcome) this.#follow(outcome.writes);
    const entered =
      command.type === 'loginFinish' && outcome.code === 'APPROVED' && known?.state === 'pending';
    const accounts = entered ? this.#accountsOf(command.request.user) : undefined;
    return answer(null, { audited: !hashes, told: accounts ? { accounts } : {} });
  }

  /** Who is locked now. */
  #follow(writes: Decision['writes']): void {
    for (const write of writes) if (write.table === 'customer') this.locked(write.row.id, write.row.locked);
  }

  locked(id: CustomerId, locked: boolean): void {
    const customer = this.state.customers.get(id);
    if (customer) customer.locked = locked;
  }

  #accountsOf(user: CustomerId) {
    return (this.state.customers.get(user)?.accounts ?? []).map((account) => this.state.view(account));
  }
}
