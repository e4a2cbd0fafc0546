/**
 * `cashpoint atm`: a person's ATM, on a screen or, with `--batch`, from a script.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../actors/node/clock.ts';
import {
  type RunningTerminal,
  startTerminal,
  type TerminalOptions,
} from '../actors/node/terminal-runtime.ts';
import { type TerminalId, terminalId } from '../protocol/ids.ts';
import type { BalancePush } from '../protocol/messages.ts';
import { EXIT } from '../reports/exit-codes.ts';
import { guardTerminal, openShell } from '../terminals/dashboard/shell.ts';
import { type ColourChoice, chooseTheme } from '../terminals/dashboard/theme.ts';
import { type AtmApp, startAtmApp } from '../terminals/screens/app.ts';
import type { LinePhase } from '../terminals/screens/state.ts';
import { AtmBatch } from './atm-batch.ts';
import { BATCH_HELP } from './atm-commands.ts';
import { CommandError } from './fail.ts';
import { duration } from './flags.ts';
import { promptPassword, readPasswordFile } from './secrets.ts';

interface AtmFlags {
  bank: string;
  data: string;
  terminal?: TerminalId;
  batch?: string | true;
  passwordFile?: string;
  timeout: number;
  color: ColourChoice;
  ascii?: boolean;
}

export function atmCommand(): Command {
  return new Command('atm')
    .summary("a person's ATM")
    .description(
      'Log in, withdraw, deposit, transfer, see the balance live: one ATM, for a person or a script.',
    )
    .requiredOption('--bank <host:port>', 'the bank')
    .requiredOption('--data <dir>', "the terminal's key, journal and devices")
    .option('--terminal <id>', 'which one, when the directory has several', terminal)
    .option('--batch [file]', 'carry out the commands of a file, or of stdin, and print JSON lines')
    .option('--password-file <file>', 'with --batch: the password, in a file that only its owner can read')
    .option(
      '--timeout <time>',
      'with --batch: how long to wait for a session with the bank',
      duration,
      30_000,
    )
    .addOption(
      new Option('--color <when>', 'colours of the screen')
        .choices(['auto', 'always', '256', '16', 'never'])
        .default('auto'),
    )
    .option('--ascii', 'no characters beyond ASCII on the screen')
    .addHelpText('after', `${BATCH_HELP}\n${EXAMPLES}`)
    .action(async (flags: AtmFlags) => {
      process.exitCode = flags.batch === undefined ? await screen(flags) : await batch(flags, flags.batch);
    });
}

const EXAMPLES = `
Examples:
  cashpoint atm --bank 127.0.0.1:7001 --data atm-data
  echo 'login alice
  withdraw 40.00' | cashpoint atm --bank 127.0.0.1:7001 --data atm-data --batch --password-file alice.pw

Exit of --batch: 0 all was carried out (a refusal by the bank is an answer), 2 a command, key or file cannot be used,
      105 interrupted, 114 no session in time, or an outcome that is not known.`;

async function screen(flags: AtmFlags): Promise<number> {
  const { env, stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY || env['TERM'] === 'dumb') {
    throw new CommandError('usage', 'The screen of an ATM needs a terminal; use --batch for a script');
  }
  let app: AtmApp | null = null;
  const running = open(flags, {
    onBalance: (push) => app?.push(push),
    onLine: () => app?.lineChanged(),
    onDying: () => app?.close(),
  });
  const why = await new Promise<'left' | 'gone'>((resolve) => {
    const started = startAtmApp(
      {
        clock: systemClock(),
        teller: running.host,
        line: () => linePhase(running),
        cassettes: running.cassettes,
        openShell: (shell) => openShell({ input: stdin, output: stdout, ...shell }),
        onClosed(how) {
          unguard();
          resolve(how);
        },
      },
      {
        terminal: running.host.terminal,
        bank: flags.bank,
        theme: chooseTheme(env, flags.color),
        ascii: flags.ascii ?? false,
      },
    );
    app = started;
    const unguard = guardTerminal(process, () => started.close());
  });
  await running.stop();
  return why === 'gone' ? HUNG_UP : EXIT.pass.code;
}

/** What a shell says of a process that its terminal left. */
const HUNG_UP = 129;

