/**
 * AUDIT, as far as it can be seen while a run goes on: every session of a terminal that ended at the bank without the
 * terminal's Close is told of in the audit trail, once (docs/SECURITY.md; R16: whatever else ends a session may be
 * somebody's doing). Such records are written some time later and counted together, so the sums are compared when a
 * bank has stopped in good order.
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
  #life = { open: false, lost: 0, told: 0, isExact: true };

  constructor(judge: Judge, lines: { viewOf(line: string, side: Side): View | undefined }) {
    this.#judge = judge;
    this.#lines = lines;
  }

  see(observation: Observation): void {
    const life = this.#life;
    switch (observation.type) {
      case 'recovered':
        this.#life = { open: true, lost: 0, told: 0, isExact: true };
        break;
      case 'closed':
        if (observation.side !== 'bank' || !life.open) break;
        if (!isClosed(this.#lines.viewOf(observation.line, 'bank'))) life.lost += 1;
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

  #noted(action: string): void {
    if (action.includes('other reasons from others')) this.#life.isExact = false;
    const [, source = '', times = '1'] = INCIDENT.exec(action) ?? [];
    if (this.#terminals.has(source)) this.#life.told += Number(times);
  }

  #ended(clean: boolean): void {
    const { lost, told, isExact } = this.#life;
    this.#life.open = false;
    if (!clean || !isExact) return;
    const text = () => `${lost} sessions were lost, cut or broken off, and the audit trail tells of ${told}`;
    this.#judge.check('AUDIT', lost === told, text);
  }
}

/** How a session ends that is not closed, where from, and how often. */
const INCIDENT =
  /^session refused - (?:truncated|violation|alert|exhausted): .* from (\S+)(?: - (\d+) times within \d+ ms)?$/;

/** The last that the bank took was the terminal's Close. */
function isClosed(view: View | undefined): boolean {
  const last = view?.peer?.sent[view.taken - 1];
  return last !== undefined && headerOf(last.frame).type === TYPE.close;
}
