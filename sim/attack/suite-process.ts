/**
 * The main module of the process that a suite is played in, told what to do over the IPC channel. A process of its own,
 * so that sources can be changed as it loads them (seed mode, a rule switched off), in it and in the banks it starts.
 * It ends by itself when its parent is gone.
 *
 * @module
 */
import { tellPeer } from '../../actors/node/ipc.ts';
import type { CaseResult } from './case-result.ts';
import { attackNamed } from './catalogue.ts';
import { type ForeignTarget, Suite, type SuiteOutcome } from './suite.ts';

export interface SuiteTask {
  /** Of the catalogue. */
  readonly names: readonly string[];
  /** Null: a bank of the suite's own. */
  readonly foreign: ForeignTarget | null;
  /** False in seed mode. */
  readonly knowsFinished: boolean;
  readonly concurrency: number;
}

export type ToSuite = { readonly type: 'play'; readonly task: SuiteTask } | { readonly type: 'stop' };

export type FromSuite =
  | { readonly type: 'begun'; readonly name: string }
  | { readonly type: 'played'; readonly result: CaseResult }
  | { readonly type: 'over'; readonly outcome: SuiteOutcome }
  | { readonly type: 'failed'; readonly message: string };

function main(): void {
  const tell = (message: FromSuite) => tellPeer(process, message);
  let suite: Suite | null = null;
  process.on('SIGINT', () => {}); // The parent decides what Ctrl-C means.
  process.on('disconnect', () => process.exit(0));
  process.on('message', (message: ToSuite) => {
    if (message.type === 'stop') return suite?.stop();
    const { names, ...task } = message.task;
    suite = new Suite({
      ...task,
      attacks: names.flatMap((name) => attackNamed(name) ?? []),
      onBegun: (name) => tell({ type: 'begun', name }),
      onPlayed: (result) => tell({ type: 'played', result }),
    });
    suite.run().then(
      (outcome) => tell({ type: 'over', outcome }),
      (error: Error) => tell({ type: 'failed', message: error.stack ?? error.message }),
    );
  });
}

main();
