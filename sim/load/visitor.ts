/**
 * The customers of one terminal, one after the other: a closed model. Think, act, see the result, think again. What
 * they do is drawn from the terminal's own stream and how long they think from another, so a plan is the same for any
 * number of workers, any think time and any fault.
 *
 * Latency counts from the intended start: the moment the thinking ended, also when the line was down then.
 *
 * @module
 */
import type { Done, OperationResult } from '../../actors/operation.ts';
import type { TerminalHost } from '../../actors/terminal-host.ts';
import type { AccountId } from '../../protocol/ids.ts';
import { invariant, unreachable } from '../../protocol/invariant.ts';
import type { Notes } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { Clock, TimerId } from '../../protocol/ports.ts';
import type { Op, OperationRecord } from '../history.ts';
import { operationRecord } from '../operation-record.ts';
import type { Rng } from '../rng.ts';
import { type CustomerPlan, planAccount, type TerminalPlan } from './fleet.ts';
import { MIX_OPS } from './options.ts';

export interface VisitorDeps {
  readonly clock: Clock;
  readonly ticks: () => number;
  /** The terminal's own streams: what is done, and how long is thought before. */
  readonly rng: Rng;
  readonly thinking: Rng;
  readonly host: TerminalHost;
  onOperation(record: OperationRecord): void;
}

export interface VisitorOptions {
  readonly terminal: TerminalPlan;
  readonly mix: Readonly<Record<Op, number>>;
  readonly thinkMs: number;
  /** Accounts that transfers may go to: indices accountBase..accountBase+accounts−1. */
  readonly accounts: number;
  readonly accountBase: number;
}

type Act = Exclude<Op, 'logout'>;

const DEPOSIT_NOTES = [cents(50_00), cents(20_00), cents(10_00)];
/** How long a customer waits at a machine that is out of order before looking again. */
const OUT_OF_ORDER_MS = 250;

export class Visitor {
  readonly #deps: VisitorDeps;
  readonly #options: VisitorOptions;
  readonly #weights: readonly { readonly act: Act; readonly below: number }[];
  #customer: CustomerPlan;
  #turn = 0;
  #loggedIn = false;
  #active = false;
  #busy = false;
  /** Intended start of what waits for the line; null when nothing does. */
  #waitingUs: number | null = null;
  #timer: TimerId | null = null;

