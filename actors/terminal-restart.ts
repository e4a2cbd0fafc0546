/**
 * A terminal's start after a power loss: what the journal says was under way is settled before anyone is served
 * (docs/ARCHITECTURE "Restart of a terminal").
 *
 * @module
 */
import type { TxnId } from '../protocol/ids.ts';
import { unreachable } from '../protocol/invariant.ts';
import type { Reply } from '../protocol/messages.ts';
import { ZERO } from '../protocol/money.ts';
import type { CashAcceptor, Dispenser } from '../protocol/ports.ts';
import { sumDispensed } from '../terminals/cassettes.ts';
import { escrowAfter, type JournalEntry, type Recovery, recover } from '../terminals/journal.ts';
import type { AdviceQueue } from './advice-queue.ts';
import { completion, reversal } from './terminal-command.ts';

export interface RestartDeps {
  readonly dispenser: Dispenser;
  readonly acceptor: CashAcceptor;
  readonly advices: AdviceQueue;
  /** Journals the entries, then has the effect. */
  readonly durably: (entries: readonly JournalEntry[], effect: () => void) => void;
  /** Notes are where they belong. */
  readonly onSettled: () => void;
}

const ESCROW_ACTIONS: ReadonlySet<Recovery['action']> = new Set([
  'reverseDeposit',
  'awaitReversal',
  'store',
  'return',
]);

export class TerminalRestart {
  readonly #deps: RestartDeps;
  #open = 0;

  constructor(deps: RestartDeps) {
    this.#deps = deps;
  }

  /** Notes that are not yet where they belong: until they are, nobody is served. */
  get openMoves(): number {
    return this.#open;
  }

  /** @param entries The journal, oldest first. */
  run(entries: Iterable<JournalEntry>): void {
    const { advices, open } = recover(entries);
    const escrows = new Set(
      open.filter(({ action }) => action === 'awaitReversal').map(({ txnId }) => txnId),
    );
    for (const advice of advices) {
      const { origTxnId } = advice;
      this.#deps.advices.restore(advice, escrows.has(origTxnId) ? this.#awaitEscrow(origTxnId) : undefined);
    }
    for (const transaction of open) this.#resume(transaction);
    // Notes counted just before the power went, with nothing in the journal: no bank has heard of them.
    if (!open.some(({ action }) => ESCROW_ACTIONS.has(action)))
      this.#during((over) => this.#deps.acceptor.giveBack(over));
  }

  #resume(transaction: Recovery): void {
    const { txnId } = transaction;
    const { dispenser, advices } = this.#deps;
    switch (transaction.action) {
      case 'reverse':
        advices.add(reversal(txnId, 'restart'));
        return;
      case 'rejectNotes':
        this.#during((over) =>
          dispenser.clear(txnId, () => {
            advices.add(reversal(txnId, 'restart'));
            over();
          }),
        );
        return;
      case 'askDevice':
        this.#during((over) =>
          dispenser.clear(txnId, (counts) => {
            const nothing = counts !== null && sumDispensed(counts) === ZERO;
            advices.add(nothing ? reversal(txnId, 'restart') : completion(txnId, transaction.amount, counts));
            over();
          }),
        );
        return;
      case 'complete':
        advices.add(completion(txnId, transaction.amount, transaction.counts));
        return;
      case 'reverseDeposit':
        advices.add(reversal(txnId, 'restart'), { acknowledged: this.#awaitEscrow(txnId) });
        return;
      case 'awaitReversal':
        return;
      case 'store':
      case 'return':
        this.#open += 1;
        this.#moveEscrow(txnId, transaction.action);
        return;
      default:
        unreachable(transaction);
    }
  }

  /** A device that is still at work on the last life's notes must not be given the next customer's. */
  #during(move: (over: () => void) => void): void {
    this.#open += 1;
    move(() => {
      this.#open -= 1;
      this.#deps.onSettled();
    });
  }

  #awaitEscrow(txnId: TxnId): (reply: Reply) => void {
    this.#open += 1;
    return ({ code }) => this.#moveEscrow(txnId, escrowAfter(code));
  }

  #moveEscrow(txnId: TxnId, action: 'store' | 'return'): void {
    const { acceptor, durably, onSettled } = this.#deps;
    const over = (mark: 'stored' | 'returned' | 'escrowSuspect') => {
      this.#open -= 1;
      durably([{ mark, txnId }], onSettled);
    };
    durably([{ mark: action === 'store' ? 'storing' : 'returning', txnId }], () => {
      if (action === 'store') acceptor.store(() => over('stored'));
      else acceptor.giveBack((ok) => over(ok ? 'returned' : 'escrowSuspect'));
    });
  }
}
