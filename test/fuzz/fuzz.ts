/**
 * Runs the fuzzing thread and watches it: an input that takes too long, a thread that dies or that wants more memory than
 * it may have are findings like any other.
 *
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { Patch } from '../../sim/plants/plant.ts';
import type { Kept } from './corpus.ts';
import { type Finding, type FromWorker, type Fuzzed, SHARED_BYTES, type Task } from './protocol.ts';
import { TARGETS } from './targets.ts';

export interface FuzzOptions {
  readonly seed: string;
  readonly inputs: number;
  /** @default all */
  readonly targets?: readonly string[];
  /** An input that does not come back within this time hangs, ms. @default 20 s */
  readonly hangMs?: number;
  /** Stops at the first finding. @default false */
  readonly failFast?: boolean;
  /** Planted in the thread alone. */
  readonly patches?: readonly Patch[];
  onProgress?(done: number): void;
  /** An input with a new outcome. */
  onNew?(target: string, kept: Kept): void;
  onFinding?(finding: Finding): void;
}

export interface FuzzResult {
  readonly findings: readonly Finding[];
  /** Empty when the thread did not come to its end. */
  readonly targets: readonly Fuzzed[];
}

const HANG_MS = 20_000;
/** Decoding needs no more, whatever the input. */
const HEAP_MB = 192;
const SLOW_MS = 1_000;

export function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { seed, inputs, targets = [], hangMs = HANG_MS, patches = [] } = options;
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const count = new Int32Array(shared, 0, 2);
  const task: Task = { seed, inputs, targets, slowMs: SLOW_MS, keep: options.onNew !== undefined, shared };
  const preload = new URL('../../sim/plants/preload.ts', import.meta.url).href;
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    execArgv: patches.length > 0 ? ['--import', preload] : [],
    env: { ...process.env, CASHPOINT_PATCHES: JSON.stringify(patches) },
  });
  const findings: Finding[] = [];
  const find = (finding: Finding) => {
    findings.push(finding);
    options.onFinding?.(finding);
    if (options.failFast) void worker.terminate();
  };
  /** The input that is, or was, being decoded. */
  const current = (text: string): Finding => {
    const [, place = 0] = count;
    const input = Uint8Array.from(new Uint8Array(shared, 8, place % 2 ** 20));
    return { target: TARGETS[Math.floor(place / 2 ** 20)]?.name ?? '?', input, text };
  };
  return new Promise((resolve) => {
    let seen = 0;
    const watch = setInterval(() => {
      const [begun = 0] = count;
      // Before the first input the thread loads its code.
      if (begun > 0 && begun === seen) {
        find(current(`does not come back within ${hangMs} ms`));
        void worker.terminate();
      }
      seen = begun;
    }, hangMs);
    const end = (fuzzed: readonly Fuzzed[]) => {
      clearInterval(watch);
      resolve({ findings, targets: fuzzed });
    };
    let fuzzed: readonly Fuzzed[] = [];
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'progress') options.onProgress?.(message.done);
      else if (message.type === 'new') options.onNew?.(message.target, message);
      else if (message.type === 'finding') find(message.finding);
      else fuzzed = message.targets;
    });
    worker.on('error', (error) => find(current(`the thread died: ${error.message}`)));
    worker.once('exit', () => end(fuzzed));
  });
}
