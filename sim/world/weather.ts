/**
 * Partitions and outages: for a while a terminal, a group or all of them cannot be heard, cannot hear, or both. TCP
 * keeps what is sent and delivers it afterwards, if both ends are still there.
 *
 * @module
 */
import type { TerminalId } from '../../protocol/ids.ts';
import type { Decisions, Fault } from './decisions.ts';
import type { Kernel } from './kernel.ts';
import type { Side } from './middle.ts';

export interface WeatherDeps {
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly trace: { emit(lane: string, what: string, text?: string): void };
  readonly onMark: (mark: string) => void;
}

interface Front {
  readonly terminals: ReadonlySet<TerminalId>;
  readonly towards: readonly Side[];
  readonly untilUs: number;
}

/** How often the sky is looked at. */
const LOOK_US = 2_000_000;
const PARTITION_MS = [1_000, 30_000] as const;
const OUTAGE_MS = [600_000, 3_600_000] as const;
const WAYS: readonly (readonly Side[])[] = [['bank', 'terminal'], ['bank'], ['terminal']];

export class Weather {
  readonly #deps: WeatherDeps;
  #fronts: Front[] = [];

  constructor(deps: WeatherDeps) {
    this.#deps = deps;
  }

  start(terminals: readonly TerminalId[]): void {
    const { kernel, decisions } = this.#deps;
    const look = () => {
      if (decisions.healed) return;
      kernel.schedule(kernel.world, LOOK_US, look);
      // One at a time: two are not worse.
      if (this.#isFoul()) return;
      const partition = decisions.decide('net.partition', 'network');
      if (partition)
        this.#come(someOf(terminals, partition), partition.pick(WAYS), partition.between(...PARTITION_MS));
      const outage = decisions.decide('net.outage', 'network');
      if (outage) {
        this.#come(terminals, ['bank', 'terminal'], outage.between(...OUTAGE_MS));
        this.#deps.onMark('long outage');
      }
    };
    kernel.schedule(kernel.world, LOOK_US, look);
  }

  /** How long what goes from or to the terminal is held from now on, µs. */
  heldUs(terminal: TerminalId, towards: Side): number {
    if (this.#fronts.length === 0) return 0;
    const { nowUs } = this.#deps.kernel;
    this.#fronts = this.#fronts.filter(({ untilUs }) => untilUs > nowUs);
    let held = 0;
    for (const front of this.#fronts) {
      if (front.terminals.has(terminal) && front.towards.includes(towards))
        held = Math.max(held, front.untilUs - nowUs);
    }
    return held;
  }

  #isFoul(): boolean {
    const { nowUs } = this.#deps.kernel;
    return this.#fronts.some(({ untilUs }) => untilUs > nowUs);
  }

  clear(): void {
    this.#fronts = [];
  }

  #come(terminals: readonly TerminalId[], towards: readonly Side[], ms: number): void {
    const { kernel, trace } = this.#deps;
    this.#fronts.push({ terminals: new Set(terminals), towards, untilUs: kernel.nowUs + 1_000 * ms });
    trace.emit('wire', 'partition', `${terminals.join(' ')} towards ${towards.join(' and ')} for ${ms} ms`);
  }
}

function someOf(terminals: readonly TerminalId[], fault: Fault): readonly TerminalId[] {
  const size = fault.pick([1, 1, Math.ceil(terminals.length / 2), terminals.length]);
  const from = fault.below(terminals.length);
  return Array.from({ length: size }, (_, i) => terminals[(from + i) % terminals.length] as TerminalId);
}
