/**
 * `cashpoint top`: the dashboard's own process, started by `cashpoint run` or by whoever wants to look on.
 *
 * @module
 */
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { CommandError } from './fail.ts';
import { addScreenOptions, type ScreenFlags, screenOptions } from './screen-flags.ts';
import { topCommand } from './top.ts';

interface TopFlags extends ScreenFlags {
  readonly attach?: string;
  readonly feed?: string;
  readonly plain?: boolean;
}

export function topCliCommand(): Command {
  const command = new Command('top')
    .summary('look on at a run')
    .description('Shows the dashboard of a run that goes on; the run does not notice.')
    .option('--attach <path>', "the run's directory, or its socket")
    .addOption(new Option('--feed <path>', 'socket of the run that started this dashboard').hideHelp());
  return addScreenOptions(command)
    .option('--plain', 'lines instead of a screen')
    .action(async ({ attach, feed, plain, ...screen }: TopFlags) => {
      const path = attach === undefined ? feed : socketOf(attach);
      if (path === undefined) throw new CommandError('usage', 'Say which run: --attach RUN-DIRECTORY');
      process.exitCode = await topCommand({
        ...screenOptions(screen),
        feed: path,
        attached: attach !== undefined,
        plain: plain ?? false,
      });
    });
}

/** A run leaves a link to its socket in its directory, since a socket's path must be short. */
function socketOf(path: string): string {
  try {
    return realpathSync(statSync(path).isDirectory() ? join(path, 'feed') : path);
  } catch {
    throw new CommandError('usage', `No run goes on at ${path}`);
  }
}
