/**
 * One simulated connection: its two ends, each of a process' life, and the pipe towards each of them.
 *
 * @module
 */
import type { ConnHandlers } from '../../protocol/ports.ts';
import type { Life } from './kernel.ts';
import type { Line, Side } from './middle.ts';
import type { Pipe } from './pipe.ts';

export interface End {
  readonly life: Life;
  handlers: ConnHandlers | null;
  /** Told of the end of the connection, or dead: nothing more is called. */
  over: boolean;
  finSent: boolean;
  finReceived: boolean;
}

export interface Connection extends Line {
  readonly ends: Readonly<Record<Side, End>>;
  readonly pipes: Readonly<Record<Side, Pipe>>;
  /** False for the adversary's own connections, which no weather touches and nobody intercepts. */
  readonly honest: boolean;
}

export const OTHER: Readonly<Record<Side, Side>> = { bank: 'terminal', terminal: 'bank' };

export const newEnd = (life: Life, handlers: ConnHandlers | null): End => ({
  life,
  handlers,
  over: false,
  finSent: false,
  finReceived: false,
});

/** Where a trace draws this end. */
export const lane = ({ terminal, honest }: Connection, side: Side): string =>
  side === 'bank' ? 'bank' : honest ? terminal : 'adversary';
