/**
 * From a session's message to the bank actor and back: strict decoding, request numbers, the two halves of a login, and
 * the reply. Identity is the session's, never the message's (rule 3 of the house).
 *
 * @module
 */
import type { Decision, Origin } from '../bank/commands.ts';
import { decodeRequest } from '../protocol/decode.ts';
import { encodeBankMessage } from '../protocol/encode.ts';
import type { Code } from '../protocol/errors.ts';
import type { CustomerId } from '../protocol/ids.ts';
import { invariant } from '../protocol/invariant.ts';
import type { Login, PasswordChange, ReplyFields, Request } from '../protocol/messages.ts';
import type { PasswordHash } from '../protocol/ports.ts';
import type { BankActor } from './bank-actor.ts';
import type { BankSession } from './bank-session.ts';
import { Turns } from './turns.ts';

/** Requests of one session that may be at the bank at once; further ones are BUSY (R20). */
const IN_FLIGHT_MAX = 64;
/** Passwords being hashed at once, or waiting for it; further logins are BUSY. */
const HASHING_MAX = 256;

export interface RouterDeps {
  readonly bank: BankActor;
  readonly passwords: PasswordHash;
  /** Marks a session as having something to send; it is flushed when the batch is over. */
  onQueued(session: BankSession): void;
  /** Balances that a committed decision changed; `informed` knows already from its reply. */
  onChanged(changed: Decision['changed'], informed: BankSession | null): void;
  onLogin(session: BankSession, customer: CustomerId): void;
  onLogout(session: BankSession): void;
  /** More messages that cannot be read than may be under way: the session is to end. */
  onNonsense(session: BankSession): void;
  /** An authentic terminal sent something that is refused unseen; `reason` for the audit trail. */
  onRefused(session: BankSession, reason: string): void;
}

export class RequestRouter {
  readonly #deps: RouterDeps;
  readonly #tries = new Turns();
  #hashing = 0;

  constructor(deps: RouterDeps) {
    this.#deps = deps;
  }

  handle(session: BankSession, bytes: Uint8Array): void {
    const decoded = decodeRequest(bytes);
    if (!decoded.ok) {
      this.#refuseUnread(session, { rid: decoded.rid, detail: decoded.detail });
      return;
    }
    const request = decoded.message;
    if (request.rid <= session.ridLast) {
      this.#refuseUnread(session, { rid: request.rid, detail: 'rid not increasing' });
      return;
    }
    session.ridLast = request.rid;
    if (request.type === 'echo') return this.#reply(session, request.rid, { code: 'APPROVED', fields: {} });
    const advice = request.type === 'complete' || request.type === 'reverse';
    if (session.inFlight >= IN_FLIGHT_MAX && !advice) return this.#busy(session, request.rid);
    if (request.type === 'login') return this.#login(session, request);
    if (request.type === 'passwordChange') return this.#changePassword(session, request);
    this.#submit(session, request);
  }

