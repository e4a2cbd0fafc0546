/**
 * `cashpoint report compare`: whether a run is worse than an earlier one, by more than chance; Markdown on stdout, the
 * comparison in the newer run's report.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { withBaseline, worseOnes } from '../reports/compare/apply.ts';
import { differences, hopeless } from '../reports/compare/comparable.ts';
import { compareRuns, MIN_EFFECT } from '../reports/compare/compare.ts';
import { renderComparison } from '../reports/compare/markdown.ts';
import { EXIT } from '../reports/exit-codes.ts';
import { readReport } from '../reports/read.ts';
import type { BaselineResult, Report } from '../reports/report.ts';
import { writeReport } from '../reports/write.ts';
import { CommandError } from './fail.ts';
import { percentage } from './flags.ts';

interface CompareFlags {
  force?: boolean;
  json?: boolean;
  write: boolean;
  minEffect?: number;
}

const HELP = `
Better, same and worse are told apart from noise: intervals come from a bootstrap over the windows of both runs, and hold
together for all metrics with 95 % confidence. A change counts when its interval excludes zero and it is of interest:
${MIN_EFFECT.us} % of a latency, ${MIN_EFFECT['/s']} % of a rate, ${MIN_EFFECT['%']} points of the errors.

Examples:
  cashpoint report compare out/main/run-… out/branch/run-…
  cashpoint report compare BASE NEW --min-effect 5% > comment.md
  cashpoint report compare BASE NEW --force --no-write     unlike runs; their reports stay as they are

Exit: 0 not worse, 111 worse, 2 the runs cannot be compared.`;

export const compareCommand = (): Command =>
  new Command('compare')
    .summary('is a run worse than an earlier one, by more than chance')
    .description('Compares two runs of the same load and puts the result into the report of the newer one.')
    .argument('<base>', 'directory of the earlier run')
    .argument('<new>', 'directory of the newer run')
    .option('--force', 'compare runs that are not alike')
    .option(
      '--min-effect <pct>',
      'smallest change of a latency or rate that is of interest, e.g. 5%',
      percentage,
    )
    .option('--json', 'the comparison as JSON on stdout instead of Markdown')
    .option('--no-write', 'leave the report of the newer run as it is')
    .addHelpText('after', HELP)
    .exitOverride()
    .action(async (base: string, now: string, flags: CompareFlags) => {
      process.exitCode = await compare(base, now, flags);
    });

async function compare(baseDir: string, nowDir: string, flags: CompareFlags): Promise<number> {
  if (resolve(baseDir) === resolve(nowDir)) {
    throw new CommandError('usage', 'Expected two runs, got the same one twice');
  }
  const [base, now] = [await read(baseDir), await read(nowDir)];
  refuse(base, now, flags.force ?? false);
  const file = join(baseDir, 'report.json');
  const baseline: BaselineResult = {
    runId: base.run.id,
    file: relative(nowDir, file),
    sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    ...compareRuns(base, now, flags.minEffect),
  };
  const report = withBaseline(now, baseline, base);
  if (flags.write) await writeReport(nowDir, report);
  process.stdout.write(
    flags.json ? `${JSON.stringify(baseline, null, 2)}\n` : renderComparison(baseline, base, now),
  );
  const worse = worseOnes(baseline).map(({ metric }) => metric);
  const exit = worse.length > 0 ? EXIT.regression : EXIT.pass;
  const found =
    worse.length > 0 ? `worse: ${worse.join(', ')}` : `no metric of ${baseline.deltas.length} is worse`;
  const again = `cashpoint report compare ${baseDir} ${nowDir}${flags.force ? ' --force' : ''}`;
  console.error(`${worse.length > 0 ? 'WORSE' : 'PASS'} (exit ${exit.code}): ${found}. Again: ${again}`);
  return exit.code;
}

function refuse(base: Report, now: Report, isForced: boolean): void {
  const never = hopeless(base, now);
  if (never !== null) throw new CommandError('usage', `Cannot compare: ${never}`);
  const unlike = differences(base, now);
  if (unlike.length === 0 || isForced) return;
  const list = unlike.map((difference) => `\n  ${difference}`).join('');
  throw new CommandError('usage', `The runs are not alike; --force compares them all the same:${list}`);
}

function read(dir: string): Promise<Report> {
  if (!existsSync(join(dir, 'report.json')))
    throw new CommandError('usage', `No report at ${join(dir, 'report.json')}`);
  return readReport(dir);
}
