/**
 * Batches as the bank's own rules make them from seeded requests: deposits, withdrawals with every end, transfers,
 * logins, refusals; one to four to a batch, the first ones to furnish the bank.
 *
 * @module
 */
import type { Command } from '../../bank/commands.ts';
import type { Batch } from '../../bank/store.ts';
import { Rng } from '../../sim/rng.ts';
import { MemoryStore } from './memory-store.ts';
import { authorise, complete, deposit, login, origin, reverse, TestBank, transfer } from './test-bank.ts';

export function seededBatches(seed: string, count: number): readonly Batch[] {
  const store = new Recorder();
  const bank = TestBank.furnished({}, store);
  const requests = new Requests(seed);
  while (store.batches.length < count) bank.batch(requests.next());
  return store.batches.slice(0, count);
}

class Recorder extends MemoryStore {
  readonly batches: Batch[] = [];

  override commit(batch: Batch, done: (error: Error | null) => void): void {
    this.batches.push(batch);
    super.commit(batch, done);
  }
}

class Requests {
  readonly #rng: Rng;
  #id = 0;

  constructor(seed: string) {
    this.#rng = new Rng(seed, 'requests');
  }

  next(): readonly Command[] {
    const asked = Array.from({ length: 1 + this.#rng.below(4) }, () => this.#one());
    return asked.flat();
  }

  #one(): readonly Command[] {
    const amount = 1000 * (1 + this.#rng.below(9));
    const from = origin(1, 1 + this.#rng.below(2));
    const ask = (request: Extract<Command, { type: 'request' }>['request']): Command => ({
      type: 'request',
      origin: from,
      request,
    });
    this.#id += 1;
    const id = this.#id * 16;
    switch (this.#rng.below(6)) {
      case 0:
        return [ask(authorise(id, amount)), ask(complete(id + 1, id, ['TAKEN', amount]))];
      case 1:
        return [ask(authorise(id, amount)), ask(reverse(id + 1, id))];
      case 2:
        return [ask(transfer(id, amount))];
      case 3:
        // Refused, for want of money.
        return [ask(transfer(id, 100_000_000))];
      case 4:
        return [{ type: 'loginBegin', origin: origin(0), request: login(id, 'c2') }];
      default:
        return [ask(deposit(id, amount))];
    }
  }
}
