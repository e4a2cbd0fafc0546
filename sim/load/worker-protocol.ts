/**
 * What the coordinator and its workers tell each other: plain data over one MessagePort a worker.
 *
 * @module
 */
import type { MessagePort } from 'node:worker_threads';
import type { SessionSpan } from '../../reports/report.ts';
import type { TerminalDetails } from '../../terminals/dashboard/model.ts';
import type { WatchedTerminal } from '../../terminals/dashboard/watched.ts';
import type { ArrivalSecond } from './arrival-counts.ts';
import type { ArrivalPlan } from './arrivals.ts';
import type { FaultSpec } from './fault-spec.ts';
import type { TerminalPlan } from './fleet.ts';
import type { LoadTerminalOptions } from './load-terminal.ts';
import type { ErrorTally, SecondSlice } from './metrics.ts';
import type { LoadOptions } from './options.ts';

export interface WorkerTask extends LoadTerminalOptions {
  readonly transport: LoadOptions['transport'];
  readonly generator: LoadOptions['generator'];
  readonly worker: number;
  readonly workers: number;
  /** Terminal i of them is number i·workers + worker of the fleet. */
  readonly terminals: readonly TerminalPlan[];
  /** The schedule of the whole fleet; null for a closed model. */
  readonly plan: ArrivalPlan | null;
  readonly historyPath: string;
  readonly journalPath: string;
  readonly port: MessagePort;
}

export type ToWorker =
  /** The load begins now: `process.hrtime` in ns, decimal, from which all times of the run count. */
  | { readonly type: 'begin'; readonly originNs: string }
  /** The first `terminals` of this worker's own are active. */
  | { readonly type: 'activate'; readonly terminals: number }
  /** No new operations; settle what is open, for at most this long, then hang up and report. */
  | { readonly type: 'drain'; readonly withinMs: number }
  /** Open model: only this part of the arrivals comes, 0..1; the others were withheld and are not planned. */
  | { readonly type: 'share'; readonly share: number }
  /** From now until told otherwise, network failures are the run's own doing. */
  | { readonly type: 'provoked'; readonly active: boolean }
  /** A fault of the network begins for these numbers of the fleet; `heal` ends it. */
  | {
      readonly type: 'strike';
      readonly id: string;
      readonly fault: FaultSpec;
      readonly struck: readonly number[];
    }
  | { readonly type: 'heal'; readonly id: string }
  /** Viewers look at these numbers of the fleet, and at no others. */
  | { readonly type: 'watch'; readonly terminals: readonly number[] };

export type FromWorker =
  /** All terminals are connected. */
  | { readonly type: 'connected' }
  /** All terminals have done their iterations. */
  | { readonly type: 'finished' }
  | { readonly type: 'second'; readonly slice: SecondSlice }
  | {
      readonly type: 'snapshot';
      /** One character of the dashboard's STATE_CODES a terminal, in the order of the task. */
      readonly states: string;
      readonly inFlight: number;
      /** Requests that were repeats, so far. */
      readonly retries: number;
      /** Lines lost and up again since the last snapshot. */
      readonly lost: number;
      readonly regained: number;
      /** What became of arrivals since the last snapshot. */
      readonly arrivals: readonly ArrivalSecond[];
      /** Once a second, in the order of the task; never of a very large fleet. */
      readonly details?: TerminalDetails;
      /** Of terminals that somebody looks at. */
      readonly watched?: readonly WatchedTerminal[];
    };

/** What a worker's task resolves to. */
export interface WorkerResult {
  readonly errors: readonly ErrorTally[];
  readonly sessions: number;
  readonly reconnects: number;
  readonly retries: number;
  readonly bytesTx: number;
  readonly bytesRx: number;
  readonly advicesOpen: number;
  readonly operationsOpen: number;
  readonly journal: { readonly flushes: number; readonly entries: number };
  /** Terminal time by dashboard state code, ms, sampled at each snapshot. */
  readonly stateMs: Readonly<Record<string, number>>;
  readonly loopLagUs: string;
  /** Of a sample of its terminals, in the order of the fleet. */
  readonly spans: readonly SessionSpan[];
  /** What autocannon itself measured, when it made the load. */
  readonly autocannon?: CannonFigures;
}

export interface CannonFigures {
  /** Answers, those to handshakes and Close among them; those with another status than 200. */
  readonly posts: number;
  readonly refused: number;
  /** Connections that failed or were lost, and answers that took too long. */
  readonly errors: number;
  /** Of a POST, from its sending to the end of its answer. */
  readonly latency: string;
}
