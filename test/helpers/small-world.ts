/**
 * A whole small world on a manual clock: bank actor, server and terminals over a network in memory, on a real SQLite
 * store, with real cryptography. Passwords are compared as they are.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BankActor } from '../../actors/bank-actor.ts';
import { BankServer, type BankServerOptions } from '../../actors/bank-server.ts';
import { type OperationResult, TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import { TerminalHost } from '../../actors/terminal-host.ts';
import { SecureLink } from '../../actors/terminal-link.ts';
import { AuditTrail, auditKey, openRecord } from '../../bank/audit/trail.ts';
import type { Command, Decision } from '../../bank/commands.ts';
import { DEFAULT_POLICY } from '../../bank/policy.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import { BankState } from '../../bank/state.ts';
import { makeDispenseToken, verifyDispenseToken } from '../../protocol/dispense-token.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { AccountId, CustomerId, TerminalId } from '../../protocol/ids.ts';
import { kDispense, kShared } from '../../protocol/key-schedule.ts';
import type { BalancePush } from '../../protocol/messages.ts';
import { type Cents, cents } from '../../protocol/money.ts';
import type { Entropy, PasswordHash } from '../../protocol/ports.ts';
import { Rng } from '../../sim/rng.ts';
import { SimulatedAcceptor } from '../../terminals/acceptor.ts';
import { type Cassette, newCassettes } from '../../terminals/cassettes.ts';
import { SimulatedDispenser } from '../../terminals/dispenser.ts';
import type { JournalEntry } from '../../terminals/journal.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryNet } from './memory-net.ts';

export const BASE_KEY = new Uint8Array(32).fill(7);
export const KEY_ID = 1;
export const alice = 'alice' as CustomerId;
export const bob = 'bob' as CustomerId;
export const aliceAccount = 'A-1' as AccountId;
export const bobAccount = 'A-2' as AccountId;

const plainPasswords: PasswordHash = {
  hash: (password, done) => done(password),
  verify: (password, encoded, done) => done(password === encoded),
};

const entropyOf = (name: string): Entropy => {
  const rng = new Rng('small world', name);
  return { bytes: (n) => rng.bytes(n) };
};

export interface SmallWorldOptions {
  readonly server?: BankServerOptions;
  readonly mailboxMax?: number;
  readonly passwords?: (clock: ManualClock) => PasswordHash;
}

export class SmallWorld {
  readonly clock = new ManualClock();
  readonly directory = mkdtempSync(join(tmpdir(), 'cashpoint-world-'));
  readonly alerts: string[] = [];
  readonly errors: unknown[] = [];
  readonly wire;
  readonly net;
  actor!: BankActor;
  server!: BankServer;
  store!: SqliteStore;
  readonly #options: SmallWorldOptions;
  readonly #key = auditKey(new Uint8Array(32).fill(9), 1);
  #lives = 0;

  constructor(options: SmallWorldOptions = {}) {
    this.#options = options;
    const { net, wire } = memoryNet(this.clock, (conn) => this.server.accept(conn));
    this.net = net;
    this.wire = wire;
    this.openBank();
  }

  /** Opens the bank on its directory, as its first start or after a crash. */
  openBank(): void {
    const { clock } = this;
    const entropy = entropyOf(`bank ${this.#lives++}`);
    const life = this.#lives;
    // What a killed bank would have gone on to do is nobody's fault.
    const onFault = (error: unknown) => {
      if (life === this.#lives) this.errors.push(error);
    };
    this.store = SqliteStore.open(this.directory);
    const state = BankState.open({
      store: this.store,
      nowMs: clock.now(),
      policy: DEFAULT_POLICY,
      tokenFor: (order) =>
        makeDispenseToken(kDispense(BASE_KEY, { terminal: order.terminal, keyId: KEY_ID }), order),
    });
    this.actor = new BankActor(
      {
        clock,
        entropy,
        store: this.store,
        state,
        trail: new AuditTrail({ key: this.#key, head: this.store.load().auditHead }),
        ticks: () => clock.now() * 1000,
        onFatal: onFault,
        onAlert: (text) => this.alerts.push(text),
        onCommitted: () => this.server.flush(),
      },
      this.#options.mailboxMax === undefined ? {} : { mailboxMax: this.#options.mailboxMax },
    );
    this.server = new BankServer(
      {
        clock,
        entropy,
        bank: this.actor,
        guard: new WindowedHelloGuard(),
        passwords: this.#options.passwords?.(this.clock) ?? plainPasswords,
        keys: {
          lookup: (terminal, keyId) => {
            const row = state.terminals.get(terminal);
            const known = row !== undefined && !row.revoked && row.keyIds.includes(keyId);
            return known ? { kShared: kShared(BASE_KEY, { terminal, keyId }) } : null;
          },
        },
        onIncident: () => {},
        onError: onFault,
      },
      this.#options.server ?? {},
    );
  }

  /** SIGKILL: connections are cut, what was not committed is gone. */
  crashBank(): void {
    this.#lives++;
    this.wire.refusing = true;
    for (const line of [...this.wire.open]) line.cut();
    this.store.close();
  }

  restartBank(): void {
    this.openBank();
    this.wire.refusing = false;
  }

  async ask(command: Command): Promise<Decision> {
    let decision: Decision | null = null;
    this.actor.submit(command, (answer) => {
      decision = answer;
    });
    await this.until(() => decision !== null);
    return decision as unknown as Decision;
  }

  /** Alice and Bob with 100.00 each, and as many terminals as are named, with cash. */
  async populate(...terminals: TerminalId[]): Promise<void> {
    await this.ask({ type: 'fundVault', amount: cents(100_000_00) });
    for (const terminal of terminals) {
      await this.ask({ type: 'enrolTerminal', terminal, keyId: KEY_ID });
      await this.ask({ type: 'loadCash', terminal, amount: CASH });
    }
    for (const [customer, id] of [
      [alice, aliceAccount],
      [bob, bobAccount],
    ] as const) {
      const accounts = [{ id, opening: cents(100_00) }];
      await this.ask({ type: 'addCustomer', customer, password: `${customer}-pw`, accounts });
    }
  }

  /** Lets time pass, with the microtasks in between, until the condition holds. */
  async until(condition: () => boolean, withinMs = 120_000): Promise<void> {
    for (let ms = 0; ms < withinMs; ms++) {
      await Promise.resolve();
      await Promise.resolve();
      if (condition()) return;
      this.clock.advance(1);
    }
    throw new Error('Expected the condition to hold in time');
  }

  async pass(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      await Promise.resolve();
      this.clock.advance(1);
    }
  }

  /** The audit trail in clear, `customer | action`. */
  audit(): string[] {
    return [...this.store.audit(1)].map((row) => {
      const record = openRecord(row, this.#key);
      return record ? `${record.customer} | ${record.action}` : 'does not open';
    });
  }

  end(): void {
    this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const NOTES = [
  { denomination: cents(50_00), count: 100 },
  { denomination: cents(20_00), count: 100 },
];
export const CASH = cents(7_000_00);

export class SmallTerminal {
  readonly host: TerminalHost;
  readonly dispenser: SimulatedDispenser;
  readonly acceptor: SimulatedAcceptor;
  readonly cassettes: readonly Cassette[];
  readonly pushes: BalancePush[] = [];
  readonly journal: JournalEntry[] = [];
  /** Beside the list of pushes. */
  onBalance: (push: BalancePush) => void = () => {};
  link!: SecureLink;
  readonly #world: SmallWorld;

  constructor(world: SmallWorld, terminal: TerminalId, kSharedOverride?: Uint8Array) {
    this.#world = world;
    const { clock, net } = world;
    const entropy = entropyOf(terminal);
    const cassettes = newCassettes(NOTES);
    this.cassettes = cassettes;
    const owner = { terminal, keyId: KEY_ID };
    this.dispenser = new SimulatedDispenser({
      cassettes,
      entropy,
      verifyToken: (order) =>
        verifyDispenseToken(kDispense(BASE_KEY, owner), { ...order, terminal }, order.token),
    });
    this.acceptor = new SimulatedAcceptor({ cassettes });
    const onError = (error: unknown) => {
      world.errors.push(error);
    };
    this.host = new TerminalHost(
      {
        clock,
        entropy,
        ticks: () => clock.now() * 1000,
        journal: {
          append: (entries, durable) => {
            this.journal.push(...entries);
            clock.setTimeout(durable, 1);
          },
          read: () => this.journal,
        },
        dispenser: this.dispenser,
        acceptor: this.acceptor,
        onError,
        onBalance: (push) => {
          this.pushes.push(push);
          this.onBalance(push);
        },
        link: (events) => {
          this.link = new SecureLink(
            { clock, entropy, net, onError },
            {
              address: 'bank:1',
              terminal,
              keyId: KEY_ID,
              kShared: kSharedOverride ?? kShared(BASE_KEY, owner),
            },
            events,
          );
          return this.link;
        },
      },
      { terminal, cassettes, timeouts: TIMEOUTS_DEFAULT },
    );
  }

  async connect(): Promise<void> {
    this.link.start();
    await this.#world.until(() => this.host.state === 'idle');
  }

  login(customer: CustomerId): Promise<OperationResult> {
    return this.does((done) => this.host.login(customer, `${customer}-pw`, done));
  }

  withdraw(account: AccountId, amount: Cents): Promise<OperationResult> {
    return this.does((done) => this.host.withdraw(account, amount, done));
  }

  async does(start: (done: (result: OperationResult) => void) => void): Promise<OperationResult> {
    let result: OperationResult | null = null;
    start((answer) => {
      result = answer;
    });
    await this.#world.until(() => result !== null);
    return result as unknown as OperationResult;
  }
}
