/**
 * The main module of an embedded bank: a bank in a process of its own, told what to do over the IPC channel, so that its
 * speed, its memory and its death are its own. It ends by itself when its parent is gone.
 *
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PasswordCostName } from '../../bank/credentials.ts';
import { isDebitNatured } from '../../bank/model.ts';
import type { BankPolicy } from '../../bank/policy.ts';
import type { AuditHead } from '../../protocol/messages.ts';
import { openDataDirectory } from './data-directory.ts';
import { tellPeer } from './ipc.ts';
import { type RunningBank, serveBank } from './serve-bank.ts';
import { SlowDisk } from './slow-disk.ts';

export interface BankProcessOptions {
  readonly data: string;
  readonly listen: string;
  /** For HTTP; none when left out. */
  readonly http?: string | undefined;
  readonly passwordCost: PasswordCostName;
  readonly policy: BankPolicy;
  /** What each commit takes more from the start on, ms. */
  readonly slowDiskMs: number;
}

export type ToBankProcess =
  | { readonly type: 'serve'; readonly options: BankProcessOptions }
  /** What each commit takes more from now on, ms. */
  | { readonly type: 'slowDisk'; readonly delayMs: number }
  | { readonly type: 'stop' };

/** Figures since the last report. */
export interface BankFigures {
  readonly mailbox: number;
  readonly mailboxMax: number;
  /** Commands of each commit, and how long each took. */
  readonly batches: readonly number[];
  readonly commitUs: readonly number[];
  readonly loopLagUs: number;
  readonly rssMB: number;
  /** CPU time since the last report, µs, and the wall time it is of. */
  readonly cpuUs: number;
  readonly wallUs: number;
  readonly sessions: { readonly established: number; readonly open: number };
  readonly audit: AuditHead;
  /** Debit-natured minus credit-natured balances: 0 unless money was lost or made up. Digits, and all money there is. */
  readonly delta: string;
  readonly sum: string;
}

export type FromBankProcess =
  | { readonly type: 'ready'; readonly address: string; readonly httpAddress: string | null }
  /** It could not start; `code` is the exit code of the command line. */
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'figures'; readonly figures: BankFigures }
  | { readonly type: 'alert'; readonly text: string };

const REPORT_MS = 500;
/** The monitor's own period, part of what it measures. */
const LAG_RESOLUTION_MS = 10;

function main(): void {
  const tell = (message: FromBankProcess) => tellPeer(process, message);
  const disk = new SlowDisk();
  let bank: RunningBank | null = null;
  const stop = async () => {
    const running = bank;
    bank = null;
    await running?.stop();
    process.disconnect?.();
  };
  process.on('SIGINT', () => {}); // The parent decides what Ctrl-C means.
  process.on('disconnect', () => {
    // Without a parent there is nobody to stop it later.
    void (bank?.stop() ?? Promise.resolve()).then(() => process.exit(0));
  });
  process.on('message', (message: ToBankProcess) => {
    if (message.type === 'stop') return void stop();
    if (message.type === 'slowDisk') {
      disk.delayMs = message.delayMs;
      return;
    }
    disk.delayMs = message.options.slowDiskMs;
    start(message.options, disk, tell).then(
      (started) => {
        bank = started;
        const { address, httpAddress } = started;
        tell({ type: 'ready', address, httpAddress });
      },
      (error: Error) => {
        tell({ type: 'refused', message: error.message });
        process.disconnect?.();
      },
    );
  });
}

async function start(
  options: BankProcessOptions,
  disk: SlowDisk,
  tell: (message: FromBankProcess) => void,
): Promise<RunningBank> {
  const directory = openDataDirectory(options.data, { create: false });
  const batches: number[] = [];
  const commitUs: number[] = [];
  const bank = await serveBank(directory, {
    listen: options.listen,
    http: options.http,
    passwordCost: options.passwordCost,
    policy: options.policy,
    disk,
    // What is on disk is unknown now; only a new start can tell. The parent sees the exit code.
    onFatal: (error) => {
      process.stderr.write(`bank: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(109);
    },
    onAlert: (text) => tell({ type: 'alert', text }),
    onCommitted: ({ size, commitUs: us }) => {
      batches.push(size);
      commitUs.push(us);
    },
  });
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  let cpu = process.cpuUsage();
  let wall = process.hrtime.bigint();
  setInterval(() => {
    const used = process.cpuUsage(cpu);
    const now = process.hrtime.bigint();
    const figures: BankFigures = {
      mailbox: bank.actor.mailboxDepth,
      mailboxMax: bank.actor.mailboxMax,
      batches: batches.splice(0),
      commitUs: commitUs.splice(0),
      loopLagUs: Math.max(0, Math.round(lag.max / 1000) - 1000 * LAG_RESOLUTION_MS),
      rssMB: Math.round(process.memoryUsage.rss() / 2 ** 20),
      cpuUs: used.user + used.system,
      wallUs: Number((now - wall) / 1000n),
      sessions: bank.server.sessions,
      audit: bank.actor.head,
      ...moneyOf(bank),
    };
    cpu = process.cpuUsage();
    wall = now;
    lag.reset();
    tell({ type: 'figures', figures });
  }, REPORT_MS).unref();
  return bank;
}

/** Counts every account anew: a running total could carry the very mistake it should show. */
function moneyOf(bank: RunningBank): { delta: string; sum: string } {
  let debit = 0n;
  let credit = 0n;
  for (const { id, ledger } of bank.actor.state.accounts.values()) {
    if (isDebitNatured(id)) debit += ledger;
    else credit += ledger;
  }
  return { delta: String(debit - credit), sum: String(debit) };
}

main();
