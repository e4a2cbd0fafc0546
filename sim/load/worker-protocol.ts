/**
 * What the coordinator and its workers tell each other: plain data over one MessagePort a worker.
 *
 * @module
 */
import type { MessagePort } from 'node:worker_threads';
import type { Op } from '../history.ts';
import type { TerminalPlan } from './fleet.ts';
import type { ErrorTally, SecondSlice } from './metrics.ts';

export interface WorkerTask {
  readonly worker: number;
  readonly seed: string;
  readonly address: string;
  readonly terminals: readonly TerminalPlan[];
  readonly mix: Readonly<Record<Op, number>>;
  readonly thinkMs: number;
  /** Accounts of the run: indices accountBase..accountBase+accounts−1. */
  readonly accounts: number;
  readonly accountBase: number;
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
  /** From now until told otherwise, network failures are the run's own doing. */
  | { readonly type: 'fault'; readonly active: boolean };

export type FromWorker =
  /** All terminals are connected. */
  | { readonly type: 'connected' }
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
}
