/**
 * One ATM: link, devices, journal, advice queue and the transaction under way. It carries out what the machines emit
 * and hands each customer operation's result out once. Holds no actor while idle: there are ten thousand hosts in a
 * process.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import { type AccountId, type CustomerId, type TerminalId, type TxnId, txnId } from '../protocol/ids.ts';
import { invariant } from '../protocol/invariant.ts';
import type { BalancePush, Notes, Reply, SettlePush } from '../protocol/messages.ts';
import { type Cents, ZERO } from '../protocol/money.ts';
import { sumNotes, totalCash } from '../terminals/cassettes.ts';
import { adviceOn, type JournalEntry } from '../terminals/journal.ts';
import { findMix } from '../terminals/note-mix.ts';
import { AdviceQueue } from './advice-queue.ts';
import { depositMachine } from './deposit.machine.ts';
import { moveNotes } from './device-commands.ts';
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
import { startActor } from './start.ts';
import { completion, type TerminalCommand, type TerminalEvent } from './terminal-command.ts';
import type { LinkEvents, TerminalLink } from './terminal-link-port.ts';
import { TerminalRestart } from './terminal-restart.ts';
import { withdrawalMachine } from './withdrawal.machine.ts';

/** The operation under way. */
interface Current {
  readonly op: OperationResult['op'];
  readonly txnId: TxnId | null;
  readonly amount: Cents;
  readonly done: Done;
  stop: () => void;
  sentUs: number | null;
  repliedUs: number | null;
}

interface Transaction {
  send(event: TerminalEvent): void;
  stop(): void;
}

const NOBODY = () => {};

export class TerminalHost implements LinkEvents {
  readonly #deps: HostDeps;
  readonly #options: HostOptions;
  readonly #link: TerminalLink;
  readonly #advices: AdviceQueue;
  #current: Current | null = null;
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
    const current = this.#begin('withdraw', { txnId: this.#newId(), amount, done });
    if (!current) return;
    const notes = findMix(amount, this.#options.cassettes, this.#options.notesMax);
    if (!notes) {
      this.#finish(current, refusedHere(amount > this.#payableCash() ? 'OUT_OF_CASH' : 'NOT_DISPENSABLE'));
      return;
    }
    const { timeouts } = this.#options;
    const nonce = this.#deps.dispenser.nonce();
    const actor = startActor(withdrawalMachine, {
      ...this.#wiring(current),
      input: { txnId: current.txnId, account, amount, notes, nonce, timeouts },
    });
    current.stop = () => actor.stop();
  }

