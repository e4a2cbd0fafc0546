/**
 * How a run shows itself: the dashboard in a process of its own where there is a terminal, else a line a second on
 * stderr; and what Ctrl-C means.
 *
 * @module
 */
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type FeedCommand, type FeedServer, serveFeed } from '../actors/node/feed.ts';
import { EXIT } from '../reports/exit-codes.ts';
import type { DashboardModel } from '../terminals/dashboard/model.ts';
import { plainChanges, plainLine } from '../terminals/dashboard/plain.ts';
import { startDashboard } from './dashboard-process.ts';

export interface DisplayOptions {
  /** False: lines even on a terminal. */
  readonly tui: boolean;
  readonly quiet: boolean;
  /** Flags of the dashboard's look. */
  readonly screenArgv: readonly string[];
  /** The run's; a link to the feed's socket lies there while the run goes on, for those who attach. */
  readonly directory: string;
}

export interface Display {
  show(model: DashboardModel): void;
  progress(text: string): void;
  close(): Promise<void>;
}

/** The dashboard in a process of its own when there is a terminal, else a line a second on stderr. */
export async function openDisplay(
  options: DisplayOptions,
  onCommand: (command: FeedCommand) => void,
): Promise<Display> {
  const { env, stdin, stdout } = process;
  const screen =
    options.tui && !options.quiet && stdin.isTTY && stdout.isTTY && !env['CI'] && env['TERM'] !== 'dumb';
  const feed = await serveFeed(onCommand);
  const link = join(options.directory, 'feed');
  symlinkSync(feed.path, link);
  const display = screen ? openDashboard(feed, options.screenArgv) : withFeed(feed, openLines(options.quiet));
  return {
    ...display,
    async close() {
      rmSync(link, { force: true });
      await display.close();
    },
  };
}

function withFeed(feed: FeedServer, lines: Display): Display {
  let closed = false;
  return {
    ...lines,
    show(model) {
      feed.publish(model);
      lines.show(model);
    },
    async close() {
      if (!closed) await feed.close();
      closed = true;
    },
  };
}

function openLines(quiet: boolean): Display {
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

function openDashboard(feed: FeedServer, argv: readonly string[]): Display {
  const dashboard = startDashboard({ feedPath: feed.path, argv });
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
      // One that is stopped, or whose terminal takes nothing, does not see the end.
      const late = setTimeout(() => void dashboard.stop(), END_MS);
      await dashboard.exited;
      clearTimeout(late);
    },
  };
}

/** That long a dashboard may take to leave the screen once the run is over. */
const END_MS = 3_000;

/** First Ctrl-C: drain, check, report. Second: at once; the run is incomplete. */
export class Interrupts {
  #taken = 0;
  readonly #left: string;
  readonly #interrupt: () => void;
  readonly #onSignal = () => this.take();

  /** @param left what can be had of a run that is stopped at once, in a sentence */
  constructor(left: string, interrupt: () => void) {
    this.#left = left;
    this.#interrupt = interrupt;
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  take(): void {
    this.#taken++;
    if (this.#taken > 1) {
      const { code } = EXIT.interrupted;
      console.error(`INCOMPLETE (exit ${code}): stopped at once, nothing was checked. ${this.#left}`);
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
