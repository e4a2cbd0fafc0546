/**
 * `cashpoint report open`: shows a run's page in the browser, or says where it is when there is none to show it.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { CommandError } from './fail.ts';

const HELP = `
The path is always printed. Opened by \`open\` on macOS, by \`xdg-open\` on Linux, by $BROWSER where that is set.

Example:
  cashpoint report open out/run-20261124T124319Z-4711`;

export const openCommand = (): Command =>
  new Command('open')
    .summary("open a run's report in the browser")
    .description('Opens report.html of a run in the browser.')
    .argument('<run>', 'directory of the run')
    .addHelpText('after', HELP)
    .exitOverride()
    .action(async (run: string) => {
      const page = resolve(run, 'report.html');
      if (!existsSync(page)) throw new CommandError('usage', nothingAt(run, page));
      console.log(page);
      const problem = await launch(opener(), page);
      if (problem !== null) console.error(`Not opened: ${problem}. Open the file above in a browser.`);
    });

function nothingAt(run: string, page: string): string {
  const hint = existsSync(join(run, 'report.json')) ? `; make it with: cashpoint report render ${run}` : '';
  return `No page at ${page}${hint}`;
}

function opener(): string {
  const { BROWSER } = process.env;
  if (BROWSER !== undefined && BROWSER !== '') return BROWSER;
  return process.platform === 'darwin' ? 'open' : 'xdg-open';
}

/** Long enough to see that it cannot; one that goes on after that is a browser. */
const WAIT_MS = 3_000;

/** Null when it was opened. The browser is left alone: it may outlive this program. */
function launch(program: string, page: string): Promise<string | null> {
  return new Promise((done) => {
    const child = spawn(program, [page], { detached: true, stdio: 'ignore' });
    const timer = setTimeout(() => finish(null), WAIT_MS);
    const finish = (problem: string | null) => {
      clearTimeout(timer);
      child.unref();
      done(problem);
    };
    child.once('error', ({ code }: NodeJS.ErrnoException) =>
      finish(code === 'ENOENT' ? `there is no ${program} here` : `${program} cannot be started (${code})`),
    );
    child.once('close', (code) => finish(code === 0 ? null : `${program} ended with ${code}`));
  });
}
