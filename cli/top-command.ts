/**
 * `cashpoint top`: the dashboard's own process, started by `cashpoint run`.
 *
 * @module
 */
import { Command } from 'commander';
import { topCommand } from './top.ts';

export function topCliCommand(): Command {
  return new Command('top')
    .description('Shows the dashboard of a run.')
    .requiredOption('--feed <path>', 'socket of the run')
    .option('--ascii', 'no characters beyond ASCII')
    .option('--plain', 'lines instead of a screen')
    .action(async (flags: { feed: string; ascii?: boolean; plain?: boolean }) => {
      process.exitCode = await topCommand({
        feed: flags.feed,
        theme: null,
        color: 'auto',
        ascii: flags.ascii ?? false,
        plain: flags.plain ?? false,
        fps: null,
      });
    });
}
