/**
 * The bank's front: accepts connections within the caps of R17 and R20, keeps the table of sessions, routes messages to
 * the bank actor and pushes to the sessions concerned (changed balances, holds to settle).
 *
 * @module
 */
import type { Decision } from '../bank/commands.ts';
import { encodeBankMessage } from '../protocol/encode.ts';
import type { HelloGuard } from '../protocol/hello-guard.ts';
import type { AccountId, CustomerId, TerminalId } from '../protocol/ids.ts';
import type { Accept, Clock, Entropy, PasswordHash } from '../protocol/ports.ts';
import { ServerChannel, type TerminalKeys } from '../protocol/server-channel.ts';
import type { BankActor } from './bank-actor.ts';
import { BankSession, type SessionHost } from './bank-session.ts';
import { RequestRouter } from './request-router.ts';
import { SESSION_TIMEOUTS, type SessionTimeouts } from './server-session.machine.ts';
import { UnauthenticatedAudit } from './unauthenticated-audit.ts';

export interface BankServerDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly bank: BankActor;
  readonly keys: TerminalKeys;
  readonly guard: HelloGuard;
  readonly passwords: PasswordHash;
  onError(error: unknown): void;
  /** What goes into the audit trail about strangers and refused sessions, coalesced as it is there. */
  onIncident(text: string): void;
  /** A terminal has proven that it is there. */
  onEstablished?(session: Established): void;
}

export interface Established {
  /** Of the connection, as {@link Conn.remote}. */
  readonly remote: string;
  readonly terminal: TerminalId;
  readonly keyId: number;
}

export interface BankServerOptions {
  readonly timeouts?: SessionTimeouts;
  /** Connections at once, established or not; further ones are dropped on accept. @default 20000 */
  readonly connectionsMax?: number;
  /**
   * Connections not yet established. One more takes the place of the oldest without a good hello, so that strangers who
   * say nothing keep nobody out; where all have one it is dropped. Established ones never are. @default 2048
   */
  readonly handshakesMax?: number;
  /** Half-open sessions a terminal may have; the oldest gives way (R17). @default 4 */
  readonly halfOpenMax?: number;
}

/** Sessions with requests under way get this long before they are closed all the same. */
const STOP_PATIENCE_MS = 5_000;

export class BankServer {
  readonly #deps: BankServerDeps;
  readonly #options: Required<BankServerOptions>;
  readonly #router: RequestRouter;
  readonly #incidents: UnauthenticatedAudit;
  readonly #sessions = new Set<BankSession>();
  /** Those without a good hello, the oldest first. */
  readonly #strange = new Set<BankSession>();
  readonly #halfOpen = new Map<TerminalId, BankSession[]>();
  readonly #byAccount = new Map<AccountId, Set<BankSession>>();
  readonly #dirty = new Set<BankSession>();
  readonly #host: SessionHost;
  #established = 0;
  #stopping: (() => void) | null = null;

