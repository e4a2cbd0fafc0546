/**
 * One ATM on real ports, for a person: the production host and link over TCP, with journal and devices in files beside
 * the terminal's key, so that it can lose its power at any instant. The journal is replayed before anyone is served.
 *
 * ```
 * DIR/ATM-001.key      its keys, 0600, written by the bank at enrolment
 * DIR/ATM-001.journal  what it did; the heads of the bank's audit chain in it are witnesses
 * DIR/ATM-001.devices  cassettes, dispenser, escrow
 * DIR/ATM-001.lock     held while it runs
 * ```
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { verifyDispenseToken } from '../../protocol/dispense-token.ts';
import { type TerminalId, terminalId } from '../../protocol/ids.ts';
import type { BalancePush } from '../../protocol/messages.ts';
import type { Clock } from '../../protocol/ports.ts';
import type { Cassette } from '../../terminals/cassettes.ts';
import { TIMEOUTS_DEFAULT } from '../operation.ts';
import { TerminalHost } from '../terminal-host.ts';
import { SecureLink } from '../terminal-link.ts';
import { ticksSince } from './clock.ts';
import { openDevices } from './device-file.ts';
import { systemEntropy } from './entropy.ts';
import { JournalFile } from './journal-file.ts';
import { parseAddress, tcpNet } from './tcp.ts';
import { KEY_SUFFIX, loadTerminalKey, terminalKeyPath } from './terminal-key-file.ts';

export interface TerminalOptions {
  readonly directory: string;
  /** Null takes the only terminal in the directory. */
  readonly terminal: TerminalId | null;
  /** `host:port` of the bank. */
  readonly address: string;
}

export interface TerminalDeps {
  readonly clock: Clock;
  /** Monotonic µs of the results' times. @default from the start of the terminal */
  readonly ticks?: () => number;
  /** Session up or down. */
  readonly onLine: (up: boolean) => void;
  readonly onBalance: (push: BalancePush) => void;
  /** The terminal cannot go on; the process should end. */
  readonly onError: (error: unknown) => void;
}

export interface RunningTerminal {
  readonly host: TerminalHost;
  readonly link: SecureLink;
  readonly cassettes: readonly Cassette[];
  /** Ends the session with Close and leaves the rest in the journal. Harmless when repeated. */
  stop(): Promise<void>;
}

/** The directory cannot be used; exit code 2. */
export class TerminalDirectoryError extends Error {
  override readonly name = 'TerminalDirectoryError';
}

/** Starts dialling at once. Throws what directory, key, journal or device file find wrong. */
export function startTerminal(deps: TerminalDeps, options: TerminalOptions): RunningTerminal {
  const { clock } = deps;
  const { directory, address } = options;
  parseAddress(address);
  const terminal = options.terminal ?? onlyTerminal(directory);
  const key = loadTerminalKey(terminalKeyPath(directory, terminal));
  if (key.terminal !== terminal) {
    throw new TerminalDirectoryError(`${terminalKeyPath(directory, terminal)} is the key of ${key.terminal}`);
  }
  const lock = takeLock(join(directory, `${terminal}.lock`), terminal);
  const entropy = systemEntropy();
  const { onError } = deps;
  const journal = new JournalFile(join(directory, `${terminal}.journal`), { onError });
  const devices = openDevices(
    {
      entropy,
      verifyToken: (order) => verifyDispenseToken(key.kDispense, { ...order, terminal }, order.token),
    },
    join(directory, `${terminal}.devices`),
    key.cassettes,
  );
  const links: SecureLink[] = [];
  const host = new TerminalHost(
    {
      clock,
      entropy,
      ticks: deps.ticks ?? ticksSince(process.hrtime.bigint()),
      journal: journal.of(terminal),
      ...devices,
      onError,
      onBalance: deps.onBalance,
      link: (events) => {
        const line = (up: boolean) => {
          if (up) events.onUp();
          else events.onDown();
          deps.onLine(up);
        };
        const link = new SecureLink(
          { clock, entropy, net: tcpNet, onError },
          { address, terminal, keyId: key.keyId, kShared: key.kShared },
          { onUp: () => line(true), onDown: () => line(false), onPush: (push) => events.onPush(push) },
        );
        links.push(link);
        return link;
      },
    },
    { terminal, cassettes: devices.cassettes, timeouts: TIMEOUTS_DEFAULT },
  );
  const [link] = links;
  if (!link) throw new Error('the host makes its link');
  host.recover();
  link.start();
  const stop = async () => {
    await new Promise<void>((resolve) => link.stop(resolve));
    host.stop();
    await new Promise<void>((resolve) => journal.close(resolve));
    lock.close();
  };
  let stopped: Promise<void> | null = null;
  return {
    host,
    link,
    cassettes: devices.cassettes,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function onlyTerminal(directory: string): TerminalId {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const found = names
    .filter((name) => name.endsWith(KEY_SUFFIX))
    .flatMap((name) => terminalId(name.slice(0, -KEY_SUFFIX.length)) ?? []);
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new TerminalDirectoryError(
    found.length === 0
      ? `No terminal's key in ${directory}; get one with: cashpoint bank terminals enrol`
      : `${directory} has keys of ${found.length} terminals; choose one with --terminal ${found.sort()[0]}`,
  );
}

/** A SQLite database under an exclusive transaction: the system lets go of it when the process dies. */
function takeLock(path: string, terminal: TerminalId): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    throw new TerminalDirectoryError(`${terminal} runs already: another process holds ${path}`);
  }
}
