/**
 * How a command ends when it cannot do what was asked: one clear line, and the exit code of the table.
 *
 * @module
 */
import { StoreError } from '../bank/sqlite/store-error.ts';
import { EXIT, type ExitName } from '../reports/exit-codes.ts';

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(exit: ExitName, message: string) {
    super(message);
    this.exitCode = EXIT[exit].code;
  }
}

/** The exit code and the line for an error that a person can do something about; null for a fault of ours. */
export function explain(error: unknown): { exit: ExitName; line: string } | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof StoreError) {
    const damaged = error.code === 'corrupt' || error.code === 'notADatabase';
    return { exit: damaged ? 'audit' : 'usage', line: error.message };
  }
  const line = advise(error);
  return line === null ? null : { exit: 'usage', line };
}

function advise(error: Error): string | null {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return `${message}: another program uses this port; stop it or choose another`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOSPC':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
    case 'EADDRNOTAVAIL':
      return message;
    default:
      return EXPECTED.has(error.name) ? message : null;
  }
}

/** Errors of ours that say all there is to say. */
const EXPECTED = new Set([
  'KeyFileError',
  'DataDirectoryError',
  'DeviceFileError',
  'TerminalDirectoryError',
  'UnreadableReportError',
  'RangeError',
]);
