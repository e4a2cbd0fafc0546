/**
 * Carries out `cashpoint simulate`: deals the seeds, tells the story of what failed, writes and prints the report.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { grouped, plural, significant, span } from '../reports/format.ts';
import type { Report } from '../reports/report.ts';
import { writeReport } from '../reports/write.ts';
import { PLANTS } from '../sim/plants/index.ts';
import { SeedPool } from '../sim/world/pool.ts';
import type { SeedFailure, Summary } from '../sim/world/summary.ts';
import { sourceInfo } from './environment.ts';
import { Interrupts } from './run-display.ts';
import { planOf, type SimulateFlags } from './simulate-plan.ts';
import { Progress } from './simulate-progress.ts';
import { simulationReport } from './simulate-report.ts';
import { failuresText, headerOf, plantsText, storyOf, traceText } from './simulate-text.ts';

export async function runSimulation(flags: SimulateFlags): Promise<number> {
  if (flags.listPlants) {
    console.log(
      flags.json
        ? JSON.stringify(
            PLANTS.map(({ patches: _, ...plant }) => plant),
            null,
            2,
          )
        : plantsText(PLANTS),
    );
    return 0;
  }
  const source = sourceInfo();
  const plan = planOf(flags, source);
  console.error(headerOf(plan, source));
  const pool = new SeedPool({ workers: plan.workers, patches: plan.plant?.patches ?? [] });
  let isInterrupted = false;
  const signals = new Interrupts(() => {
    isInterrupted = true;
    pool.stop();
  });
  const progress = new Progress(plan.seedsPlanned, { quiet: flags.quiet ?? false });
  const startedAtMs = Date.now();
  try {
    const summary = await pool.deal(plan, (results) => progress.add(results));
    progress.close();
    const endedAtMs = Date.now();
    if (flags.trace && plan.only) {
      const { trace } = await pool.trace(plan.only);
      for (const line of traceText(trace)) console.log(line);
    }
    for (const failure of firstOfEach(summary.failures)) {
      const replay = `${plan.reproOf(failure.seed)} --trace`;
      console.error(storyOf({ failure, shrunk: null, replay }, plan, source));
    }
    const id = `simulate-${new Date(startedAtMs).toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}-${process.pid}`;
    const argv = process.argv.slice(2);
    const report = simulationReport(plan, summary, {
      id,
      source,
      argv,
      startedAtMs,
      endedAtMs,
      isInterrupted,
      artifacts: [],
    });
    return await conclude(report, { flags, summary });
  } finally {
    progress.close();
    signals.release();
    await pool.destroy();
  }
}

/** The first failure of each invariant, in the order of the seeds. */
function firstOfEach(failures: readonly SeedFailure[]): SeedFailure[] {
  const seen = new Set<string>();
  return failures.filter(({ invariant }) => {
    const isNew = !seen.has(invariant);
    seen.add(invariant);
    return isNew;
  });
}

async function conclude(
  report: Report,
  { flags, summary }: { readonly flags: SimulateFlags; readonly summary: Summary },
): Promise<number> {
  const { run, verdict, simulation } = report;
  if (flags.json) {
    const { source, invariants } = report;
    const { exit } = run;
    console.log(
      JSON.stringify(
        { source: { commit: source.commit, dirty: source.dirty }, exit, verdict, invariants, simulation },
        null,
        2,
      ),
    );
  }
  for (const line of failuresText(summary)) console.error(line);
  if (simulation) {
    const faults = Object.values(simulation.faults).reduce((a, b) => a + b, 0);
    const checks = report.invariants.reduce((n, { checks: more }) => n + more, 0);
    console.error(
      `${plural(simulation.seedsRun, 'seed')} in ${span(simulation.wall.ms)}, ${significant(simulation.wall.seedsPerSecond)}/s, ` +
        `${grouped(Math.round(simulation.wall.speed))} times real time: ${plural(faults, 'fault')}, ${plural(checks, 'check')}, ` +
        `${plural(simulation.seedsTwice, 'seed')} run twice, digest ${simulation.digest.slice(0, 16)}`,
    );
  }
  for (const { message } of verdict.warnings) console.error(`note: ${message}`);
  if (flags.out !== undefined) {
    const directory = join(flags.out, run.id);
    mkdirSync(directory, { recursive: true });
    await writeReport(directory, report);
    console.error(`report: ${resolve(directory, 'report.html')}`);
  }
  console.error(
    `${verdict.status.toUpperCase()} (exit ${run.exit.code}): ${run.exit.reason}. Again: ${run.reproCommand}`,
  );
  return run.exit.code;
}
