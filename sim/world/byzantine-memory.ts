/**
 * What the adversary remembers: the frames of every connection, in both directions, of present and earlier sessions of
 * all terminals, whatever lives the bank has had since. Bounded.
 *
 * @module
 */
import type { TerminalId } from '../../protocol/ids.ts';
import type { WireFrame } from './byzantine-frames.ts';
import type { Side } from './middle.ts';

/** Of one direction: the first half is a session's beginning, the second its latest. */
const FRAMES_MAX = 32;
const RECORDINGS_MAX = 64;

/** One connection as it was written by its honest ends, before anybody meddled. */
export class Recording {
  readonly terminal: TerminalId;
  readonly atUs: number;
  /** By whom they were for. */
  readonly towards: Readonly<Record<Side, WireFrame[]>> = { bank: [], terminal: [] };

  constructor(terminal: TerminalId, atUs: number) {
    this.terminal = terminal;
    this.atUs = atUs;
  }

  add(towards: Side, frame: WireFrame): void {
    const frames = this.towards[towards];
    frames.push(frame);
    if (frames.length > FRAMES_MAX) frames.splice(FRAMES_MAX / 2, 1);
  }
}

/** Latest last. */
export class Memory {
  readonly recordings: Recording[] = [];

  open(terminal: TerminalId, nowUs: number): Recording {
    const recording = new Recording(terminal, nowUs);
    this.recordings.push(recording);
    if (this.recordings.length > RECORDINGS_MAX) this.recordings.shift();
    return recording;
  }

  /** Those in which something was said in that direction, other than `present`. */
  others(present: Recording, towards: Side): readonly Recording[] {
    return this.recordings.filter(
      (recording) => recording !== present && recording.towards[towards].length > 0,
    );
  }
}
