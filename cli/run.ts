/**
 * `cashpoint run`: an embedded bank, a fleet, checks and a report; the dashboard on a terminal, plain lines elsewhere.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type FeedCommand, serveFeed } from '../actors/node/feed.ts';
import { EXIT } from '../reports/exit-codes.ts';
import type { Report, Threshold } from '../reports/report.ts';
import { parseThreshold } from '../reports/thresholds.ts';
import { writeReport } from '../reports/write.ts';
import { OPS } from '../sim/history.ts';
import {
  LOAD_DEFAULTS,
  type LoadOptions,
  MIX_DEFAULT,
  MIX_OPS,
  parseCount,
  parseDuration,
  parseMix,
  parseStage,
  type Stage,
} from '../sim/load/options.ts';
import { LoadRun } from '../sim/load/run.ts';
import type { DashboardModel } from '../terminals/dashboard/model.ts';
import { plainChanges, plainLine } from '../terminals/dashboard/plain.ts';
import { readCredentials } from './credentials.ts';
import { type DashboardProcess, startDashboard } from './dashboard-process.ts';
import { sourceInfo } from './environment.ts';
import { CommandError } from './fail.ts';
import { loadReport, scenarioText } from './load-report.ts';

interface RunFlags {
  terminals: number;
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

const TERMINALS_MAX = 15_000;

export function runCommand(): Command {
  const d = LOAD_DEFAULTS;
  const mixText = MIX_OPS.map((op) => `${op}=${MIX_DEFAULT[op]}`).join(',');
  return new Command('run')
    .summary('run a load, check that no cent was lost, write a report')
    .description(
      'Starts a bank and a fleet of simulated ATMs, loads them, checks every cent, writes a report.',
    )
    .option('--terminals <n>', `terminals, 1..${TERMINALS_MAX}`, terminals, d.terminals)
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
    .addOption(new Option('--json', 'print report.json on stdout at the end'))
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
  const id = `run-${new Date().toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}-${process.pid}`;
  const directory = makeDirectory(join(flags.out, id));
  const data = flags.data ?? join(directory, 'data');
  const foreign = flags.bank === undefined ? null : readCredentials(flags.bank, flags.credentials, options);
  const source = sourceInfo();
  const signals = new Interrupts(() => load.interrupt());
  const view = await openView(flags, (command) => (command === 'stop' ? load.interrupt() : signals.take()));
  const load = new LoadRun({
    options,
    directory,
    data,
    foreign,
    commit: source.commit?.slice(0, 7) ?? '-',
    onModel: (model) => view.show(model),
    onProgress: (text) => view.progress(text),
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
    await view.close();
    return announce(report, { directory, flags });
  } finally {
    signals.release();
    await view.close();
  }
}

function optionsOf(flags: RunFlags): LoadOptions {
  const stagesMs = flags.stage.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const top = Math.max(flags.terminals, ...flags.stage.map(({ terminals }) => terminals));
  if (top > TERMINALS_MAX)
    throw new CommandError('usage', `Expected at most ${TERMINALS_MAX} terminals, got ${top}`);
  if (flags.accounts === 1 && flags.mix.transfer > 0) {
    throw new CommandError('usage', 'Transfers need at least 2 accounts; leave them out with --mix');
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

interface View {
  show(model: DashboardModel): void;
  progress(text: string): void;
  close(): Promise<void>;
}

/** The dashboard in a process of its own when there is a terminal, else a line a second on stderr. */
async function openView(flags: RunFlags, onCommand: (command: FeedCommand) => void): Promise<View> {
  const { env, stdin, stdout } = process;
  const screen =
    flags.tui && !flags.quiet && stdin.isTTY && stdout.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
  return screen ? openDashboard(onCommand) : openLines(flags.quiet);
}

function openLines(quiet: boolean): View {
  let last: DashboardModel | null = null;
  let second = -1;
  return {
    show(model) {
      if (quiet || model.run.state === 'setup') return;
      for (const line of plainChanges(last, model)) console.error(line);
      last = model;
      const now = Math.floor(model.run.elapsedMs / 1000);
      if (now !== second) console.error(plainLine(model));
      second = now;
    },
    progress(text) {
      if (!quiet) console.error(`cashpoint: ${text}`);
    },
    close: async () => {},
  };
}

async function openDashboard(onCommand: (command: FeedCommand) => void): Promise<View> {
  const feed = await serveFeed(onCommand);
  const dashboard: DashboardProcess = startDashboard({ feedPath: feed.path, argv: [] });
  const lines = openLines(false);
  let gone = false;
  let closed = false;
  // A dashboard that was left or has died does not end the run: its lines go on.
  void dashboard.exited.then(() => {
    gone = true;
  });
  return {
    show(model) {
      feed.publish(model);
      if (gone && !closed) lines.show(model);
    },
    progress(text) {
      if (gone) lines.progress(text);
    },
    async close() {
      if (closed) return;
      closed = true;
      await feed.close();
      await dashboard.exited;
    },
  };
}

/** First Ctrl-C: drain, check, report. Second: at once, the run stays without a report. */
class Interrupts {
  #taken = 0;
  readonly #interrupt: () => void;
  readonly #onSignal = () => this.take();

  constructor(interrupt: () => void) {
    this.#interrupt = interrupt;
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  take(): void {
    this.#taken++;
    if (this.#taken > 1) {
      console.error('cashpoint: stopped at once; the run has no report and proves nothing');
      process.exit(EXIT.interrupted.code);
    }
    console.error('cashpoint: interrupted; draining, checking, reporting (once more to stop at once)');
    this.#interrupt();
  }

  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
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

const invalid = (expected: string, text: string) =>
  new InvalidArgumentError(`Expected ${expected}, got "${text}".`);

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw invalid('a duration like 500ms, 30s or 1h30m', text);
  return ms;
}

const moments = (text: string, before: number[]): number[] => [...before, duration(text)];

function count(name: string): (text: string) => number {
  return (text) => {
    const n = parseCount(text);
    if (n === null || n > 1_000_000) throw invalid(`a number of ${name} like 200 or 10k`, text);
    return n;
  };
}

function terminals(text: string): number {
  const n = parseCount(text);
  if (n === null || n > TERMINALS_MAX) throw invalid(`1..${TERMINALS_MAX} terminals`, text);
  return n;
}

function workers(text: string): number {
  const n = parseCount(text);
  if (n === null || n > 16) throw invalid('1..16 workers', text);
  return n;
}

function stages(text: string, before: Stage[]): Stage[] {
  const stage = parseStage(text);
  if (stage === null) throw invalid('a stage like 30s:500', text);
  return [...before, stage];
}

function mix(text: string): LoadOptions['mix'] {
  const parsed = parseMix(text);
  if (typeof parsed === 'string') throw new InvalidArgumentError(`${parsed}.`);
  return parsed;
}

function expectation(text: string, before: Threshold[]): Threshold[] {
  const parsed = parseThreshold(text, OPS);
  if ('problem' in parsed) throw new InvalidArgumentError(parsed.problem);
  return [...before, parsed.threshold];
}
