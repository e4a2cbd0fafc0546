/**
 * `cashpoint run`: an embedded bank, a fleet, checks and a report; the dashboard on a terminal, plain lines elsewhere.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Report, Threshold } from '../reports/report.ts';
import { writeReport } from '../reports/write.ts';
import {
  LOAD_DEFAULTS,
  type LoadOptions,
  MIX_DEFAULT,
  MIX_OPS,
  type Stage,
  TERMINALS_MAX,
} from '../sim/load/options.ts';
import { LoadRun } from '../sim/load/run.ts';
import { readCredentials } from './credentials.ts';
import { sourceInfo } from './environment.ts';
import { CommandError } from './fail.ts';
import { count, duration, expectation, mix, moments, stages, terminals, workers } from './flags.ts';
import { loadReport, scenarioText } from './load-report.ts';
import { Interrupts, openDisplay } from './run-display.ts';

interface RunFlags {
  terminals?: number;
  accounts?: number;
  duration?: number;
  stage: Stage[];
  workers: number;
  seed: string;
  think: number;
  mix: LoadOptions['mix'];
  bank?: string;
  credentials?: string;
  data?: string;
  out: string;
  expect: Threshold[];
  killBankAt: number[];
  drain: number;
  tui: boolean;
  quiet: boolean;
  json: boolean;
}

export function runCommand(): Command {
  const d = LOAD_DEFAULTS;
  const mixText = MIX_OPS.map((op) => `${op}=${MIX_DEFAULT[op]}`).join(',');
  return new Command('run')
    .summary('run a load, check that no cent was lost, write a report')
    .description(
      'Starts a bank and a fleet of simulated ATMs, loads them, checks every cent, writes a report.',
    )
    .option(
      '--terminals <n>',
      `terminals, 1..${TERMINALS_MAX} (default: ${d.terminals}, or the largest stage)`,
      terminals,
    )
    .option('--accounts <n>', 'customer accounts (default: two a terminal)', count('accounts'))
    .option(
      '--duration <time>',
      'how long new operations begin (default: 30s, or the sum of the stages)',
      duration,
    )
    .option('--stage <time:n>', 'ramp to n terminals in that time; may be repeated', stages, [])
    .option('--workers <n>', 'generator threads, 1..16', workers, d.workers)
    .option('--seed <text>', 'what customers do is drawn from it', d.seed)
    .option('--think <time>', 'mean think time before an operation, 0 for none', duration, d.thinkMs)
    .option('--mix <op=n,…>', `weights of operations (default: ${mixText})`, mix, d.mix)
    .option('--bank <host:port>', 'a bank that runs already, instead of an embedded one')
    .option('--credentials <file>', 'terminals and customers of that bank')
    .option('--data <dir>', "the embedded bank's data (default: in the run's directory)")
    .option('--out <dir>', 'where the run gets a directory of its own', 'out')
    .option(
      '--expect <threshold>',
      "e.g. 'p99(withdraw)<250ms' or 'errors<0.1%'; may be repeated",
      expectation,
      [],
    )
    .option('--kill-bank-at <time>', 'SIGKILL the bank then and start it again; may be repeated', moments, [])
    .option('--drain <time>', 'how long open operations may take to settle at the end', duration, d.drainMs)
    .option('--no-tui', 'plain lines instead of the dashboard')
    .option('--quiet', 'no progress lines')
    .option('--json', 'print report.json on stdout at the end')
    .addHelpText('after', HELP)
    .action(async (flags: Omit<RunFlags, 'json'> & { json?: boolean; quiet?: boolean }) => {
      process.exitCode = await run({ ...flags, json: flags.json ?? false, quiet: flags.quiet ?? false });
    });
}

const HELP = `
Examples:
  cashpoint run                                             200 terminals for 30 s, dashboard
  cashpoint run --terminals 2000 --stage 30s:2000 --stage 1m:2000 --workers 2
  cashpoint run --kill-bank-at 5s --no-tui                  a power failure in mid-run
  cashpoint run --mix deposit=100 --think 0 --expect 'p99<100ms'

Exit: 0 pass, 99 threshold missed, 105 interrupted, 110 invariant violated, 113 load not produced,
      116 audit trail does not verify; see docs/CLI.md.`;

async function run(flags: RunFlags): Promise<number> {
  const options = optionsOf(flags);
  const foreign = flags.bank === undefined ? null : readCredentials(flags.bank, flags.credentials, options);
  const id = `run-${new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}-${process.pid}`;
  const directory = makeDirectory(join(flags.out, id));
  const data = flags.data ?? join(directory, 'data');
  const source = sourceInfo();
  const signals = new Interrupts(() => load.interrupt());
  const display = await openDisplay(flags, (command) =>
    command === 'stop' ? load.interrupt() : signals.take(),
  );
  const load = new LoadRun({
    options,
    directory,
    data,
    foreign,
    commit: source.commit?.slice(0, 7) ?? '-',
    onModel: (model) => display.show(model),
    onProgress: (text) => display.progress(text),
  });
  try {
    writeFileSync(join(directory, 'scenario.json'), scenarioText(options));
    const outcome = await load.run();
    const argv = process.argv.slice(2);
    const report = await writeReport(
      directory,
      loadReport(outcome, {
        id,
        directory,
        argv,
        reproCommand: reproOf(argv, options),
        thresholds: flags.expect,
        settings: settingsOf(foreign === null),
      }),
    );
    load.conclude({
      status: report.verdict.status,
      exitCode: report.run.exit.code,
      reasons: report.verdict.reasons,
    });
    await display.close();
    return announce(report, { directory, flags });
  } finally {
    signals.release();
    await display.close();
  }
}

function optionsOf(flags: RunFlags): LoadOptions {
  const stagesMs = flags.stage.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const largest = Math.max(0, ...flags.stage.map(({ terminals }) => terminals));
  const top = Math.max(flags.terminals ?? (largest || LOAD_DEFAULTS.terminals), largest);
  if (top > TERMINALS_MAX)
    throw new CommandError('usage', `Expected at most ${TERMINALS_MAX} terminals, got ${top}`);
  if (flags.accounts === 1 && flags.mix.transfer > 0) {
    throw new CommandError('usage', 'Transfers need at least 2 accounts; leave them out with --mix');
  }
  if (flags.bank !== undefined && flags.killBankAt.length > 0) {
    throw new CommandError(
      'usage',
      'Only an embedded bank can be killed; leave out --kill-bank-at or --bank',
    );
  }
  return {
    scenario: LOAD_DEFAULTS.scenario,
    seed: flags.seed,
    terminals: top,
    accounts: flags.accounts ?? 2 * top,
    durationMs: flags.duration ?? (stagesMs || LOAD_DEFAULTS.durationMs),
    stages: flags.stage,
    workers: Math.min(flags.workers, top),
    thinkMs: flags.think,
    mix: flags.mix,
    killBankAtMs: flags.killBankAt,
    drainMs: flags.drain,
  };
}

function makeDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new CommandError('usage', `Cannot write to ${path}: ${(error as Error).message}`);
  }
  return path;
}

function settingsOf(embedded: boolean): Record<string, string> {
  return {
    transport: 'tcp',
    bank: embedded ? 'embedded, own process' : 'foreign',
    ...(embedded
      ? { durability: 'SQLite WAL, synchronous=FULL, read back', passwordCost: 'load-test (argon2id, 8 KiB)' }
      : {}),
    terminalJournal: 'a file a worker, group-flushed with O_DSYNC',
  };
}

/** The line that repeats the run: what was given, with the seed spelled out. */
function reproOf(argv: readonly string[], { seed }: LoadOptions): string {
  const quoted = argv.map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  const seeded = argv.some((word) => word.startsWith('--seed'));
  return ['cashpoint', ...quoted, ...(seeded ? [] : ['--seed', seed])].join(' ');
}

function announce(report: Report, { directory, flags }: { directory: string; flags: RunFlags }): number {
  const { exit, reproCommand } = report.run;
  const status = report.verdict.status.toUpperCase();
  if (flags.json) console.log(JSON.stringify(report, null, 2));
  const checks = report.invariants.reduce((sum, { checks: n }) => sum + n, 0);
  console.error(
    `${report.totals.requests} operations, ${report.totals.ok} ok, ${checks} checks, ` +
      `${report.audit?.records ?? 0} audit records; report: ${resolve(directory, 'report.html')}`,
  );
  for (const warning of report.verdict.warnings) console.error(`warning: ${warning.message}`);
  console.error(`${status} (exit ${exit.code}): ${exit.reason}. Again: ${reproCommand}`);
  return exit.code;
}