function linePhase({ link }: RunningTerminal): LinePhase {
  if (link.up) return 'up';
  if (link.refused) return 'refused';
  if (link.shakingHands) return 'handshake';
  return link.waiting ? 'down' : 'dialling';
}

async function batch(flags: AtmFlags, source: string | true): Promise<number> {
  if (source === true && process.stdin.isTTY) {
    throw new CommandError('usage', '--batch reads commands from a file or a pipe; name a file');
  }
  const input = source === true ? process.stdin : await openCommands(source);
  let push: (view: BalancePush) => void = () => {};
  const running = open(flags, { onBalance: (view) => push(view), onLine: () => {}, onDying: () => {} });
  const quit = () => {
    void running.stop().then(() => process.exit(EXIT.interrupted.code));
  };
  process.once('SIGINT', quit);
  process.once('SIGTERM', quit);
  try {
    const atm = new AtmBatch({
      host: running.host,
      ready: () => ready(running, flags.timeout),
      passwordFile: flags.passwordFile ?? null,
      password: async (question, file) => (file === null ? promptPassword(question) : readPasswordFile(file)),
      print: (line) => console.log(line),
    });
    push = (view) => atm.push(view);
    const exit = await atm.run(createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }));
    await settle(running, flags.timeout);
    return EXIT[exit].code;
  } finally {
    process.removeListener('SIGINT', quit);
    process.removeListener('SIGTERM', quit);
    await running.stop();
  }
}

interface Opened {
  readonly onBalance: (push: BalancePush) => void;
  readonly onLine: (up: boolean) => void;
  /** Before the process ends of a fault. */
  readonly onDying: () => void;
}

function open(flags: AtmFlags, { onBalance, onLine, onDying }: Opened): RunningTerminal {
  const options: TerminalOptions = {
    directory: flags.data,
    terminal: flags.terminal ?? null,
    address: flags.bank,
  };
  const onError = (error: unknown) => {
    onDying();
    console.error(error);
    console.error('cashpoint: the terminal cannot go on; what it was doing is settled at its next start');
    process.exit(EXIT.internal.code);
  };
  return startTerminal({ clock: systemClock(), onLine, onBalance, onError }, options);
}

/** Resolves once the file is open; an error in the middle of the commands would come too late. */
function openCommands(path: string): Promise<NodeJS.ReadableStream> {
  const stream = createReadStream(path);
  return new Promise((resolve, reject) => {
    stream.once('open', () => resolve(stream));
    stream.once('error', reject);
  });
}

async function ready({ host, link }: RunningTerminal, timeoutMs: number): Promise<boolean> {
  await until(() => host.ready || link.refused, timeoutMs);
  if (!host.ready && link.refused) {
    throw new CommandError(
      'usage',
      `the bank does not accept the key of ${host.terminal}: unknown there, or revoked`,
    );
  }
  return host.ready;
}

/** What the bank has not acknowledged yet is given the time; the rest stays in the journal. */
async function settle({ host }: RunningTerminal, timeoutMs: number): Promise<void> {
  if (await until(() => host.openAdvices === 0, timeoutMs)) return;
  console.error(
    `cashpoint: ${host.openAdvices} advices are not acknowledged yet; the next start sends them again`,
  );
}

const POLL_MS = 10;

async function until(holds: () => boolean, timeoutMs: number): Promise<boolean> {
  const startMs = performance.now();
  while (!holds()) {
    if (performance.now() - startMs > timeoutMs) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

function terminal(text: string): TerminalId {
  const id = terminalId(text);
  if (id === null) throw new InvalidArgumentError(`Expected a terminal like ATM-001, got "${text}".`);
  return id;
}
