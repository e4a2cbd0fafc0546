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
import { differenceFrom } from '../sim/world/replay.ts';
import type { Summary } from '../sim/world/summary.ts';
import { sourceInfo } from './environment.ts';
import { Interrupts } from './run-display.ts';
import { planOf, type SimulateFlags } from './simulate-plan.ts';
import { Progress } from './simulate-progress.ts';
import { coverageOf, simulationReport } from './simulate-report.ts';
import { storiesOf } from './simulate-stories.ts';
import { coverageText, failuresText, headerOf, plantsText, storyText, traceText } from './simulate-text.ts';

/** Where failures go when no directory was named. */
const OUT_DEFAULT = 'out';

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
  const pool = new SeedPool({ workers: plan.workers, patches: plan.plant?.patches ?? [] });
  let isInterrupted = false;
  const signals = new Interrupts('There is no report', () => {
    isInterrupted = true;
    pool.stop();
  });
  console.error(headerOf(plan, source));
  const progress = new Progress(plan.seedsPlanned, { quiet: flags.quiet ?? false });
  const startedAtMs = Date.now();
  const id = `simulate-${new Date(startedAtMs).toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}-${process.pid}`;
  const directory = join(flags.out ?? OUT_DEFAULT, id);
  try {
    let difference: string | null = null;
    const summary = await pool.deal(plan, (results) => {
      progress.add(results);
      const [only] = results;
      if (plan.replay && only) difference = differenceFrom(plan.replay, only);
    });
    progress.close();
    const endedAtMs = Date.now();
    if (flags.trace && plan.only) {
      const { trace } = await pool.trace(plan.only);
      for (const line of traceText(trace)) console.log(line);
    }
    if (flags.coverage) console.log(coverageText(coverageOf(summary)));
    const canShrink = plan.replay === null && !isInterrupted;
    const deps = { pool, plan, directory, commit: source.commit, canShrink };
    if (canShrink && summary.failures.length > 0 && !flags.quiet) {
      console.error('simulate: making the first failure of each invariant small');
    }
    const stories = await storiesOf(summary, deps);
    for (const story of stories) console.error(storyText(story, plan, source));
    const report = simulationReport(plan, summary, {
      id,
      source,
      argv: process.argv.slice(2),
      startedAtMs,
      endedAtMs,
      isInterrupted,
      difference,
      artifacts: stories.flatMap(({ artifacts }) => artifacts),
    });
    return await conclude(report, { flags, summary, directory });
  } finally {
    progress.close();
    signals.release();
    await pool.destroy();
  }
}

async function conclude(
  report: Report,
  {
    flags,
    summary,
    directory,
  }: { readonly flags: SimulateFlags; readonly summary: Summary; readonly directory: string },
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
    mkdirSync(directory, { recursive: true });
    await writeReport(directory, report);
    console.error(`report: ${resolve(directory, 'report.html')}`);
  }
  console.error(
    `${verdict.status.toUpperCase()} (exit ${run.exit.code}): ${run.exit.reason}. Again: ${run.reproCommand}`,
  );
  return run.exit.code;
}
