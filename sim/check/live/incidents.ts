/**
 * AUDIT, as far as it can be seen while a run goes on: every session of a terminal that ended at the bank without the
 * terminal's Close is told of in the audit trail, once (docs/SECURITY.md; R16: whatever else ends a session may be
 * somebody's doing), by the word for how it ended. Such records are written some time later and counted together, so the
 * sums are compared when a bank has stopped in good order.
 *
 * @module
 */
import type { Observation, Side } from '../observation.ts';
import { headerOf, TYPE } from './frames.ts';
import type { Judge } from './judge.ts';
import type { View } from './view.ts';

export class Incidents {
  readonly #judge: Judge;
  readonly #lines: { viewOf(line: string, side: Side): View | undefined };
  readonly #terminals = new Set<string>();
  #life = newLife(false);

  constructor(judge: Judge, lines: { viewOf(line: string, side: Side): View | undefined }) {
    this.#judge = judge;
    this.#lines = lines;
  }

  see(observation: Observation): void {
    const life = this.#life;
    switch (observation.type) {
      case 'recovered':
        this.#life = newLife(true);
        break;
      case 'closed':
        if (observation.side !== 'bank' || !life.open) break;
        this.#ends(this.#lines.viewOf(observation.line, 'bank'));
        break;
      case 'submitted':
        if (observation.command.type === 'enrolTerminal') this.#terminals.add(observation.command.terminal);
        if (observation.command.type === 'note') this.#noted(observation.command.action);
        break;
      case 'ended':
        if (observation.life.startsWith('bank')) this.#ended(observation.clean);
        break;
    }
  }

  #ends(view: View | undefined): void {
    // Half a frame may be a violation by its header or an end in its midst, and a bank that has said Close says neither.
    if (view?.last === 'close' && view.read.isCut) this.#life.isExact = false;
    add(this.#life.lost, endOf(view), 1);
  }

  #noted(action: string): void {
    if (action.includes('other reasons from others')) this.#life.isExact = false;
    const [, word = '', source = '', times = '1'] = INCIDENT.exec(action) ?? [];
    if (this.#terminals.has(source)) add(this.#life.told, word, Number(times));
  }

  #ended(clean: boolean): void {
    const { lost, told, isExact } = this.#life;
    this.#life.open = false;
    if (!clean || !isExact) return;
    for (const word of WORDS) {
      const [sessions, records] = [lost.get(word) ?? 0, told.get(word) ?? 0];
      const text = () => `${sessions} sessions ended by ${word}, and the audit trail tells of ${records}`;
      this.#judge.check('AUDIT', sessions === records, text);
    }
  }
}

/** How a session ends that is not closed: the bank's words (`ChannelEnd`). No simulated session runs out of numbers. */
const WORDS = ['violation', 'alert', 'truncated'] as const;
type Ending = (typeof WORDS)[number];

const newLife = (open: boolean) => ({
  open,
  lost: new Map<string, number>(),
  told: new Map<string, number>(),
  isExact: true,
});

const add = (sums: Map<string, number>, word: string | null, times: number): void => {
  if (word !== null) sums.set(word, (sums.get(word) ?? 0) + times);
};

/** How a session ended, where from, and how often. */
const INCIDENT =
  /^session refused - (truncated|violation|alert|exhausted): .* from (\S+)(?: - (\d+) times within \d+ ms)?$/;

/** How a session ended at the bank; null for the terminal's Close. */
function endOf(view: View | undefined): Ending | null {
  const last = view?.peer?.sent[view.taken - 1];
  const type = last === undefined ? null : headerOf(last.frame).type;
  if (view === undefined) return 'truncated';
  if (view.last === 'alert') return 'violation';
  // With the terminal's Close all is over, whatever comes behind it.
  if (type === TYPE.close) return null;
  // Who has said Close says no more, whatever it reads then.
  if (view.last === 'close' && view.broken?.isAlert === false) return 'violation';
  // Anyone can write an Alert in clear: once there are keys it is worth no more than an end.
  const isAlerted = type === TYPE.alert || (view.broken?.isAlert === true && view.serverHello === null);
  return isAlerted ? 'alert' : 'truncated';
}
