/**
 * A run without a report: it was killed, or stopped at once. What it left behind, a note from its start, its scenario,
 * its history and its events, makes a report that says incomplete.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Report } from '../reports/report.ts';
import { historyFigures } from '../sim/load/history-figures.ts';
import { joinParts, unpackHistory } from '../sim/load/history-file.ts';
import { type JournalLine, readJournal } from '../sim/load/run-journal.ts';
import { readScenario, withProfile } from '../sim/load/scenario-file.ts';
import { resolve } from '../sim/load/scenario-resolve.ts';
import { CommandError } from './fail.ts';
import { loadReport } from './load-report.ts';

const runNote = z.object({
  id: z.string(),
  /** Of the process that runs it. */
  pid: z.number(),
  startedAtMs: z.number(),
  argv: z.array(z.string()),
  reproCommand: z.string(),
  settings: z.record(z.string(), z.string()),
});
export type RunNote = z.output<typeof runNote>;

const NOTE = 'run.json';
const HISTORY = 'history.jsonl.gz';

/** Lies in the run's directory for as long as there is no report. */
export function writeNote(directory: string, note: RunNote): void {
  writeFileSync(join(directory, NOTE), `${JSON.stringify(note, null, 2)}\n`);
}

export function removeNote(directory: string): void {
  rmSync(join(directory, NOTE), { force: true });
}

/** @throws CommandError when the directory is not one of a run, or its run still goes on */
export async function reportOfKilled(directory: string): Promise<Report> {
  const note = readNote(directory);
  const path = join(directory, 'scenario.json');
  const scenario = readScenario(readFileSync(path, 'utf8'), path);
  if ('problems' in scenario) throw new CommandError('usage', `${path} is not one of this version`);
  const { options } = resolve(withProfile(scenario.profile, [scenario.layer]), scenario.profile);
  const happened = happenedIn(directory);
  await wholeHistory(directory);
  const plain = join(directory, 'history.jsonl.tmp');
  await unpackHistory(join(directory, HISTORY), plain);
  const { collector, errors, loadMs: lastMs } = historyFigures(plain);
  rmSync(plain);
  for (const line of happened) collector.addHappening(line);
  // What happened last may have come after the last operation.
  const loadMs = Math.max(
    lastMs,
    ...happened.map((line) => (line.type === 'faultBegun' ? line.startMs : line.tMs)),
  );
  const outcome = {
    ...{ options, collector, errors, loadMs, workers: [], verified: null, generatorCpuPct: 0 },
    ...{ startedAtMs: note.startedAtMs, endedAtMs: note.startedAtMs + loadMs },
    interrupted: 'Killed or stopped at once before its end; nothing was checked',
    isKilled: true,
    ...{ attacks: null, aborted: null, faulted: [], loadProblems: [], saturated: false, unplanned: [] },
  };
  return loadReport(outcome, { ...note, directory });
}

function happenedIn(directory: string): readonly JournalLine[] {
  const read = readJournal(directory);
  if ('problem' in read)
    throw new CommandError('usage', `${read.problem}; without that line the rest can be shown`);
  return read.lines;
}

function readNote(directory: string): RunNote {
  const path = join(directory, NOTE);
  if (!existsSync(path)) throw new CommandError('usage', `No report and no run at ${directory}`);
  const note = noteIn(path);
  if (isAlive(note.pid)) {
    throw new CommandError(
      'usage',
      `The run in ${directory} goes on (process ${note.pid}); it ends with a report`,
    );
  }
  return note;
}

function noteIn(path: string): RunNote {
  try {
    return runNote.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new CommandError(
      'usage',
      `${path} is damaged; it says what the run was, and without it there is no report`,
    );
  }
}

/** A run that was killed while it checked has its history joined already. */
async function wholeHistory(directory: string): Promise<void> {
  const parts = readdirSync(directory)
    .filter((name) => /^history-\d+\.part\.jsonl\.gz$/.test(name))
    .map((name) => join(directory, name));
  if (existsSync(join(directory, HISTORY))) for (const part of parts) rmSync(part);
  else
    await joinParts(
      parts.map((part) => ({ path: part, whole: false })),
      join(directory, HISTORY),
    );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
