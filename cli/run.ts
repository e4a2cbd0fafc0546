/**
 * `cashpoint run`: an embedded bank, a fleet, checks and a report; the dashboard on a terminal, plain lines elsewhere.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Report } from '../reports/report.ts';
import { writeReport } from '../reports/write.ts';
import type { LoadOptions } from '../sim/load/options.ts';
import { LoadRun } from '../sim/load/run.ts';
import { explainText, scenarioText, timelineText } from '../sim/load/scenario-text.ts';
import { readCredentials } from './credentials.ts';
import { sourceInfo } from './environment.ts';
import { CommandError } from './fail.ts';
import { removeNote, writeNote } from './killed-run.ts';
import { loadReport } from './load-report.ts';
import { needFiles } from './open-files.ts';
import { Interrupts, openDisplay } from './run-display.ts';
import { addLoadOptions, effectiveOptions } from './run-options.ts';
import { addScreenOptions, type ScreenFlags, screenArgv } from './screen-flags.ts';

interface RunFlags extends ScreenFlags {
  bank?: string;
  credentials?: string;
  data?: string;
  out: string;
  tui: boolean;
  quiet: boolean;
  json: boolean;
  dryRun: boolean;
  explain: boolean;
  control: boolean;
}

export function runCommand(): Command {
  const command = new Command('run')
    .summary('run a load, check that no cent was lost, write a report')
    .description(
      'Starts a bank and a fleet of simulated ATMs, loads them, checks every cent, writes a report.',
    )
    .argument('[scenario]', 'a scenario file, YAML or JSON; examples/ has some');
  return addScreenOptions(addLoadOptions(command))
    .option('--bank <host:port>', 'a bank that runs already, instead of an embedded one')
    .option('--credentials <file>', 'terminals and customers of that bank')
    .option('--data <dir>', "the embedded bank's data (default: in the run's directory)")
    .option('--out <dir>', 'where the run gets a directory of its own', 'out')
    .option('--dry-run', 'print what would happen when, and end')
    .option('--explain', 'print each value and where it came from, and end')
    .option('--control', 'the dashboard may pause the load, change its size, apply faults')
    .option('--no-tui', 'plain lines instead of the dashboard')
    .option('--quiet', 'no progress lines')
    .option('--json', 'print report.json on stdout at the end')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, flags: RunFlags, self: Command) => {
      const { options, origins } = effectiveOptions(self, file, { foreign: flags.bank !== undefined });
      if (flags.explain) console.log(explainText(options, origins));
      if (flags.dryRun) console.log(timelineText(options));
      if (flags.explain || flags.dryRun) return;
      process.exitCode = await run(options, flags);
    });
}

const HELP = `
Each flag of the load is also a variable, e.g. CASHPOINT_TERMINALS. Flags win over variables, these over the scenario.

Examples:
  cashpoint run                                             200 terminals for 30 s, dashboard
  cashpoint run examples/rush-hour.yaml --dry-run           what a scenario would do
  cashpoint run --stage 30s:500/s --stage 1m:500/s          open model: a rate, whatever the bank does
  cashpoint run --terminals 2000 --stage 30s:2000 --stage 1m:2000 --workers 2
  cashpoint run --kill-bank-at 5s --no-tui                  a power failure in mid-run
  cashpoint run --mix deposit=100 --think 0 --expect 'p99<100ms'

Exit: 0 pass, 99 threshold missed, 104 scenario not valid, 105 interrupted, 110 invariant violated,
      112 an attack got through, 113 load not produced, 116 audit trail does not verify; see docs/CLI.md.`;

async function run(options: LoadOptions, flags: RunFlags): Promise<number> {
  needFiles(options.terminals);
  const foreign = flags.bank === undefined ? null : readCredentials(flags.bank, flags.credentials, options);
  const id = `run-${new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}-${process.pid}`;
  const directory = makeDirectory(join(flags.out, id));
  const data = flags.data ?? join(directory, 'data');
  const source = sourceInfo();
  const signals = new Interrupts(`For a report of what it left: cashpoint report render ${directory}`, () =>
    load.interrupt(),
  );
  const argv = process.argv.slice(2);
  const reproCommand = reproOf(argv, options);
  const display = await openDisplay({ ...flags, screenArgv: screenArgv(flags), directory }, (command) => {
    if (command === 'stop') load.interrupt();
    else if (command === 'interrupt') signals.take();
    else if (command.type === 'watched') load.watch(command.terminals);
    else load.control(command);
  });
  const load = new LoadRun({
    options,
    directory,
    data,
    foreign,
    commit: source.commit?.slice(0, 7) ?? '-',
    repeat: reproCommand,
    control: flags.control,
    onModel: (model) => display.show(model),
    onProgress: (text) => display.progress(text),
  });
  try {
    const settings = settingsOf(options, foreign === null);
    writeFileSync(join(directory, 'scenario.json'), scenarioText(options));
    writeNote(directory, { id, pid: process.pid, startedAtMs: Date.now(), argv, reproCommand, settings });
    const outcome = await load.run();
    const report = await writeReport(
      directory,
      loadReport(outcome, {
        id,
        directory,
        argv,
        reproCommand,
        settings,
      }),
    );
    removeNote(directory);
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

function makeDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new CommandError('usage', `Cannot write to ${path}: ${(error as Error).message}`);
  }
  return path;
}

function settingsOf({ transport, generator }: LoadOptions, embedded: boolean): Record<string, string> {
  return {
    transport,
    generator,
    bank: embedded ? 'embedded, own process' : 'foreign',
    ...(embedded
      ? { durability: 'SQLite WAL, synchronous=FULL, read back', passwordCost: 'load-test (argon2id, 8 KiB)' }
      : {}),
    terminalJournal: generator === 'autocannon' ? 'none' : 'a file a worker, group-flushed with O_DSYNC',
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
