/**
 * A terminal that a viewer looks at: its frames' headers and its states, kept from the moment the viewer came.
 *
 * @module
 */
import {
  FRAMES_MAX,
  type FrameSeen,
  STATES_MAX,
  type WatchedTerminal,
} from '../../terminals/dashboard/watched.ts';
import type { FrameTap } from './frame-tap.ts';
import type { LoadTerminal } from './load-terminal.ts';

/** Snapshots come four times a second, samples of the state twice. */
const SAMPLE_EVERY = 2;

export class Watching {
  readonly #index: number;
  readonly #terminal: LoadTerminal;
  readonly #tap: FrameTap;
  readonly #frames: FrameSeen[] = [];
  readonly #nowMs: () => number;
  #states = '';
  #looks = 0;

  constructor(
    { index, terminal, tap }: { index: number; terminal: LoadTerminal; tap: FrameTap },
    { ticks, nowMs }: { ticks: () => number; nowMs: () => number },
  ) {
    this.#nowMs = nowMs;
    this.#index = index;
    this.#terminal = terminal;
    this.#tap = tap;
    tap.ear = (header, sent) => {
      this.#frames.push({ ...header, sent, tMs: Math.floor(ticks() / 1000) });
      if (this.#frames.length > FRAMES_MAX) this.#frames.shift();
    };
  }

  stop(): void {
    this.#tap.ear = null;
  }

  look(): WatchedTerminal {
    const { host, visitor, stateCode } = this.#terminal;
    if (this.#looks++ % SAMPLE_EVERY === 0) this.#states = (this.#states + stateCode).slice(-STATES_MAX);
    const { state } = host;
    return {
      index: this.#index,
      nowMs: this.#nowMs(),
      line: state === 'offline' ? 'down' : state === 'handshake' ? 'handshake' : 'up',
      stage: host.stage,
      ...visitor.showing,
      states: this.#states,
      frames: [...this.#frames],
    };
  }
}
