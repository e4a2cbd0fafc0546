/**
 * `cashpoint top`: the dashboard as a process of its own, since writes to a terminal are synchronous and one that
 * stops reading must not hold up the load. Reads a feed, draws, sends commands back.
 *
 * @module
 */
import { systemClock } from '../actors/node/clock.ts';
import { connectFeed } from '../actors/node/feed.ts';
import { startApp } from '../terminals/dashboard/app.ts';
import type { DashboardModel } from '../terminals/dashboard/model.ts';
import { plainChanges, plainLine } from '../terminals/dashboard/plain.ts';
import { guardTerminal, openShell } from '../terminals/dashboard/shell.ts';
import { chooseTheme } from '../terminals/dashboard/theme.ts';
import { exportShown } from './screen-export.ts';
import type { ScreenOptions } from './screen-flags.ts';

export interface TopOptions extends ScreenOptions {
  /** Path of the feed's socket. */
  readonly feed: string;
  /** Looks on at a run that somebody else started: leaving it never stops the run. */
  readonly attached: boolean;
  /** Lines instead of a screen; so too when stdin or stdout is no terminal. */
  readonly plain: boolean;
}

/** Runs until the feed ends or the user leaves. Returns the exit code: 0, or 2 when there is no such feed. */
export function topCommand(options: TopOptions): Promise<number> {
  const { env, stdin, stdout } = process;
  const screen = !options.plain && stdin.isTTY && stdout.isTTY && env['TERM'] !== 'dumb';
  return screen ? onScreen(options) : inLines(options.feed);
}

function onScreen(options: TopOptions): Promise<number> {
  const { env, stdin, stdout, stderr } = process;
  return new Promise((resolve) => {
    let last: DashboardModel | null = null;
    let failure: Error | null = null;
    const client = connectFeed(options.feed, {
      onModel(model) {
        last = model;
        app.show(model);
      },
      onEnd(error) {
        failure = error;
        app.end();
      },
    });
    const app = startApp(
      {
        clock: systemClock(),
        stopwatchMs: () => performance.now(),
        cpuMs,
        openShell: (shell) => openShell({ input: stdin, output: stdout, ...shell }),
        send: (command) => client.send(command),
        exportShown: (shown) => exportShown(shown, new Date()),
        onClosed(why, repeat) {
          unguard();
          client.close();
          if (why === 'gone') return resolve(128 + SIGHUP);
          // The alternate screen is gone with all figures: leave the last ones behind.
          if (last !== null) stderr.write(`${plainLine(last)}\n`);
          const again = repeat ?? last?.run.repeat;
          if (again !== undefined) stderr.write(`Again: ${again}\n`);
          resolve(failure === null ? 0 : fail(failure));
        },
      },
      {
        theme: options.theme ?? chooseTheme(env, options.color),
        ascii: options.ascii,
        attached: options.attached,
        mouse: options.mouse,
        bell: options.bell,
        fps: options.fps ?? (env['SSH_TTY'] ? 4 : 10),
      },
    );
    const unguard = guardTerminal(process, () => app.close());
  });
}

/** Of this process, since it began. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function inLines(feed: string): Promise<number> {
  return new Promise((resolve) => {
    let last: DashboardModel | null = null;
    let second = -1;
    connectFeed(feed, {
      onModel(model) {
        for (const line of plainChanges(last, model)) console.log(line);
        last = model;
        const now = Math.floor(model.run.elapsedMs / 1000);
        if (now !== second) console.log(plainLine(model));
        second = now;
      },
      onEnd: (error) => resolve(error === null ? 0 : fail(error)),
    });
  });
}

function fail(error: Error): number {
  process.stderr.write(`cashpoint top: ${error.message}\n`);
  return USAGE;
}

const SIGHUP = 1;
const USAGE = 2;
