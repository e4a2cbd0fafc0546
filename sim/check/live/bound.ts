/**
 * BOUND: no queue, table or set of sessions is ever larger than it may be.
 *
 * @module
 */
import type { Observation } from '../observation.ts';
import type { Judge } from './judge.ts';

export class Bound {
  readonly #judge: Judge;

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  see(observation: Observation): void {
    if (observation.type !== 'gauge') return;
    const { name, value, max } = observation;
    this.#judge.check('BOUND', value <= max, () => `${name} holds ${value}, more than ${max}`);
  }
}
