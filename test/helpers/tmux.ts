/**
 * A real terminal for tests: a tmux server of its own.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';

export const hasTmux = (): boolean => spawnSync('tmux', ['-V']).status === 0;

export interface Tmux {
  readonly keys: (...keys: string[]) => void;
  /** Of the server: the terminal at the other end. */
  readonly pid: () => number;
  /** Bytes as they are. */
  readonly type: (text: string) => void;
  /** Whether the program asked for the mouse, and in SGR: `1 1`, `0 0`. */
  readonly mouse: () => string;
  /** What the pane shows. */
  readonly screen: () => string;
  /** `1 0` in the alternate screen with a hidden cursor, `0 1` on the normal screen with the cursor shown. */
  readonly flags: () => string;
  readonly resize: (columns: number, rows: number) => void;
  readonly kill: () => void;
}

/** @param name unlike that of any other test that runs now */
export function startTmux(name: string, command: string): Tmux {
  const run = (...args: readonly string[]) => {
    const result = spawnSync('tmux', ['-L', `${name}-${process.pid}`, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(`tmux ${args[0]}: ${result.stderr}`);
    return result.stdout;
  };
  run('new-session', '-d', '-x', '120', '-y', '36', 'sh');
  run('set-option', '-g', 'status', 'off');
  run('set-option', '-g', 'escape-time', '10');
  run('set-option', '-g', 'window-size', 'manual');
  run('resize-window', '-x', '120', '-y', '36');
  run('send-keys', '-l', command);
  run('send-keys', 'Enter');
  return {
    keys: (...keys) => void run('send-keys', ...keys),
    pid: () => Number(run('display-message', '-p', '#{pid}')),
    type: (text) => void run('send-keys', '-l', text),
    mouse: () => run('display-message', '-p', '#{mouse_any_flag} #{mouse_sgr_flag}').trim(),
    screen: () => run('capture-pane', '-p'),
    flags: () => run('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim(),
    resize: (columns, rows) => void run('resize-window', '-x', String(columns), '-y', String(rows)),
    kill: () => void run('kill-server'),
  };
}
