/**
 * A simulated cash dispenser: moves notes between the shared cassettes, its stacker and the customer, checks the
 * bank's token itself (docs/SECURITY "Cash drawer"), and fails as scripted. It keeps the truth about its notes through
 * a power loss of the terminal. Must not know the journal or the bank.
 *
 * @module
 */
import type { TxnId } from '../protocol/ids.ts';
import { invariant } from '../protocol/invariant.ts';
import type { CassetteCount, Notes } from '../protocol/messages.ts';
import { type Cents, ZERO } from '../protocol/money.ts';
import type {
  DeviceCounts,
  DispenseOrder,
  Dispenser,
  Entropy,
  PresentReport,
  StackReport,
} from '../protocol/ports.ts';
import { type Cassette, rejectNotes, sumDispensed, sumNotes, withdrawNotes } from './cassettes.ts';

/** What goes wrong with one order. `taken` counts notes that the customer gets all the same, largest first. */
export type DispenserFault =
  /** The transport jams once `after` notes are stacked. */
  | { readonly type: 'jam'; readonly after: number }
  | { readonly type: 'presentFails' }
  /** Shutter sensors fail: the notes are out or not, the device cannot tell. */
  | { readonly type: 'presentUnknown'; readonly taken: number }
  | { readonly type: 'notTaken'; readonly taken: number }
  /** Not all taken, and the count of what came back is not known. */
  | { readonly type: 'retractUnknown'; readonly taken: number };

export interface DispenserDeps {
  readonly cassettes: readonly Cassette[];
  readonly entropy: Entropy;
  readonly verifyToken: (order: DispenseOrder) => boolean;
  /** Ground truth: these notes are in the customer's hands now. Called at most once an order. */
  readonly onTaken?: (txnId: TxnId, amount: Cents) => void;
  /** What an earlier life of the device left. */
  readonly last?: DispenserOrder | null;
}

export const PLACES = ['stacked', 'presented', 'taken', 'rejected', 'unknown'] as const;
type Place = (typeof PLACES)[number];

/** The last order and where its notes are: what a power loss leaves. */
export interface DispenserOrder {
  readonly txnId: TxnId;
  readonly place: Place;
  /** Notes stacked; after a retract, those really taken. */
  readonly counts: DeviceCounts;
}

interface Order extends DispenserOrder {
  readonly fault: DispenserFault | null;
  place: Place;
  counts: DeviceCounts;
}

/** Reports within the call. */
export class SimulatedDispenser implements Dispenser {
  readonly #deps: DispenserDeps;
  readonly #faults: DispenserFault[] = [];
  #nonce: string | null = null;
  #order: Order | null = null;

  constructor(deps: DispenserDeps) {
    this.#deps = deps;
    if (deps.last) this.#order = { ...deps.last, fault: null };
  }

  /** Null before the first order. */
  get last(): DispenserOrder | null {
    if (this.#order === null) return null;
    const { txnId, place, counts } = this.#order;
    return { txnId, place, counts };
  }

  /** The next order fails like this; several are used up one an order. */
  script(fault: DispenserFault): void {
    this.#faults.push(fault);
  }

  nonce(): string {
    this.#nonce = Buffer.from(this.#deps.entropy.bytes(16, 'dispense_nonce')).toString('hex');
    return this.#nonce;
  }

  stack(order: DispenseOrder, done: (report: StackReport) => void): void {
    const fresh = this.#nonce !== null && order.nonce === this.#nonce;
    this.#nonce = null;
    if (!fresh || sumNotes(order.notes) !== order.amount || !this.#deps.verifyToken(order)) {
      done({ type: 'refused' });
      return;
    }
    const fault = this.#faults.shift() ?? null;
    const limit = fault?.type === 'jam' ? fault.after : Number.POSITIVE_INFINITY;
    const counts = firstNotes(order.notes, limit);
    withdrawNotes(this.#deps.cassettes, counts);
    const nothing = sumDispensed(counts) === ZERO;
    this.#order = { txnId: order.txnId, fault, counts, place: nothing ? 'rejected' : 'stacked' };
    done(nothing ? { type: 'jammed' } : { type: 'stacked', counts });
  }

  present(done: (report: PresentReport) => void, taken: () => void): void {
    const order = this.#current('stacked');
    const { fault } = order;
    if (fault?.type === 'presentFails') {
      this.#handOver(order, 0);
      done('failed');
    } else if (fault?.type === 'presentUnknown') {
      this.#handOver(order, fault.taken);
      order.place = 'unknown';
      done('unknown');
    } else {
      order.place = 'presented';
      done('presented');
      // Called back into retract or clear, the notes may be gone by now.
      if (order.place !== 'presented' || fault?.type === 'notTaken' || fault?.type === 'retractUnknown')
        return;
      this.#handOver(order, Number.POSITIVE_INFINITY);
      taken();
    }
  }

  retract(done: (counts: DeviceCounts | null) => void): void {
    const order = this.#current('presented');
    this.#pullBack(order);
    done(order.place === 'unknown' ? null : order.counts);
  }

  clear(txnId: TxnId, done: (counts: DeviceCounts | null) => void): void {
    this.#nonce = null;
    const order = this.#order;
    if (order?.txnId !== txnId) {
      done([]);
      return;
    }
    if (order.place === 'stacked') this.#handOver(order, 0);
    if (order.place === 'presented') this.#pullBack(order);
    done(order.place === 'unknown' ? null : order.counts);
  }

  #current(place: Place): Order {
    invariant(this.#order?.place === place, `the notes are ${place}`);
    return this.#order;
  }

  #pullBack(order: Order): void {
    const { fault } = order;
    const partly = fault?.type === 'notTaken' || fault?.type === 'retractUnknown';
    this.#handOver(order, partly ? fault.taken : 0);
    if (fault?.type === 'retractUnknown') order.place = 'unknown';
  }

  /** The customer gets the first `limit` notes of the stack, the reject bin the others. */
  #handOver(order: Order, limit: number): void {
    const taken = firstNotes(
      order.counts.map(({ denomination, dispensed }) => ({ denomination, count: dispensed })),
      limit,
    );
    const back = order.counts.map(({ denomination, dispensed }, i) => ({
      denomination,
      count: dispensed - (taken[i]?.dispensed ?? 0),
    }));
    rejectNotes(this.#deps.cassettes, back);
    order.counts = taken.map((each, i) => ({ ...each, rejected: back[i]?.count ?? 0 }));
    const amount = sumDispensed(taken);
    order.place = amount === ZERO ? 'rejected' : 'taken';
    if (amount > ZERO) this.#deps.onTaken?.(order.txnId, amount);
  }
}

/** One count a denomination, `limit` notes in all. */
function firstNotes(notes: readonly Notes[], limit: number): CassetteCount[] {
  let left = limit;
  return notes.map(({ denomination, count }) => {
    const dispensed = Math.min(count, left);
    left -= dispensed;
    return { denomination, dispensed, rejected: 0 };
  });
}
