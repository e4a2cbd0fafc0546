/**
 * The admin socket of a running bank: `admin.sock` in its data directory, for its owner alone; a JSON request a line,
 * a JSON answer a line, in order. Where no bank runs, the same request is carried out under the directory's lock.
 *
 * @module
 */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PasswordCostName } from '../../bank/credentials.ts';
import { DEFAULT_POLICY } from '../../bank/policy.ts';
import { AdminDesk } from './admin-desk.ts';
import { type AdminAnswer, type AdminRequestJson, parseAdminRequest } from './admin-request.ts';
import { DataDirectoryError, openDataDirectory } from './data-directory.ts';
import { systemEntropy } from './entropy.ts';
import { createPasswordHash } from './password-hash.ts';
import { openBank } from './serve-bank.ts';

export interface AdminSocket {
  close(): void;
}

/** Room in `sockaddr_un` on the systems we know, less the final NUL. */
const PATH_BYTES_MAX = 103;
/** No request is nearly as long. */
const LINE_CHARS_MAX = 65_536;

/** Serves the desk of the bank that holds the directory's lock. Rejects with what is wrong with the path. */
export async function serveAdmin(directory: string, desk: AdminDesk): Promise<AdminSocket> {
  const path = socketPath(directory);
  // Whoever holds the lock is the only bank here: a socket that is left is a dead one's.
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    void converse(socket, desk);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is made within the call: nobody else may connect from its first instant.
    const before = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(before);
  });
  chmodSync(path, 0o600);
  return {
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/**
 * Asks the running bank, or opens the directory where none runs. Throws what directory, keys or store find wrong.
 *
 * @param passwordCost of new passwords when no bank runs; a running one has its own.
 */
export async function askBank(
  directory: string,
  request: AdminRequestJson,
  passwordCost: PasswordCostName = 'owasp',
): Promise<AdminAnswer> {
  const socket = await dial(socketPath(directory));
  return socket === null ? askUnderLock(directory, request, passwordCost) : askOver(socket, request);
}

async function converse(socket: Socket, desk: AdminDesk): Promise<void> {
  socket.on('data', () => {
    if (socket.bytesRead > LINE_CHARS_MAX) socket.destroy();
  });
  try {
    for await (const line of createInterface({ input: socket })) {
      socket.write(`${JSON.stringify(await answer(line, desk))}\n`);
    }
  } catch {
    // The operator hung up; what was asked is carried out all the same.
  }
}

async function answer(line: string, desk: AdminDesk): Promise<AdminAnswer> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, message: 'Expected one JSON object a line' };
  }
  const request = parseAdminRequest(value);
  return typeof request === 'string' ? { ok: false, message: request } : desk.perform(request);
}

async function askOver(socket: Socket, request: AdminRequestJson): Promise<AdminAnswer> {
  socket.write(`${JSON.stringify(request)}\n`);
  for await (const line of createInterface({ input: socket })) {
    socket.end();
    return JSON.parse(line) as AdminAnswer;
  }
  throw new DataDirectoryError(
    'The bank stopped before it answered; look whether it was done, then ask again',
  );
}

async function askUnderLock(
  path: string,
  json: AdminRequestJson,
  cost: PasswordCostName,
): Promise<AdminAnswer> {
  const request = parseAdminRequest(json);
  if (typeof request === 'string') return { ok: false, message: request };
  const directory = openDataDirectory(path, { create: false });
  const failed = Promise.withResolvers<never>();
  const bank = openBank(directory, {
    policy: DEFAULT_POLICY,
    onFatal: failed.reject,
    onAlert: () => {},
    onCommitted: () => {},
  });
  const passwords = createPasswordHash({ entropy: systemEntropy(), cost });
  try {
    const desk = new AdminDesk({ directory, bank, passwords, server: null });
    return await Promise.race([failed.promise, desk.perform(request)]);
  } finally {
    await Promise.race([failed.promise, new Promise<void>((done) => bank.close(done))]);
  }
}

/** Null where nobody listens. */
function dial(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(null);
      else reject(error);
    });
  });
}

function socketPath(directory: string): string {
  const path = join(directory, 'admin.sock');
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return path;
  throw new DataDirectoryError(
    `The path ${directory} is too long for an admin socket; use one of at most ${PATH_BYTES_MAX - 11} bytes, such as a relative one`,
  );
}
