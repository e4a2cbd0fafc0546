/**
 * A terminal's journal on a simulated disk: entries become durable in order, a while after they were appended. Power
 * may be lost just before or just after that instant.
 *
 * @module
 */
import type { TerminalId } from '../../protocol/ids.ts';
import type { Journal } from '../../protocol/ports.ts';
import type { JournalEntry } from '../../terminals/journal.ts';
import type { Rng } from '../rng.ts';
import type { Decisions } from './decisions.ts';
import type { Kernel, Life } from './kernel.ts';

export interface SimJournalDeps {
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly rng: Rng;
  readonly terminal: TerminalId;
  readonly life: Life;
  readonly trace: { emit(lane: string, what: string, text?: string): void };
  readonly onPowerLoss: (when: string) => void;
}

const FLUSH_US = { min: 200, mean: 800 };

/** @param durable what survives; shared by all lives of the terminal */
export function simJournal(deps: SimJournalDeps, durable: JournalEntry[]): Journal<JournalEntry> {
  const { kernel, decisions, rng, terminal, life, trace, onPowerLoss } = deps;
  let lastUs = 0;
  return {
    append(entries, done) {
      const marks = entries.map(({ mark }) => mark).join(' ');
      lastUs = Math.max(lastUs + 1, kernel.nowUs + FLUSH_US.min + rng.exponential(FLUSH_US.mean));
      kernel.schedule(life, lastUs - kernel.nowUs, () => {
        const loss = decisions.decide('atm.powerLoss', terminal);
        const isBefore = loss !== null && loss.below(2) === 0;
        if (isBefore) return onPowerLoss(`before ${marks} was durable`);
        durable.push(...entries);
        trace.emit(terminal, 'journal', marks);
        if (loss) return onPowerLoss(`after ${marks} was durable`);
        done();
      });
    },
    read: () => durable,
  };
}
