/**
 * A process that is stopped (SIGSTOP) until told otherwise, and goes on in any case once this one is gone: a shell waits
 * for the end of its input, which comes however this process ends, and sends SIGCONT.
 *
 * @module
 */
import { spawn } from 'node:child_process';

/** @returns lets it go on */
export function stopProcess(pid: number): () => void {
  const keeper = spawn('sh', ['-c', 'read -r _; kill -CONT "$1"', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A Ctrl-C at the terminal is not for it.
    detached: true,
  });
  keeper.on('error', () => {});
  keeper.stdin.on('error', () => {});
  process.kill(pid, 'SIGSTOP');
  return () => {
    keeper.stdin.end();
    process.kill(pid, 'SIGCONT');
  };
}
