/**
 * A journal file that many terminals of one process share: what they append while a flush is under way goes out with
 * the next one, so that a thousand terminals cost one synchronous write (`O_DSYNC`) together. A line is `<terminal> <entry>`; a line that
 * power loss has torn off is dropped at the next start.
 *
 * @module
 */
import { closeSync, constants, existsSync, ftruncateSync, openSync, readFileSync, write } from 'node:fs';
import type { TerminalId } from '../../protocol/ids.ts';
import type { Journal } from '../../protocol/ports.ts';
import { decodeEntry, encodeEntry, type JournalEntry } from '../../terminals/journal.ts';

export interface JournalFileOptions {
  /** Called when the disk fails: nothing can be promised any more. */
  onError(error: Error): void;
}

export class JournalFile {
  /** Flushes so far, and entries in them, for reports. */
  readonly counts = { flushes: 0, entries: 0 };
  readonly #fd: number;
  readonly #options: JournalFileOptions;
  readonly #recovered: Map<TerminalId, JournalEntry[]>;
  #lines: string[] = [];
  #waiting: (() => void)[] = [];
  #flushing = false;
  #onIdle: (() => void) | null = null;

  /** Opens or makes the file. Throws Node's error when it cannot. */
  constructor(path: string, options: JournalFileOptions) {
    this.#options = options;
    const { entries, soundBytes } = existsSync(path)
      ? readJournal(path)
      : { entries: new Map(), soundBytes: 0 };
    this.#recovered = entries;
    // O_DSYNC: a write that has returned is on the disk, in one call instead of two.
    const { O_APPEND, O_CREAT, O_DSYNC, O_WRONLY } = constants;
    this.#fd = openSync(path, O_APPEND | O_CREAT | O_DSYNC | O_WRONLY, 0o600);
    ftruncateSync(this.#fd, soundBytes);
  }

  /** The journal of one terminal. Its past can be read once, before anything is appended. */
  of(terminal: TerminalId): Journal<JournalEntry> {
    return {
      append: (entries, durable) => {
        for (const entry of entries) this.#lines.push(`${terminal} ${encodeEntry(entry)}\n`);
        this.counts.entries += entries.length;
        this.#waiting.push(durable);
        this.#flush();
      },
      read: () => this.#recovered.get(terminal) ?? [],
    };
  }

  /** Flushes what is left, then closes the file. */
  close(done: () => void): void {
    this.#onIdle = () => {
      closeSync(this.#fd);
      done();
    };
    if (!this.#flushing) this.#onIdle();
  }

  #flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    // The entries that this turn of the event loop still brings belong to the same flush.
    setImmediate(() => {
      const waiting = this.#waiting;
      const bytes = Buffer.from(this.#lines.join(''));
      this.#waiting = [];
      this.#lines = [];
      this.#writeAll(bytes, () => {
        this.counts.flushes++;
        this.#flushing = false;
        for (const durable of waiting) durable();
        if (this.#waiting.length > 0) this.#flush();
        else if (!this.#flushing) this.#onIdle?.();
      });
    });
  }

  #writeAll(bytes: Buffer, done: () => void): void {
    write(this.#fd, bytes, (error, written) => {
      if (error) return this.#options.onError(error);
      if (written < bytes.length) this.#writeAll(bytes.subarray(written), done);
      else done();
    });
  }
}

function readJournal(path: string): { entries: Map<TerminalId, JournalEntry[]>; soundBytes: number } {
  const text = readFileSync(path, 'utf8');
  const sound = text.slice(0, text.lastIndexOf('\n') + 1);
  const entries = new Map<TerminalId, JournalEntry[]>();
  for (const line of sound.split('\n')) {
    const space = line.indexOf(' ');
    if (space < 0) continue;
    const terminal = line.slice(0, space) as TerminalId;
    const own = entries.get(terminal) ?? [];
    own.push(decodeEntry(line.slice(space + 1)));
    entries.set(terminal, own);
  }
  return { entries, soundBytes: Buffer.byteLength(sound) };
}
