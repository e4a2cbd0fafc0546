/**
 * Identity comes from the session, never from a message (rule 3 of the house): who is logged in on each line, by the
 * logins the bank approved there, and whose accounts are asked for.
 *
 * @module
 */
import type { Command, Decision, Origin } from '../../../bank/commands.ts';
import type { CustomerId, TerminalId, TxnId } from '../../../protocol/ids.ts';
import type { Request } from '../../../protocol/messages.ts';
import type { Judge } from './judge.ts';

export class Whose {
  readonly #judge: Judge;
  readonly #accounts = new Map<CustomerId, ReadonlySet<string>>();
  /** Who is logged in on a line, and who ever was. */
  readonly #loggedIn = new Map<string, CustomerId>();
  readonly #ever = new Map<string, Set<CustomerId>>();
  /** Lines that are gone: nobody is logged in there as soon as the bank has heard of it. */
  readonly #over = new Set<string>();
  readonly #lineOf = new WeakMap<Request, string>();
  /** Who first asked for a transaction. */
  readonly #owner = new Map<string, CustomerId>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** The bank's end of a line is gone. */
  closed(line: string): void {
    this.#over.add(line);
  }

  submitted({
    line,
    origin,
    request,
  }: {
    readonly line: string;
    readonly origin: Origin;
    readonly request: Request;
  }): void {
    const { customer, terminal } = origin;
    const present = this.#loggedIn.get(line) ?? null;
    this.#lineOf.set(request, line);
    this.#judge.check(
      'INTEGRITY',
      customer === present || (customer === null && this.#over.has(line)),
      () => `a ${request.type} on ${line} is taken for ${customer}'s, where ${present} is logged in`,
    );
    if (customer === null || !('txnId' in request)) return;
    const key = `${terminal}/${request.txnId}`;
    if (!this.#owner.has(key)) this.#owner.set(key, customer);
  }

  decided(command: Command, decision: Decision): void {
    if (decision.code !== 'APPROVED') {
      if (command.type === 'request' && command.request.type === 'logout') this.#logout(command.request);
      return;
    }
    if (command.type === 'addCustomer')
      this.#accounts.set(command.customer, new Set(command.accounts.map(({ id }) => id)));
    if (command.type === 'loginFinish') this.#login(command.request, decision.loggedIn);
    if (command.type !== 'request') return;
    const { origin, request } = command;
    if (request.type === 'logout') this.#logout(request);
    const account = accountOf(request);
    if (account === null) return;
    const txnId = 'txnId' in request ? request.txnId : null;
    const customer = origin.customer ?? this.#ownerOf(origin.terminal, txnId);
    this.#judge.check(
      'INTEGRITY',
      customer !== null && this.#accounts.get(customer)?.has(account) === true,
      () => `a ${request.type} of ${origin.terminal} is approved for an account that is not ${customer}'s`,
    );
  }

  /** The bank tells a balance unasked. */
  pushed(line: string, account: string): void {
    const isOwn = [...(this.#ever.get(line) ?? [])].some((one) => this.#accounts.get(one)?.has(account));
    this.#judge.check('INTEGRITY', isOwn, () => `a balance goes to ${line}, where its owner never logged in`);
  }

  #login(request: Request & { readonly type: 'login' }, customer: CustomerId | undefined): void {
    this.#judge.check(
      'INTEGRITY',
      customer === request.user,
      () => `a login of ${request.user} is one of ${customer}`,
    );
    const line = this.#lineOf.get(request);
    if (line === undefined || customer === undefined) return;
    this.#loggedIn.set(line, customer);
    const ever = this.#ever.get(line) ?? new Set();
    this.#ever.set(line, ever.add(customer));
  }

  #logout(request: Request): void {
    const line = this.#lineOf.get(request);
    if (line !== undefined) this.#loggedIn.delete(line);
  }

  #ownerOf(terminal: TerminalId, txnId: TxnId | null): CustomerId | null {
    return (txnId === null ? null : this.#owner.get(`${terminal}/${txnId}`)) ?? null;
  }
}

function accountOf(request: Request): string | null {
  if (request.type === 'transfer') return request.from;
  return 'account' in request ? request.account : null;
}
