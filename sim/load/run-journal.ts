/**
 * What happened to a run, written as it happens, line by line: its events, and its faults with their begin and end. A
 * run that is killed leaves it behind for its report.
 *
 * @module
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
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

const event = z.object({
  tMs: z.number(),
  level: z.enum(['info', 'warn', 'error', 'fault', 'adver']),
  actor: z.string(),
  text: z.string(),
});
const fault = z.object({
  id: z.string(),
  kind: z.string(),
  target: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  startMs: z.number(),
  source: z.enum(['plan', 'operator']),
});
const journalLine = z.discriminatedUnion('type', [
  event.extend({ type: z.literal('event') }),
  fault.extend({ type: z.literal('faultBegun') }),
  z.object({ type: z.literal('faultOver'), id: z.string(), tMs: z.number() }),
]);

/** A last line that was cut off is left out; none of a run that was killed before anything happened. */
export function readJournal(
  directory: string,
): { readonly lines: readonly JournalLine[] } | { readonly problem: string } {
  const path = join(directory, JOURNAL);
  if (!existsSync(path)) return { lines: [] };
  const lines: JournalLine[] = [];
  for (const [i, text] of readFileSync(path, 'utf8').split('\n').slice(0, -1).entries()) {
    const line = journalLine.safeParse(parsed(text));
    if (!line.success) return { problem: `${path}, line ${i + 1}, is not what a run writes` };
    lines.push(line.data);
  }
  return { lines };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
