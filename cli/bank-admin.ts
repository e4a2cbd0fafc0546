/**
 * What the operator's commands have in common: asking the bank, running or not, reading its books beside it, and
 * printing for people or, with `--json`, for programs.
 *
 * @module
 */
import { Command } from 'commander';
import type { AdminRequestJson } from '../actors/node/admin-request.ts';
import { askBank } from '../actors/node/admin-socket.ts';
import { SqliteStore } from '../bank/sqlite/sqlite-store.ts';
import { CommandError } from './fail.ts';

export interface AdminFlags {
  data: string;
  json?: true;
}

/** A command with the flags that all of these have. */
export const adminCommand = (name: string, summary: string): Command =>
  new Command(name)
    .summary(summary)
    .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
    .requiredOption('--data <dir>', "the bank's data")
    .option('--json', 'the result as JSON');

/** The result of what the bank did. Throws {@link CommandError} with the bank's sentence when it did not. */
export async function ask(
  { data }: AdminFlags,
  request: AdminRequestJson,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await askBank(data, request);
  if (!answer.ok) throw new CommandError('usage', answer.message);
  return answer.result;
}

/** Reads the books as they were last committed; a running bank is not disturbed. */
export function readBooks<T>({ data }: AdminFlags, read: (store: SqliteStore) => T): T {
  const store = SqliteStore.openReadOnly(data);
  try {
    return read(store);
  } finally {
    store.close();
  }
}

/** Rows as JSON, or as a table under `titles` in their order. */
export function printTable(
  { json }: AdminFlags,
  titles: readonly string[],
  rows: readonly Readonly<Record<string, string>>[],
): void {
  if (json) return console.log(JSON.stringify(rows));
  const lines = [titles, ...rows.map((row) => titles.map((title) => row[title] ?? ''))];
  const widths = titles.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  for (const line of lines)
    console.log(
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

export function printDone({ json }: AdminFlags, text: string, result: object): void {
  console.log(json ? JSON.stringify(result) : text);
}