  deposit(account: AccountId, notes: readonly Notes[], done: Done): void {
    const current = this.#begin('deposit', { txnId: this.#newId(), amount: sumNotes(notes), done });
    if (!current) return;
    this.#deps.acceptor.accept(current.txnId, notes, (counted) => {
      if (this.#stopped) return;
      if (!counted) {
        this.#finish(current, refusedHere('DEVICE_FAULT'));
        return;
      }
      const { timeouts } = this.#options;
      const actor = startActor(depositMachine, {
        ...this.#wiring(current),
        input: { txnId: current.txnId, account, notes: counted, amount: sumNotes(counted), timeouts },
      });
      current.stop = () => actor.stop();
    });
  }

  /** Replays the journal; before anyone is served. */
  recover(): void {
    invariant(this.#current === null, 'a journal is replayed before anyone is served');
    this.#restart = new TerminalRestart({
      dispenser: this.#deps.dispenser,
      acceptor: this.#deps.acceptor,
      advices: this.#advices,
      durably: (entries, effect) => this.#durably(entries, effect),
      onSettled: this.#noteSettled,
    });
    this.#restart.run(this.#deps.journal.read());
  }

  /** Calls back once no transaction is open and no advice unacknowledged. */
  drain(done: () => void): void {
    this.#drained = done;
    this.#noteSettled();
  }

  /** Ends the operation under way, if any, as unknown; its advice stays in the queue and the journal. */
  giveUp(): void {
    const current = this.#current;
    if (!current) return;
    current.stop();
    this.#finish(current, { ...UNSETTLED, code: 'TIMEOUT' });
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
    return this.#restart !== null && this.#restart.openEscrows > 0;
  }

  #enquire(op: OperationResult['op'], body: EnquiryBody, done: Done): void {
    const txnId = 'txnId' in body ? body.txnId : null;
    const current = this.#begin(op, { txnId, amount: 'amount' in body ? body.amount : ZERO, done });
    if (!current) return;
    const actor = startActor(enquiryMachine, {
      ...this.#wiring(current),
      input: { body, timeouts: this.#options.timeouts },
    });
    current.stop = () => actor.stop();
  }

  /** Null when nobody can be served: the customer has been told. */
  #begin<Id extends TxnId | null>(
    op: OperationResult['op'],
    asked: { readonly txnId: Id; readonly amount: Cents; readonly done: Done },
  ): (Current & { readonly txnId: Id }) | null {
    invariant(this.#current === null, 'a terminal serves one operation at a time');
    const current = { op, ...asked, stop: NOBODY, sentUs: null, repliedUs: null };
    const ready = this.ready;
    this.#current = current;
    if (ready) return current;
    this.#finish(current, { ...UNSETTLED, outcome: 'fail' });
    return null;
  }

  #finish(current: Current, settlement: Settlement): void {
    invariant(this.#current === current, 'a result is handed out once');
    this.#current = null;
    if (settlement.code === 'DEVICE_FAULT') this.#faulty = true;
    else if (settlement.outcome === 'ok' && settlement.settledBy !== 'device') this.#faulty = false;
    const { op, txnId, amount, sentUs, repliedUs, done } = current;
    const { reply } = settlement;
    done({
      op,
      txnId,
      amount,
      sentUs,
      repliedUs: reply ? repliedUs : null,
      doneUs: this.#deps.ticks(),
      account: reply?.account ?? null,
      ...settlement,
    });
    this.#noteSettled();
  }

  readonly #noteSettled = (): void => {
    if (!this.#drained || this.#current || this.#recovering || this.#advices.size > 0) return;
    const done = this.#drained;
    this.#drained = null;
    done();
  };

  #wiring(current: Current) {
    const { clock, onError } = this.#deps;
    return {
      clock,
      onError,
      id: `${this.terminal} ${current.op}`,
      onEmitted: (command: TerminalCommand, transaction: Transaction) =>
        this.#perform(current, command, transaction),
      onDone: (settlement: Settlement) => {
        if (!this.#stopped) this.#finish(current, settlement);
      },
    };
  }

  #perform(current: Current, command: TerminalCommand, transaction: Transaction): void {
    const send = (event: TerminalEvent) => {
      if (!this.#stopped) transaction.send(event);
    };
    if (command.type === 'advise') {
      const acknowledged = (reply: Reply) => send({ type: 'advice.acknowledged', reply });
      this.#advices.add(command.advice, { entries: command.entries, acknowledged });
    } else if (command.type === 'request') {
      this.#durably(command.entries, () => this.#request(current, command, send));
    } else {
      this.#durably(command.entries, () => moveNotes(this.#deps, command, send));
    }
  }

  #request(
    current: Current,
    { body }: Extract<TerminalCommand, { type: 'request' }>,
    send: (event: TerminalEvent) => void,
  ): void {
    current.sentUs ??= this.#deps.ticks();
    this.#link.request(body, (result) => {
      if (result === 'lost') {
        send({ type: 'bank.lost' });
      } else {
        current.repliedUs = this.#deps.ticks();
        send({ type: 'bank.replied', reply: result });
      }
    });
  }

  /** Journal before side effect. */
  #durably(entries: readonly JournalEntry[], effect: () => void): void {
    if (entries.length === 0) {
      effect();
      return;
    }
    this.#deps.journal.append(entries, () => {
      if (!this.#stopped) effect();
    });
  }

  #payableCash(): bigint {
    return this.#options.cassettes
      .filter(({ status }) => status === 'ok')
      .reduce((sum, { denomination, count }) => sum + denomination * BigInt(count), 0n);
  }

  #newId(): TxnId {
    const id = txnId(Buffer.from(this.#deps.entropy.bytes(16, 'txn')).toString('hex'));
    invariant(id, 'sixteen bytes make a transaction id');
    return id;
  }
}

const UNSETTLED: Settlement = {
  outcome: 'unknown',
  code: null,
  cash: ZERO,
  settledBy: null,
  audit: null,
  reply: null,
};

const refusedHere = (code: Code): Settlement => ({
  ...UNSETTLED,
  outcome: 'fail',
  code,
  settledBy: 'device',
});
