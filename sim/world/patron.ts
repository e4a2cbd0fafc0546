/**
 * The customers at one simulated terminal, one after the other. What operation number n is depends on the seed, the
 * terminal and n alone, so that a run with fewer operations begins like the longer one. They mistype passwords, ask for
 * more than they have or for what is somebody else's, send money to themselves; a power loss leaves them with an operation of unknown outcome.
 *
 * @module
 */
import type { Done, HistoryPage } from '../../actors/operation.ts';
import type { TerminalHost } from '../../actors/terminal-host.ts';
import type { Outgoing } from '../../actors/terminal-link-port.ts';
import type { AccountId, TerminalId } from '../../protocol/ids.ts';
import { invariant, unreachable } from '../../protocol/invariant.ts';
import { type Cents, cents, ZERO } from '../../protocol/money.ts';
import type { Op } from '../history.ts';
import { Rng } from '../rng.ts';
import type { Surroundings } from './party.ts';
import type { Purse } from './purse.ts';
import { askedOf, type Visit } from './visit.ts';
import { drawAct, drawAmount, drawMistypes, drawNotes, drawOther, drawTransfer, sumOf } from './wishes.ts';

export interface PatronOptions {
  readonly terminal: TerminalId;
  readonly operations: number;
  readonly thinkMs: number;
  /** Who comes to this terminal, in turn. */
  readonly purses: readonly Purse[];
  /** Everybody, for transfers. */
  readonly everybody: readonly Purse[];
}

interface Particulars {
  readonly amount?: Cents;
  readonly to?: Purse;
  readonly secret?: string;
  /** @default the customer's own */
  readonly account?: AccountId;
}

const PAGE: HistoryPage = { cursor: null, limit: 5, kinds: [] };
/** How long a customer waits at a machine that serves nobody before looking again; longer each time. */
const LOOK_AGAIN_US = { min: 300_000, max: 15_000_000 };
/** Before a login that failed is tried again. */
const SULK_US = 1_000_000;
/** Tries of one login at the end, passwords in doubt included. */
const FINAL_TRIES = 6;

export class Patron {
  readonly visits: Visit[] = [];
  readonly #around: Surroundings;
  readonly #options: PatronOptions;
  readonly #host: () => TerminalHost | null;
  readonly #thinking: Rng;
  #begun = 0;
  #turn: number;
  /** How often the password is still mistyped before it is typed right. */
  #mistypes = 0;
  #open: Visit | null = null;
  #patienceUs = LOOK_AGAIN_US.min;
  #retired = false;
  #over = false;
  /** Purses whose balance is still to be read at the end. */
  #toRead: { readonly purse: Purse; tries: number }[] = [];

  constructor(around: Surroundings, options: PatronOptions, host: () => TerminalHost | null) {
    this.#around = around;
    this.#options = options;
    this.#host = host;
    this.#thinking = new Rng(around.seed, `${options.terminal} thinking`);
    this.#turn = 0;
  }

  /** All operations of the fault phase are begun and over. */
  get idle(): boolean {
    return this.#open === null && (this.#retired || this.#begun >= this.#options.operations);
  }

  /** Nothing is under way. */
  get resting(): boolean {
    return this.#open === null;
  }

  /** The final reads are done. */
  get finished(): boolean {
    return this.#over;
  }

  start(): void {
    this.#think();
  }

  /** Begins nothing more; then reads every balance once. */
  retire(): void {
    this.#retired = true;
    this.#patienceUs = LOOK_AGAIN_US.min;
    this.#toRead = this.#options.purses.map((purse) => ({ purse, tries: 0 }));
  }

  /** The operation under way will never have a result. */
  powerLost(): void {
    if (!this.#open) return;
    this.#around.onMark('power lost in mid-operation');
    this.#open = null;
    this.#think();
  }

  issued(request: Outgoing): void {
    const open = this.#open;
    if (!open || open.txnId !== null || !('txnId' in request)) return;
    const { type } = request;
    if (type !== 'login' && type !== 'authorise' && type !== 'deposit' && type !== 'transfer') return;
    open.txnId = request.txnId;
    open.sentUs = this.#around.kernel.nowUs;
  }

  #think(): void {
    const { thinkMs } = this.#options;
    this.#after(1_000 * this.#thinking.exponential(thinkMs), () => this.#next());
  }

