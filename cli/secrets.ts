/**
 * Where a password comes from: a file that only its owner may read, or a prompt that shows nothing. Never from the
 * command line or the environment, which others can see.
 *
 * @module
 */
import { openSync, readFileSync, statSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { CommandError } from './fail.ts';

/** The file's first line. Throws {@link CommandError}. */
export function readPasswordFile(path: string): string {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new CommandError('usage', `Password file ${path} can be read by others; run: chmod 600 ${path}`);
  }
  const [password = ''] = readFileSync(path, 'utf8').split(/\r?\n/, 1);
  if (password === '') throw new CommandError('usage', `Password file ${path} is empty`);
  return password;
}

/** Asks on the terminal the process was started from, though stdin may be something else. Throws {@link CommandError}. */
export async function promptPassword(question: string): Promise<string> {
  let input: ReadStream;
  try {
    input = new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    throw new CommandError('usage', `No terminal to ask "${question}" on; use --password-file`);
  }
  process.stderr.write(`${question}: `);
  input.setRawMode(true);
  try {
    return await readHidden(input);
  } finally {
    input.setRawMode(false);
    input.destroy();
    process.stderr.write('\n');
  }
}

function readHidden(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => {
      for (const character of chunk) {
        if (character === '\r' || character === '\n') return resolve(text);
        if (character === '\x03' || character === '\x04') {
          return reject(new CommandError('interrupted', 'No password given'));
        }
        if (character === '\x7f' || character === '\b') text = text.slice(0, -1);
        else if (character >= ' ') text += character;
      }
    });
  });
}
