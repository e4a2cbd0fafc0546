/**
 * What happened to a run, written as it happens, line by line: its events, and its faults with their begin and end. A
 * run that is killed leaves it behind for its report.
 *
 * @module
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultResult } from '../../reports/report.ts';
import type { RunEvent } from '../../terminals/dashboard/model.ts';

/** A fault that has begun. */
export type FaultBegun = Omit<FaultResult, 'endMs' | 'recoveryMs'>;

export type JournalLine =
  | ({ readonly type: 'event' } & RunEvent)
  | ({ readonly type: 'faultBegun' } & FaultBegun)
  | { readonly type: 'faultOver'; readonly id: string; readonly tMs: number };

/** In the run's directory. */
export const JOURNAL = 'events.jsonl';

/** Appends a line; there are few, so each is on its way to the disk at once. */
export function writeJournal(directory: string, line: JournalLine): void {
  appendFileSync(join(directory, JOURNAL), `${JSON.stringify(line)}\n`, { mode: 0o600 });
}

/** A last line that was cut off is left out; none of a run that was killed before anything happened. */
export function readJournal(directory: string): JournalLine[] {
  const path = join(directory, JOURNAL);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalLine);
}
