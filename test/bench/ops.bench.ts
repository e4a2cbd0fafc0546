/**
 * The speed figure (docs/PERFORMANCE.md): sealed, durable, audited deposits a second by 256 logged-in terminals without
 * think time, bank and generator on this machine; beside it a bare loop of the same primitives in one process, measured
 * in the same minute. `node test/bench/ops.bench.ts [seconds]`
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadOutcome } from '../../sim/load/load-outcome.ts';
import { LOAD_DEFAULTS, type LoadOptions, parseMix } from '../../sim/load/options.ts';
import { LoadRun } from '../../sim/load/run.ts';
import { exponentialThink } from '../../sim/load/think.ts';
import { bareLoop } from './bare-loop.ts';

const seconds = Number(process.argv[2] ?? 12);
const options = {
  ...LOAD_DEFAULTS,
  mix: parseMix('deposit=100') as LoadOptions['mix'],
  think: exponentialThink(0),
};

const before = bareLoop(3);
const outcome = await run({ ...options, terminals: 256, accounts: 256, durationMs: seconds * 1000 });
const after = bareLoop(3);
const bare = Math.round((before + after) / 2);
// The first two seconds are logins and warm-up, the last is not whole.
const { rows } = outcome.collector.seconds.timeline.series(['achievedRate'], outcome.loadMs);
const steady = rows.slice(2, seconds - 1).map(([rate]) => rate ?? 0);
const rate = Math.round(mean(steady));
const { cpuPct, batches, commitUs } = outcome.collector.bank;
console.log(
  `deposits/s             ${rate}   (${Math.min(...steady)} to ${Math.max(...steady)} in a second)`,
);
console.log(
  `bare loop/s            ${bare}   (${before} before, ${after} after; one process, no state machines)`,
);
console.log(`ratio to the bare loop ${(rate / bare).toFixed(2)}`);
console.log(
  `CPU of one core        bank ${cpuPct.getValueAtPercentile(50)} %, generator ${outcome.generatorCpuPct} %`,
);
console.log(`commit                 ${Math.round(batches.mean)} operations, ${Math.round(commitUs.mean)} µs`);

async function run(options: LoadOptions): Promise<LoadOutcome> {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-bench-'));
  const load = new LoadRun({
    options,
    directory,
    data: join(directory, 'data'),
    foreign: null,
    commit: '-',
    onModel: () => {},
    onProgress: (text) => process.stderr.write(`${text}\n`),
  });
  try {
    const outcome = await load.run();
    for (const problem of [...outcome.faulted, ...outcome.loadProblems]) console.log(`INVALID: ${problem}`);
    for (const { id, status, violations } of outcome.verified?.invariants ?? []) {
      if (status === 'violated') console.log(`INVALID: ${id} has ${violations} violations`);
    }
    return outcome;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
