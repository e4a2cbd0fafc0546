/**
 * Waits for a fleet to connect, and says how far it is.
 *
 * @module
 */
import type { WorkerPool } from './worker-pool.ts';

export interface Connecting {
  readonly terminals: number;
  linesUp(): number;
  onProgress(text: string): void;
  /** Nobody waits any longer. */
  readonly stopped: Promise<void>;
}

const PROGRESS_MS = 1_000;
/** All terminals must be connected in this time, plus a millisecond each. */
const CONNECT_MS = 30_000;

/** What is wrong when the time was over, or null. */
export async function connected(pool: WorkerPool, waiting: Connecting): Promise<string | null> {
  const { terminals, linesUp, onProgress, stopped } = waiting;
  const withinMs = CONNECT_MS + terminals;
  onProgress(`connecting ${terminals} terminals`);
  const progress = setInterval(
    () => onProgress(`connecting: ${linesUp()} of ${terminals} terminals`),
    PROGRESS_MS,
  );
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      late = true;
      resolve();
    }, withinMs);
  });
  await Promise.race([pool.connected, over, stopped]);
  clearInterval(progress);
  clearTimeout(timer);
  return late ? `Not all terminals were connected within ${withinMs} ms` : null;
}
