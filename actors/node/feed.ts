/**
 * The dashboard's feed: snapshots of a run to any number of readers over a Unix socket, one JSON value a line, and
 * commands back. A reader asks for each snapshot with `{"command":"next"}` and gets the newest there is: a reader that
 * stalls costs one snapshot in flight, never a queue, and cannot slow the run.
 *
 * Whoever may open the socket may stop the run; it lies in a directory of its own that only its user may enter.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Control, parseControl, parseWatch, type Watch } from '../../terminals/dashboard/control.ts';
import type { DashboardModel } from '../../terminals/dashboard/model.ts';

/**
 * `stop`: end the run early, with checks and report. `interrupt`: what a SIGINT does, the second one at once. Whether a
 * {@link Control} is followed is for the run to say.
 */
export type FeedCommand = 'stop' | 'interrupt' | Control | Watched;

/** What all viewers together look at now, by place in the fleet; told when it changes. */
export interface Watched {
  readonly type: 'watched';
  readonly terminals: readonly number[];
}

export interface FeedServer {
  readonly path: string;
  /** Keeps `model` as the newest and sends it to the readers that wait. */
  publish(model: DashboardModel): void;
  /** Sends the newest snapshot to every reader that has not got it, then ends. Waits at most {@link CLOSE_MS}. */
  close(): Promise<void>;
}

export interface FeedHandlers {
  readonly onModel: (model: DashboardModel) => void;
  /** Called once; null when the run ended the feed. */
  readonly onEnd: (error: Error | null) => void;
}

export interface FeedClient {
  send(command: 'stop' | 'interrupt' | Control | Watch): void;
  close(): void;
}

/** A reader that has not taken the last snapshot by then does not get it. */
export const CLOSE_MS = 1000;

export async function serveFeed(onCommand: (command: FeedCommand) => void): Promise<FeedServer> {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-'));
  const path = join(directory, 'feed');
  let newest: DashboardModel | null = null;
  const readers = new Set<Reader>();
  const tellWatched = () => {
    const all = [...readers].flatMap(({ watches }) => watches ?? []);
    onCommand({ type: 'watched', terminals: [...new Set(all)] });
  };
  const server = createServer((socket) => {
    const reader: Reader = { socket, waiting: false, sent: null, watches: null };
    readers.add(reader);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      readers.delete(reader);
      if (reader.watches !== null) tellWatched();
    });
    onLines(socket, COMMAND_BYTES_MAX, (line) => {
      const command = parseCommand(line);
      if (command === 'next') {
        reader.waiting = true;
        offer(reader, newest);
      } else if (typeof command === 'object' && command?.type === 'watch') {
        reader.watches = command.terminal;
        tellWatched();
      } else if (command !== null) onCommand(command);
      else socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  keepUntilExit(directory);
  return {
    path,
    publish(model) {
      newest = model;
      let line: string | null = null;
      // Written out once for all readers, and not at all when nobody waits.
      const write = () => (line ??= lineOf(model));
      for (const reader of readers) offer(reader, newest, write);
    },
    async close() {
      for (const reader of readers) {
        reader.waiting = true;
        offer(reader, newest);
        reader.socket.end();
      }
      const late = setTimeout(() => {
        for (const reader of readers) reader.socket.destroy();
      }, CLOSE_MS);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(late);
      remove(directory);
    },
  };
}

export function connectFeed(path: string, handlers: FeedHandlers): FeedClient {
  const socket = createConnection(path);
  let failure: Error | null = null;
  const write = (command: 'stop' | 'interrupt' | Control | Watch | 'next') => {
    if (socket.writable) socket.write(`${JSON.stringify({ command })}\n`);
  };
  socket.on('connect', () => write('next'));
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('end', () => socket.end());
  socket.on('close', () => handlers.onEnd(failure));
  onLines(socket, SNAPSHOT_BYTES_MAX, (line) => {
    const model = parseModel(line);
    if (model === null) socket.destroy(new Error('Expected the feed to send snapshots of a run'));
    else {
      handlers.onModel(model);
      write('next');
    }
  });
  return { send: write, close: () => socket.end() };
}

/** Of feeds that are open. One listener for all of them: each with its own would look like a leak. */
const directories = new Set<string>();

const removeAll = () => {
  for (const directory of directories) remove(directory);
};

function keepUntilExit(directory: string): void {
  if (directories.size === 0) process.once('exit', removeAll);
  directories.add(directory);
}

function remove(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  directories.delete(directory);
  if (directories.size === 0) process.off('exit', removeAll);
}

interface Reader {
  readonly socket: Socket;
  /** It asked for a snapshot and has not got one since. */
  waiting: boolean;
  sent: DashboardModel | null;
  /** The terminal that it looks at by itself. */
  watches: number | null;
}

/** A fault may name every terminal of a large fleet. */
const COMMAND_BYTES_MAX = 128 * 1024;
const SNAPSHOT_BYTES_MAX = 4 * 1024 * 1024;

const lineOf = (model: DashboardModel) => `${JSON.stringify(model)}\n`;

function offer(reader: Reader, newest: DashboardModel | null, write = lineOf): void {
  if (!reader.waiting || newest === null || newest === reader.sent) return;
  reader.waiting = false;
  reader.sent = newest;
  reader.socket.write(write(newest));
}

function parseCommand(line: string): 'stop' | 'interrupt' | Control | Watch | 'next' | null {
  const value = parseJson(line);
  const command = isRecord(value) ? value['command'] : null;
  if (typeof command === 'object') return parseControl(command) ?? parseWatch(command);
  return command === 'next' || command === 'stop' || command === 'interrupt' ? command : null;
}

/** Both ends are of one version, so the outline is enough to tell a snapshot from something else. */
function parseModel(line: string): DashboardModel | null {
  const value = parseJson(line);
  const isModel = isRecord(value) && isRecord(value['run']) && isRecord(value['lights']);
  return isModel ? (value as unknown as DashboardModel) : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Calls `onLine` for each line; a longer one than `bytesMax` characters ends the connection. */
function onLines(socket: Socket, bytesMax: number, onLine: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (!socket.destroyed) onLine(line);
    if (rest.length > bytesMax) socket.destroy();
  });
}
