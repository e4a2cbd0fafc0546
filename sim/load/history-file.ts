/**
 * The history file: JSON lines, gzip, written while the run goes on and flushed every half second, so that a killed run
 * keeps all but its last moments. Each worker writes a part of its own; gzip members may be put one after the other, so
 * joining the parts is copying them.
 *
 * @module
 */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type WriteStream,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip, type Gzip } from 'node:zlib';
import type { HistoryRecord } from '../history.ts';

const FLUSH_MS = 500;
const CHUNK_CHARS = 65_536;

export class HistoryWriter {
  readonly #gzip: Gzip;
  readonly #file: WriteStream;
  readonly #timer: NodeJS.Timeout;
  #pending = '';

  constructor(path: string) {
    this.#gzip = newGzip();
    this.#file = createWriteStream(path, { mode: 0o600 });
    this.#gzip.pipe(this.#file);
    this.#timer = setInterval(() => {
      this.#push();
      this.#gzip.flush(constants.Z_SYNC_FLUSH);
    }, FLUSH_MS);
  }

  write(record: HistoryRecord): void {
    this.#pending += `${JSON.stringify(record)}\n`;
    if (this.#pending.length >= CHUNK_CHARS) this.#push();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    this.#push();
    this.#gzip.end();
    return new Promise((resolve, reject) => {
      this.#file.once('close', resolve);
      this.#file.once('error', reject);
    });
  }

  #push(): void {
    if (this.#pending !== '') this.#gzip.write(this.#pending);
    this.#pending = '';
  }
}

export interface HistoryPart {
  readonly path: string;
  /** False: its worker died, so it may end anywhere, or never have begun. */
  readonly whole: boolean;
}

/** Joins the parts into `path`, which is there whole or not at all, and removes them. */
export async function joinParts(parts: readonly HistoryPart[], path: string): Promise<void> {
  const draft = `${path}.tmp`;
  const out = createWriteStream(draft, { mode: 0o600 });
  const begun = parts.filter(({ path: part }) => existsSync(part));
  for (const part of begun) {
    const from = createReadStream(part.path);
    // What follows a member that was cut off could not be read: such a part is packed anew.
    if (part.whole) await pipeline(from, out, { end: false });
    else await pipeline(from, gunzip(), wholeLines, newGzip(), out, { end: false });
  }
  await new Promise<void>((resolve, reject) => {
    out.once('error', reject);
    out.end(resolve);
  });
  renameSync(draft, path);
  for (const part of begun) rmSync(part.path);
}

/**
 * Unpacks a history file to plain lines at `path`, for {@link readHistory}. A part that was cut off by a kill gives what
 * it holds.
 */
export async function unpackHistory(from: string, path: string): Promise<void> {
  await pipeline(createReadStream(from), gunzip(), createWriteStream(path, { mode: 0o600 }));
}

/** Where in a plain file lines lie, bytes. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

const ALL: Range = { from: 0, to: Number.POSITIVE_INFINITY };

/** Reads plain lines one by one; a million records are never in memory together. @param range @default all of it */
export function* readHistory(path: string, range: Range = ALL): Iterable<HistoryRecord> {
  for (const { record } of placedRecords(path, range)) yield record;
}

/** With the place after each. */
export function* placedRecords(
  path: string,
  { from, to }: Range = ALL,
): Iterable<{ readonly record: HistoryRecord; readonly end: number }> {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1 << 20);
    let rest = '';
    let end = from;
    for (let at = from; at < to; ) {
      const read = readSync(fd, buffer, 0, Math.min(buffer.length, to - at), at);
      if (read === 0) break;
      at += read;
      // Histories are ASCII: a chunk never ends within a character.
      const lines = (rest + buffer.toString('latin1', 0, read)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        end += line.length + 1;
        yield { record: JSON.parse(line) as HistoryRecord, end };
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** Level 1: three quarters of what level 6 saves, for a quarter of its time. */
const newGzip = () => createGzip({ level: 1 });

/** Takes a file that was cut off for one that ends there. */
const gunzip = () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });

async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk.toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    yield text.slice(0, end);
  }
}
