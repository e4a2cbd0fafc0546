/**
 * The embedded bank of a run with its deaths: ended by plan or by somebody, back again, given up; each becomes an event,
 * a fault of the report, and a mark for the workers that failures are now provoked.
 *
 * @module
 */
import type { FaultResult } from '../../reports/report.ts';
import { type Death, EmbeddedBank } from './embedded-bank.ts';
import { LOAD_POLICY } from './load-policy.ts';
import type { LoadOptions } from './options.ts';
import type { Provoked } from './provoked.ts';
import type { RunView } from './run-view.ts';

export interface SupervisedBankEvents {
  /** It died of itself, or cannot be started again. */
  onBroken(problem: string, final: boolean): void;
}

export interface SupervisedBankOptions {
  readonly data: string;
  /** @default tcp */
  readonly transport?: LoadOptions['transport'];
  readonly provoked: Provoked;
}

/** Who asked for an end of the bank, and what it is called in the report. */
export interface Ending {
  readonly id: string;
  readonly source: FaultResult['source'];
}

export class SupervisedBank {
  /** Kills from outside that were not in the plan. */
  readonly unplanned: string[] = [];
  readonly #view: RunView;
  readonly #events: SupervisedBankEvents;
  readonly #bank: EmbeddedBank;
  readonly #provoked: Provoked;
  #asked: (Ending & { readonly kind: 'bank-kill' | 'bank-restart' }) | null = null;
  /** Ends the mark that failures are provoked; null while the bank is up. */
  #calm: (() => void) | null = null;
  /** Ends the fault of the report; null while the bank is up. */
  #over: (() => void) | null = null;
  #deaths = 0;
  #pauses = 0;

  constructor(
    { data, transport, provoked }: SupervisedBankOptions,
    view: RunView,
    events: SupervisedBankEvents,
  ) {
    this.#view = view;
    this.#events = events;
    this.#provoked = provoked;
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

  /** SIGKILL, as a power failure would. */
  kill(ending: Ending): void {
    const isUp = this.#bank.kill();
    if (isUp) this.#asked = { ...ending, kind: 'bank-kill' };
    this.#view.event('fault', 'bank', `SIGKILL by ${ending.source}${isUp ? '' : ': it was down already'}`);
  }

  /** Stopped in order and started again. */
  restart(ending: Ending): void {
    const isUp = this.#bank.restart();
    if (isUp) {
      this.#asked = { ...ending, kind: 'bank-restart' };
      this.#down();
    }
    this.#view.event('fault', 'bank', `restart by ${ending.source}${isUp ? '' : ': it was down already'}`);
  }

  /** SIGSTOP. @returns lets it go on; null: it was down already */
  pause(): (() => void) | null {
    const resume = this.#bank.pause();
    if (resume === null) return null;
    this.#pauses++;
    return () => {
      // Of several at once, the last to end lets it go on.
      if (--this.#pauses === 0) resume();
    };
  }

  /** What each commit takes more from now on, ms. */
  slowDisk(delayMs: number): void {
    this.#bank.slowDisk(delayMs);
  }

  stop(): Promise<void> {
    return this.#bank.stop();
  }

  #down(): void {
    // One that dies again while it starts has been down since its first death.
    this.#view.bankDownMs ??= this.#view.loadMs;
    this.#calm ??= this.#provoked.begin();
    this.#over ??= this.#view.beginFault(this.#fault());
  }

  #fault() {
    const { kind, id, source } = this.#asked ?? {
      kind: 'bank-kill' as const,
      id: `bank-death-${++this.#deaths}`,
      source: 'operator' as const,
    };
    const params = kind === 'bank-kill' ? { signal: 'SIGKILL' } : {};
    return { id, kind, source, target: 'bank', params };
  }

  #died({ cause, how }: Death): void {
    if (cause !== 'planned') this.#asked = null;
    this.#down();
    if (cause === 'planned') return;
    this.#view.event('fault', 'bank', `died with ${how}; it is started again`);
    const text = `The bank died with ${how} at ${this.#view.loadMs} ms and was started again`;
    if (cause === 'failed') this.#events.onBroken(text, false);
    else this.unplanned.push(text);
  }

  #back(): void {
    this.#asked = null;
    this.#view.bankDownMs = null;
    this.#view.event('info', 'bank', 'is back');
    this.#over?.();
    this.#over = null;
    this.#calm?.();
    this.#calm = null;
  }
}