  #lookAgain(): void {
    this.#after(this.#patienceUs, () => this.#next());
    this.#patienceUs = Math.min(2 * this.#patienceUs, LOOK_AGAIN_US.max);
  }

  #after(us: number, fn: () => void): void {
    const { kernel } = this.#around;
    kernel.schedule(kernel.world, us, fn);
  }

  #next(): void {
    if (this.#open || this.#over) return;
    const host = this.#host();
    if (!host?.ready) return this.#lookAgain();
    if (this.#retired) return this.#read(host);
    if (this.#begun >= this.#options.operations) return this.#lookAgain();
    this.#patienceUs = LOOK_AGAIN_US.min;
    const purse = this.#purse();
    if (host.customer !== purse.customer || this.#mistypes > 0) return this.#logIn(host, purse);
    const rng = new Rng(this.#around.seed, `${this.#options.terminal} operation ${this.#begun++}`);
    this.#act(host, purse, rng);
  }

  #act(host: TerminalHost, purse: Purse, rng: Rng): void {
    const act = drawAct(rng);
    const { account } = purse;
    switch (act) {
      case 'balance':
        return host.balance(account, this.#begin('balance', purse));
      case 'history':
        return host.history(account, PAGE, this.#begin('history', purse));
      case 'deposit': {
        const notes = drawNotes(rng);
        return host.deposit(account, notes, this.#begin('deposit', purse, { amount: sumOf(notes) }));
      }
      case 'withdraw': {
        const amount = drawAmount(rng, purse.available);
        return host.withdraw(account, amount, this.#begin('withdraw', purse, { amount }));
      }
      case 'transfer': {
        const to = rng.ratio(1, 8) ? purse : drawOther(rng, this.#options.everybody, purse);
        const amount = drawTransfer(rng, purse.available);
        const done = this.#begin('transfer', purse, { amount, to });
        return host.transfer({ from: account, to: to.account, amount }, done);
      }
      case 'switch':
        this.#turn += 1;
        return host.logout(this.#begin('logout', purse));
      case 'logout':
        return host.logout(this.#begin('logout', purse));
      case 'wrongPassword':
        this.#mistypes = drawMistypes(rng);
        return this.#logIn(host, purse);
      case 'passwordChange':
        return this.#changePassword(host, purse);
      case 'pry':
        return this.#pry(host, purse, rng);
      default:
        return unreachable(act);
    }
  }

  /** Asks for what is, as a rule, somebody else's. */
  #pry(host: TerminalHost, purse: Purse, rng: Rng): void {
    const { account } = rng.ratio(1, 8) ? purse : drawOther(rng, this.#options.everybody, purse);
    const amount = cents(20_00);
    const op = rng.pick(['balance', 'history', 'withdraw', 'transfer'] as const);
    if (op === 'balance') return host.balance(account, this.#begin(op, purse, { account }));
    if (op === 'history') return host.history(account, PAGE, this.#begin(op, purse, { account }));
    if (op === 'withdraw') return host.withdraw(account, amount, this.#begin(op, purse, { account, amount }));
    const done = this.#begin(op, purse, { account, amount, to: purse });
    host.transfer({ from: account, to: purse.account, amount }, done);
  }

  #logIn(host: TerminalHost, purse: Purse): void {
    if (this.#mistypes === 0) return this.#login(host, purse, purse.password);
    this.#mistypes -= 1;
    this.#login(host, purse, `${purse.password}x`);
  }

  #login(host: TerminalHost, purse: Purse, password: string): void {
    host.login(purse.customer, password, this.#begin('login', purse, { secret: password }));
  }

  /** Only at the customer's first terminal: two changes side by side would leave nobody knowing the password. */
  #changePassword(host: TerminalHost, purse: Purse): void {
    if (purse.home !== this.#options.terminal) return this.#think();
    const { terminal } = this.#options;
    const change = purse.nextPassword();
    const { observe } = this.#around;
    observe({
      type: 'intent',
      terminal,
      customer: purse.customer,
      op: 'passwordChange',
      secrets: [change.old, change.new],
    });
    // Not in the history, which knows what moves money and what reads it; LOCKOUT and AUDIT see it at the bank.
    const token = {
      asked: askedOf(this.#options.terminal, purse, 'login', 0),
      amount: ZERO,
      txnId: null,
      sentUs: null,
      result: null,
    };
    this.#open = token;
    host.changePassword(change, (result) => {
      purse.changed(change, result.outcome);
      if (this.#open !== token) return;
      this.#open = null;
      this.#think();
    });
  }

  #begin(op: Op, purse: Purse, more: Particulars = {}): Done {
    const { kernel, observe, trace } = this.#around;
    const { terminal } = this.#options;
    const { amount = ZERO, to, secret, account = purse.account } = more;
    observe({
      type: 'intent',
      terminal,
      customer: purse.customer,
      op,
      secrets: secret === undefined ? [] : [secret],
    });
    trace.emit(terminal, 'operation', `${op}${amount > 0n ? ` ${amount}` : ''} by ${purse.customer}`);
    const counterparty = to?.account ?? null;
    const asked = { ...askedOf(terminal, purse, op, kernel.nowUs), account, counterparty };
    const visit: Visit = { asked, amount, txnId: null, sentUs: null, result: null };
    this.visits.push(visit);
    this.#open = visit;
    return (result) => {
      visit.result = result;
      if (result.code === 'ACCOUNT_BLOCKED') this.#around.onMark('locked customer refused');
      trace.emit(terminal, 'result', `${op} ${result.outcome} ${result.code ?? ''}`);
      purse.heard(result);
      if (this.#open !== visit) return;
      this.#open = null;
      if (op === 'login' && result.outcome !== 'ok') this.#after(SULK_US, () => this.#next());
      else this.#think();
    };
  }

  /** Every customer's balance, once: what the books say at the end is what a customer is told. */
  #read(host: TerminalHost): void {
    const [next] = this.#toRead;
    if (!next) {
      this.#over = true;
      return;
    }
    const { purse } = next;
    if (host.customer !== purse.customer) {
      next.tries += 1;
      // Nobody knows the password any more: two terminals changed it side by side with an outcome unknown.
      if (next.tries > FINAL_TRIES) this.#toRead.shift();
      return next.tries > FINAL_TRIES ? this.#think() : this.#login(host, purse, purse.password);
    }
    const done = this.#begin('balance', purse);
    host.balance(purse.account, (result) => {
      if (result.outcome === 'ok') this.#toRead.shift();
      done(result);
    });
  }

  #purse(): Purse {
    const { purses } = this.#options;
    const purse = purses[this.#turn % purses.length];
    invariant(purse !== undefined, 'somebody comes to each terminal');
    return purse;
  }
}
