/**
 * How many files this process may open, and so how many terminals a run may have: each takes one, and one at the bank's
 * side, whose process has the same limit.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { TERMINALS_MAX } from '../sim/load/options.ts';
import { CommandError } from './fail.ts';

/** What a process opens beside the lines: history, journal, database, pipes, libraries. */
const OTHERS = 200;

/** Null: not known here. Node has raised the soft limit to the hard one by itself. */
export function openFilesMax(): number | null {
  try {
    const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
    return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return null;
  }
}

export const terminalsFor = (files: number): number => Math.min(TERMINALS_MAX, Math.max(0, files - OTHERS));

/** Throws {@link CommandError} when there are too few files for them. */
export function needFiles(terminals: number, files = openFilesMax()): void {
  if (files === null || terminals <= terminalsFor(files)) return;
  throw new CommandError(
    'usage',
    `${terminals} terminals need ${terminals + OTHERS} open files, and the limit is ${files}: ` +
      `ask for at most ${terminalsFor(files)} (--terminals), or raise it (ulimit -Hn)`,
  );
}
