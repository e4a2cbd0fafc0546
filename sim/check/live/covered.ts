/**
 * DISPENSE, as far as it can be seen while a run goes on: notes are paid only while their hold is open. Honest terminals
 * ask before they pay and reverse only what they will not pay, so no completion ever meets a hold that was given back.
 *
 * @module
 */
import type { Observation } from '../observation.ts';
import type { Judge } from './judge.ts';

export class Covered {
  readonly #judge: Judge;
  /** What untrusted software said: it may say anything. */
  readonly #rogue = new Set<string>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  see(observation: Observation): void {
    if (observation.type === 'issued' && observation.rogue && 'txnId' in observation.request)
      this.#rogue.add(`${observation.terminal}/${observation.request.txnId}`);
    if (observation.type !== 'decided' || observation.command.type !== 'request') return;
    const { origin, request } = observation.command;
    if (request.type !== 'complete' || this.#rogue.has(`${origin.terminal}/${request.txnId}`)) return;
    this.#judge.check(
      'DISPENSE',
      observation.decision.code !== 'STATE_CONFLICT',
      () =>
        `${origin.terminal} paid ${request.dispensed} for ${request.origTxnId}, which holds nothing any more`,
    );
  }
}
