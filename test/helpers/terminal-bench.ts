/**
 * One terminal host on a bench: fake link, journal in memory that can lose what is not flushed, simulated devices and
 * a manual clock. The test plays the bank.
 *
 * @module
 */

import type { Done, HostDeps, OperationResult, Timeouts } from '../../actors/operation.ts';
import { TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import { TerminalHost } from '../../actors/terminal-host.ts';
import type { LinkEvents, Outgoing, TerminalLink } from '../../actors/terminal-link-port.ts';
import type { Code } from '../../protocol/errors.ts';
import { accountId, customerId, type TxnId, terminalId, txnId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Reply, ReplyFields } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { Entropy, Journal } from '../../protocol/ports.ts';
import { SimulatedAcceptor } from '../../terminals/acceptor.ts';
import { type Cassette, newCassettes } from '../../terminals/cassettes.ts';
import { SimulatedDispenser } from '../../terminals/dispenser.ts';
import type { JournalEntry } from '../../terminals/journal.ts';
import { ManualClock } from './manual-clock.ts';

function present<T>(value: T | null | undefined, what: string): T {
  invariant(value !== null && value !== undefined, `there is ${what}`);
  return value;
}

export const ALICE = present(customerId('alice'), 'a customer');
export const CHECKING = present(accountId('alice'), 'an account');
export const SAVINGS = present(accountId('alice-2'), 'an account');
export const ATM = present(terminalId('ATM-001'), 'a terminal');
export const GOOD_TOKEN = 'aa'.repeat(32);
export const txn = (n: number): TxnId => present(txnId(n.toString(16).padStart(32, '0')), 'an id');
export const notes = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([denomination, count]) => ({ denomination: cents(denomination * 100), count }));

export const reply = (code: Code, fields: ReplyFields = {}): Reply => ({
  type: 'reply',
  rid: 1,
  code,
  audit: { seq: 7, head: '00'.repeat(32) },
  ...fields,
});

/** Counts up: ids are the same in every run. */
export function countingEntropy(): Entropy {
  let n = 0;
  return {
    bytes: (length) => {
      n += 1;
      const bytes = new Uint8Array(length);
      new DataView(bytes.buffer).setUint32(length - 4, n);
      return bytes;
    },
  };
}

export class MemoryJournal implements Journal<JournalEntry> {
  readonly durable: JournalEntry[] = [];
  #waiting: { entries: readonly JournalEntry[]; done: () => void }[] = [];
  /** While true, nothing becomes durable until `flush`. */
  held = false;

  append(entries: readonly JournalEntry[], done: () => void): void {
    this.#waiting.push({ entries, done });
    if (!this.held) this.flush();
  }

  read(): readonly JournalEntry[] {
    return this.durable;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    for (const { entries, done } of batch) {
      this.durable.push(...entries);
      done();
    }
  }

  /** Power loss: what was not durable never was. */
  lose(): void {
    this.#waiting = [];
  }

  get marks(): string[] {
    return this.durable.map(({ mark }) => mark);
  }
}

interface Sent {
  readonly body: Outgoing;
  readonly done: (result: Reply | 'lost') => void;
  answered: boolean;
}

export class FakeLink implements TerminalLink {
  up = true;
  readonly sent: Sent[] = [];
  readonly #events: LinkEvents;

  constructor(events: LinkEvents) {
    this.#events = events;
  }

  request(body: Outgoing, done: (result: Reply | 'lost') => void): void {
    if (this.up) this.sent.push({ body, done, answered: false });
    else done('lost');
  }

  /** The session ends; what is unanswered is lost. */
  drop(): void {
    this.up = false;
    const open = this.sent.filter(({ answered }) => !answered);
    for (const sent of open) sent.answered = true;
    for (const sent of open) sent.done('lost');
    this.#events.onDown();
  }

  raise(): void {
    this.up = true;
    this.#events.onUp();
  }

  get bodies(): Outgoing[] {
    return this.sent.map(({ body }) => body);
  }

  get types(): string[] {
    return this.sent.map(({ body }) => body.type);
  }

  /** Answers the oldest unanswered request, of the given type if named. */
  answer(result: Reply, type?: Outgoing['type']): void {
    const sent = present(
      this.sent.find((each) => !each.answered && (type === undefined || each.body.type === type)),
      `an unanswered ${type ?? 'request'}`,
    );
    sent.answered = true;
    sent.done(result);
  }
}

export interface BenchOptions {
  readonly timeouts?: Partial<Timeouts>;
  readonly cassettes?: Cassette[];
}

export class Bench {
  readonly clock = new ManualClock();
  readonly entropy = countingEntropy();
  readonly journal = new MemoryJournal();
  readonly cassettes: Cassette[];
  readonly dispenser: SimulatedDispenser;
  readonly acceptor: SimulatedAcceptor;
  /** Ground truth of the devices. */
  readonly taken = new Map<TxnId, Cents>();
  readonly stored = new Map<TxnId, Cents>();
  readonly results: OperationResult[] = [];
  readonly errors: unknown[] = [];
  readonly #timeouts: Timeouts;
  #ticks = 0;
  link: FakeLink;
  host: TerminalHost;

  constructor({ timeouts = {}, cassettes = newCassettes(notes([50, 10], [20, 20])) }: BenchOptions = {}) {
    this.#timeouts = { ...TIMEOUTS_DEFAULT, ...timeouts };
    this.cassettes = cassettes;
    this.dispenser = new SimulatedDispenser({
      cassettes,
      entropy: this.entropy,
      verifyToken: ({ token }) => token === GOOD_TOKEN,
      onTaken: (id, amount) => {
        invariant(!this.taken.has(id), 'an order is paid once');
        this.taken.set(id, amount);
      },
    });
    this.acceptor = new SimulatedAcceptor({
      cassettes,
      onStored: (id, amount) => this.stored.set(id, amount),
    });
    [this.host, this.link] = this.#boot();
  }

  readonly done: Done = (result) => {
    this.results.push(result);
  };

  get result(): OperationResult {
    return present(this.results.at(-1), 'a result');
  }

  /** Power loss and restart: the devices and the durable journal remain. */
  restart(): void {
    this.host.stop();
    this.journal.lose();
    this.journal.held = false;
    [this.host, this.link] = this.#boot();
    this.host.recover();
  }

  withdraw(euros: number): void {
    this.host.withdraw(CHECKING, cents(euros * 100), this.done);
  }

  approve(): void {
    this.link.answer(reply('APPROVED', { holdId: 'h', dispenseToken: GOOD_TOKEN }), 'authorise');
  }

  #boot(): [TerminalHost, FakeLink] {
    let link: FakeLink | null = null;
    const deps: HostDeps = {
      clock: this.clock,
      entropy: this.entropy,
      ticks: () => ++this.#ticks,
      journal: this.journal,
      dispenser: this.dispenser,
      acceptor: this.acceptor,
      link: (events) => {
        link = new FakeLink(events);
        return link;
      },
      onError: (error) => this.errors.push(error),
    };
    const host = new TerminalHost(deps, {
      terminal: ATM,
      cassettes: this.cassettes,
      timeouts: this.#timeouts,
    });
    return [host, present<FakeLink>(link, 'a link')];
  }
}
