/**
 * The faults of a load: begun by plan or by an operator, ended when their time or the load is over. Each becomes events,
 * a band of the report, and a mark for the workers that failures are now provoked.
 *
 * @module
 */
import type { FaultResult } from '../../reports/report.ts';
import { FAULTS, type FaultSpec, struckNumbers } from './fault-spec.ts';
import type { Provoked } from './provoked.ts';
import type { RunView } from './run-view.ts';
import { faultText } from './scenario-text.ts';
import type { SupervisedBank } from './supervised-bank.ts';
import type { ToWorker } from './worker-protocol.ts';

type Source = FaultResult['source'];

export interface RunFaultsDeps {
  readonly view: RunView;
  readonly provoked: Provoked;
  readonly seed: string;
  /** Size of the fleet. */
  readonly terminals: number;
  tellWorkers(message: ToWorker): void;
  /** Null: a foreign bank. */
  bank(): SupervisedBank | null;
}

export class RunFaults {
  readonly #deps: RunFaultsDeps;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #active = new Map<string, () => void>();
  readonly #slowDisks = new Map<string, number>();
  #operated = 0;

  constructor(deps: RunFaultsDeps) {
    this.#deps = deps;
  }

  /** The load begins now. */
  start(planned: readonly FaultSpec[]): void {
    for (const [i, fault] of planned.entries()) {
      this.#after(fault.atMs, () => this.#begin(`${fault.kind}-${i + 1}`, fault, 'plan'));
    }
  }

  operate(fault: FaultSpec): void {
    this.#begin(`${fault.kind}-by-hand-${++this.#operated}`, fault, 'operator');
  }

  /** The load is over, and so is every fault. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const end of [...this.#active.values()]) end();
  }

  #begin(id: string, fault: FaultSpec, source: Source): void {
    const { view, provoked, terminals } = this.#deps;
    const { kind, target, forMs } = fault;
    // The bank tells of its deaths itself: not all are planned.
    if (kind === 'bank-kill') return this.#deps.bank()?.kill({ id, source });
    if (kind === 'bank-restart') return this.#deps.bank()?.restart({ id, source });
    const undo = this.#carryOut(id, fault);
    if (undo === null) return view.event('fault', target, `${kind} by ${source}: the bank was down already`);
    view.event('fault', target, `${faultText(fault, terminals)}, by ${source}`);
    const over = view.beginFault({ id, kind, target, source, params: { ...fault.params } });
    const calm = provoked.begin();
    const isInstant = FAULTS[kind].lasts === 'none';
    if (!isInstant) view.activeFaults.set(id, kind);
    const end = () => {
      this.#active.delete(id);
      undo();
      calm();
      if (view.activeFaults.delete(id)) view.event('info', target, `${kind} is over`);
      over();
    };
    if (isInstant) return end();
    this.#active.set(id, end);
    if (forMs !== null) this.#after(forMs, () => this.#active.get(id)?.());
  }

  /** @returns undoes it; null: the bank was down */
  #carryOut(id: string, fault: FaultSpec): (() => void) | null {
    const { seed, terminals, tellWorkers } = this.#deps;
    if (fault.kind === 'bank-stop') return this.#deps.bank()?.pause() ?? null;
    if (fault.kind === 'slow-disk') {
      this.#slowDisks.set(id, fault.params.delayMs ?? 0);
      this.#slowDisk();
      return () => {
        this.#slowDisks.delete(id);
        this.#slowDisk();
      };
    }
    const struck = struckNumbers(fault, { seed, id, terminals });
    tellWorkers({ type: 'strike', id, fault, struck });
    return () => tellWorkers({ type: 'heal', id });
  }

  #slowDisk(): void {
    this.#deps.bank()?.slowDisk([...this.#slowDisks.values()].reduce((sum, ms) => sum + ms, 0));
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }
}
