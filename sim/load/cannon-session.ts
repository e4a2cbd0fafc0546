/**
 * The session of one autocannon connection: what its next POST carries and what the answer means. It makes real
 * operations through the secure channel, one after the other without thinking, each with a record in the history as any
 * other terminal's.
 *
 * There is no machine behind it, so it makes none that takes devices: of a deposit the notes are kept once the bank has
 * booked them. A connection that is lost gets a new session; what moves money is then repeated under its id.
 *
 * @module
 */
import type { OperationResult } from '../../actors/operation.ts';
import { verdictOf } from '../../actors/terminal-command.ts';
import type { ChannelEffect } from '../../protocol/channel-effects.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { decodeBankMessage } from '../../protocol/decode.ts';
import { encodeRequest } from '../../protocol/encode.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Reply, Request } from '../../protocol/messages.ts';
import { ZERO } from '../../protocol/money.ts';
import type { Clock, Entropy } from '../../protocol/ports.ts';
import type { CashCount, OperationRecord } from '../history.ts';
import { operationRecord } from '../operation-record.ts';
import { Rng } from '../rng.ts';
import { type CannonRequest, CannonWishes, type CannonWishesOptions, newTxnId } from './cannon-wishes.ts';
import { CASH_LOADED, type CustomerPlan, type TerminalPlan } from './fleet.ts';

export interface CannonDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly ticks: () => number;
  onOperation(record: OperationRecord): void;
  /** Established, `again` after a loss, or gone. */
  onLine(up: boolean, again: boolean): void;
  /** It was stopped, and everything is settled. */
  onOver(): void;
}

export interface CannonOptions extends CannonWishesOptions {
  readonly seed: string;
}

interface Asked extends CannonRequest {
  /** Of the first sending, and of the last in the session that is open. */
  readonly sentUs: number;
  attempt: number;
  rid: number;
}

export class CannonSession {
  /** Sessions established, requests that were repeats, bytes of frames. */
  readonly counts = { sessions: 0, retries: 0, bytesTx: 0, bytesRx: 0 };
  readonly #deps: CannonDeps;
  readonly #plan: TerminalPlan;
  readonly #wishes: CannonWishes;
  #channel: ClientChannel | null = null;
  #outbox: Uint8Array[] = [];
  #asked: Asked | null = null;
  /** What a lost session left, to be repeated in the next. */
  #unsettled: Asked | null = null;
  #customer: CustomerPlan;
  #turn = 0;
  #rid = 0;
  #isLoggedIn = false;
  #isUp = false;
  #isWaiting = false;
  #isStopped = false;
  #isOver = false;
  #kept = 0n;

  constructor(deps: CannonDeps, plan: TerminalPlan, { seed, ...options }: CannonOptions) {
    this.#deps = deps;
    this.#plan = plan;
    this.#wishes = new CannonWishes({ rng: new Rng(seed, plan.terminal), entropy: deps.entropy }, options);
    this.#customer = this.#nextCustomer();
  }

