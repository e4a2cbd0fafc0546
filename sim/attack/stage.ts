/**
 * What a case plays on: its terminals and customers, honest ATMs, men in the middle, callers and terminals in the
 * adversary's hands; and the book in which it is kept what was tried, how the victims took it, and what must be found in
 * accounts and audit trail afterwards.
 *
 * @module
 */
import type { AuditHead } from '../../protocol/messages.ts';
import type { CustomerPlan, TerminalPlan } from '../load/fleet.ts';
import { Atm, type AtmPlace, type Witness } from './atm.ts';
import { Caller } from './caller.ts';
import type { Fault } from './case-result.ts';
import { Middle } from './middle.ts';
import { netFrom } from './net.ts';
import type { OwnBank } from './own-bank.ts';
import { type Lair, Rogue } from './rogue.ts';
import { Expected, type Suspects } from './trail.ts';
import type { Reaction } from './watch.ts';

export interface Target {
  readonly address: string;
  /** Terminals that are the suite's own; none is anybody else's. */
  readonly fleet: readonly TerminalPlan[];
  /** False for the bank of seed mode. */
  readonly knowsFinished: boolean;
  /** Its data directory; null where the bank is somebody else's. */
  readonly data: string | null;
  /** Null where somebody else started it. */
  readonly bank: OwnBank | null;
}

export interface StageInput {
  readonly target: Target;
  /** A share of the target's fleet, for this case alone. */
  readonly fleet: readonly TerminalPlan[];
  /** Where its connections come from; null for wherever. */
  readonly source: string | null;
}

export class Stage {
  readonly target: Target;
  readonly source: string | null;
  readonly expected = new Expected();
  readonly faults: Fault[] = [];
  readonly answers = new Map<string, number>();
  readonly controlFaults: string[] = [];
  readonly heads: AuditHead[] = [];
  attempts = 0;
  accepted = 0;
  controls = 0;
  #fleet: readonly TerminalPlan[];
  readonly #aliases = new Set<string>();
  readonly #moved = new Map<string, bigint>();
  readonly #open: { stop(): void | Promise<void> }[] = [];

  constructor({ target, fleet, source }: StageInput) {
    this.target = target;
    this.#fleet = fleet;
    this.source = source;
  }

  /** What honest ATMs tell. */
  readonly witness: Witness = {
    record: (customer, action, times) => this.expected.record(customer, action, times),
    moved: (account, by) => this.moved(account, by),
    head: (head) => void this.heads.push(head),
    crashed: (error) => this.fault('crash', `a terminal: ${error instanceof Error ? error.stack : error}`),
  };

  get fleet(): readonly TerminalPlan[] {
    return this.#fleet;
  }

  /** A terminal has new keys from now on. */
  renew(index: number, keys: Pick<TerminalPlan, 'keyId' | 'kShared' | 'kDispense'>): void {
    this.#fleet = this.#fleet.map((plan, i) => (i === index ? { ...plan, ...keys } : plan));
  }

  /** A name that the case goes by, or makes up. */
  alias(customer: string): void {
    this.#aliases.add(customer);
  }

  get lair(): Lair {
    const { address, knowsFinished } = this.target;
    return { address, source: this.source, knowsFinished };
  }

  get suspects(): Suspects {
    const customers = this.fleet.flatMap((plan) => plan.customers.map(({ customer }) => customer));
    return {
      customers: new Set([...customers, ...this.#aliases]),
      terminals: new Set(this.fleet.map(({ terminal }) => terminal)),
      source: this.source ?? '127.0.0.1',
    };
  }

  plan(index = 0): TerminalPlan {
    const plan = this.fleet[index];
    if (!plan) throw new Error(`this case has ${this.fleet.length} terminals`);
    return plan;
  }

  customer(terminal = 0, index = 0): CustomerPlan {
    const customer = this.plan(terminal).customers[index];
    if (!customer) throw new Error(`terminal ${terminal} has no customer ${index}`);
    return customer;
  }

  async middle(): Promise<Middle> {
    const middle = await Middle.open(this.target.address, this.source);
    this.#open.push({ stop: () => middle.close() });
    return middle;
  }

  /** An honest ATM with its session up, on a line of its own or through a man in the middle. */
  async atm(index = 0, over: Partial<AtmPlace> & { readonly middle?: Middle } = {}): Promise<Atm> {
    const atm = this.idleAtm(index, over);
    if (!(await atm.up())) throw new Error(`${atm.plan.terminal} could not connect`);
    return atm;
  }

  /** One that has not dialled yet. */
  idleAtm(index = 0, { middle, ...over }: Partial<AtmPlace> & { readonly middle?: Middle } = {}): Atm {
    const address = middle?.address ?? this.target.address;
    const net = netFrom(middle ? null : this.source);
    const atm = new Atm({ address, net, witness: this.witness, ...over }, this.plan(index));
    this.#open.push(atm);
    return atm;
  }

  async caller(): Promise<Caller> {
    const caller = new Caller(this.target.address, this.source);
    this.#open.push({ stop: () => caller.destroy() });
    await caller.opened();
    return caller;
  }

  /** A terminal in the adversary's hands, with the handshake done. */
  async rogue(index = 0, over: Parameters<typeof Rogue.establish>[2] = {}): Promise<Rogue> {
    return this.keep(await Rogue.establish(this.lair, this.plan(index), over));
  }

  /** Is closed at the end, whatever comes of the case. */
  keep(rogue: Rogue): Rogue {
    this.#open.push({ stop: () => rogue.caller.destroy() });
    return rogue;
  }

  /** An exchange without the attack: only if it succeeds does a refusal mean anything. */
  control(ok: boolean, what: string): void {
    this.controls += 1;
    if (!ok) this.controlFaults.push(what);
  }

  /** How a victim took one attempt. */
  attempt(answer: string, refused: boolean, what: string): void {
    this.attempts += 1;
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    if (refused) return;
    this.accepted += 1;
    this.fault('accepted', `${what}: ${answer}`);
  }

  /** The one failure of R8: an Alert, then the end. */
  mustAlert(reaction: Reaction, what: string): void {
    this.attempt(reaction, reaction === 'Alert', what);
  }

  fault(kind: Fault['kind'], text: string): void {
    // The first few tell the story; the count is with the attempts.
    if (this.faults.length < 20) this.faults.push({ kind, text });
  }

  /** An account must have changed by so much since the case began. */
  moved(account: string, by: bigint): void {
    this.#moved.set(account, (this.#moved.get(account) ?? 0n) + by);
  }

  movedBy(account: string): bigint {
    return this.#moved.get(account) ?? 0n;
  }

  async close(): Promise<void> {
    for (const one of this.#open.splice(0).reverse()) await one.stop();
  }
}