  constructor(deps: VisitorDeps, options: VisitorOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#customer = this.#nextCustomer();
    let sum = 0;
    this.#weights = MIX_OPS.map((op) => {
      sum += options.mix[op];
      return { act: op as Act, below: sum };
    });
  }

  /** An operation is under way. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Starts or goes on; a visitor that was stopped finishes what it does first. */
  start(): void {
    if (this.#active) return;
    this.#active = true;
    if (!this.#busy) this.#think();
  }

  /** No new operation begins. */
  stop(): void {
    this.#active = false;
    this.#waitingUs = null;
    if (this.#timer !== null) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** The line is up (again): what the customer was waiting for begins. */
  lineUp(): void {
    const intendedUs = this.#waitingUs;
    if (intendedUs === null) return;
    this.#waitingUs = null;
    this.#begin(intendedUs);
  }

  /** The session is gone, and the login with it. */
  lineDown(): void {
    this.#loggedIn = false;
  }

  #think(): void {
    const { thinking, ticks } = this.#deps;
    const thinkMs = thinking.exponential(this.#options.thinkMs);
    const intendedUs = ticks() + thinkMs * 1000;
    // Node's timers may be a millisecond early; nothing begins before it was intended.
    this.#after(thinkMs, () => this.#begin(Math.min(intendedUs, ticks())));
  }

  #after(ms: number, then: () => void): void {
    this.#timer = this.#deps.clock.setTimeout(() => {
      this.#timer = null;
      then();
    }, ms);
  }

  #draw(): Act {
    const last = this.#weights.at(-1);
    invariant(last !== undefined && last.below > 0, 'the mix has weight');
    const roll = this.#deps.rng.below(last.below);
    return this.#weights.find(({ below }) => roll < below)?.act ?? last.act;
  }

  #begin(intendedUs: number): void {
    const { state } = this.#deps.host;
    if (state === 'offline' || state === 'handshake') {
      this.#waitingUs = intendedUs;
      return;
    }
    if (state !== 'idle') return this.#after(OUT_OF_ORDER_MS, () => this.#begin(intendedUs));
    this.#busy = true;
    // A login that is due first uses up no draw, and nothing is drawn that is not done at once: so neither a lost
    // session nor a stop shifts the plan.
    if (!this.#loggedIn) return this.#login(intendedUs);
    const act = this.#draw();
    if (act === 'login') this.#changeCustomer(intendedUs);
    else this.#operate(act, intendedUs);
  }

  #login(intendedUs: number): void {
    this.#customer = this.#nextCustomer();
    const { customer, password } = this.#customer;
    this.#deps.host.login(customer, password, this.#finish('login', intendedUs));
  }

  #changeCustomer(intendedUs: number): void {
    this.#loggedIn = false;
    this.#deps.host.logout((result) => {
      this.#record({ op: 'logout', intendedUs, counterparty: null }, result);
      this.#login(this.#deps.ticks());
    });
  }

  #operate(act: Exclude<Act, 'login'>, intendedUs: number): void {
    const { host, rng } = this.#deps;
    const { account } = this.#customer;
    const done = this.#finish(act, intendedUs);
    switch (act) {
      case 'balance':
        return host.balance(account, done);
      case 'history':
        return host.history(account, { cursor: null, limit: 10, kinds: [] }, done);
      case 'deposit':
        return host.deposit(account, this.#drawNotes(), done);
      case 'withdraw':
        return host.withdraw(account, this.#drawAmount(), done);
      case 'transfer': {
        const to = this.#drawPayee(account);
        const amount = cents(1 + rng.below(50_00));
        return host.transfer({ from: account, to, amount }, this.#finish(act, intendedUs, to));
      }
      default:
        return unreachable(act);
    }
  }

  #finish(op: Op, intendedUs: number, counterparty: AccountId | null = null): Done {
    return (result) => {
      this.#busy = false;
      if (op === 'login') this.#loggedIn = result.outcome === 'ok';
      this.#record({ op, intendedUs, counterparty }, result);
      if (this.#active) this.#think();
    };
  }

  #record(
    asked: { op: Op; intendedUs: number; counterparty: AccountId | null },
    result: OperationResult,
  ): void {
    const { customer, account } = this.#customer;
    const { terminal } = this.#options.terminal;
    this.#deps.onOperation(operationRecord({ ...asked, terminal, customer, account }, result));
  }

  /** Any account of the run but one's own, which the bank would refuse. */
  #drawPayee(own: AccountId): AccountId {
    const { accounts, accountBase } = this.#options;
    const index = this.#deps.rng.below(accounts);
    const drawn = planAccount(accountBase + index);
    return drawn === own ? planAccount(accountBase + ((index + 1) % accounts)) : drawn;
  }

  /** Mostly small amounts; one in fifty is above any limit, so that refusals are part of the load. */
  #drawAmount(): Cents {
    const { rng } = this.#deps;
    if (rng.ratio(1, 50)) return cents(5_000_00);
    return cents(10_00 * (1 + rng.below(20)));
  }

  #drawNotes(): Notes[] {
    const { rng } = this.#deps;
    const first = rng.below(DEPOSIT_NOTES.length);
    const kinds = rng.ratio(1, 4) ? [first, (first + 1) % DEPOSIT_NOTES.length] : [first];
    return kinds.map((kind) => ({
      denomination: DEPOSIT_NOTES[kind] ?? cents(10_00),
      count: 1 + rng.below(5),
    }));
  }

  #nextCustomer(): CustomerPlan {
    const { customers } = this.#options.terminal;
    const customer = customers[this.#turn++ % customers.length];
    invariant(customer !== undefined, 'a terminal has customers');
    return customer;
  }
}
