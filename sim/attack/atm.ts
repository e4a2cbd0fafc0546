/**
 * An honest ATM on real sockets, the production host and link with devices of its own, driven by promises. It does what
 * customers do, keeps account of what they must find afterwards, and of what the audit trail must say about it.
 *
 * @module
 */

import { systemClock, ticksSince } from '../../actors/node/clock.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { type OperationResult, TIMEOUTS_DEFAULT, type Timeouts } from '../../actors/operation.ts';
import { TerminalHost } from '../../actors/terminal-host.ts';
import { LINK_TIMEOUTS } from '../../actors/terminal-link.machine.ts';
import { SecureLink } from '../../actors/terminal-link.ts';
import * as say from '../../bank/audit/actions.ts';
import { verifyDispenseToken } from '../../protocol/dispense-token.ts';
import type { AuditHead, BalancePush } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { Net } from '../../protocol/ports.ts';
import { SimulatedAcceptor } from '../../terminals/acceptor.ts';
import { newCassettes } from '../../terminals/cassettes.ts';
import { SimulatedDispenser } from '../../terminals/dispenser.ts';
import type { JournalEntry } from '../../terminals/journal.ts';
import { CASSETTES, type CustomerPlan, type TerminalPlan } from '../load/fleet.ts';

/** Told what honest customers did, so that it is expected in books and trail. */
export interface Witness {
  /** The audit trail must have this. */
  record(customer: string, action: string, times?: number): void;
  /** The account changed by so much. */
  moved(account: string, by: bigint): void;
  head(head: AuditHead): void;
  /** An actor died, or a promise of ours broke. */
  crashed(error: unknown): void;
}

export interface AtmPlace {
  readonly address: string;
  readonly net: Net;
  readonly witness: Witness;
  readonly suites?: readonly number[];
}

/** A lost line is dialled again at once: nobody else is hurt by it here. */
const LINK = { ...LINK_TIMEOUTS, backOffMinMs: 20, backOffMaxMs: 200 };
/** Cassettes hold notes of 10.00. */
export const NOTE = cents(10_00);
const UP_MS = 8_000;

const clock = systemClock();
const entropy = systemEntropy();
const ticks = ticksSince(process.hrtime.bigint());

export class Atm {
  readonly plan: TerminalPlan;
  readonly link: SecureLink;
  readonly host: TerminalHost;
  readonly dispenser: SimulatedDispenser;
  readonly pushes: BalancePush[] = [];
  readonly #witness: Witness;
  #customer: CustomerPlan;
  #ups = 0;

  constructor({ address, net, witness, suites }: AtmPlace, plan: TerminalPlan, over: Partial<Timeouts> = {}) {
    this.plan = plan;
    this.#witness = witness;
    const [customer] = plan.customers;
    if (!customer) throw new Error(`${plan.terminal} has no customer`);
    this.#customer = customer;
    const cassettes = newCassettes(CASSETTES);
    const kDispense = Buffer.from(plan.kDispense, 'hex');
    this.dispenser = new SimulatedDispenser({
      cassettes,
      entropy,
      verifyToken: (order) =>
        verifyDispenseToken(kDispense, { ...order, terminal: plan.terminal }, order.token),
    });
    const journal: JournalEntry[] = [];
    const onError = (error: unknown) => witness.crashed(error);
    let link: SecureLink | null = null;
    this.host = new TerminalHost(
      {
        clock,
        entropy,
        ticks,
        journal: {
          append(entries, durable) {
            journal.push(...entries);
            setImmediate(durable);
          },
          read: () => journal,
        },
        dispenser: this.dispenser,
        acceptor: new SimulatedAcceptor({ cassettes }),
        onError,
        onBalance: (push) => void this.pushes.push(push),
        link: (events) => {
          link = new SecureLink(
            { clock, entropy, net, onError },
            {
              address,
              terminal: plan.terminal,
              keyId: plan.keyId,
              kShared: Buffer.from(plan.kShared, 'hex'),
              timeouts: LINK,
              ...(suites && { suites }),
            },
            {
              onUp: () => {
                this.#ups += 1;
                events.onUp();
              },
              onDown: () => events.onDown(),
              onPush: (push) => events.onPush(push),
            },
          );
          return link;
        },
      },
      {
        terminal: plan.terminal,
        cassettes,
        timeouts: { ...TIMEOUTS_DEFAULT, backoffMs: 50, backoffMaxMs: 500, ...over },
      },
    );
    if (link === null) throw new Error('the host makes its link');
    this.link = link;
    this.host.recover();
  }

