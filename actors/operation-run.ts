/**
 * One customer operation from its start to its result: the machine's commands are carried out, what comes of them is
 * sent back to it, and the result is handed out once.
 *
 * @module
 */
import type { Code } from '../protocol/errors.ts';
import type { TxnId } from '../protocol/ids.ts';
import { invariant } from '../protocol/invariant.ts';
import type { Reply } from '../protocol/messages.ts';
import { type Cents, ZERO } from '../protocol/money.ts';
import type { Clock } from '../protocol/ports.ts';
import type { JournalEntry } from '../terminals/journal.ts';
import type { AdviceQueue } from './advice-queue.ts';
import { type Devices, moveNotes } from './device-commands.ts';
import type { Done, Operation, OperationResult, Settlement } from './operation.ts';
import type { TerminalCommand, TerminalEvent } from './terminal-command.ts';
import type { TerminalLink } from './terminal-link-port.ts';

export interface RunDeps extends Devices {
  readonly clock: Clock;
  readonly ticks: () => number;
  readonly onError: (error: unknown) => void;
  readonly link: TerminalLink;
  readonly advices: AdviceQueue;
  /** Journals the entries, then has the effect; unless power was lost in between. */
  readonly durably: (entries: readonly JournalEntry[], effect: () => void) => void;
  /** Before the result is handed out. */
  readonly onOver: (settlement: Settlement) => void;
  /** After it. */
  readonly onSettled: () => void;
}

export interface Asked<Id extends TxnId | null = TxnId | null> {
  readonly op: Operation['op'];
  readonly txnId: Id;
  readonly amount: Cents;
  readonly done: Done;
}

/** `asking` the bank, moving `cash`, or `settling` by an advice what the bank did not say. */
export type Stage = 'asking' | 'cash' | 'settling';

interface Transaction {
  send(event: TerminalEvent): void;
  stop(): void;
}

export class OperationRun<Id extends TxnId | null = TxnId | null> {
  readonly #deps: RunDeps;
  readonly #asked: Asked<Id>;
  #transaction: Transaction | null = null;
  #sentUs: number | null = null;
  #repliedUs: number | null = null;
  #over = false;
  #stopped = false;
  #abandoned = false;
  #stage: Stage = 'asking';

  constructor(deps: RunDeps, asked: Asked<Id>) {
    this.#deps = deps;
    this.#asked = asked;
  }

  get op(): Operation['op'] {
    return this.#asked.op;
  }

  get txnId(): Id {
    return this.#asked.txnId;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** What `startActor` needs to work for this operation; the actor is then adopted. */
  get wiring() {
    const { clock, onError } = this.#deps;
    return {
      clock,
      onError,
      id: `${this.op} ${this.txnId ?? ''}`,
      onEmitted: (command: TerminalCommand, transaction: Transaction) => this.#perform(command, transaction),
      onDone: (settlement: Settlement) => this.finish(settlement),
    };
  }

  adopt(transaction: Transaction): void {
    this.#transaction = transaction;
  }

  finish(settlement: Settlement): void {
    invariant(!this.#over, 'an operation ends once');
    this.#over = true;
    this.#deps.onOver(settlement);
    if (!this.#abandoned) this.#asked.done(this.#result(settlement));
    this.#deps.onSettled();
  }

  /** Hands out `unknown` now. The transaction goes on without its customer: what may be booked is still settled. */
  abandon(): void {
    // As far as this operation can wait, the session is over.
    this.#transaction?.send({ type: 'bank.lost' });
    if (this.#over || this.#abandoned) return;
    this.#abandoned = true;
    this.#asked.done(this.#result({ ...UNSETTLED, code: 'TIMEOUT' }));
  }

  /** Power loss: no result is handed out. */
  stop(): void {
    this.#stopped = true;
    this.#transaction?.stop();
  }

  #perform(command: TerminalCommand, transaction: Transaction): void {
    const { durably, advices } = this.#deps;
    const send = (event: TerminalEvent) => {
      if (!this.#stopped) transaction.send(event);
    };
    this.#stage = STAGES[command.type] ?? this.#stage;
    if (command.type === 'advise') {
      const acknowledged = (reply: Reply) => send({ type: 'advice.acknowledged', reply });
      advices.add(command.advice, { entries: command.entries, acknowledged });
    } else if (command.type === 'request') {
      durably(command.entries, () => this.#request(command, send));
    } else {
      durably(command.entries, () => moveNotes(this.#deps, command, send));
    }
  }

  #request(
    { body }: Extract<TerminalCommand, { type: 'request' }>,
    send: (event: TerminalEvent) => void,
  ): void {
    this.#sentUs ??= this.#deps.ticks();
    this.#deps.link.request(body, (result) => {
      if (result === 'lost') {
        send({ type: 'bank.lost' });
      } else {
        this.#repliedUs = this.#deps.ticks();
        send({ type: 'bank.replied', reply: result });
      }
    });
  }

  #result(settlement: Settlement): OperationResult {
    const { op, txnId, amount } = this.#asked;
    const { reply } = settlement;
    return {
      op,
      txnId,
      amount,
      sentUs: this.#sentUs,
      repliedUs: reply ? this.#repliedUs : null,
      doneUs: this.#deps.ticks(),
      account: reply?.account ?? null,
      ...settlement,
    };
  }
}

const STAGES: Readonly<Partial<Record<TerminalCommand['type'], Stage>>> = {
  advise: 'settling',
  stack: 'cash',
  store: 'cash',
  giveBack: 'cash',
};

export const UNSETTLED: Settlement = {
  outcome: 'unknown',
  code: null,
  cash: ZERO,
  settledBy: null,
  audit: null,
  reply: null,
};

/** Refused at the terminal; the bank has not heard of it. */
export const refusedHere = (code: Code): Settlement => ({
  ...UNSETTLED,
  outcome: 'fail',
  code,
  settledBy: 'device',
});
