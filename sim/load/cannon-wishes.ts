/**
 * What an autocannon connection asks next: an operation drawn from the mix, with all its fields.
 *
 * @module
 */
import type { AccountId, TxnId } from '../../protocol/ids.ts';
import { invariant, unreachable } from '../../protocol/invariant.ts';
import type { Request } from '../../protocol/messages.ts';
import type { Entropy } from '../../protocol/ports.ts';
import { sumNotes } from '../../terminals/cassettes.ts';
import type { Op } from '../history.ts';
import type { Rng } from '../rng.ts';
import { CANNON_OPS } from './options.ts';
import { Wishes, type WishesOptions } from './wishes.ts';

export interface CannonWishesOptions extends WishesOptions {
  /** Weights of {@link CANNON_OPS}; those of others do not count. */
  readonly mix: Readonly<Record<Op, number>>;
}

type CannonOp = (typeof CANNON_OPS)[number];
type Unsent<B> = B extends Request ? Omit<B, 'rid'> : never;

/** A request that has no number yet. */
export interface CannonRequest {
  readonly op: 'login' | CannonOp;
  readonly body: Unsent<Extract<Request, { type: 'login' | CannonOp }>>;
  /** Of a transfer. */
  readonly counterparty: AccountId | null;
}

export const newTxnId = (entropy: Entropy): TxnId =>
  Buffer.from(entropy.bytes(16, 'txn')).toString('hex') as TxnId;

export class CannonWishes {
  readonly #rng: Rng;
  readonly #entropy: Entropy;
  readonly #mix: CannonWishesOptions['mix'];
  readonly #wishes: Wishes;

  constructor({ rng, entropy }: { rng: Rng; entropy: Entropy }, options: CannonWishesOptions) {
    this.#rng = rng;
    this.#entropy = entropy;
    this.#mix = options.mix;
    this.#wishes = new Wishes(rng, options);
  }

  draw(account: AccountId): CannonRequest {
    const op = this.#drawOp();
    const counterparty = null;
    const money = () => ({ txnId: newTxnId(this.#entropy), attempt: 1 });
    switch (op) {
      case 'balance':
        return { op, body: { type: op, account }, counterparty };
      case 'history':
        return { op, body: { type: op, account, cursor: null, limit: 10, kinds: [] }, counterparty };
      case 'deposit': {
        const notes = this.#wishes.notes();
        const amount = sumNotes(notes);
        return { op, body: { type: op, ...money(), account, notes, amount }, counterparty };
      }
      case 'transfer': {
        const to = this.#wishes.payee(account);
        const amount = this.#wishes.transfer();
        return { op, body: { type: op, ...money(), from: account, to, amount }, counterparty: to };
      }
      default:
        return unreachable(op);
    }
  }

  #drawOp(): CannonOp {
    let roll = this.#rng.below(CANNON_OPS.reduce((sum, op) => sum + this.#mix[op], 0));
    const drawn = CANNON_OPS.find((op) => {
      roll -= this.#mix[op];
      return roll < 0;
    });
    invariant(drawn !== undefined, 'the mix has weight');
    return drawn;
  }
}
