/**
 * The thread that fuzzes: takes targets by their weight, writes each input where its owner sees it before it is decoded,
 * so that one that never comes back, or takes the whole thread with it, is known.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Rng } from '../../sim/rng.ts';
import { readCorpus } from './corpus.ts';
import { Fuzzer, type Outcome, outcomeOf, shrink } from './engine.ts';
import { BATCH, type Began, type FromWorker, type Task } from './protocol.ts';
import type { Target } from './target.ts';
import { TARGETS } from './targets.ts';

/** Garbage that was not collected yet included. */
const ARRAY_BUFFERS_MAX = 512 * 2 ** 20;
/** The second and third time it must be as slow for it to count: the machine may have been busy. */
const REPEATS = 3;

const { seed, inputs, targets, slowMs, keep, shared } = workerData as Task;
const say = (message: FromWorker) => parentPort?.postMessage(message);
const began: Began = {
  count: new Int32Array(shared, 0, 2),
  input: new Uint8Array(shared, 8),
};
const chosen = TARGETS.filter(({ name }) => targets.length === 0 || targets.includes(name));
const fuzzers = chosen.map(
  (target) => new Fuzzer(target, { seed, corpus: readCorpus(target.name).map(({ input }) => input) }),
);
const wheel = fuzzers.flatMap((fuzzer, index) => Array<number>(fuzzer.target.weight).fill(index));
const turn = new Rng(seed, 'turn');
const failures = new Set<string>();
const counts = chosen.map(() => 0);

for (let done = 0; done < inputs; ) {
  const index = turn.pick(wheel);
  const batch = Math.min(BATCH, inputs - done);
  for (let n = 0; n < batch; n++) fuzzOne(index);
  done += batch;
  counts[index] = (counts[index] ?? 0) + batch;
  const { arrayBuffers } = process.memoryUsage();
  if (arrayBuffers > ARRAY_BUFFERS_MAX)
    fail(index, began.input.slice(0, 0), `${arrayBuffers} bytes are held`);
  if (done % (BATCH * 8) < BATCH) say({ type: 'progress', done });
}
say({
  type: 'done',
  targets: fuzzers.map(({ target, outcomes }, index) => ({
    name: target.name,
    inputs: counts[index] ?? 0,
    outcomes,
  })),
});

function fuzzOne(index: number): void {
  const fuzzer = fuzzers[index] as Fuzzer;
  const input = fuzzer.next();
  const startedMs = performance.now();
  const outcome = attempt(fuzzer.target, input);
  const ms = performance.now() - startedMs;
  if (ms > slowMs && isSlow(fuzzer.target, input)) fail(index, input, `takes ${Math.round(ms)} ms`);
  if (fuzzer.learn(input, outcome)) learned(index, input, outcome);
}

/** Every decoding goes through here, so that the owner sees it begin. */
function attempt(target: Target, input: Uint8Array): Outcome {
  began.input.set(input);
  began.count[1] = TARGETS.indexOf(target) * 2 ** 20 + input.length;
  Atomics.add(began.count, 0, 1);
  return outcomeOf(target, input);
}

function learned(index: number, input: Uint8Array, outcome: Outcome): void {
  const { target } = fuzzers[index] as Fuzzer;
  if ('failure' in outcome) {
    fail(
      index,
      shrink((smaller) => attempt(target, smaller), input, outcome.failure),
      outcome.failure,
    );
  } else if (keep) say({ type: 'new', target: target.name, input, words: outcome.words });
}

function isSlow(target: Target, input: Uint8Array): boolean {
  for (let n = 1; n < REPEATS; n++) {
    const startedMs = performance.now();
    attempt(target, input);
    if (performance.now() - startedMs < slowMs) return false;
  }
  return true;
}

/** Once for each kind. */
function fail(index: number, input: Uint8Array, text: string): void {
  const target = (fuzzers[index] as Fuzzer).target.name;
  const kind = `${target} ${text.replace(/\d+/g, 'N').slice(0, 60)}`;
  if (failures.has(kind)) return;
  failures.add(kind);
  say({ type: 'finding', finding: { target, input, text } });
}