  /** Sessions so far. */
  get sessions(): number {
    return this.#ups;
  }

  get customer(): CustomerPlan {
    return this.#customer;
  }

  /** Cash inside, cents. */
  get cash(): bigint {
    return this.host.counted();
  }

  /** Dials, and waits until the session is up and the machine free; false when it is not in time. */
  async up(withinMs = UP_MS): Promise<boolean> {
    this.link.start();
    return this.ready(withinMs);
  }

  async ready(withinMs = UP_MS): Promise<boolean> {
    const endMs = performance.now() + withinMs;
    while (!this.host.ready) {
      if (performance.now() > endMs) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return true;
  }

  async logIn(customer: CustomerPlan = this.#customer): Promise<boolean> {
    if (!(await this.ready())) return false;
    this.#customer = customer;
    const result = await this.#does((done) => this.host.login(customer.customer, customer.password, done));
    if (result.outcome === 'ok') this.#record(say.login());
    return result.outcome === 'ok';
  }

  /** Notes of 10.00. Resolves once it is settled, over however many sessions that takes. */
  async deposit(notes = 1): Promise<OperationResult> {
    const amount = (NOTE * BigInt(notes)) as Cents;
    const result = await this.#does((done) =>
      this.host.deposit(this.#customer.account, [{ denomination: NOTE, count: notes }], done),
    );
    if (result.outcome === 'ok') {
      this.#record(say.deposit(amount));
      this.#witness.moved(this.#customer.account, amount);
    }
    return result;
  }

  async withdraw(amount: Cents): Promise<OperationResult> {
    const result = await this.#does((done) => this.host.withdraw(this.#customer.account, amount, done));
    if (result.outcome === 'ok') {
      this.#record(say.authorised(amount));
      this.#record(say.completed(amount));
      this.#witness.moved(this.#customer.account, -amount);
    }
    return result;
  }

  /** Ledger balance, cents; null when the bank did not tell. */
  async balance(): Promise<bigint | null> {
    const result = await this.#does((done) => this.host.balance(this.#customer.account, done));
    if (result.outcome === 'ok') this.#record(say.balance());
    return result.account?.ledger ?? null;
  }

  /** Sends what asks nothing of the bank's books. */
  echo(): Promise<boolean> {
    return new Promise((resolve) => {
      this.link.request({ type: 'echo' }, (reply) => resolve(reply !== 'lost'));
    });
  }

  /** Waits until every advice is acknowledged. */
  async settled(): Promise<void> {
    await Promise.race([new Promise<void>((done) => this.host.drain(done)), pause(UP_MS)]);
  }

  /** Settles what is open, closes the session with Close. One that is being made is not cut off: that would be audited. */
  async stop(): Promise<void> {
    if (this.link.connecting) await this.ready();
    if (this.link.up) await this.settled();
    this.host.stop();
    await Promise.race([new Promise<void>((done) => this.link.stop(done)), pause(UP_MS)]);
  }

  #record(action: string): void {
    this.#witness.record(this.#customer.customer, action);
  }

  async #does(start: (done: (result: OperationResult) => void) => void): Promise<OperationResult> {
    await this.ready();
    const result = await new Promise<OperationResult>(start);
    if (result.audit) this.#witness.head(result.audit);
    return result;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
