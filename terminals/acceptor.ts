/**
 * A simulated note acceptor with an escrow: counted notes wait there until the bank has decided, then they are stored
 * in the shared cassettes or given back. Keeps its escrow through a power loss of the terminal.
 *
 * @module
 */
import type { TxnId } from '../protocol/ids.ts';
import type { Notes } from '../protocol/messages.ts';
import type { Cents } from '../protocol/money.ts';
import type { CashAcceptor } from '../protocol/ports.ts';
import { type Cassette, depositNotes, sumNotes } from './cassettes.ts';

/** What goes wrong at the next step of that kind. */
export type AcceptorFault = 'acceptFails' | 'returnFails';

export interface AcceptorDeps {
  readonly cassettes: Cassette[];
  /** Ground truth: these notes are the machine's now. */
  readonly onStored?: (txnId: TxnId, amount: Cents) => void;
  /** What an earlier life of the device left in it. */
  readonly escrow?: Escrow | null;
}

export interface Escrow {
  readonly txnId: TxnId;
  readonly notes: readonly Notes[];
}

/** Reports within the call. A return that failed leaves the notes in escrow: no deposit until somebody looks. */
export class SimulatedAcceptor implements CashAcceptor {
  readonly #deps: AcceptorDeps;
  readonly #faults: AcceptorFault[] = [];
  #escrow: Escrow | null;

  constructor(deps: AcceptorDeps) {
    this.#deps = deps;
    this.#escrow = deps.escrow ?? null;
  }

  /** The notes that wait inside; null when there are none. */
  get escrow(): Escrow | null {
    return this.#escrow;
  }

  script(fault: AcceptorFault): void {
    this.#faults.push(fault);
  }

  accept(txnId: TxnId, notes: readonly Notes[], done: (counted: readonly Notes[] | null) => void): void {
    if (this.#escrow !== null || this.#fails('acceptFails')) {
      done(null);
      return;
    }
    this.#escrow = { txnId, notes };
    done(notes);
  }

  store(done: () => void): void {
    if (this.#escrow !== null) {
      const { txnId, notes } = this.#escrow;
      this.#escrow = null;
      depositNotes(this.#deps.cassettes, notes);
      this.#deps.onStored?.(txnId, sumNotes(notes));
    }
    done();
  }

  giveBack(done: (ok: boolean) => void): void {
    const fails = this.#escrow !== null && this.#fails('returnFails');
    if (!fails) this.#escrow = null;
    done(!fails);
  }

  #fails(fault: AcceptorFault): boolean {
    const at = this.#faults.indexOf(fault);
    if (at >= 0) this.#faults.splice(at, 1);
    return at >= 0;
  }
}