  constructor(deps: BankServerDeps, options: BankServerOptions = {}) {
    this.#deps = deps;
    this.#options = {
      timeouts: SESSION_TIMEOUTS,
      connectionsMax: 20_000,
      handshakesMax: 2_048,
      halfOpenMax: 4,
      ...options,
    };
    this.#incidents = new UnauthenticatedAudit(deps.clock, (action) => {
      deps.onIncident(action);
      deps.bank.submit({ type: 'note', customer: '-', action }, () => {});
    });
    this.#router = new RequestRouter({
      bank: deps.bank,
      passwords: deps.passwords,
      onQueued: (session) => this.#dirty.add(session),
      onChanged: (changed, informed) => this.#pushBalances(changed, informed),
      onLogin: (session, customer) => this.#loggedIn(session, customer),
      onLogout: (session) => this.#loggedOut(session),
      onNonsense: (session) => {
        this.#incidents.note('flood of messages that cannot be read', hostOf(session));
        session.drop();
      },
      onRefused: (session, reason) => this.#incidents.note(reason, hostOf(session)),
    });
    this.#host = {
      clock: deps.clock,
      timeouts: this.#options.timeouts,
      onError: (error) => deps.onError(error),
      onHalfOpen: (session) => this.#makeRoom(session),
      onEstablished: (session) => this.#welcome(session),
      onMessage: (session, bytes) => this.#handle(session, bytes),
      onIncident: (session, reason) => this.#incidents.note(reason, hostOf(session)),
      onClosed: (session) => this.#forget(session),
    };
  }

  /** Sessions that are established, connections in all, and accounts of which some session hears. */
  get sessions(): { established: number; open: number; accounts: number } {
    return { established: this.#established, open: this.#sessions.size, accounts: this.#byAccount.size };
  }

  readonly accept: Accept = (conn) => {
    if (this.#isFull()) this.#dropOldestStranger();
    if (this.#stopping !== null || this.#isFull()) {
      this.#incidents.note('too many connections', conn.remote.replace(/:\d+$/, ''));
      conn.destroy();
      return { onOpen() {}, onData() {}, onEnd() {}, onClose() {} };
    }
    const { entropy, keys, guard } = this.#deps;
    const session = new BankSession(this.#host, conn, new ServerChannel({ entropy, keys, guard }));
    this.#sessions.add(session);
    this.#strange.add(session);
    return session.handlers;
  };

  #isFull(): boolean {
    const { connectionsMax, handshakesMax } = this.#options;
    const open = this.#sessions.size;
    return open >= connectionsMax || open - this.#established >= handshakesMax;
  }

  #dropOldestStranger(): void {
    const [oldest] = this.#strange;
    if (oldest === undefined) return;
    this.#incidents.note('too many connections', hostOf(oldest));
    oldest.drop();
    this.#forget(oldest);
  }

  /** Called after each batch: answers of one session leave in one record, and balances changed elsewhere are pushed. */
  flush(): void {
    for (const session of this.#dirty) {
      session.flush();
      if (this.#stopping !== null && session.inFlight === 0) session.dismiss();
    }
    this.#dirty.clear();
  }

  /** Balances that something else than a session changed; they leave with the next {@link flush}. */
  announce(changed: Decision['changed']): void {
    this.#pushBalances(changed, null);
  }

  /** Tells sessions of the account, other than `informed`, that its balance changed. */
  #pushBalances(changed: Decision['changed'], informed: BankSession | null): void {
    for (const view of changed) {
      const audience = this.#byAccount.get(view.account);
      if (audience === undefined) continue;
      for (const session of audience) {
        if (session === informed) continue;
        session.queue(encodeBankMessage({ type: 'balance', ...view }));
        this.#dirty.add(session);
      }
    }
  }

  /** Drops every session of a terminal, after its revocation. */
  dismissTerminal(terminal: TerminalId): void {
    this.#dismiss((session) => session.terminal === terminal);
  }

  /** Drops every session under a key, after it was retired. */
  dismissKey(keyId: number): void {
    this.#dismiss((session) => session.keyId === keyId);
  }

  #dismiss(isConcerned: (session: BankSession) => boolean): void {
    for (const session of [...this.#sessions]) if (isConcerned(session)) session.dismiss();
  }

  /**
   * Accepts no more, answers what is under way, closes every session with Close, then writes what strangers left to be
   * audited.
   */
  stop(done: () => void): void {
    this.#stopping = done;
    for (const session of [...this.#sessions]) if (session.inFlight === 0) session.dismiss();
    this.#deps.clock.setTimeout(() => {
      for (const session of [...this.#sessions]) session.dismiss();
    }, STOP_PATIENCE_MS);
    this.#announceStopped();
  }

  #handle(session: BankSession, bytes: Uint8Array): void {
    this.#router.handle(session, bytes);
  }

  #makeRoom(session: BankSession): void {
    this.#strange.delete(session);
    const terminal = session.terminal;
    if (terminal === null) return;
    const waiting = this.#halfOpen.get(terminal) ?? [];
    waiting.push(session);
    this.#halfOpen.set(terminal, waiting);
    if (waiting.length > this.#options.halfOpenMax) waiting.shift()?.dismiss();
  }

  #welcome(session: BankSession): void {
    this.#established++;
    this.#leaveHalfOpen(session);
    const { terminal, keyId, remote } = session;
    if (terminal === null || keyId === null) return;
    this.#deps.onEstablished?.({ remote, terminal, keyId });
    for (const { txnId } of this.#deps.bank.state.staleHolds(terminal, this.#deps.clock.now())) {
      session.queue(encodeBankMessage({ type: 'settle', txnId }));
      this.#dirty.add(session);
    }
  }

  #loggedIn(session: BankSession, customer: CustomerId): void {
    // Its line may have died while the password was hashed.
    if (!this.#sessions.has(session)) return;
    this.#loggedOut(session);
    session.customer = customer;
    for (const account of this.#deps.bank.state.customers.get(customer)?.accounts ?? []) {
      const audience = this.#byAccount.get(account) ?? new Set();
      audience.add(session);
      this.#byAccount.set(account, audience);
    }
  }

  #loggedOut(session: BankSession): void {
    if (session.customer === null) return;
    for (const account of this.#deps.bank.state.customers.get(session.customer)?.accounts ?? []) {
      const audience = this.#byAccount.get(account);
      audience?.delete(session);
      if (audience?.size === 0) this.#byAccount.delete(account);
    }
    session.customer = null;
  }

  #leaveHalfOpen(session: BankSession): void {
    const waiting = session.terminal === null ? undefined : this.#halfOpen.get(session.terminal);
    const index = waiting?.indexOf(session) ?? -1;
    if (index >= 0) waiting?.splice(index, 1);
    if (waiting?.length === 0 && session.terminal !== null) this.#halfOpen.delete(session.terminal);
  }

  #forget(session: BankSession): void {
    if (!this.#sessions.delete(session)) return;
    this.#strange.delete(session);
    if (session.established) this.#established--;
    else this.#leaveHalfOpen(session);
    this.#loggedOut(session);
    this.#dirty.delete(session);
    this.#announceStopped();
  }

  #announceStopped(): void {
    if (this.#stopping === null || this.#sessions.size > 0) return;
    const done = this.#stopping;
    this.#incidents.flush();
    this.#stopping = () => {};
    done();
  }
}

const hostOf = (session: BankSession) => session.remote.replace(/:\d+$/, '');
