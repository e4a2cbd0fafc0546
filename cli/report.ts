/**
 * `cashpoint report`: the reports of runs, rendered again, compared, opened.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readReport } from '../reports/read.ts';
import { writeRendered } from '../reports/write.ts';
import { CommandError } from './fail.ts';
import { compareCommand } from './report-compare.ts';
import { openCommand } from './report-open.ts';

export function reportCommand(): Command {
  const report = new Command('report').summary('work with the reports of runs');
  report
    .command('render')
    .summary('make the rendered files of a run again')
    .description('Makes report.html, junit.xml and summary.md of a run again from its report.json.')
    .argument('<run>', 'directory of the run')
    .addHelpText('after', '\nExample:\n  cashpoint report render out/run-20261124T124319Z-4711')
    .exitOverride()
    .action(async (run: string) => {
      const path = join(run, 'report.json');
      if (!existsSync(path)) throw new CommandError('usage', `No report at ${path}`);
      await writeRendered(run, await readReport(run));
      console.log(resolve(run, 'report.html'));
    });
  return report.addCommand(compareCommand()).addCommand(openCommand());
}
