/**
 * `cashpoint report`: the reports of runs, rendered again, compared, opened.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readReport } from '../reports/read.ts';
import { writeRendered, writeReport } from '../reports/write.ts';
import { removeNote, reportOfKilled } from './killed-run.ts';
import { compareCommand } from './report-compare.ts';
import { openCommand } from './report-open.ts';

export function reportCommand(): Command {
  const report = new Command('report').summary('work with the reports of runs');
  report
    .command('render')
    .summary('make the rendered files of a run again')
    .description(
      'Makes report.html, junit.xml and summary.md of a run again from its report.json. Of a run that was killed: makes its report, incomplete, of what it left.',
    )
    .argument('<run>', 'directory of the run')
    .addHelpText('after', '\nExample:\n  cashpoint report render out/run-20261124T124319Z-4711')
    .exitOverride()
    .action(async (run: string) => {
      if (existsSync(join(run, 'report.json'))) await writeRendered(run, await readReport(run));
      else await renderKilled(run);
      console.log(resolve(run, 'report.html'));
    });
  return report.addCommand(compareCommand()).addCommand(openCommand());
}

async function renderKilled(run: string): Promise<void> {
  const { verdict, run: made } = await writeReport(run, await reportOfKilled(run));
  removeNote(run);
  const { code, reason } = made.exit;
  console.error(`${verdict.status.toUpperCase()} (exit ${code}): ${reason}. Again: ${made.reproCommand}`);
  process.exitCode = code;
}
