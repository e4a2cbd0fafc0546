/**
 * Starts the dashboard as a child that owns the terminal, and repairs the terminal when the child was killed before
 * it could.
 *
 * @module
 */
import { spawn, spawnSync } from 'node:child_process';
import { RESTORE_SEQUENCE } from '../terminals/dashboard/shell.ts';

export interface DashboardProcessOptions {
  readonly feedPath: string;
  /** Further flags of `cashpoint top`, such as `--theme light`. */
  readonly argv: readonly string[];
  /** Script to start. @default the one that this process runs */
  readonly entry?: string;
}

export interface DashboardProcess {
  /** Undefined when it did not start. */
  readonly pid: number | undefined;
  /** Exit code of the child, -1 when it was killed or did not start. Never rejects. */
  readonly exited: Promise<number>;
  /** Ends the child, with force after two seconds, and waits for it. */
  stop(): Promise<void>;
}

export function startDashboard(options: DashboardProcessOptions): DashboardProcess {
  const entry = options.entry ?? process.argv[1] ?? '';
  const child = spawn(process.execPath, [entry, 'top', '--feed', options.feedPath, ...options.argv], {
    stdio: 'inherit',
  });
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(KILLED));
    child.once('exit', (code) => {
      if (code === null) repairTerminal();
      resolve(code ?? KILLED);
    });
  });
  return {
    pid: child.pid,
    exited,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(late);
    },
  };
}

const KILLED = -1;
const STOP_MS = 2000;

/** A killed child leaves the alternate screen, a hidden cursor and raw mode behind. */
function repairTerminal(): void {
  if (!process.stdout.isTTY) return;
  process.stdout.write(RESTORE_SEQUENCE);
  spawnSync('stty', ['sane'], { stdio: ['inherit', 'ignore', 'ignore'] });
}
