/**
 * What a customer asks for in particular: amounts, notes, payees, each a draw from the terminal's stream.
 *
 * @module
 */
import type { AccountId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import type { Notes } from '../../protocol/messages.ts';
import { type Cents, cents, parseAmount } from '../../protocol/money.ts';
import type { Rng } from '../rng.ts';
import { drawIndex, planAccount } from './fleet.ts';
import { AMOUNTS_DEFAULT, type AmountRange, type Amounts } from './options.ts';

export interface WishesOptions {
  /** Accounts that transfers may go to: indices accountBase..accountBase+accounts−1. */
  readonly accounts: number;
  readonly accountBase: number;
  readonly contention?: 'uniform' | 'zipf';
  readonly amounts?: Amounts;
}

interface Range {
  readonly min: bigint;
  readonly step: bigint;
  readonly count: number;
}

const DEPOSIT_NOTES = [cents(50_00), cents(20_00), cents(10_00)];
const OVER_LIMIT = cents(5_000_00);

export class Wishes {
  readonly #rng: Rng;
  readonly #options: WishesOptions;
  readonly #withdraw: Range;
  readonly #transfer: Range;
  readonly #depositNotes: number;
  readonly #overLimit: number;

  constructor(rng: Rng, options: WishesOptions) {
    const { withdraw, transfer, depositNotes, overLimitPct } = options.amounts ?? AMOUNTS_DEFAULT;
    this.#rng = rng;
    this.#options = options;
    this.#withdraw = rangeOf(withdraw);
    this.#transfer = rangeOf(transfer);
    this.#depositNotes = depositNotes;
    this.#overLimit = Math.round(overLimitPct * 1_000);
  }

  /** Any account of the run but one's own, which the bank would refuse. */
  payee(own: AccountId): AccountId {
    const { accounts, accountBase, contention = 'uniform' } = this.#options;
    const index = drawIndex(this.#rng, accounts, contention);
    const drawn = planAccount(accountBase + index);
    return drawn === own ? planAccount(accountBase + ((index + 1) % accounts)) : drawn;
  }

  withdrawal(): Cents {
    return this.#rng.ratio(this.#overLimit, 100_000) ? OVER_LIMIT : this.#amount(this.#withdraw);
  }

  transfer(): Cents {
    return this.#amount(this.#transfer);
  }

  notes(): Notes[] {
    const first = this.#rng.below(DEPOSIT_NOTES.length);
    const kinds = this.#rng.ratio(1, 4) ? [first, (first + 1) % DEPOSIT_NOTES.length] : [first];
    return kinds.map((kind) => ({
      denomination: DEPOSIT_NOTES[kind] ?? cents(10_00),
      count: 1 + this.#rng.below(this.#depositNotes),
    }));
  }

  #amount({ min, step, count }: Range): Cents {
    return cents(min + step * BigInt(this.#rng.below(count)));
  }
}

function rangeOf({ min, max, step }: AmountRange): Range {
  const [from, to, by] = [min, max, step].map(parseAmount);
  invariant(from && to && by, 'the amounts of a scenario were checked');
  return { min: from, step: by, count: Number((to - from) / by) + 1 };
}
