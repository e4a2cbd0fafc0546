/**
 * AGREE: each session that the bank takes for established is one that exactly that honest terminal has established,
 * over the same two hellos and hence the same suites, suite and key; and the reverse, as far as the bank can know: it
 * has answered exactly this hello, once.
 *
 * @module
 */
import type { Observation, Side } from '../observation.ts';
import type { Judge } from './judge.ts';
import type { View } from './view.ts';

export class Agree {
  readonly #judge: Judge;
  readonly #lines: { viewOf(line: string, side: Side): View | undefined };

  constructor(judge: Judge, lines: { viewOf(line: string, side: Side): View | undefined }) {
    this.#judge = judge;
    this.#lines = lines;
  }

  see(observation: Observation): void {
    if (observation.type !== 'established') return;
    const { line, side, terminal, keyId } = observation;
    const who = `the ${side} on ${line}`;
    const view = this.#lines.viewOf(line, side);
    const must = (ok: boolean, text: string) => this.#judge.check('AGREE', ok, () => `${who} ${text}`);
    if (!view?.session) {
      must(false, 'has a session without two hellos');
      return;
    }
    const { clientHello } = view.session;
    must(
      clientHello.terminal === terminal,
      `talks to ${clientHello.terminal} and believes it is ${terminal}`,
    );
    must(clientHello.keyId === keyId, `uses key ${clientHello.keyId} and believes it is ${keyId}`);
    // The bank's Finished, in its place, is what the bank wrote after it had answered this hello and no other.
    must(view.taken > 0, "has a session without the other side's Finished");
    must(!view.established && view.session.ends[side] === view, 'has the session of another');
    view.established = true;
    if (side === 'bank') must(view.peer?.established === true, `has a session that ${terminal} has not`);
  }
}
