/**
 * The customers of one terminal, one after the other. What they do is drawn from the terminal's own stream, so a plan is
 * the same for any number of workers, any think time, any bank and any fault.
 *
 * Closed: think, act, see the result, think again; latency counts from the moment the thinking ended. Open: customers
 * arrive by a plan and queue at the machine; latency counts from the moment they were due. A line that is down then is
 * no excuse in either.
 *
 * @module
 */
import type { Done, OperationResult } from '../../actors/operation.ts';
import type { TerminalHost } from '../../actors/terminal-host.ts';
import type { AccountId } from '../../protocol/ids.ts';
import { invariant, unreachable } from '../../protocol/invariant.ts';
import type { Clock, TimerId } from '../../protocol/ports.ts';
import { sumNotes } from '../../terminals/cassettes.ts';
import type { WatchedTerminal } from '../../terminals/dashboard/watched.ts';
import type { Op, OperationRecord } from '../history.ts';
import { operationRecord } from '../operation-record.ts';
import type { Rng } from '../rng.ts';
import type { CustomerPlan, TerminalPlan } from './fleet.ts';
import { MIX_OPS } from './options.ts';
import { OwnScreen } from './own-screen.ts';
import { drawThinkMs, type Think } from './think.ts';
import { Wishes, type WishesOptions } from './wishes.ts';

export interface VisitorDeps {
  readonly clock: Clock;
  readonly ticks: () => number;
  /** The terminal's own streams: what is done, and how long is thought before. */
  readonly rng: Rng;
  readonly thinking: Rng;
  readonly host: TerminalHost;
  onOperation(record: OperationRecord): void;
  /** Open: an arrival begins; `waited` when machine or line were not free when it was due. */
  onArrivalBegun?(dueUs: number, waited: boolean): void;
  /** The given iterations are done. */
  onFinished?(): void;
}

export interface VisitorOptions extends WishesOptions {
  readonly terminal: TerminalPlan;
  readonly mix: Readonly<Record<Op, number>>;
  /** Null: open, an operation for each {@link Visitor.arrive}. */
  readonly think: Think | null;
  /** Closed: operations until it is finished, logins counted, logouts not; absent for no end. */
  readonly iterations?: number | undefined;
}

type Act = Exclude<Op, 'logout'>;