  #submit(session: BankSession, request: Exclude<Request, Login | PasswordChange>): void {
    const accepted = this.#ask(
      session,
      { type: 'request', origin: originOf(session), request },
      (decision) => {
        if (request.type === 'logout') this.#deps.onLogout(session);
        this.#reply(session, request.rid, decision);
      },
    );
    if (!accepted) this.#busy(session, request.rid);
  }

  #login(session: BankSession, request: Login): void {
    this.#try(session, { ...request, customer: request.user }, (origin, done) => {
      const begin = { type: 'loginBegin', origin, request } as const;
      return this.#ask(session, begin, (begun) => {
        if (begun.verify === undefined) return done(begun);
        this.#verify(session, request.password, begun.verify.encoded, (ok) => {
          this.#ask(session, { type: 'loginFinish', origin, request, ok }, (decision) => {
            if (decision.loggedIn !== undefined) this.#deps.onLogin(session, decision.loggedIn);
            done(decision);
          });
        });
      });
    });
  }

  #changePassword(session: BankSession, request: PasswordChange): void {
    this.#try(session, { ...request, customer: session.customer }, (origin, done) => {
      const finish = (password: string | null) =>
        this.#ask(session, { type: 'passwordFinish', origin, request, password }, done);
      return this.#ask(session, { type: 'passwordBegin', origin, request }, (begun) => {
        if (begun.verify === undefined) return done(begun);
        this.#verify(session, request.old, begun.verify.encoded, (ok) => {
          if (!ok) finish(null);
          else this.#deps.passwords.hash(request.new, finish);
        });
      });
    });
  }

  /**
   * The tries of one customer take turns. Each is charged before its password is hashed, so side by side the right ones
   * would be refused for each other; a guesser gets no more tries for asking in parallel.
   */
  #try(
    session: BankSession,
    { rid, customer }: { readonly rid: number; readonly customer: CustomerId | null },
    begin: (origin: Origin, done: (decision: Decision) => void) => boolean,
  ): void {
    if (this.#hashing >= HASHING_MAX) return this.#busy(session, rid);
    // Who waits takes a place of those who hash.
    this.#hashing++;
    session.inFlight++;
    this.#tries.take(customer ?? '', (over) => {
      this.#hashing--;
      session.inFlight--;
      const accepted = begin(originOf(session), (decision) => {
        this.#reply(session, rid, decision);
        over();
      });
      if (accepted) return;
      this.#busy(session, rid);
      over();
    });
  }

  #verify(session: BankSession, password: string, encoded: string | null, done: (ok: boolean) => void): void {
    this.#hashing++;
    session.inFlight++;
    this.#deps.passwords.verify(password, encoded, (ok) => {
      this.#hashing--;
      session.inFlight--;
      done(ok);
    });
  }

  #ask(
    session: BankSession,
    command: Parameters<BankActor['submit']>[0],
    answer: (d: Decision) => void,
  ): boolean {
    const accepted = this.#deps.bank.submit(command, (decision) => {
      session.inFlight--;
      // The answer to an advice carries no balance.
      const informed = decision.fields.account === undefined ? null : session;
      if (decision.changed.length > 0) this.#deps.onChanged(decision.changed, informed);
      answer(decision);
    });
    if (accepted) session.inFlight++;
    return accepted;
  }

  #refuseUnread(session: BankSession, { rid, detail }: { rid: number | null; detail: string }): void {
    invariant(session.terminal !== null, 'messages come from established sessions');
    // A record holds thousands of messages of a byte. Whoever sends them is no terminal of ours any more.
    if (session.inFlight >= IN_FLIGHT_MAX) return this.#deps.onNonsense(session);
    const note = {
      type: 'note',
      customer: session.customer ?? '-',
      action: `message from ${session.terminal} failed - format error (${detail})`,
    } as const;
    const accepted = this.#ask(session, note, () =>
      this.#reply(session, rid, { code: 'FORMAT_ERROR', fields: {} }),
    );
    if (!accepted) this.#busy(session, rid);
  }

  /** BUSY has no effect and is never stored, so it may leave before any commit. */
  #busy(session: BankSession, rid: number | null): void {
    this.#deps.onRefused(session, 'bank busy');
    this.#reply(session, rid, { code: 'BUSY', fields: {} });
  }

  #reply(
    session: BankSession,
    rid: number | null,
    { code, fields }: { code: Code; fields: ReplyFields },
  ): void {
    session.queue(encodeBankMessage({ type: 'reply', rid, code, ...fields, audit: this.#deps.bank.head }));
    this.#deps.onQueued(session);
  }
}

const originOf = (session: BankSession): Origin => {
  invariant(session.terminal !== null, 'requests come from established sessions');
  const { terminal, customer, keyId } = session;
  invariant(keyId !== null, 'a session that knows its terminal knows its key');
  return { terminal, customer, keyId };
};
