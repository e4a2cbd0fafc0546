/**
 * One ATM: link, devices, journal, advice queue and the transaction under way. It carries out what the machines emit
 * and hands each customer operation's result out once. Holds no actor while idle: there are ten thousand hosts in a
 * process.
 *
 * @module
 */
import { type AccountId, type CustomerId, type TerminalId, type TxnId, txnId } from '../protocol/ids.ts';
import { invariant } from '../protocol/invariant.ts';
import type { BalancePush, Notes, SettlePush } from '../protocol/messages.ts';
import { type Cents, ZERO } from '../protocol/money.ts';
import { payableCash, sumNotes, totalCash } from '../terminals/cassettes.ts';
import { adviceOn, type JournalEntry } from '../terminals/journal.ts';
import { findMix } from '../terminals/note-mix.ts';
import { AdviceQueue } from './advice-queue.ts';
import { depositMachine } from './deposit.machine.ts';
import { type EnquiryBody, enquiryMachine } from './enquiry.machine.ts';
import type {
  Done,
  HistoryPage,
  HostDeps,
  HostOptions,
  HostState,
  OperationResult,
  Settlement,
} from './operation.ts';
import {
  type Asked,
  OperationRun,
  type RunDeps,
  refusedHere,
  type Stage,
  UNSETTLED,
} from './operation-run.ts';
import { startActor } from './start.ts';
import { completion } from './terminal-command.ts';
import type { LinkEvents, TerminalLink } from './terminal-link-port.ts';
import { TerminalRestart } from './terminal-restart.ts';
import { withdrawalMachine } from './withdrawal.machine.ts';

export class TerminalHost implements LinkEvents {
  readonly #deps: HostDeps;
  readonly #options: HostOptions;
  readonly #link: TerminalLink;
  readonly #advices: AdviceQueue;
  readonly #runDeps: RunDeps;
  #current: OperationRun | null = null;
  #customer: CustomerId | null = null;
  #restart: TerminalRestart | null = null;
  #faulty = false;
  #stopped = false;
  #drained: (() => void) | null = null;

