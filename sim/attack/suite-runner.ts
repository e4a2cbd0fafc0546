/**
 * Plays a suite in a process of its own and hands on what it tells.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { tellPeer } from '../../actors/node/ipc.ts';
import type { Patch } from '../plants/plant.ts';
import type { CaseResult } from './case-result.ts';
import type { SuiteOutcome } from './suite.ts';
import type { FromSuite, SuiteTask, ToSuite } from './suite-process.ts';

export interface RunnerEvents {
  onBegun?(name: string): void;
  /** @see Suite */
  onPlayed?(result: CaseResult): void;
}

const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const PROCESS_MODULE = new URL(`./suite-process${suffix}`, import.meta.url);
const PRELOAD = new URL(`../plants/preload${suffix}`, import.meta.url).href;

export class SuiteRunner {
  readonly #task: SuiteTask;
  readonly #patches: readonly Patch[];
  readonly #events: RunnerEvents;
  #child: ChildProcess | null = null;

  /** @param patches of the sources of terminals, banks and adversary alike */
  constructor(task: SuiteTask, patches: readonly Patch[], events: RunnerEvents) {
    this.#task = task;
    this.#patches = patches;
    this.#events = events;
  }

  /** Rejects when the process dies or a promise of our own code broke: then nothing was proven. */
  async run(): Promise<SuiteOutcome> {
    const inherited: readonly Patch[] = JSON.parse(process.env['CASHPOINT_PATCHES'] || '[]');
    const isPatched = this.#patches.length > 0 && !process.execArgv.includes(PRELOAD);
    const child = fork(PROCESS_MODULE, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      // A Ctrl-C at the terminal is for the parent, which then stops the suite.
      detached: true,
      execArgv: [...process.execArgv, ...(isPatched ? ['--import', PRELOAD] : [])],
      env: { ...process.env, CASHPOINT_PATCHES: JSON.stringify([...inherited, ...this.#patches]) },
    });
    this.#child = child;
    try {
      return await new Promise<SuiteOutcome>((resolve, reject) => {
        child.on('message', (message: FromSuite) => {
          if (message.type === 'begun') this.#events.onBegun?.(message.name);
          else if (message.type === 'played') this.#events.onPlayed?.(message.result);
          else if (message.type === 'over') resolve(message.outcome);
          else reject(new Error(message.message));
        });
        child.once('exit', (code, signal) =>
          reject(new Error(`The adversary's process ended with ${signal ?? `exit code ${code}`}`)),
        );
        this.#tell({ type: 'play', task: this.#task });
      });
    } finally {
      if (child.connected) child.disconnect();
      this.#child = null;
    }
  }

  /** No further case begins; those under way end. */
  stop(): void {
    this.#tell({ type: 'stop' });
  }

  #tell(message: ToSuite): void {
    if (this.#child) tellPeer(this.#child, message);
  }
}
