/**
 * The embedded bank of a run with its faults: killed by plan or by somebody, back again, given up; each becomes an
 * event, a fault of the report, and a mark for the workers that failures are now provoked.
 *
 * @module
 */
import { type Death, EmbeddedBank } from './embedded-bank.ts';
import { LOAD_POLICY } from './load-policy.ts';
import type { LoadOptions } from './options.ts';
import type { RunView } from './run-view.ts';

export interface SupervisedBankEvents {
  /** Failures of the fleet from now on are (or are no longer) the fault's. */
  onFault(active: boolean): void;
  /** It died of itself, or cannot be started again. */
  onBroken(problem: string, final: boolean): void;
}

const FAULT_TAIL_MS = 16_000;

export interface SupervisedBankOptions {
  readonly data: string;
  /** @default tcp */
  readonly transport?: LoadOptions['transport'];
  /** Connections come back with back-off; failures until then are still the fault's, ms. */
  readonly faultTailMs?: number;
}

export class SupervisedBank {
  /** Kills from outside that were not in the plan. */
  readonly unplanned: string[] = [];
  readonly #view: RunView;
  readonly #events: SupervisedBankEvents;
  readonly #bank: EmbeddedBank;
  readonly #faultTailMs: number;
  #cause: Death['cause'] = 'planned';
  #by: 'plan' | 'operator' = 'plan';
  #tail: NodeJS.Timeout | null = null;

  constructor(
    { data, transport, faultTailMs = FAULT_TAIL_MS }: SupervisedBankOptions,
    view: RunView,
    events: SupervisedBankEvents,
  ) {
    this.#view = view;
    this.#events = events;
    this.#faultTailMs = faultTailMs;
    this.#bank = new EmbeddedBank(
      {
        data,
        listen: '127.0.0.1:0',
        http: transport === 'http' ? '127.0.0.1:0' : undefined,
        passwordCost: 'load-test',
        policy: LOAD_POLICY,
      },
      {
        onFigures: (figures) => view.takeFigures(figures),
        onAlert: (text) => view.event('warn', 'bank', text),
        onDied: (death) => this.#died(death),
        onRestarted: () => this.#back(),
        onLost: (message) => events.onBroken(`The bank could not be started again: ${message}`, true),
      },
    );
  }

  /** Where the fleet connects. */
  get address(): string {
    return this.#bank.httpAddress ?? this.#bank.address;
  }

  async start(): Promise<void> {
    await this.#bank.start();
    this.#view.event('info', 'bank', `listens on ${this.address}`);
  }

  kill(by: 'plan' | 'operator' = 'plan'): void {
    const killed = this.#bank.kill();
    if (killed) this.#by = by;
    this.#view.event('fault', 'bank', `SIGKILL by ${by}${killed ? '' : ': it was down already'}`);
  }

  stop(): Promise<void> {
    return this.#bank.stop();
  }

  #died({ cause, how }: Death): void {
    // One that dies again while it starts has been down since its first death.
    this.#view.bankDownMs ??= this.#view.loadMs;
    if (this.#tail !== null) clearTimeout(this.#tail);
    this.#cause = cause;
    this.#events.onFault(true);
    if (cause === 'planned') return;
    this.#view.event('fault', 'bank', `died with ${how}; it is started again`);
    const text = `The bank died with ${how} at ${this.#view.loadMs} ms and was started again`;
    if (cause === 'failed') this.#events.onBroken(text, false);
    else this.unplanned.push(text);
  }

  #back(): void {
    const { collector, loadMs, bankDownMs } = this.#view;
    this.#view.bankDownMs = null;
    this.#view.event('info', 'bank', 'is back');
    collector.faults.push({
      id: `bank-kill-${collector.faults.length + 1}`,
      kind: 'bank-kill',
      target: 'bank',
      params: { signal: 'SIGKILL' },
      startMs: bankDownMs ?? loadMs,
      endMs: loadMs,
      source: this.#cause === 'planned' ? this.#by : 'operator',
      recoveryMs: null,
    });
    this.#tail = setTimeout(() => this.#events.onFault(false), this.#faultTailMs).unref();
  }
}