/** How long a customer waits at a machine that is out of order before looking again. */
const OUT_OF_ORDER_MS = 250;
/** Arrivals that queue at one terminal; those beyond are dropped. */
export const QUEUE_MAX = 200;
/** An operation that is under way for longer is the bank's to answer for, not a want of terminals. */
const SLOW_US = 1_000_000;

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
  readonly #wishes: Wishes;
  /** Due times of arrivals that wait for the machine, oldest first. */
  readonly #queue: number[] = [];
  #emptied: (() => void) | null = null;
  #begunUs = 0;
  readonly #screen = new OwnScreen();
  #left: number;

  constructor(deps: VisitorDeps, options: VisitorOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#wishes = new Wishes(deps.rng, options);
    this.#left = options.iterations ?? Number.POSITIVE_INFINITY;
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

  /** What the machine's own screen shows; made only for who looks. */
  get showing(): Pick<WatchedTerminal, 'customer' | 'account' | 'act' | 'sinceMs' | 'last'> {
    const { customer, account } = this.#customer;
    return {
      customer: this.#loggedIn ? customer : null,
      account,
      sinceMs: this.#deps.clock.now() - (this.#deps.ticks() - this.#begunUs) / 1000,
      ...this.#screen.shown(this.#busy),
    };
  }

  /** Starts or goes on; a visitor that was stopped finishes what it does first. */
  start(): void {
    if (this.#active) return;
    this.#active = true;
    if (!this.#busy) this.#next();
  }

  /** Open: arrivals that have not begun. */
  get queued(): number {
    return this.#queue.length + (this.#waitingUs !== null || this.#timer !== null ? 1 : 0);
  }

  /** Open: calls back once everybody who came has been served. */
  empty(done: () => void): void {
    this.#emptied = done;
    if (!this.#busy && this.queued === 0) done();
  }

  /**
   * Open: a customer comes, due at this time. Not taken: the queue is full and the customer is gone; `slow` says that it
   * is so for the bank's answers or the line, and not for want of terminals.
   */
  arrive(dueUs: number): { readonly taken: true } | { readonly taken: false; readonly slow: boolean } {
    const isFree = !this.#busy && this.#waitingUs === null && this.#timer === null;
    if (isFree && this.#queue.length === 0) {
      this.#begin(dueUs);
      return { taken: true };
    }
    if (this.#queue.length < QUEUE_MAX) {
      this.#queue.push(dueUs);
      return { taken: true };
    }
    return { taken: false, slow: !this.#busy || this.#deps.ticks() - this.#begunUs > SLOW_US };
  }

  /** No new operation begins; what is queued is forgotten. */
  stop(): void {
    this.#active = false;
    this.#waitingUs = null;
    this.#queue.length = 0;
    if (this.#timer !== null) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** The line is up (again): what the customer was waiting for begins. */
  lineUp(): void {
    const intendedUs = this.#waitingUs;
    if (intendedUs === null) return;
    this.#waitingUs = null;
    this.#begin(intendedUs, true);
  }

  /** The session is gone, and the login with it. */
  lineDown(): void {
    this.#loggedIn = false;
  }

  #next(): void {
    const { think } = this.#options;
    if (think === null) {
      // Who waits for the line or the machine is first.
      if (this.#waitingUs !== null || this.#timer !== null) return;
      const dueUs = this.#queue.shift();
      if (dueUs !== undefined) this.#begin(dueUs, true);
      else this.#emptied?.();
      return;
    }
    if (this.#left === 0) return this.#deps.onFinished?.();
    const { thinking, ticks } = this.#deps;
    const thinkMs = drawThinkMs(thinking, think);
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

  #begin(intendedUs: number, waited = false): void {
    const { state } = this.#deps.host;
    if (state === 'offline' || state === 'handshake') {
      this.#waitingUs = intendedUs;
      return;
    }
    if (state !== 'idle') return this.#after(OUT_OF_ORDER_MS, () => this.#begin(intendedUs, true));
    this.#busy = true;
    this.#begunUs = this.#deps.ticks();
    if (this.#options.think === null) this.#deps.onArrivalBegun?.(intendedUs, waited);
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
    this.#screen.begin('login');
    this.#deps.host.login(customer, password, this.#finish('login', intendedUs));
  }

  #changeCustomer(intendedUs: number): void {
    this.#loggedIn = false;
    this.#screen.begin('logout');
    this.#deps.host.logout((result) => {
      this.#record({ op: 'logout', intendedUs, counterparty: null }, result);
      this.#login(this.#deps.ticks());
    });
  }

  #operate(act: Exclude<Act, 'login'>, intendedUs: number): void {
    const { host } = this.#deps;
    const { account } = this.#customer;
    const done = this.#finish(act, intendedUs);
    this.#screen.begin(act);
    switch (act) {
      case 'balance':
        return host.balance(account, done);
      case 'history':
        return host.history(account, { cursor: null, limit: 10, kinds: [] }, done);
      case 'deposit': {
        const notes = this.#wishes.notes();
        this.#screen.begin(act, sumNotes(notes));
        return host.deposit(account, notes, done);
      }
      case 'withdraw': {
        const amount = this.#wishes.withdrawal();
        this.#screen.begin(act, amount);
        return host.withdraw(account, amount, done);
      }
      case 'transfer': {
        const to = this.#wishes.payee(account);
        const amount = this.#wishes.transfer();
        this.#screen.begin(act, amount, to);
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
      if (this.#left > 0) this.#left--;
      if (this.#active) this.#next();
    };
  }

  #record(
    asked: { op: Op; intendedUs: number; counterparty: AccountId | null },
    result: OperationResult,
  ): void {
    const { customer, account } = this.#customer;
    this.#screen.end(result, this.#deps.clock.now());
    const { terminal } = this.#options.terminal;
    this.#deps.onOperation(operationRecord({ ...asked, terminal, customer, account }, result));
  }

  #nextCustomer(): CustomerPlan {
    const { customers } = this.#options.terminal;
    const customer = customers[this.#turn++ % customers.length];
    invariant(customer !== undefined, 'a terminal has customers');
    return customer;
  }
}
