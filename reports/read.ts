/**
 * Reads a `report.json`: checks it against the schema and refuses what it cannot understand.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, SCHEMA_NAME, SCHEMA_VERSION } from './report.ts';
import { checkReport } from './schema.ts';

/** The file is there and is not a report this version can read; the message is for people. */
export class UnreadableReportError extends Error {
  override readonly name = 'UnreadableReportError';
}

/**
 * @param dir a run's directory.
 * @throws UnreadableReportError, or the error of the file system.
 */
export async function readReport(dir: string): Promise<Report> {
  const path = join(dir, 'report.json');
  return parseReport(await readFile(path, 'utf8'), path);
}

/** @param path stands in messages. */
export function parseReport(text: string, path: string): Report {
  const value = parseJson(text, path);
  const version = versionOf(value);
  if (version === null) throw new UnreadableReportError(`${path} is not a ${SCHEMA_NAME}`);
  if (majorOf(version) > majorOf(SCHEMA_VERSION)) {
    const message = `${path} has schema version ${version}, this program reads up to ${majorOf(SCHEMA_VERSION)}.x: use a newer Cashpoint`;
    throw new UnreadableReportError(message);
  }
  const checked = checkReport(value);
  if ('report' in checked) return checked.report;
  throw new UnreadableReportError(`${path} does not fit its schema:\n  ${checked.problems.join('\n  ')}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnreadableReportError(`${path} is not JSON: it may have been cut off`, { cause });
  }
}

function versionOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return null;
  const { schema } = value;
  if (typeof schema !== 'object' || schema === null || !('name' in schema) || !('version' in schema))
    return null;
  return schema.name === SCHEMA_NAME && typeof schema.version === 'string' ? schema.version : null;
}

const majorOf = (version: string) => Number.parseInt(version, 10);
