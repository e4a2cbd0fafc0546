/**
 * The embedded bank: a child process that is started, watched, killed on purpose and started again on the same port.
 *
 * @module
 */
import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import type {
  BankFigures,
  BankProcessOptions,
  FromBankProcess,
  ToBankProcess,
} from '../../actors/node/bank-process.ts';
import { tellPeer } from '../../actors/node/ipc.ts';
import type { Patch } from '../plants/plant.ts';
import { stopProcess } from './stopped-process.ts';

/** `planned`: we ended it. `killed`: somebody else did. `failed`: it gave up by itself, which no bank should. */
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

/** How its process is started; asked anew at each start. */
export interface Launch {
  /** Sources to change as they are loaded. */
  readonly patches?: readonly Patch[];
  /** A command that starts the process, as `prlimit --fsize=100000`. */
  readonly wrapper?: readonly string[];
  /** What it says on stderr as it dies is expected. */
  readonly mute?: true;
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

const PRELOAD = new URL(
  `../plants/preload${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
).href;

export class EmbeddedBank {
  address = '';
  httpAddress: string | null = null;
  readonly #options: Omit<BankProcessOptions, 'slowDiskMs'>;
  readonly #events: EmbeddedBankEvents;
  readonly #launch: () => Launch;
  #child: ChildProcess | null = null;
  #deaths = 0;
  /** It is to end, and to be started again. */
  #ending = false;
  #slowDiskMs = 0;
  #stopping: (() => void) | null = null;

  constructor(
    options: Omit<BankProcessOptions, 'slowDiskMs'>,
    events: EmbeddedBankEvents,
    launch: () => Launch = () => ({}),
  ) {
    this.#options = options;
    this.#events = events;
    this.#launch = launch;
  }

  /** Null while it is down. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Resolves once it listens; rejects with what the bank says when it cannot. */
  async start(): Promise<void> {
    // Where it was before, so that who was connected finds it again.
    const listen = this.address || this.#options.listen;
    const http = this.httpAddress ?? this.#options.http;
    const launch = this.#launch();
    const child = fork(PROCESS_MODULE, {
      ...launching(launch),
      stdio: ['ignore', 'ignore', launch.mute ? 'ignore' : 'inherit', 'ipc'],
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
        this.#died(child, { code, signal });
      });
      this.#tell({
        type: 'serve',
        options: { ...this.#options, listen, http, slowDiskMs: this.#slowDiskMs },
      });
    });
  }

  /** SIGKILL, as a power failure would. False: it was down already. */
  kill(): boolean {
    if (this.#child === null || this.#child.killed) return false;
    this.#ending = true;
    return this.#child.kill('SIGKILL');
  }

  /** A graceful stop, after which it is started again. False: it was down already. */
  restart(): boolean {
    if (this.#child === null || this.#ending) return false;
    this.#ending = true;
    this.#stopInOrder(this.#child);
    return true;
  }

  /** SIGSTOP. @returns lets it go on; null: it was down */
  pause(): (() => void) | null {
    const pid = this.#child?.pid;
    return pid === undefined ? null : stopProcess(pid);
  }

  /** What each commit takes more from now on, ms, also after it was started again. */
  slowDisk(delayMs: number): void {
    this.#slowDiskMs = delayMs;
    this.#tell({ type: 'slowDisk', delayMs });
  }

  /** Graceful stop; resolves when the process is gone. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#stopping = resolve;
      const child = this.#child;
      if (child === null) return resolve();
      this.#stopInOrder(child);
    });
  }

  #stopInOrder(child: ChildProcess): void {
    this.#tell({ type: 'stop' });
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
    child.once('exit', () => clearTimeout(patience));
  }

  #tell(message: ToBankProcess): void {
    if (this.#child) tellPeer(this.#child, message);
  }

  #hear(message: FromBankProcess): void {
    if (message.type === 'figures') this.#events.onFigures(message.figures);
    else if (message.type === 'alert') this.#events.onAlert(message.text);
  }

  #died(child: ChildProcess, { code, signal }: { code: number | null; signal: string | null }): void {
    if (this.#child !== child) return;
    this.#child = null;
    if (this.#stopping) return this.#stopping();
    if (this.address === '') return;
    const isAsked = this.#ending && (signal !== null || code === 0);
    const cause = isAsked ? 'planned' : signal === null ? 'failed' : 'killed';
    this.#ending = false;
    if (cause !== 'planned') this.#deaths++;
    this.#events.onDied({ cause, how: signal ?? `exit code ${code}` });
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

/** Patches come on top of those that this process was started with itself. */
function launching({ patches = [], wrapper = [] }: Launch): ForkOptions {
  const inherited = process.env['CASHPOINT_PATCHES'];
  const own: readonly Patch[] = inherited === undefined ? [] : JSON.parse(inherited);
  const preload = patches.length > 0 && !process.execArgv.includes(PRELOAD) ? ['--import', PRELOAD] : [];
  const execArgv = [...process.execArgv, ...preload];
  const [program, ...words] = wrapper;
  return {
    ...(program === undefined
      ? { execArgv }
      : { execPath: program, execArgv: [...words, process.execPath, ...execArgv] }),
    env: { ...process.env, CASHPOINT_PATCHES: JSON.stringify([...own, ...patches]) },
  };
}
