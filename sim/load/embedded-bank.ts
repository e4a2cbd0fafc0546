/**
 * The embedded bank: a child process that is started, watched, killed on purpose and started again on the same port.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import type {
  BankFigures,
  BankProcessOptions,
  FromBankProcess,
  ToBankProcess,
} from '../../actors/node/bank-process.ts';

/** `planned`: we killed it. `killed`: somebody else did. `failed`: it gave up by itself, which no bank should. */
export interface Death {
  readonly cause: 'planned' | 'killed' | 'failed';
  /** Signal or exit code, for people. */
  readonly how: string;
}

export interface EmbeddedBankEvents {
  onFigures(figures: BankFigures): void;
  onAlert(text: string): void;
  /** It died; it is started again unless it did so too often. */
  onDied(death: Death): void;
  onRestarted(): void;
  /** It cannot be brought back. */
  onLost(message: string): void;
}

/** The bank says itself that it cannot start. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Deaths that nobody planned, after which the bank is given up. */
const DEATHS_MAX = 5;
const RESTART_MS = 250;
/** A bank that does not stop in this time is killed; its data survive that as they survive everything else. */
const STOP_PATIENCE_MS = 20_000;

/** In the published package the modules are `.js`. */
const PROCESS_MODULE = new URL(
  `../../actors/node/bank-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

export class EmbeddedBank {
  address = '';
  httpAddress: string | null = null;
  readonly #options: BankProcessOptions;
  readonly #events: EmbeddedBankEvents;
  #child: ChildProcess | null = null;
  #deaths = 0;
  #killing = false;
  #stopping: (() => void) | null = null;

  constructor(options: BankProcessOptions, events: EmbeddedBankEvents) {
    this.#options = options;
    this.#events = events;
  }

  /** Resolves once it listens; rejects with what the bank says when it cannot. */
  async start(): Promise<void> {
    // Where it was before, so that who was connected finds it again.
    const listen = this.address || this.#options.listen;
    const http = this.httpAddress ?? this.#options.http;
    const child = fork(PROCESS_MODULE, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Amounts of the policy are bigints.
      serialization: 'advanced',
      // A Ctrl-C at the terminal is for the run, which then stops the bank in its own time.
      detached: true,
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromBankProcess) => {
        if (message.type === 'ready') {
          this.address = message.address;
          this.httpAddress = message.httpAddress;
          resolve();
        } else if (message.type === 'refused') reject(new Refusal(message.message));
        else this.#hear(message);
      });
      child.once('exit', (code, signal) => {
        reject(new Error(`The bank's process ended with ${signal ?? code}`));
        this.#died(child, { signal, how: signal ?? `exit code ${code}` });
      });
      this.#tell({ type: 'serve', options: { ...this.#options, listen, http } });
    });
  }

  /** SIGKILL, as a power failure would. False: it was down already. */
  kill(): boolean {
    if (this.#child === null || this.#killing) return false;
    this.#killing = true;
    return this.#child.kill('SIGKILL');
  }

  /** Graceful stop; resolves when the process is gone. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#stopping = resolve;
      const child = this.#child;
      if (child === null) return resolve();
      this.#tell({ type: 'stop' });
      const patience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      child.once('exit', () => clearTimeout(patience));
    });
  }

  #tell(message: ToBankProcess): void {
    if (this.#child?.connected) this.#child.send(message);
  }

  #hear(message: FromBankProcess): void {
    if (message.type === 'figures') this.#events.onFigures(message.figures);
    else if (message.type === 'alert') this.#events.onAlert(message.text);
  }

  #died(child: ChildProcess, { signal, how }: { signal: string | null; how: string }): void {
    if (this.#child !== child) return;
    this.#child = null;
    if (this.#stopping) return this.#stopping();
    if (this.address === '') return;
    const cause = this.#killing ? 'planned' : signal === null ? 'failed' : 'killed';
    this.#killing = false;
    if (cause !== 'planned') this.#deaths++;
    this.#events.onDied({ cause, how });
    if (this.#deaths > DEATHS_MAX) return this.#events.onLost(`The bank died ${this.#deaths} times`);
    setTimeout(() => {
      if (this.#stopping) return;
      this.start().then(
        () => this.#events.onRestarted(),
        (error: Error) => {
          // One that died while starting has been counted as a death, and the next start is on its way.
          if (error instanceof Refusal) this.#events.onLost(error.message);
        },
      );
    }, RESTART_MS);
  }
}
