/**
 * The main module of a torture run's terminals: real ATMs with key, journal and device files, driven by customers, in a
 * process of their own that may be killed at any instant and started again on the same files.
 *
 * What is finished is written down before anything else happens, with a plain `write`: that survives the process.
 *
 * @module
 */
import { openSync, writeSync } from 'node:fs';
import { systemClock, ticksSince } from '../../actors/node/clock.ts';
import { tellPeer } from '../../actors/node/ipc.ts';
import { type RunningTerminal, startTerminal } from '../../actors/node/terminal-runtime.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import type { HistoryRecord } from '../history.ts';
import type { TerminalPlan } from '../load/fleet.ts';
import { MIX_DEFAULT } from '../load/options.ts';
import { exponentialThink } from '../load/think.ts';
import { Visitor } from '../load/visitor.ts';
import { Rng } from '../rng.ts';

export interface FleetTask {
  readonly seed: string;
  /** Which start of this process it is: other wishes in every life. */
  readonly life: number;
  readonly directory: string;
  readonly address: string;
  readonly plans: readonly TerminalPlan[];
  readonly accounts: number;
  readonly thinkMs: number;
  readonly historyPath: string;
  readonly originNs: string;
}

export type ToFleet = { readonly type: 'begin'; readonly task: FleetTask } | { readonly type: 'drain' };
export type FromFleet =
  | { readonly type: 'up' }
  /** Everything is settled; minor-unit digits of the cash in each terminal. */
  | { readonly type: 'drained'; readonly counted: readonly (readonly [TerminalId, string])[] };

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToFleet) => {
  if (message.type === 'begin') begin(message.task);
  else void drain();
});

const terminals: { readonly running: RunningTerminal; readonly visitor: Visitor }[] = [];

function begin(task: FleetTask): void {
  const history = openSync(task.historyPath, 'a', 0o600);
  const write = (record: HistoryRecord) => writeSync(history, `${JSON.stringify(record)}\n`);
  const clock = systemClock();
  const ticks = ticksSince(BigInt(task.originNs));
  for (const plan of task.plans) {
    let visitor: Visitor | null = null;
    const running = startTerminal(
      {
        clock,
        ticks,
        onLine: (up) => (up ? visitor?.lineUp() : visitor?.lineDown()),
        onBalance: () => {},
        onError: (error) => {
          throw error;
        },
      },
      { directory: task.directory, terminal: plan.terminal, address: task.address },
    );
    const stream = (name: string) => new Rng(task.seed, `${plan.terminal} life ${task.life} ${name}`);
    visitor = new Visitor(
      {
        clock,
        ticks,
        rng: stream('wishes'),
        thinking: stream('thinking'),
        host: running.host,
        onOperation: write,
      },
      {
        terminal: plan,
        mix: MIX_DEFAULT,
        think: exponentialThink(task.thinkMs),
        accounts: task.accounts,
        accountBase: 0,
      },
    );
    visitor.start();
    terminals.push({ running, visitor });
  }
  tellPeer(process, { type: 'up' } satisfies FromFleet);
}

async function drain(): Promise<void> {
  for (const { visitor } of terminals) visitor.stop();
  await Promise.all(terminals.map(({ running }) => new Promise<void>((done) => running.host.drain(done))));
  const counted = terminals.map(({ running: { host } }) => [host.terminal, String(host.counted())] as const);
  await Promise.all(terminals.map(({ running }) => running.stop()));
  tellPeer(process, { type: 'drained', counted } satisfies FromFleet);
}
