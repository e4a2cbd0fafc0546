/**
 * What the feed carries of a terminal that somebody looks at by itself: what its own screen shows, and the headers of its
 * frames. No body of a message, no key, no password, no balance; and nothing at all of terminals that nobody looks at.
 *
 * @module
 */
import type { Code } from '../../protocol/errors.ts';
import type { FrameHeader } from '../../protocol/frame.ts';

/** Frames kept of a watched terminal, oldest first. */
export const FRAMES_MAX = 40;
/** Samples kept of its state, two a second, oldest first. */
export const STATES_MAX = 120;

export type WatchedOp =
  | 'login'
  | 'logout'
  | 'balance'
  | 'history'
  | 'withdraw'
  | 'deposit'
  | 'transfer'
  | 'passwordChange';

export interface WatchedAct {
  readonly op: WatchedOp;
  /** Minor-unit digits; null for what moves no money. */
  readonly amount: string | null;
  /** Account that a transfer goes to. */
  readonly to: string | null;
}

export interface WatchedResult {
  readonly act: WatchedAct;
  readonly outcome: 'ok' | 'fail' | 'unknown';
  readonly code: Code | null;
  /** Notes that changed hands, minor-unit digits. */
  readonly cash: string;
  readonly settledBy: 'reply' | 'reversal' | 'device' | null;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** One frame as its header tells it. */
export interface FrameSeen extends FrameHeader {
  /** Milliseconds of the run. */
  readonly tMs: number;
  readonly sent: boolean;
}

export interface WatchedTerminal {
  /** Place in the fleet. */
  readonly index: number;
  /** When it was looked at, milliseconds since 1970. */
  readonly nowMs: number;
  readonly line: 'up' | 'handshake' | 'down';
  /** Who is logged in. */
  readonly customer: string | null;
  readonly account: string;
  /** Of the operation under way. */
  readonly stage: 'asking' | 'cash' | 'settling' | null;
  readonly act: WatchedAct | null;
  /** Since when `act` is under way, milliseconds since 1970. */
  readonly sinceMs: number;
  /** What the customer did last. */
  readonly last: WatchedResult | null;
  /** One character of the model's state codes a sample; at most {@link STATES_MAX}. */
  readonly states: string;
  /** At most {@link FRAMES_MAX}. */
  readonly frames: readonly FrameSeen[];
}
