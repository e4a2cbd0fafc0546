/**
 * A customer as he knows himself: name, account, what he was told that he has, and the passwords that may be right.
 * After a change of unknown outcome there are two of them.
 *
 * @module
 */
import type { OperationResult } from '../../actors/operation.ts';
import type { Code } from '../../protocol/errors.ts';
import type { AccountId, CustomerId, TerminalId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import { type Cents, ZERO } from '../../protocol/money.ts';

export interface PasswordChange {
  readonly old: string;
  readonly new: string;
}

export class Purse {
  readonly customer: CustomerId;
  readonly account: AccountId;
  /** Where he may change his password. */
  readonly home: TerminalId;
  /** As he was told last; others may have spent it since. */
  available: Cents = ZERO;
  #candidates: string[];
  #changes = 0;

  constructor(who: {
    readonly customer: CustomerId;
    readonly account: AccountId;
    readonly home: TerminalId;
    readonly password: string;
  }) {
    this.customer = who.customer;
    this.account = who.account;
    this.home = who.home;
    this.#candidates = [who.password];
  }

  /** The likeliest. */
  get password(): string {
    const [first] = this.#candidates;
    invariant(first !== undefined, 'a customer has a password in mind');
    return first;
  }

  nextPassword(): PasswordChange {
    return { old: this.password, new: `${this.customer}-secret-${++this.#changes}` };
  }

  changed(change: PasswordChange, outcome: 'ok' | 'fail' | 'unknown'): void {
    if (outcome === 'ok') this.#candidates = [change.new];
    if (outcome === 'unknown') this.#candidates = [change.old, change.new];
  }

  heard({ op, outcome, code, account, reply }: OperationResult): void {
    const view = account ?? reply?.accounts?.[0];
    if (view?.account === this.account) this.available = view.available;
    if (op !== 'login') return;
    if (outcome === 'fail') this.#refused(code);
    if (outcome === 'ok') this.#candidates = [this.password];
  }

  /** The other one is tried next. */
  #refused(code: Code | null): void {
    if (code !== 'WRONG_PASSWORD') return;
    const [first, ...others] = this.#candidates;
    if (first !== undefined) this.#candidates = [...others, first];
  }
}
