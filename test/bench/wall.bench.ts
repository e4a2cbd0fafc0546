/**
 * What a frame of the operator's wall costs: a snapshot of 2,000 ATMs in which everything has changed, drawn, handed to
 * blessed and written as bytes to a terminal that takes all of them. Asked for: at most 5 ms.
 *
 * `npm run bench:wall` prints median and 99th percentile for each size and look, and what the heap has kept after many
 * frames; exit 1 when a median is above, or when it has kept more than a megabyte.
 */
import { performance } from 'node:perf_hooks';
import { openShell } from '../../terminals/dashboard/shell.ts';
import type { UiState } from '../../terminals/dashboard/ui-state.ts';
import { draw } from '../../terminals/dashboard/view.ts';
import { fixtureModel, fixtureUi } from '../helpers/dashboard-fixture.ts';
import { sinkTty } from '../helpers/sink-tty.ts';

const TERMINALS = 2_000;
const BUDGET_MS = 5;
const SOAK_FRAMES = 6_000;
const KEPT_MAX_KB = 1024;

const models = Array.from({ length: 20 }, (_, i) => fixtureModel(TERMINALS, 197_204 + 1000 * i));

type Case = readonly [what: string, width: number, height: number, state: Partial<UiState>];

const CASES: readonly Case[] = [
  ['80x24', 80, 24, {}],
  ['120x36', 120, 36, {}],
  ['200x60', 200, 60, {}],
  ['200x60, sorted by p99', 200, 60, { sort: 'p99' }],
  ['200x60, filter p99>5 !idle', 200, 60, { filter: 'p99>5 !idle' }],
  ['200x60, all marked', 200, 60, { marked: new Set(Array.from({ length: TERMINALS }, (_, i) => i)) }],
];

interface Cost {
  readonly p50: number;
  readonly p99: number;
  /** Mean time of the processor: not touched by what else the machine does. */
  readonly cpu: number;
}

interface Pace {
  readonly warmUp: number;
  readonly count: number;
  readonly pauseMs: number;
}

const FAST: Pace = { warmUp: 100, count: 300, pauseMs: 0 };
/** As in a run: ten a second from the first on, which finds the code not yet compiled and the caches cold. */
const PACED: Pace = { warmUp: 0, count: 50, pauseMs: 100 };

async function frames([, width, height, state]: Case, { warmUp, count, pauseMs }: Pace): Promise<Cost> {
  const shell = openShell({ ...sinkTty(width, height), ascii: false, onKey() {}, onGone() {} });
  const costs: number[] = [];
  let cpuUs = 0;
  for (let i = 0; i < warmUp + count; i++) {
    const model = models[i % models.length] ?? null;
    const startCpu = process.cpuUsage();
    const startMs = performance.now();
    shell.paint((surface) => draw(model, surface, fixtureUi({ state })));
    // blessed writes at the end of the tick.
    await new Promise((resolve) => setImmediate(resolve));
    if (i >= warmUp) {
      costs.push(performance.now() - startMs);
      const { user, system } = process.cpuUsage(startCpu);
      cpuUs += user + system;
    }
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  shell.close();
  costs.sort((a, b) => a - b);
  const at = (share: number) => costs[Math.floor(share * (costs.length - 1))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), cpu: cpuUs / 1000 / count };
}

/** Growth of the heap from the hundredth frame on; needs `--expose-gc`. */
async function keptAfter(count: number): Promise<number> {
  const shell = openShell({ ...sinkTty(120, 36), ascii: false, onKey() {}, onGone() {} });
  let before = 0;
  for (let i = 0; i <= 100 + count; i++) {
    const model = models[i % models.length] ?? null;
    shell.paint((surface) => draw(model, surface, fixtureUi()));
    await new Promise((resolve) => setImmediate(resolve));
    if (i === 100) before = heapUsed();
  }
  const kept = heapUsed() - before;
  shell.close();
  return Math.round(kept / 1024);
}

function heapUsed(): number {
  if (!globalThis.gc) throw new Error('Expected to be started with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function tell(what: string, { p50, p99, cpu }: Cost): number {
  const figures = [p50, p99, cpu].map((ms) => ms.toFixed(2).padStart(6));
  console.log(`${what.padEnd(30)} p50 ${figures[0]}  p99 ${figures[1]}  processor ${figures[2]} ms`);
  return p50;
}

console.log(`A frame of ${TERMINALS} ATMs, everything changed:`);
const paced: Case = ['120x36, ten a second, from cold', 120, 36, {}];
const medians = [tell(paced[0], await frames(paced, PACED))];
for (const one of CASES) medians.push(tell(one[0], await frames(one, FAST)));
const keptKB = await keptAfter(SOAK_FRAMES);
console.log(`kept after ${SOAK_FRAMES} frames: ${keptKB} kB`);
const isCheap = Math.max(...medians) <= BUDGET_MS;
console.log(isCheap ? `within ${BUDGET_MS} ms` : `ABOVE ${BUDGET_MS} ms`);
process.exit(isCheap && keptKB <= KEPT_MAX_KB ? 0 : 1);