  constructor(deps: HostDeps, options: HostOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#link = deps.link(this);
    this.#advices = new AdviceQueue({
      clock: deps.clock,
      journal: deps.journal,
      link: this.#link,
      timeouts: options.timeouts,
      newId: () => this.#newId(),
      onAcknowledged: this.#noteSettled,
    });
    this.#runDeps = {
      clock: deps.clock,
      ticks: deps.ticks,
      onError: deps.onError,
      dispenser: deps.dispenser,
      acceptor: deps.acceptor,
      link: this.#link,
      advices: this.#advices,
      durably: this.#durably,
      onOver: (settlement) => this.#over(settlement),
      onSettled: this.#noteSettled,
    };
  }

  get terminal(): TerminalId {
    return this.#options.terminal;
  }

  /** Logged in on the present session; a lost session logs out. */
  get customer(): CustomerId | null {
    return this.#customer;
  }

  get openAdvices(): number {
    return this.#advices.size;
  }

  /** Whether an operation can be started. */
  get ready(): boolean {
    return this.#link.up && this.#current === null && !this.#recovering && !this.#stopped;
  }

  get state(): HostState {
    if (!this.#link.up) return this.#link.connecting ? 'handshake' : 'offline';
    if (this.#current) return this.#current.op === 'login' ? 'login' : 'transaction';
    if (this.#recovering) return 'transaction';
    return this.#faulty ? 'error' : 'idle';
  }

  /** How far the operation under way is; null when there is none. */
  get stage(): Stage | null {
    return this.#current?.stage ?? null;
  }

  /** Cash in cassettes and reject bins; the escrow is still the customer's. */
  counted(): Cents {
    return totalCash(this.#options.cassettes);
  }

  login(user: CustomerId, password: string, done: Done): void {
    this.#enquire('login', { type: 'login', user, password, txnId: this.#newId() }, (result) => {
      if (result.outcome === 'ok' && this.#link.up) this.#customer = user;
      done(result);
    });
  }

  /** Whatever the bank says, the customer is gone afterwards. */
  logout(done: Done): void {
    this.#enquire('logout', { type: 'logout' }, (result) => {
      this.#customer = null;
      done(result);
    });
  }

  balance(account: AccountId, done: Done): void {
    this.#enquire('balance', { type: 'balance', account }, done);
  }

  history(account: AccountId, page: HistoryPage, done: Done): void {
    this.#enquire('history', { type: 'history', account, ...page }, done);
  }

  /** `change.old` and `change.new` are kept only until the bank has answered. */
  changePassword(change: { readonly old: string; readonly new: string }, done: Done): void {
    this.#enquire(
      'passwordChange',
      { type: 'passwordChange', ...change, txnId: this.#newId(), attempt: 1 },
      done,
    );
  }

  transfer(
    order: { readonly from: AccountId; readonly to: AccountId; readonly amount: Cents },
    done: Done,
  ): void {
    this.#enquire('transfer', { type: 'transfer', ...order, txnId: this.#newId(), attempt: 1 }, done);
  }

  withdraw(account: AccountId, amount: Cents, done: Done): void {
    const run = this.#begin({ op: 'withdraw', txnId: this.#newId(), amount, done });
    if (!run) return;
    const notes = findMix(amount, this.#options.cassettes, this.#options.notesMax);
    if (!notes) {
      run.finish(
        refusedHere(amount > payableCash(this.#options.cassettes) ? 'OUT_OF_CASH' : 'NOT_DISPENSABLE'),
      );
      return;
    }
    const nonce = this.#deps.dispenser.nonce();
    const actor = startActor(withdrawalMachine, {
      ...run.wiring,
      input: { txnId: run.txnId, account, amount, notes, nonce, timeouts: this.#options.timeouts },
    });
    run.adopt(actor);
  }

  deposit(account: AccountId, notes: readonly Notes[], done: Done): void {
    const run = this.#begin({ op: 'deposit', txnId: this.#newId(), amount: sumNotes(notes), done });
    if (!run) return;
    this.#deps.acceptor.accept(run.txnId, notes, (counted) => {
      if (this.#stopped) return;
      if (!counted) {
        run.finish(refusedHere('DEVICE_FAULT'));
        return;
      }
      const input = { txnId: run.txnId, account, notes: counted, amount: sumNotes(counted) };
      const actor = startActor(depositMachine, {
        ...run.wiring,
        input: { ...input, timeouts: this.#options.timeouts },
      });
      run.adopt(actor);
    });
  }

  /** Replays the journal; before anyone is served. */
  recover(): void {
    invariant(this.#current === null, 'a journal is replayed before anyone is served');
    this.#restart = new TerminalRestart({
      dispenser: this.#deps.dispenser,
      acceptor: this.#deps.acceptor,
      advices: this.#advices,
      durably: this.#durably,
      onSettled: this.#noteSettled,
    });
    this.#restart.run(this.#deps.journal.read());
  }

  /** Calls back once no transaction is open and no advice unacknowledged. */
  drain(done: () => void): void {
    this.#drained = done;
    this.#noteSettled();
  }

  /**
   * Hands out the operation under way, if any, as unknown. Its transaction goes on: an authorisation or deposit that is
   * not answered yet is reversed, and until that is over nobody else is served.
   */
  giveUp(): void {
    this.#current?.abandon();
  }

  /** Power loss: nothing happens any more and no result is handed out. Devices and journal keep what they have. */
  stop(): void {
    this.#stopped = true;
    this.#current?.stop();
    this.#advices.stop();
  }

  onUp(): void {
    this.#advices.wake();
  }

  onDown(): void {
    this.#customer = null;
  }

  onPush(push: BalancePush | SettlePush): void {
    if (push.type === 'settle') this.#settle(push.txnId);
    else this.#deps.onBalance?.(push);
  }

  /** The bank asks what became of an old hold: COMPLETE or REVERSE from the journal, UNKNOWN if it has none. */
  #settle(txnId: TxnId): void {
    // What is under way or queued reaches the bank by itself.
    if (this.#current?.txnId === txnId || this.#advices.has(txnId)) return;
    const advice = adviceOn(this.#deps.journal.read(), txnId);
    if (advice) this.#advices.restore(advice);
    else this.#advices.add(completion(txnId, ZERO, null));
  }

  get #recovering(): boolean {
    return this.#restart !== null && this.#restart.openMoves > 0;
  }

  #enquire(op: OperationResult['op'], body: EnquiryBody, done: Done): void {
    const txnId = 'txnId' in body ? body.txnId : null;
    const run = this.#begin({ op, txnId, amount: 'amount' in body ? body.amount : ZERO, done });
    if (!run) return;
    const input = { body, timeouts: this.#options.timeouts };
    run.adopt(startActor(enquiryMachine, { ...run.wiring, input }));
  }

  /** Null when nobody can be served: the customer has been told. */
  #begin<Id extends TxnId | null>(asked: Asked<Id>): OperationRun<Id> | null {
    invariant(this.#current === null, 'a terminal serves one operation at a time');
    const run = new OperationRun(this.#runDeps, asked);
    const ready = this.ready;
    this.#current = run;
    if (ready) return run;
    run.finish({ ...UNSETTLED, outcome: 'fail' });
    return null;
  }

  #over({ code, outcome, settledBy }: Settlement): void {
    this.#current = null;
    if (code === 'DEVICE_FAULT') this.#faulty = true;
    else if (outcome === 'ok' && settledBy !== 'device') this.#faulty = false;
  }

  readonly #noteSettled = (): void => {
    if (!this.#drained || this.#current || this.#recovering || this.#advices.size > 0) return;
    const done = this.#drained;
    this.#drained = null;
    done();
  };

  /** Journal before side effect. */
  readonly #durably = (entries: readonly JournalEntry[], effect: () => void): void => {
    if (entries.length === 0) {
      effect();
      return;
    }
    this.#deps.journal.append(entries, () => {
      if (!this.#stopped) effect();
    });
  };

  #newId(): TxnId {
    const id = txnId(Buffer.from(this.#deps.entropy.bytes(16, 'txn')).toString('hex'));
    invariant(id, 'sixteen bytes make a transaction id');
    return id;
  }
}
