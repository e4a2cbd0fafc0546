/**
 * `cashpoint top`: the dashboard's own process, started by `cashpoint run` or by whoever wants to look on.
 *
 * @module
 */
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { THEME_NAMES, type ThemeName } from '../terminals/dashboard/theme.ts';
import { CommandError } from './fail.ts';
import { count } from './flags.ts';
import { topCommand } from './top.ts';

interface TopFlags {
  readonly attach?: string;
  readonly feed?: string;
  readonly theme?: ThemeName;
  readonly fps?: number;
  readonly ascii?: boolean;
  readonly mouse?: boolean;
  readonly plain?: boolean;
}

export function topCliCommand(): Command {
  return new Command('top')
    .summary('look on at a run')
    .description('Shows the dashboard of a run that goes on; the run does not notice.')
    .option('--attach <path>', "the run's directory, or its socket")
    .addOption(new Option('--feed <path>', 'socket of the run that started this dashboard').hideHelp())
    .addOption(new Option('--theme <name>', 'colours (default: as the terminal can)').choices(THEME_NAMES))
    .option('--fps <n>', 'frames a second (default: 10, over SSH 4)', count('frames a second'))
    .option('--ascii', 'no characters beyond ASCII')
    .option('--mouse', 'clicks and the wheel are for the dashboard; M switches')
    .option('--plain', 'lines instead of a screen')
    .action(async ({ attach, feed, theme, fps, ascii, mouse, plain }: TopFlags) => {
      const path = attach === undefined ? feed : socketOf(attach);
      if (path === undefined) throw new CommandError('usage', 'Say which run: --attach RUN-DIRECTORY');
      process.exitCode = await topCommand({
        feed: path,
        attached: attach !== undefined,
        theme: theme ?? null,
        color: 'auto',
        ascii: ascii ?? false,
        mouse: mouse ?? false,
        plain: plain ?? false,
        fps: fps === undefined ? null : Math.min(FPS_MAX, fps),
      });
    });
}

const FPS_MAX = 60;

/** A run leaves a link to its socket in its directory, since a socket's path must be short. */
function socketOf(path: string): string {
  try {
    return realpathSync(statSync(path).isDirectory() ? join(path, 'feed') : path);
  } catch {
    throw new CommandError('usage', `No run goes on at ${path}`);
  }
}