  get state(): 'offline' | 'handshake' | 'login' | 'txn' | 'idle' {
    if (this.#channel === null) return 'offline';
    if (!this.#isUp) return 'handshake';
    if (this.#asked === null) return 'idle';
    return this.#asked.op === 'login' ? 'login' : 'txn';
  }

  /** An operation's outcome is not known yet. */
  get busy(): boolean {
    return this.#asked !== null || this.#unsettled !== null;
  }

  /** No new operations: the next POST after the answer that is awaited says Close. */
  stop(): void {
    this.#isStopped = true;
  }

  /** The body of the next POST, base64. Asked for again without an answer between: the connection was lost. */
  next(): string {
    // The client of an answer that was the last asks once more before it is gone.
    if (this.#isOver) return '';
    if (this.#isWaiting) this.#lose();
    this.#isWaiting = true;
    if (this.#channel === null) this.#dial();
    else if (this.#isStopped && !this.busy) this.#apply(this.#channel.close(this.#deps.clock.now()));
    else this.#operate();
    const bytes = Buffer.concat(this.#outbox.splice(0));
    this.counts.bytesTx += bytes.length;
    return bytes.toString('base64');
  }

  answered(status: number, body: string): void {
    this.#isWaiting = false;
    const bytes = Buffer.from(body, 'base64');
    this.counts.bytesRx += bytes.length;
    if (status === 200 && this.#channel) {
      this.#apply(this.#channel.receive(bytes, this.#deps.clock.now()));
    }
    // An answer that does not hold the reply is the last of its session.
    if (status !== 200 || this.#asked !== null) this.#lose();
    if (!this.#isStopped || this.#channel !== null || this.busy) return;
    this.#isOver = true;
    this.#deps.onOver();
  }

  /** The load is over: what is still open stays unknown. */
  giveUp(): void {
    this.#lose();
    if (this.#unsettled) this.#finish(this.#unsettled, null);
    this.#unsettled = null;
  }

  /** Cash inside, had it a machine. */
  get cash(): bigint {
    return CASH_LOADED + this.#kept;
  }

  /** @param open something was unknown when the load was over */
  cashCount(open: boolean): CashCount {
    const { terminal } = this.#plan;
    const loaded = String(CASH_LOADED);
    return { type: 'cash', terminal, loaded, counted: String(this.cash), open: open ? 1 : 0 };
  }

  #dial(): void {
    const { terminal, keyId, kShared } = this.#plan;
    const { entropy, clock } = this.#deps;
    const options = { terminal, keyId, kShared: Buffer.from(kShared, 'hex') };
    this.#channel = new ClientChannel({ entropy }, options);
    this.#rid = 0;
    this.#apply(this.#channel.start(clock.now()));
  }

  #operate(): void {
    const asked = this.#isLoggedIn
      ? (this.#unsettled ?? this.#begin(this.#wishes.draw(this.#customer.account)))
      : this.#begin(this.#login());
    if (asked === this.#unsettled) {
      this.#unsettled = null;
      asked.attempt++;
      this.counts.retries++;
    }
    asked.rid = ++this.#rid;
    this.#asked = asked;
    const attempt = 'attempt' in asked.body ? { attempt: asked.attempt } : {};
    const request = { ...asked.body, ...attempt, rid: asked.rid } as Request;
    this.#apply(this.#channel?.send([encodeRequest(request)], this.#deps.clock.now()) ?? []);
  }

  #begin(request: CannonRequest): Asked {
    return { ...request, sentUs: this.#deps.ticks(), attempt: 1, rid: 0 };
  }

  #login(): CannonRequest {
    const { customer: user, password } = this.#customer;
    const body = { type: 'login', txnId: newTxnId(this.#deps.entropy), user, password } as const;
    return { op: 'login', body, counterparty: null };
  }

  #apply(effects: readonly ChannelEffect[]): void {
    for (const effect of effects) {
      switch (effect.type) {
        case 'send':
          this.#outbox.push(effect.bytes);
          break;
        case 'established':
          this.#isUp = true;
          this.counts.sessions++;
          this.#deps.onLine(true, this.counts.sessions > 1);
          break;
        case 'message':
          this.#hear(effect.bytes);
          break;
        case 'closed':
          this.#lose();
          break;
      }
    }
  }

  #hear(bytes: Uint8Array): void {
    const decoded = decodeBankMessage(bytes);
    if (!decoded.ok) return this.#lose();
    const { message } = decoded;
    const asked = this.#asked;
    if (message.type !== 'reply' || asked === null || message.rid !== asked.rid) return;
    this.#asked = null;
    const verdict = verdictOf(message.code);
    if (verdict === 'unsure' || (verdict === 'busy' && asked.attempt > 1)) {
      // A sending before this one may have had its effect.
      if ('attempt' in asked.body) this.#unsettled = asked;
      else this.#finish(asked, null);
      return;
    }
    if (asked.op === 'login') {
      this.#isLoggedIn = message.code === 'APPROVED';
      if (!this.#isLoggedIn && this.#unsettled === null) this.#customer = this.#nextCustomer();
    }
    this.#finish(asked, message);
  }

  /** The session is gone; what moved money may have been booked, and is repeated under its id. */
  #lose(): void {
    if (this.#isUp) this.#deps.onLine(false, false);
    this.#isUp = false;
    this.#isLoggedIn = false;
    this.#channel = null;
    this.#outbox = [];
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) return;
    if ('attempt' in asked.body) this.#unsettled = asked;
    else this.#finish(asked, null);
  }

  #finish({ op, body, counterparty, sentUs }: Asked, reply: Reply | null): void {
    const isOk = reply?.code === 'APPROVED';
    const amount = 'amount' in body ? body.amount : ZERO;
    const cash = op === 'deposit' && isOk ? amount : ZERO;
    this.#kept += cash;
    const nowUs = this.#deps.ticks();
    const result: OperationResult = {
      op,
      txnId: 'txnId' in body ? body.txnId : null,
      outcome: reply === null ? 'unknown' : isOk ? 'ok' : 'fail',
      code: reply?.code ?? null,
      amount,
      cash,
      sentUs,
      repliedUs: reply === null ? null : nowUs,
      doneUs: nowUs,
      settledBy: reply === null ? null : 'reply',
      account: reply?.account ?? null,
      audit: reply?.audit ?? null,
      reply,
    };
    const { customer, account } = this.#customer;
    const { terminal } = this.#plan;
    // Nobody thinks in between: an operation is intended when it is sent.
    const asked = { terminal, customer, op, account, counterparty, intendedUs: sentUs };
    this.#deps.onOperation(operationRecord(asked, result));
  }

  #nextCustomer(): CustomerPlan {
    const { customers } = this.#plan;
    const customer = customers[this.#turn++ % customers.length];
    invariant(customer !== undefined, 'a terminal has customers');
    return customer;
  }
}
